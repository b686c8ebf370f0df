//! The two engines as the page sees them: what state each is in and what it last computed.

use crate::protocol::{
    BackendInfo, BackendKind, EngineError, Generation, ModelInfo, Progress, Trace,
};

use super::Shared;
use crate::ui::views::Work;

/// What a run was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// Name of the model.
    pub model: String,
    /// The typed text.
    pub text: String,
    /// The ids after it.
    pub generation: Generation,
    /// The step of the training whose weights ran; `None` is the trained model.
    pub at: Option<usize>,
}

/// How far an engine is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum EngineStatus {
    /// Not started.
    #[default]
    Off,
    /// Being fetched and started; the last report of each stage.
    Loading(Vec<Progress>),
    /// Can run.
    Ready(BackendInfo),
    /// Will not run.
    Failed(EngineError),
}

/// One engine.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Engine {
    /// How far it is.
    pub status: EngineStatus,
    /// The models it has loaded.
    pub models: Vec<Shared<ModelInfo>>,
    /// The request for another model, while it is out: its number and the model's name.
    pub asked_model: Option<(u64, String)>,
    /// Its last trace, for whatever model and text that was.
    pub trace: Shared<Trace>,
    /// What `trace` is of; `None` before the first run.
    pub traced: Option<Ran>,
    /// The run it is working on: number of the request and what was asked.
    pub in_flight: Option<(u64, Ran)>,
    /// The step of the training whose weights it has; `None` is the trained model.
    pub weights: Option<usize>,
    /// The request for other weights, while it is out: its number and the step.
    pub asked_weights: Option<(u64, Option<usize>)>,
    /// Number of the request for the embedding table, while it is out.
    pub asked_embeddings: Option<u64>,
    /// Milliseconds the model took for the last run.
    pub elapsed_ms: Option<f64>,
    /// What its KV cache spared.
    pub work: Work,
    /// How often its worker has been started again after a crash.
    pub restarts: u32,
}

impl Engine {
    /// Whether it can run.
    pub fn is_ready(&self) -> bool {
        matches!(self.status, EngineStatus::Ready(_))
    }

    /// Whether it is on its way or can run.
    pub fn is_alive(&self) -> bool {
        matches!(
            self.status,
            EngineStatus::Loading(_) | EngineStatus::Ready(_)
        )
    }

    /// What it says of itself once it can run.
    pub fn info(&self) -> Option<&BackendInfo> {
        match &self.status {
            EngineStatus::Ready(info) => Some(info),
            _ => None,
        }
    }

    /// A model it has loaded, by name.
    pub fn model(&self, name: &str) -> Option<&Shared<ModelInfo>> {
        self.models.iter().find(|model| model.name == name)
    }

    /// Whether its trace is of this model.
    pub fn traced_model(&self, name: &str) -> bool {
        self.traced.as_ref().is_some_and(|ran| ran.model == name)
    }

    /// Forgets what the worker knew, because the worker is gone.
    pub fn forget(&mut self, status: EngineStatus) {
        let restarts = self.restarts;
        *self = Engine {
            status,
            restarts,
            ..Engine::default()
        };
    }

    /// Notes that it has other weights now; what it computed was of those before.
    pub fn have_weights(&mut self, step: Option<usize>) {
        self.weights = step;
        self.trace = Shared::default();
        self.traced = None;
        self.asked_embeddings = None;
    }

    /// Takes in how far the load has come.
    pub fn note_progress(&mut self, progress: Progress) {
        if let EngineStatus::Loading(stages) = &mut self.status {
            match stages.iter_mut().find(|held| held.stage == progress.stage) {
                Some(held) => *held = progress,
                None => stages.push(progress),
            }
        }
    }

    /// Bytes received and expected over all stages so far.
    pub fn loaded_bytes(&self) -> (u64, u64) {
        match &self.status {
            EngineStatus::Loading(stages) => stages.iter().fold((0, 0), |(got, all), stage| {
                let total = stage.total_bytes.unwrap_or(stage.received_bytes);
                (
                    got + stage.received_bytes,
                    all + total.max(stage.received_bytes),
                )
            }),
            _ => (0, 0),
        }
    }
}

/// Both engines and which of them the page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Engines {
    /// The processor.
    pub cpu: Engine,
    /// WebGPU.
    pub webgpu: Engine,
    /// Whose numbers are shown.
    pub active: BackendKind,
    /// The one asked for by the URL or by hand; `None` lets the page choose.
    pub wanted: Option<BackendKind>,
}

impl Default for Engines {
    fn default() -> Self {
        Engines {
            cpu: Engine::default(),
            webgpu: Engine::default(),
            active: BackendKind::Cpu,
            wanted: None,
        }
    }
}

impl Engines {
    /// One of the two.
    pub fn get(&self, kind: BackendKind) -> &Engine {
        match kind {
            BackendKind::Cpu => &self.cpu,
            BackendKind::WebGpu => &self.webgpu,
        }
    }

    /// One of the two, for changing.
    pub fn get_mut(&mut self, kind: BackendKind) -> &mut Engine {
        match kind {
            BackendKind::Cpu => &mut self.cpu,
            BackendKind::WebGpu => &mut self.webgpu,
        }
    }

    /// The one whose numbers are shown.
    pub fn active(&self) -> &Engine {
        self.get(self.active)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Stage;

    #[test]
    fn progress_adds_up_over_stages() {
        let mut engine = Engine {
            status: EngineStatus::Loading(Vec::new()),
            ..Engine::default()
        };
        let report = |stage, received_bytes, total_bytes| Progress {
            stage,
            received_bytes,
            total_bytes,
        };
        engine.note_progress(report(Stage::Engine, 10, Some(100)));
        engine.note_progress(report(Stage::Engine, 100, Some(100)));
        engine.note_progress(report(Stage::Weights, 50, Some(300)));
        engine.note_progress(report(Stage::Device, 0, None));
        assert_eq!(engine.loaded_bytes(), (150, 400));
    }
}

//! Starting engines, hearing them, and going on when one of them cannot.

use crate::protocol::{BackendKind, EngineError, Event};
use crate::ui::views::Landscape;

use super::opening::no_memory;
use super::reduce::Effects;
use super::{Effect, EngineStatus, Notice, Offer, Shared, State};

impl State {
    pub(super) fn start(&mut self, effects: &mut Effects) {
        let kind = self.engines.wanted.unwrap_or(BackendKind::Cpu);
        self.engines.active = kind;
        self.start_engine(kind, effects);
    }

    pub(super) fn start_engine(&mut self, kind: BackendKind, effects: &mut Effects) {
        if self.engines.get(kind).is_alive() {
            return;
        }
        let load_id = self.take_id();
        let accepts_software = self.engines.wanted == Some(BackendKind::WebGpu);
        let used = self.in_use.as_ref().map(|model| model.name.as_str());
        let shelf = &self.shelf;
        let is_of_site = |name: &&str| !shelf.offer(name).is_some_and(Offer::is_opened);
        // A checkpoint that was opened is loaded after the model of the site.
        let model = used.or(shelf.wanted()).filter(is_of_site);
        let model = model.or(shelf.first()).map(str::to_owned);
        let engine = self.engines.get_mut(kind);
        engine.forget(EngineStatus::Loading(Vec::new()));
        effects.push(Effect::StartEngine {
            kind,
            load_id,
            accepts_software,
            model,
        });
    }

    pub(super) fn start_webgpu_behind(&mut self, effects: &mut Effects) {
        if self.engines.wanted.is_none() && self.engines.webgpu.status == EngineStatus::Off {
            self.start_engine(BackendKind::WebGpu, effects);
        }
    }

    pub(super) fn choose_backend(&mut self, kind: BackendKind, effects: &mut Effects) {
        self.engines.wanted = Some(kind);
        self.notice = None;
        effects.push(Effect::UrlChanged);
        match kind {
            BackendKind::Cpu => {
                self.engines.active = BackendKind::Cpu;
                self.start_engine(BackendKind::Cpu, effects);
            }
            BackendKind::WebGpu => self.start_engine(BackendKind::WebGpu, effects),
        }
        self.ask_all(effects);
    }

    pub(super) fn hear(&mut self, kind: BackendKind, event: Event, effects: &mut Effects) {
        match event {
            Event::Progress { id, progress } => {
                self.engines.get_mut(kind).note_progress(progress);
                self.note_opening(kind, id, progress);
            }
            Event::Seen { id, look } => {
                self.take_look(kind, id, Ok(look));
            }
            Event::Ready { id, backend, model } => {
                let is_wanted = self.engines.wanted == Some(BackendKind::WebGpu);
                if backend.is_software && kind == BackendKind::WebGpu && !is_wanted {
                    let detail = backend.adapter;
                    self.engines
                        .webgpu
                        .forget(EngineStatus::Failed(EngineError::NoAdapter { detail }));
                    effects.push(Effect::StopEngine(kind));
                    return;
                }
                self.engines.get_mut(kind).status = EngineStatus::Ready(backend);
                self.have_model(kind, id, *model, effects);
                self.ask_all(effects);
            }
            Event::Weights { id } => self.take_weights(kind, id, effects),
            Event::Trace { id, update } => self.take_trace(kind, id, update, effects),
            Event::Embeddings { id, table } => {
                let engine = self.engines.get_mut(kind);
                if engine.asked_embeddings == Some(id) {
                    self.projector.mapped = engine.weights;
                    let landscape = match &self.embeddings {
                        Some(before) => Landscape::following(table, before),
                        None => Landscape::new(table),
                    };
                    self.embeddings = Some(Shared::new(landscape));
                }
            }
            Event::Found { id, finding } => self.take_finding(kind, id, finding, effects),
            Event::Failed { id, error } => self.failed(kind, id, error, effects),
        }
    }

    pub(super) fn failed(
        &mut self,
        kind: BackendKind,
        id: u64,
        error: EngineError,
        effects: &mut Effects,
    ) {
        let engine = self.engines.get_mut(kind);
        let is_lost = id == 0 || matches!(error, EngineError::DeviceLost { .. });
        let is_device = matches!(error, EngineError::DeviceLost { .. });
        if engine.is_ready() && id == 0 && !is_device && engine.asked_model.is_some() {
            return self.crashed(kind, error.to_string(), effects);
        }
        if engine.is_ready() && !is_lost {
            if self.take_look(kind, id, Err(error.clone())) {
                return;
            }
            if error == EngineError::NoModel {
                // It made room for another one; what is needed is loaded again.
                self.engines.get_mut(kind).models.clear();
            }
            if self.load_failed(kind, id, &error, effects)
                || self.companion_failed(kind, id, effects)
                || self.weights_failed(kind, id, &error, effects)
            {
                return;
            }
            if self.inspection_failed(kind, id) {
                self.inspect(effects);
                return;
            }
            let engine = self.engines.get_mut(kind);
            let was_run = engine
                .in_flight
                .take_if(|(asked, _)| *asked == id)
                .is_some();
            if error == EngineError::NoModel {
                self.ask_all(effects);
            } else if let (true, EngineError::UnknownToken { .. }) = (was_run, &error) {
                self.generation.clear();
                self.refresh_box();
                self.ask_all(effects);
            } else if was_run && kind == BackendKind::WebGpu {
                self.leave_webgpu(error, effects);
            } else if was_run {
                self.stop();
                self.notice = Some(Notice::EngineFailed(error));
            }
            return;
        }
        if self.fall_back(kind, &error, effects) {
            return;
        }
        match kind {
            BackendKind::WebGpu => self.leave_webgpu(error, effects),
            BackendKind::Cpu => {
                self.stop();
                self.forget_inspection(kind);
                self.engines.cpu.forget(EngineStatus::Failed(error.clone()));
                effects.push(Effect::StopEngine(kind));
                self.notice = Some(Notice::EngineFailed(error));
            }
        }
    }

    /// WebGPU cannot go on: the processor does.
    pub(super) fn leave_webgpu(&mut self, error: EngineError, effects: &mut Effects) {
        let was_needed = self.engines.active == BackendKind::WebGpu
            || self.engines.wanted == Some(BackendKind::WebGpu);
        effects.push(Effect::StopEngine(BackendKind::WebGpu));
        self.forget_inspection(BackendKind::WebGpu);
        self.engines
            .webgpu
            .forget(EngineStatus::Failed(error.clone()));
        if was_needed {
            self.notice = Some(Notice::WebGpuUnavailable(error));
            self.engines.active = BackendKind::Cpu;
            self.start_engine(BackendKind::Cpu, effects);
            self.ask_all(effects);
        }
    }

    pub(super) fn crashed(&mut self, kind: BackendKind, detail: String, effects: &mut Effects) {
        let error = EngineError::Internal { detail };
        self.look_failed(kind, &error);
        self.forget_inspection(kind);
        let engine = self.engines.get_mut(kind);
        effects.push(Effect::StopEngine(kind));
        let asked = engine.asked_model.take();
        if kind == BackendKind::Cpu
            && let Some((_, name)) = asked
        {
            // What cannot be read must not be tried again: the page goes back to the model before.
            engine.forget(EngineStatus::Off);
            self.start_engine(kind, effects);
            self.give_up(&name, no_memory(&name), effects);
            return;
        }
        engine.restarts += 1;
        if engine.restarts == 1 {
            engine.forget(EngineStatus::Off);
            // What happens behind the page is no news.
            if kind == self.engines.active {
                self.notice = Some(Notice::Restarted);
            }
            self.start_engine(kind, effects);
        } else if self.fall_back(kind, &error, effects) || self.leave_opened(kind, effects) {
            // It was too much for the worker.
        } else if kind == BackendKind::WebGpu {
            self.leave_webgpu(error, effects);
        } else {
            self.stop();
            engine_failed(self, error);
        }
    }
}

fn engine_failed(state: &mut State, error: EngineError) {
    state
        .engines
        .cpu
        .forget(EngineStatus::Failed(error.clone()));
    state.notice = Some(Notice::EngineFailed(error));
}

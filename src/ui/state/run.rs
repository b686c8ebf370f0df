//! Which run to ask of which engine, and what to do with what comes back.
//!
//! At most one run is out per engine. Nothing is queued: when a run comes back, the text as it
//! stands then is the newest pending one. A result for an older text is kept, because its leading
//! rows serve the next request, but it is not shown.

use crate::protocol::{
    Activation, Architecture, BackendKind, ModelInfo, Request, Site, Trace, TraceSpec, TraceUpdate,
};
use crate::ui::views::{Focus, Target, VIEWS};

use super::companion::{COMPARISON, compared_spec};
use super::reduce::Effects;
use super::{Effect, EngineStatus, Notice, Ran, Shared, State, TextBox, export_spec};

/// Largest difference of two logits at which WebGPU counts as computing the same.
const SAME_LOGITS: f32 = 1e-3;

/// The union of what the views on the page need.
pub fn needed_spec(model: &ModelInfo, focus: &Focus) -> TraceSpec {
    let shown = VIEWS.iter().filter(|view| focus.shows(view));
    let wanted = shown.flat_map(|view| view.needs(model, focus).0);
    let mut spec: TraceSpec = wanted.collect();
    if focus.has_panel(COMPARISON) {
        spec = spec.union(&compared_spec(model, focus));
    }
    spec.0.insert(told_apart_by(model));
    spec.0.retain(|activation| model.records(*activation));
    spec
}

/// What two engines are compared by: the last thing that a model computes.
fn told_apart_by(model: &ModelInfo) -> Activation {
    match model.records(Activation::Logits) {
        true => Activation::Logits,
        false => Activation::block(model.n_layers.saturating_sub(1), Site::ResidPost),
    }
}

impl State {
    /// Asks `kind` for the text as it stands, unless it has it or is busy.
    pub(super) fn ask(&mut self, kind: BackendKind, effects: &mut Effects) {
        let Some(model) = self.in_use.clone() else {
            return;
        };
        if self.engines.get(kind).model(&model.name).is_none() {
            self.bring(kind, &model.name, effects);
            return;
        }
        let mut spec = needed_spec(&model, &inside(&self.focus, &model));
        if self.is_exporting {
            spec = spec.union(&export_spec(&model));
        }
        let wanted = self.wanted_run();
        let id = self.last_id + 1;
        let engine = self.engines.get_mut(kind);
        if !engine.is_ready() || engine.in_flight.is_some() || engine.asked_weights.is_some() {
            return;
        }
        if self.projector.has_film && engine.weights != wanted.at {
            engine.asked_weights = Some((id, wanted.at));
            self.last_id = id;
            let url = self.address_of(wanted.at);
            let model = model.name.clone();
            effects.push(Effect::Send(kind, Request::Weights { id, model, url }));
            return;
        }
        let is_covered = engine.traced_model(&wanted.model) && engine.trace.covers(&spec);
        if is_covered && engine.traced.as_ref() == Some(&wanted) {
            return;
        }
        let held = if is_covered { engine.trace.len() } else { 0 };
        engine.in_flight = Some((id, wanted.clone()));
        self.last_id = id;
        effects.push(Effect::Send(
            kind,
            Request::Run {
                id,
                model: model.name.clone(),
                text: wanted.text,
                generation: wanted.generation,
                spec,
                held,
            },
        ));
    }

    /// Asks the shown engine, and another one that is about to take over.
    pub(super) fn ask_all(&mut self, effects: &mut Effects) {
        self.follow_choice(effects);
        self.want_film(effects);
        self.ask(self.engines.active, effects);
        if self.engines.active == BackendKind::Cpu && self.wants_webgpu() {
            self.ask(BackendKind::WebGpu, effects);
        }
        self.show_if_current(effects);
        self.refresh_surprises();
        self.refresh_map(effects);
        self.accompany(effects);
        self.inspect(effects);
        self.ask_look(effects);
    }

    /// Whether WebGPU shall take over once it can.
    pub(super) fn wants_webgpu(&self) -> bool {
        self.engines.wanted != Some(BackendKind::Cpu)
    }

    /// Takes in the answer to a run.
    pub(super) fn take_trace(
        &mut self,
        kind: BackendKind,
        id: u64,
        update: TraceUpdate,
        effects: &mut Effects,
    ) {
        let update = match self.take_companion(kind, id, update, effects) {
            Ok(()) => return,
            Err(update) => update,
        };
        let engine = self.engines.get_mut(kind);
        let Some((_, ran)) = engine.in_flight.take_if(|(asked, _)| *asked == id) else {
            return;
        };
        engine.elapsed_ms = Some(update.elapsed_ms);
        if !engine.traced_model(&ran.model) {
            let model = engine.model(&ran.model);
            let empty = model.map_or_else(|| Trace::new(1), |model| Trace::of(model));
            engine.trace = Shared::new(empty);
        }
        if let Some(model) = &self.in_use {
            engine.work.note(model, engine.trace.tokens(), &update);
        }
        engine.traced = engine.trace.make_mut().apply(update).then_some(ran);
        self.take_over(effects);
        self.ask_all(effects);
    }

    /// Lets WebGPU take over if it computed the same as the processor for this text.
    fn take_over(&mut self, effects: &mut Effects) {
        let engines = &self.engines;
        if engines.active == BackendKind::WebGpu || !self.wants_webgpu() {
            return;
        }
        if !engines.webgpu.is_ready() || engines.webgpu.traced.is_none() {
            return;
        }
        if engines.cpu.is_alive() {
            let is_same_text = engines.cpu.traced == engines.webgpu.traced;
            if !is_same_text {
                return;
            }
            let by = self
                .in_use
                .as_ref()
                .map_or(Activation::Logits, |model| told_apart_by(model));
            let max_abs_difference = difference(by, &engines.cpu.trace, &engines.webgpu.trace);
            // A difference that is not a number is a difference too.
            if !matches!(max_abs_difference, Some(difference) if difference <= SAME_LOGITS) {
                let max_abs_difference = max_abs_difference.unwrap_or(f32::INFINITY);
                self.notice = Some(Notice::WebGpuDiffers { max_abs_difference });
                self.engines.wanted = Some(BackendKind::Cpu);
                self.engines.webgpu.forget(EngineStatus::Off);
                effects.push(Effect::StopEngine(BackendKind::WebGpu));
                return;
            }
        }
        self.engines.active = BackendKind::WebGpu;
    }

    /// Shows the active engine's trace if it is of the text as it stands, and does what waited.
    pub(super) fn show_if_current(&mut self, effects: &mut Effects) {
        let engine = self.engines.active();
        let is_of_text = engine.traced.as_ref().is_some_and(|ran| self.is_of(ran));
        if !is_of_text || engine.trace.is_empty() || engine.trace == self.trace {
            return;
        }
        let weights = |ran: &Ran| (ran.at, ran.model.clone());
        let is_same_step = self.traced.as_ref().map(weights) == engine.traced.as_ref().map(weights);
        self.trace = engine.trace.clone();
        self.traced = engine.traced.clone();
        if self.model != self.in_use {
            self.model = self.in_use.clone();
            self.embeddings = None;
        }
        self.open_telling_head(effects);
        if !is_same_step {
            self.surprises = Shared::default();
        }
        self.traced_box = self.text_box.clone();
        // A candidate that is pointed at was one of the text before.
        let hovered = &mut self.focus.hovered;
        hovered.take_if(|target| matches!(target, Target::Candidate(_)));
        self.clamp_focus();
        self.refresh_next();
        self.after_trace(effects);
    }

    /// What is chosen, as far as the drawn model has it: another one may be in use already.
    pub fn drawn_focus(&self) -> Focus {
        match &self.model {
            Some(model) if self.model != self.in_use => inside(&self.focus, model),
            _ => self.focus.clone(),
        }
    }

    /// Keeps what is chosen inside the trace and the model in use.
    pub(super) fn clamp_focus(&mut self) {
        if let Some(model) = self.in_use.as_ref().or(self.model.as_ref()) {
            self.focus = inside(&self.focus, model);
        }
        if self.trace.is_empty() {
            return;
        }
        let Some(model) = self.model.clone() else {
            return;
        };
        let (trace, focus) = (self.trace.clone(), &mut self.focus);
        // The last token of a text that goes on stands for whichever is last.
        let goes_on = usize::from(model.architecture.writes());
        focus.token = focus.token.filter(|token| token + goes_on < trace.len());
        let n_source = trace.source().len();
        focus.source_token = focus.source_token.filter(|token| *token < n_source);
        let query = focus.chosen_query(&model, &trace);
        let visible = match (focus.attention_of(&model), query) {
            (Some(attention), Some(query)) => attention.n_visible(&model, &trace, query),
            _ => 0,
        };
        focus.key = focus.key.filter(|key| *key < visible);
        self.cut_path();
    }

    /// The kind of the model whose numbers are drawn.
    pub fn drawn_architecture(&self) -> Architecture {
        let drawn = self.model.as_ref();
        drawn.map_or_else(Architecture::default, |model| model.architecture)
    }

    /// The box as it was for what is drawn, and as it is.
    pub fn drawn_box(&self) -> &TextBox {
        &self.traced_box
    }
}

/// What is chosen, kept inside a model.
pub(super) fn inside(focus: &Focus, model: &ModelInfo) -> Focus {
    let mut focus = focus.clone();
    let n_layers = model.n_layers.max(model.n_encoder_layers);
    focus.layer = focus.layer.min(n_layers.saturating_sub(1));
    focus.head = focus.head.min(model.n_heads.saturating_sub(1));
    focus.map_layer = focus.map_layer.min(model.n_layers);
    let vocab_size = model.vocab_size();
    focus.target = focus.target.filter(|id| (*id as usize) < vocab_size);
    focus
}

/// Largest absolute difference of an activation at all positions both hold; `None` if nothing can be
/// compared.
fn difference(activation: Activation, a: &Trace, b: &Trace) -> Option<f32> {
    let mut largest = 0.0f32;
    let len = a.len();
    if len == 0 || b.len() != len {
        return None;
    }
    for pos in 0..len {
        let (left, right) = (a.row(activation, pos)?, b.row(activation, pos)?);
        if left.len() != right.len() {
            return None;
        }
        for (x, y) in left.iter().zip(right) {
            let difference = (x - y).abs();
            if difference.is_nan() {
                return None;
            }
            largest = largest.max(difference);
        }
    }
    Some(largest)
}

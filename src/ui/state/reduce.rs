//! The reducer: from a state and an action to the next state and what has to happen outside.

use crate::protocol::{BackendKind, EngineError, Event, Request};
use crate::ui::views::{OpenPart, Target};

use super::store::Waiting;
use super::text::without_last_character;
use super::{
    Action, Effect, EngineStatus, Notice, Play, State, Storage, UndoOutcome, export_json,
    prepared_text, undo_typed,
};

/// What has to happen outside, in order.
pub(super) type Effects = Vec<Effect>;

/// The next state, and what has to happen outside because of it.
pub fn reduce(mut state: State, action: Action) -> (State, Vec<Effect>) {
    let mut effects = Vec::new();
    state.apply(action, &mut effects);
    (state, effects)
}

impl State {
    fn apply(&mut self, action: Action, effects: &mut Effects) {
        match action {
            Action::Start => self.start(effects),
            Action::Type {
                value,
                is_composing,
            } => self.edit(value, is_composing, effects),
            Action::Caret(byte) => self.follow_caret(byte),
            Action::Step => self.step(effects),
            Action::Take(id) => self.append(id, effects),
            Action::Undo => self.undo(effects),
            Action::Play => self.start_play(effects),
            Action::Stop => self.stop(),
            Action::Tick(id) => self.tick(id, effects),
            Action::SetSpeed(speed) => self.speed = speed.clamp(0.5, 100.0),
            Action::Sample(change) => {
                self.sampling.change(change);
                self.after_sampling(effects);
            }
            Action::NextSeed => {
                self.sampling.seed = self.sampling.seed.wrapping_add(1);
                self.after_sampling(effects);
            }
            Action::ChooseToken(token) => {
                self.focus.token = token;
                self.focus.key = None;
                self.clamp_focus();
                effects.push(Effect::UrlChanged);
            }
            Action::ChooseHead { layer, head } => self.choose_head(layer, head, effects),
            Action::Open(part) => {
                self.focus.open = part;
                effects.push(Effect::UrlChanged);
                self.ask_all(effects);
            }
            Action::SetMapLayer(layer) => {
                self.focus.map_layer = layer;
                self.clamp_focus();
                effects.push(Effect::UrlChanged);
                self.ask_all(effects);
            }
            Action::Hover(target) => self.focus.hovered = target,
            Action::Click(target) => self.click(&target, effects),
            Action::SetLanguage(language) => {
                let was_prepared =
                    self.text == prepared_text(self.language) && self.generation.is_empty();
                self.language = language;
                effects.push(Effect::Remember(Storage::Language(language)));
                if was_prepared && !self.is_composing {
                    self.replace_text(prepared_text(language).to_owned(), Vec::new(), effects);
                }
                effects.push(Effect::UrlChanged);
            }
            Action::SetTheme(theme) => {
                self.theme = theme;
                effects.push(Effect::Remember(Storage::Theme(theme)));
                effects.push(Effect::UrlChanged);
            }
            Action::SetTypeSize(size) => {
                self.type_size = size;
                effects.push(Effect::UrlChanged);
            }
            Action::ChooseBackend(kind) => self.choose_backend(kind, effects),
            Action::Engine(kind, event) => self.hear(kind, event, effects),
            Action::Crashed { kind, detail } => self.crashed(kind, detail, effects),
            Action::Export => {
                self.is_exporting = true;
                self.ask_all(effects);
                self.export_if_possible(effects);
            }
            Action::LoseDevice => {
                let id = self.take_id();
                if self.engines.webgpu.is_ready() {
                    let request = Request::LoseDevice { id };
                    effects.push(Effect::Send(BackendKind::WebGpu, request));
                }
            }
            Action::DismissNotice => self.notice = None,
        }
    }

    // Text

    fn edit(&mut self, value: String, is_composing: bool, effects: &mut Effects) {
        self.is_composing = is_composing;
        if value == self.text_box.text {
            return;
        }
        // The whole box is typed text from here on.
        self.stop();
        self.waiting.clear();
        self.text.clone_from(&value);
        self.generation.clear();
        self.text_box.text = value;
        self.text_box.tail.clear();
        self.focus.token = None;
        self.focus.key = None;
        effects.push(Effect::UrlChanged);
        self.ask_all(effects);
    }

    fn replace_text(&mut self, text: String, generation: Vec<u32>, effects: &mut Effects) {
        self.text = text;
        self.generation = generation;
        self.focus.token = None;
        self.focus.key = None;
        self.refresh_box();
        effects.push(Effect::UrlChanged);
        self.ask_all(effects);
    }

    fn follow_caret(&mut self, byte: usize) {
        if !self.is_current() {
            return;
        }
        let tokens = self.trace.tokens();
        let token = if byte >= self.text_box.text.len() {
            None
        } else {
            tokens
                .iter()
                .position(|token| token.start < byte.max(1) && byte.max(1) <= token.end)
        };
        if token != self.focus.token {
            self.focus.token = token;
            self.focus.key = None;
            self.clamp_focus();
        }
    }

    // Generation

    fn step(&mut self, effects: &mut Effects) {
        if !self.is_current() {
            self.wait_for(Waiting::Step);
            return;
        }
        if let Some(id) = self.next.as_ref().and_then(|next| next.token()) {
            self.append(id, effects);
        }
    }

    fn append(&mut self, id: u32, effects: &mut Effects) {
        let is_known = self
            .model
            .as_ref()
            .is_some_and(|model| (id as usize) < model.vocab_size());
        if !is_known || self.is_composing || !self.has_room() || !self.is_current() {
            return;
        }
        let mut generation = std::mem::take(&mut self.generation);
        generation.push(id);
        let text = std::mem::take(&mut self.text);
        self.replace_text(text, generation, effects);
    }

    fn undo(&mut self, effects: &mut Effects) {
        self.stop();
        if self.is_composing {
            return;
        }
        if self.generation.pop().is_some() {
            let text = std::mem::take(&mut self.text);
            let generation = std::mem::take(&mut self.generation);
            self.replace_text(text, generation, effects);
        } else if !self.is_current() {
            self.wait_for(Waiting::Undo);
        } else if self.trace.total_tokens() > self.trace.len() {
            let text = without_last_character(&self.text);
            self.replace_text(text, Vec::new(), effects);
        } else if let UndoOutcome::Left { text, generation } =
            undo_typed(&self.text, self.trace.tokens())
        {
            self.replace_text(text, generation, effects);
        }
    }

    fn wait_for(&mut self, what: Waiting) {
        // A held key must not pile up work.
        if self.waiting.len() < 4 {
            self.waiting.push(what);
        }
    }

    fn start_play(&mut self, effects: &mut Effects) {
        if self.play.is_some() || !self.has_room() || self.is_composing {
            return;
        }
        self.notice = None;
        let id = self.take_id();
        self.play = Some(Play { id, is_due: true });
        self.play_if_due(effects);
    }

    fn stop(&mut self) {
        self.play = None;
        self.waiting.clear();
    }

    fn tick(&mut self, id: u64, effects: &mut Effects) {
        if let Some(play) = self.play.as_mut().filter(|play| play.id == id) {
            play.is_due = true;
            self.play_if_due(effects);
        }
    }

    fn play_if_due(&mut self, effects: &mut Effects) {
        let Some(play) = self.play.filter(|play| play.is_due) else {
            return;
        };
        if !self.is_current() {
            return;
        }
        if !self.has_room() {
            self.stop();
            return;
        }
        let drawn = self.next.as_ref().and_then(|next| next.token());
        self.play = Some(Play {
            is_due: false,
            ..play
        });
        effects.push(Effect::Tick {
            id: play.id,
            after_ms: (1000.0 / self.speed).round() as u32,
        });
        self.step(effects);
        let end = self.model.as_ref().and_then(|model| model.end_of_text);
        if drawn.is_none() || drawn == end {
            self.stop();
            self.notice = Some(Notice::TextEnded);
        }
    }

    /// What waited for the trace that is now shown.
    pub(super) fn after_trace(&mut self, effects: &mut Effects) {
        if self.engines.active().asked_embeddings.is_none() && self.embeddings.is_none() {
            let id = self.take_id();
            let kind = self.engines.active;
            self.engines.get_mut(kind).asked_embeddings = Some(id);
            effects.push(Effect::Send(kind, Request::Embeddings { id }));
        }
        self.start_webgpu_behind(effects);
        self.export_if_possible(effects);
        if !self.waiting.is_empty() {
            match self.waiting.remove(0) {
                Waiting::Step => self.step(effects),
                Waiting::Undo => self.undo(effects),
            }
        }
        self.play_if_due(effects);
    }

    fn after_sampling(&mut self, effects: &mut Effects) {
        self.refresh_next();
        effects.push(Effect::UrlChanged);
        effects.push(Effect::Remember(Storage::Sampling(self.sampling_query())));
    }

    // Focus

    fn choose_head(&mut self, layer: usize, head: usize, effects: &mut Effects) {
        self.focus.layer = layer;
        self.focus.head = head;
        self.focus.key = None;
        self.focus.open = OpenPart::Attention;
        self.clamp_focus();
        effects.push(Effect::UrlChanged);
        self.ask_all(effects);
    }

    fn click(&mut self, target: &Target, effects: &mut Effects) {
        match *target {
            Target::Token(token) => self.apply(Action::ChooseToken(Some(token)), effects),
            Target::Head { layer, head } => self.choose_head(layer, head, effects),
            Target::Cell {
                layer,
                head,
                query,
                key,
            } => {
                self.choose_head(layer, head, effects);
                self.apply(Action::ChooseToken(Some(query)), effects);
                self.focus.key = Some(key);
                self.clamp_focus();
            }
            Target::Block(layer) => {
                let head = self.focus.head;
                self.choose_head(layer, head, effects);
            }
            Target::Part(part) => {
                let is_open = self.focus.open == part && part != OpenPart::None;
                let part = if is_open { OpenPart::None } else { part };
                self.apply(Action::Open(part), effects);
            }
            Target::Candidate(id) => self.append(id, effects),
            Target::Vocabulary(_) | Target::Number { .. } => {}
        }
    }

    // Export

    fn export_if_possible(&mut self, effects: &mut Effects) {
        if !self.is_exporting || !self.is_current() {
            return;
        }
        let Some(json) = export_json(self) else {
            return;
        };
        self.is_exporting = false;
        let name = self.model.as_ref().map_or("trace", |model| &model.name);
        effects.push(Effect::Download {
            name: format!("{name}-trace.json"),
            json,
        });
    }

    // Engines

    fn start(&mut self, effects: &mut Effects) {
        let kind = self.engines.wanted.unwrap_or(BackendKind::Cpu);
        self.engines.active = kind;
        self.start_engine(kind, effects);
    }

    fn start_engine(&mut self, kind: BackendKind, effects: &mut Effects) {
        if self.engines.get(kind).is_alive() {
            return;
        }
        let load_id = self.take_id();
        let accepts_software = self.engines.wanted == Some(BackendKind::WebGpu);
        let engine = self.engines.get_mut(kind);
        engine.forget(EngineStatus::Loading(Vec::new()));
        effects.push(Effect::StartEngine {
            kind,
            load_id,
            accepts_software,
        });
    }

    fn start_webgpu_behind(&mut self, effects: &mut Effects) {
        if self.engines.wanted.is_none() && self.engines.webgpu.status == EngineStatus::Off {
            self.start_engine(BackendKind::WebGpu, effects);
        }
    }

    fn choose_backend(&mut self, kind: BackendKind, effects: &mut Effects) {
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

    fn hear(&mut self, kind: BackendKind, event: Event, effects: &mut Effects) {
        match event {
            Event::Progress { progress, .. } => {
                self.engines.get_mut(kind).note_progress(progress);
            }
            Event::Ready { backend, model, .. } => {
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
                if self.model.is_none() {
                    let vocab_size = model.vocab_size();
                    self.model = Some(super::Shared::new(*model));
                    if self.generation.iter().any(|id| *id as usize >= vocab_size) {
                        self.generation.clear();
                    }
                    self.clamp_focus();
                    self.refresh_box();
                }
                self.ask_all(effects);
            }
            Event::Trace { id, update } => self.take_trace(kind, id, update, effects),
            Event::Embeddings { id, table } => {
                let engine = self.engines.get_mut(kind);
                if engine.asked_embeddings == Some(id) {
                    self.embeddings = Some(super::Shared::new(table));
                }
            }
            Event::Failed { id, error } => self.failed(kind, id, error, effects),
        }
    }

    fn failed(&mut self, kind: BackendKind, id: u64, error: EngineError, effects: &mut Effects) {
        let engine = self.engines.get_mut(kind);
        let is_lost = id == 0 || matches!(error, EngineError::DeviceLost { .. });
        if engine.is_ready() && !is_lost {
            let was_run = engine
                .in_flight
                .take_if(|(asked, _)| *asked == id)
                .is_some();
            if let (true, EngineError::UnknownToken { .. }) = (was_run, &error) {
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
        match kind {
            BackendKind::WebGpu => self.leave_webgpu(error, effects),
            BackendKind::Cpu => {
                self.stop();
                self.engines.cpu.forget(EngineStatus::Failed(error.clone()));
                effects.push(Effect::StopEngine(kind));
                self.notice = Some(Notice::EngineFailed(error));
            }
        }
    }

    /// WebGPU cannot go on: the processor does.
    fn leave_webgpu(&mut self, error: EngineError, effects: &mut Effects) {
        let was_needed = self.engines.active == BackendKind::WebGpu
            || self.engines.wanted == Some(BackendKind::WebGpu);
        effects.push(Effect::StopEngine(BackendKind::WebGpu));
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

    fn crashed(&mut self, kind: BackendKind, detail: String, effects: &mut Effects) {
        let engine = self.engines.get_mut(kind);
        engine.restarts += 1;
        let error = EngineError::Internal { detail };
        effects.push(Effect::StopEngine(kind));
        if engine.restarts == 1 {
            engine.forget(EngineStatus::Off);
            self.notice = Some(Notice::Restarted);
            self.start_engine(kind, effects);
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

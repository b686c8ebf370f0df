//! The reducer: from a state and an action to the next state and what has to happen outside.

use crate::protocol::{BackendKind, Request};
use crate::ui::views::{LookChange, OpenPart, Target};

use super::text::end_of_change;
use super::{Action, Effect, FilmAction, Notice, State, Storage};

/// What has to happen outside, in order.
pub(super) type Effects = Vec<Effect>;

/// The next state, and what has to happen outside because of it.
pub fn reduce(mut state: State, action: Action) -> (State, Vec<Effect>) {
    let mut effects = Vec::new();
    state.apply(action, &mut effects);
    (state, effects)
}

impl State {
    pub(super) fn apply(&mut self, action: Action, effects: &mut Effects) {
        match action {
            Action::Start => self.start(effects),
            Action::Type {
                value,
                is_composing,
            } => self.edit(value, is_composing, effects),
            Action::Caret(byte) => self.follow_caret(byte),
            Action::Step => self.step(effects),
            Action::Take(id) => self.append(id, effects),
            Action::InsertBlank => self.insert_blank(effects),
            Action::Hide(token) => self.hide(token, effects),
            Action::Undo => self.undo(effects),
            Action::Play => self.start_play(effects),
            Action::Stop => {
                self.stop();
                self.projector.play = None;
            }
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
                self.focus.path.clear();
                self.clamp_focus();
                self.refresh_next();
                self.refresh_companion();
                effects.push(Effect::UrlChanged);
                self.ask_all(effects);
            }
            Action::ChooseHead { layer, head } => self.choose_head(layer, head, effects),
            Action::Open(part) => {
                self.focus.open = part;
                effects.push(Effect::UrlChanged);
                self.ask_all(effects);
            }
            Action::OpenPanel(name) => {
                self.focus.open_panel(name);
                self.keep_companion(None);
                effects.push(Effect::UrlChanged);
                self.ask_all(effects);
            }
            Action::ClosePanel(name) => {
                self.focus.close_panel(name);
                effects.push(Effect::UrlChanged);
            }
            Action::Inquire(quantity) => self.inquire(quantity, effects),
            Action::InquireBack(length) => self.inquire_back(length, effects),
            Action::InquireAgain(query) => self.inquire_again(&query, effects),
            Action::SetNarrow(is_narrow) => {
                self.focus.is_narrow = is_narrow;
                self.ask_all(effects);
            }
            Action::Look(change) => {
                self.focus.change(change);
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
                let was_prepared = self.is_prepared();
                self.language = language;
                effects.push(Effect::Remember(Storage::Language(language)));
                if was_prepared && !self.is_composing {
                    let text = self.prepared().to_owned();
                    self.filled.clear();
                    self.replace_text(text, Vec::new(), effects);
                    self.recite(effects);
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
            Action::Model(action) => self.model_action(action, effects),
            Action::Opening(action) => self.open_action(action, effects),
            Action::Film(action) => self.film(action, effects),
            Action::Export => {
                self.is_exporting = true;
                self.ask_all(effects);
                self.export_if_possible(effects);
            }
            Action::Beside(action) => self.act_beside(*action, effects),
            Action::TakeAway {
                view,
                format,
                width,
                height,
            } => self.take_away(view, format, (width, height), effects),
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
        let was_composing = std::mem::replace(&mut self.is_composing, is_composing);
        if value == self.text_box.text {
            if was_composing && !is_composing {
                self.recite_soon(effects);
                self.play_if_due(effects);
                self.ask_all(effects);
            }
            return;
        }
        // The whole box is typed text from here on.
        self.stop();
        self.forget_remarks();
        self.caret = Some(end_of_change(&self.text_box.text, &value));
        self.text.clone_from(&value);
        self.generation.clear();
        self.filled.clear();
        self.text_box.text = value;
        self.text_box.tail.clear();
        self.focus.token = None;
        self.focus.key = None;
        effects.push(Effect::UrlChanged);
        self.recite_soon(effects);
        self.ask_all(effects);
    }

    pub(super) fn replace_text(
        &mut self,
        text: String,
        generation: Vec<u32>,
        effects: &mut Effects,
    ) {
        self.text = text;
        self.generation = generation;
        self.forget_remarks();
        self.caret = None;
        self.focus.token = None;
        self.focus.key = None;
        self.refresh_box();
        effects.push(Effect::UrlChanged);
        self.ask_all(effects);
    }

    /// Remarks on the text that was.
    fn forget_remarks(&mut self) {
        self.notice
            .take_if(|notice| matches!(notice, Notice::TextEnded | Notice::NoText { .. }));
    }

    fn follow_caret(&mut self, byte: usize) {
        self.caret = Some(byte);
        if !self.is_current() {
            return;
        }
        let is_source = self.drawn_architecture().has_source();
        let tokens = match is_source {
            true => self.trace.source(),
            false => self.trace.tokens(),
        };
        let token = if byte >= self.text_box.text.len() {
            None
        } else {
            tokens
                .iter()
                .position(|token| token.start < byte.max(1) && byte.max(1) <= token.end)
        };
        let chosen = match is_source {
            true => &mut self.focus.source_token,
            false => &mut self.focus.token,
        };
        if token != *chosen {
            *chosen = token;
            self.focus.key = token.filter(|_| is_source);
            self.clamp_focus();
            self.refresh_next();
        }
    }

    // Focus

    fn choose_head(&mut self, layer: usize, head: usize, effects: &mut Effects) {
        self.focus.layer = layer;
        self.focus.head = head;
        self.focus.has_head = true;
        self.focus.key = None;
        self.focus.path.clear();
        if self.focus.open != OpenPart::Lines {
            self.focus.open = OpenPart::Attention;
        }
        self.clamp_focus();
        effects.push(Effect::UrlChanged);
        self.ask_all(effects);
    }

    fn click(&mut self, target: &Target, effects: &mut Effects) {
        match *target {
            Target::Token(token) => self.apply(Action::ChooseToken(Some(token)), effects),
            Target::SourceToken(token) => {
                self.focus.source_token = Some(token);
                self.focus.key = Some(token);
                self.clamp_focus();
                effects.push(Effect::UrlChanged);
                self.ask_all(effects);
            }
            Target::Prediction { position, .. } => {
                self.apply(Action::ChooseToken(Some(position)), effects);
                // A finger has nothing to point with: its tap shows what pointing shows.
                self.focus.hovered = Some(target.clone());
            }
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
            Target::Number(quantity) => self.inquire(quantity, effects),
            Target::Order(order) => {
                self.apply(Action::Look(LookChange::SortHeads(order)), effects);
            }
            Target::Step(step) => self.film(FilmAction::Choose(step), effects),
            Target::Vocabulary(_) => {}
        }
    }
}

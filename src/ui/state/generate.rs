//! Adding tokens and taking them away: step, play, undo, and what waited for numbers.

use crate::protocol::{Architecture, Request};
use crate::ui::views::map;

use super::reduce::Effects;
use super::{Body, Effect, Notice, Play, State, Storage, export_json};

/// So long nothing must have been typed before an edited source is translated, milliseconds.
const TYPING_PAUSE_MS: u32 = 500;

impl State {
    pub(super) fn step(&mut self, effects: &mut Effects) {
        if !self.is_current() {
            // A held key must not pile up work.
            self.waiting_steps = (self.waiting_steps + 1).min(4);
            return;
        }
        if let Some(id) = self.next.as_ref().and_then(|next| next.token()) {
            self.append(id, effects);
        }
    }

    pub(super) fn append(&mut self, id: u32, effects: &mut Effects) {
        let is_known = self
            .in_use
            .as_ref()
            .is_some_and(|model| (id as usize) < model.vocab_size());
        if !is_known || !self.is_current() || !self.can_add() {
            return;
        }
        if self.architecture() == Architecture::Encoder {
            self.fill(id, effects);
            return;
        }
        let mut generation = std::mem::take(&mut self.generation);
        generation.push(id);
        let text = std::mem::take(&mut self.text);
        self.replace_text(text, generation, effects);
    }

    pub(super) fn undo(&mut self, effects: &mut Effects) {
        self.stop();
        if self.is_composing {
            return;
        }
        if self.architecture() == Architecture::Encoder {
            self.unfill(effects);
        } else if self.generation.pop().is_some() {
            let text = std::mem::take(&mut self.text);
            let generation = std::mem::take(&mut self.generation);
            self.replace_text(text, generation, effects);
        }
    }

    /// Whether there is something to take back: what was typed is changed in the box only.
    pub fn can_undo(&self) -> bool {
        match self.architecture() {
            Architecture::Encoder => !self.filled.is_empty(),
            _ => !self.generation.is_empty(),
        }
    }

    pub(super) fn start_play(&mut self, effects: &mut Effects) {
        if self.play.is_some() || !self.can_add() {
            return;
        }
        self.notice = None;
        self.projector.play = None;
        let id = self.take_id();
        self.play = Some(Play {
            id,
            is_due: true,
            is_greedy: false,
        });
        self.play_if_due(effects);
    }

    pub(super) fn stop(&mut self) {
        if self.play.take().is_some_and(|play| play.is_greedy) {
            self.refresh_next();
        }
        self.waiting_steps = 0;
    }

    pub(super) fn tick(&mut self, id: u64, effects: &mut Effects) {
        if self.film_tick(id, effects) {
            return;
        }
        if let Some(play) = self.play.as_mut().filter(|play| play.id == id) {
            play.is_due = true;
            self.play_if_due(effects);
        }
    }

    pub(super) fn play_if_due(&mut self, effects: &mut Effects) {
        let Some(play) = self.play.filter(|play| play.is_due) else {
            return;
        };
        let is_held_up = self.is_composing && self.architecture().has_source();
        if !self.is_current() || is_held_up {
            return;
        }
        if !self.can_add() {
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
            after_ms: self.pause_ms(),
        });
        self.step(effects);
        let end = self.in_use.as_ref().and_then(|model| model.end_of_text);
        if self.is_ended() {
            self.stop();
        } else if drawn.is_none() || (drawn == end && self.architecture().writes()) {
            self.stop();
            self.notice = Some(Notice::TextEnded);
        }
    }

    /// Time between two tokens, milliseconds.
    fn pause_ms(&self) -> u32 {
        match self.is_still && self.play.is_some_and(|play| play.is_greedy) {
            true => 1,
            false => (1000.0 / self.speed).round() as u32,
        }
    }

    /// Begins to write what follows from a source, always the most likely token.
    pub(super) fn recite(&mut self, effects: &mut Effects) {
        if self.architecture().has_source() && self.generation.is_empty() {
            self.play_greedily(true);
            self.refresh_next();
            self.play_if_due(effects);
        }
    }

    /// The same of a source that is being edited: once nothing was typed for a moment, and never in
    /// the middle of a syllable.
    pub(super) fn recite_soon(&mut self, effects: &mut Effects) {
        let is_wanted = self.architecture().has_source() && self.generation.is_empty();
        if is_wanted && !self.is_composing && !self.text.trim().is_empty() {
            let id = self.play_greedily(false);
            let after_ms = TYPING_PAUSE_MS;
            effects.push(Effect::Tick { id, after_ms });
        }
    }

    /// Plays the most likely tokens. Returns the number of the play.
    fn play_greedily(&mut self, is_due: bool) -> u64 {
        let id = self.take_id();
        self.play = Some(Play {
            id,
            is_due,
            is_greedy: true,
        });
        id
    }

    /// What waited for the trace that is now shown.
    pub(super) fn after_trace(&mut self, effects: &mut Effects) {
        self.refresh_map(effects);
        self.start_webgpu_behind(effects);
        self.export_if_possible(effects);
        if self.waiting_steps > 0 {
            self.waiting_steps -= 1;
            self.step(effects);
        }
        self.play_if_due(effects);
    }

    /// Asks for the vocabulary's vectors: once, and of another step when somebody looks at them.
    pub(super) fn refresh_map(&mut self, effects: &mut Effects) {
        let kind = self.engines.active;
        let engine = self.engines.get(kind);
        if engine.asked_embeddings.is_some() || engine.traced.is_none() || !self.is_current() {
            return;
        }
        let Some(model) = self.in_use.as_ref().map(|model| model.name.clone()) else {
            return;
        };
        let is_of_step = !self.projector.has_film
            || self.projector.mapped == engine.weights
            || !self.focus.shows(&map::VIEW);
        if self.embeddings.is_none() || !is_of_step {
            let id = self.take_id();
            self.engines.get_mut(kind).asked_embeddings = Some(id);
            effects.push(Effect::Send(kind, Request::Embeddings { id, model }));
        }
    }

    pub(super) fn after_sampling(&mut self, effects: &mut Effects) {
        self.refresh_next();
        self.refresh_companion();
        self.inspect(effects);
        effects.push(Effect::UrlChanged);
        effects.push(Effect::Remember(Storage::Sampling(self.sampling_query())));
    }

    pub(super) fn export_if_possible(&mut self, effects: &mut Effects) {
        if !self.is_exporting || !self.is_current() {
            return;
        }
        let Some(text) = export_json(self) else {
            return;
        };
        self.is_exporting = false;
        let name = self.model.as_ref().map_or("trace", |model| &model.name);
        effects.push(Effect::Download {
            name: format!("{name}-trace.json"),
            body: Body::Text {
                mime: "application/json",
                text,
            },
        });
    }
}

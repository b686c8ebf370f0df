//! Which head is open: each model has its own, because their numbers say nothing of one another.

use super::reduce::Effects;
use super::{Effect, State};
use crate::ui::views::{Focus, telling_head};

/// The open head of a model that is not in use.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct HeadPlace {
    layer: usize,
    head: usize,
    is_chosen: bool,
}

impl HeadPlace {
    /// The head that is open.
    pub fn of(focus: &Focus) -> Self {
        HeadPlace {
            layer: focus.layer,
            head: focus.head,
            is_chosen: focus.has_head,
        }
    }
}

impl State {
    /// Keeps the open head of the model in use and opens the one that was open in `model`.
    pub(super) fn turn_to_head_of(&mut self, model: &str) {
        let before = self.in_use_name().to_owned();
        self.heads.insert(before, HeadPlace::of(&self.focus));
        let place = self.heads.remove(model);
        let place = place.unwrap_or_else(|| HeadPlace::of(&State::default_focus()));
        let focus = &mut self.focus;
        (focus.layer, focus.head, focus.has_head) = (place.layer, place.head, place.is_chosen);
    }

    /// Of a model's first trace, opens the head that shows where its prediction is said, unless a
    /// head was chosen. The model that the site opens with keeps its place: it is drawn before there
    /// are numbers.
    pub(super) fn open_telling_head(&mut self, effects: &mut Effects) {
        if self.focus.has_head || self.uses_first_model() {
            return;
        }
        self.focus.has_head = true;
        let drawn = self.model.as_ref();
        let told = drawn.and_then(|model| telling_head(model, &self.trace, &self.focus));
        if let Some((layer, head)) = told {
            (self.focus.layer, self.focus.head) = (layer, head);
            // Its block may need numbers that were not asked for.
            self.ask(self.engines.active, effects);
        }
        effects.push(Effect::UrlChanged);
    }

    /// What the address says of the open head. That of another model than the first one is always
    /// told: which one opens by itself depends on the text.
    pub(super) fn tells_head(&self, number: impl Fn(&Focus) -> usize) -> Option<String> {
        let chosen = number(&self.focus);
        let is_told = match self.uses_first_model() {
            true => chosen != number(&State::default_focus()),
            false => self.focus.has_head,
        };
        is_told.then(|| chosen.to_string())
    }

    /// Whether the model is the one that the site opens with.
    fn uses_first_model(&self) -> bool {
        let name = self.in_use_name();
        name.is_empty() || self.shelf.first() == Some(name)
    }
}

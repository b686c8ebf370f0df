//! Which number's arithmetic is shown, and how it was come to.

use crate::derivation::{Lengths, Quantity, Reading, derive, ids_of};
use crate::ui::views::arithmetic::{chain, home};

use super::reduce::Effects;
use super::{Effect, State, url};

/// Numbers that are remembered on the way; the first ones are forgotten.
pub(super) const LONGEST_PATH: usize = 12;

impl State {
    /// Opens the arithmetic of a number: one step further if the number takes part in what is
    /// shown, back if it is on the way already, and anew if it is neither.
    pub(super) fn inquire(&mut self, quantity: Quantity, effects: &mut Effects) {
        let path = &self.focus.path;
        if let Some(place) = path.iter().position(|passed| *passed == quantity) {
            self.focus.path.truncate(place + 1);
        } else {
            if !self.takes_part(&quantity) {
                self.focus.path.clear();
            }
            if self.focus.path.len() == LONGEST_PATH {
                self.focus.path.remove(0);
            }
            self.focus.path.push(quantity);
        }
        self.cut_path();
        self.focus.open_panel("why");
        effects.push(Effect::UrlChanged);
        // What is shown comes before what is fetched ahead.
        self.inspect(effects);
        self.ask_all(effects);
    }

    /// Goes back to the first `length` numbers of the way.
    pub(super) fn inquire_back(&mut self, length: usize, effects: &mut Effects) {
        self.focus.path.truncate(length);
        effects.push(Effect::UrlChanged);
        self.ask_all(effects);
    }

    /// Goes the way that an address tells of, as far as it leads in this text.
    pub(super) fn inquire_again(&mut self, query: &str, effects: &mut Effects) {
        url::read_way(self, query);
        self.cut_path();
        self.focus.open_panel("why");
        effects.push(Effect::UrlChanged);
        self.inspect(effects);
        self.ask_all(effects);
    }

    /// Cuts the way where it leads out of the model or the text, or where another token now
    /// stands in the way.
    pub(super) fn cut_path(&mut self) {
        let Some(model) = self.model.as_deref().filter(|_| !self.trace.is_empty()) else {
            return;
        };
        let path = &self.focus.path;
        let leads_on = |place: usize| {
            let quantity = &path[place];
            let is_found =
                !quantity.is_parameter() || place == 0 || self.has_part(&path[place - 1], quantity);
            quantity.exists(model, Lengths::of(&self.trace)) && is_found
        };
        let kept = (0..path.len()).take_while(|place| leads_on(*place)).count();
        self.focus.path.truncate(kept);
    }

    /// Whether a number is seen in the arithmetic that is shown.
    fn takes_part(&self, quantity: &Quantity) -> bool {
        let Some(model) = self.model.as_deref() else {
            return false;
        };
        let last = self.focus.path.last().copied();
        let shown = last.or_else(|| home(model, &self.trace, &self.focus));
        shown.is_some_and(|shown| self.has_part(&shown, quantity))
    }

    fn has_part(&self, whole: &Quantity, quantity: &Quantity) -> bool {
        let Some(model) = self.model.as_deref() else {
            return false;
        };
        let [ids, source] = ids_of(&self.trace);
        let reading = Reading {
            model,
            ids: &ids,
            source: &source,
            temperature: self.sampling.temperature,
        };
        let links = chain(whole, model);
        let made = links.iter().filter_map(|link| derive(link, &reading).ok());
        let mut operands = made.flat_map(|made| made.operands());
        (links.contains(quantity) && quantity != whole)
            || operands.any(|slice| slice.contains(quantity))
    }
}

//! Blanks in the text of an encoder: which one is meant, filling it, taking that back.
//!
//! A blank is typed as [`BLANK`] and is one token. The space before it is part of it, as that before
//! a word is part of the word's token.

use crate::protocol::{Architecture, TokenInfo};

use super::prepared::BLANK;
use super::reduce::Effects;
use super::{Notice, State};

/// How many steps can be taken back.
const LONGEST_HISTORY: usize = 50;

impl State {
    /// The blank whose candidates are shown: the chosen token if it is one, else the first one.
    pub fn blank(&self) -> Option<usize> {
        let model = self.model.as_ref()?;
        let mask = model
            .mask
            .filter(|_| model.architecture == Architecture::Encoder)?;
        let predicted = self.focus.predicted(model, &self.trace)?;
        let token: &TokenInfo = self.trace.tokens().get(predicted)?;
        (token.id == mask).then_some(predicted)
    }

    /// The token that [`super::Action::Hide`] would hide now.
    pub fn hideable(&self) -> Option<&TokenInfo> {
        let model = self.model.as_ref().filter(|_| self.is_current())?;
        model.mask.filter(|_| !self.architecture().writes())?;
        let token = self.trace.tokens().get(self.chosen_token()?)?;
        (token.start < token.end && Some(token.id) != model.mask).then_some(token)
    }

    /// Writes a token into the blank that is meant.
    pub(super) fn fill(&mut self, id: u32, effects: &mut Effects) {
        let (Some(blank), Some(model)) = (self.blank(), self.in_use.clone()) else {
            return;
        };
        let token = &self.trace.tokens()[blank];
        let (start, end) = (token.start, token.end);
        let bytes = model.vocabulary.get(id as usize).map_or(&[][..], |b| b);
        let Ok(word) = std::str::from_utf8(bytes) else {
            self.play = None;
            let bytes = bytes.to_vec();
            self.notice = Some(Notice::NoText { bytes });
            return;
        };
        let (Some(before), Some(after)) = (self.text.get(..start), self.text.get(end..)) else {
            return;
        };
        // Where a space was typed before the blank, and at the beginning, the word brings none.
        let has_space = before.is_empty() || before.ends_with(char::is_whitespace);
        let word = if has_space {
            word.trim_start_matches(' ')
        } else {
            word
        };
        let text = format!("{before}{word}{after}");
        self.rewrite(text, effects);
    }

    /// Puts a blank where the caret is.
    pub(super) fn insert_blank(&mut self, effects: &mut Effects) {
        let byte = self.caret.unwrap_or(self.text.len());
        let is_encoder = self.architecture() == Architecture::Encoder;
        let (Some(before), Some(after)) = (self.text.get(..byte), self.text.get(byte..)) else {
            return;
        };
        if !is_encoder || self.is_composing {
            return;
        }
        let caret = before.len() + BLANK.len();
        let text = format!("{before}{BLANK}{after}");
        self.rewrite(text, effects);
        self.caret = Some(caret);
    }

    /// Makes a token a blank.
    pub(super) fn hide(&mut self, token: Option<usize>, effects: &mut Effects) {
        if token.is_some() && self.architecture() == Architecture::Encoder {
            self.focus.token = token;
            self.clamp_focus();
        }
        let Some(token) = self.hideable() else {
            return;
        };
        let (start, end) = (token.start, token.end);
        let (Some(before), Some(after)) = (self.text.get(..start), self.text.get(end..)) else {
            // A part of a character.
            let bytes = token.bytes.clone();
            self.notice = Some(Notice::NoText { bytes });
            return;
        };
        let chosen = self.chosen_token();
        let space = if token.bytes.starts_with(b" ") {
            " "
        } else {
            ""
        };
        let text = format!("{before}{space}{BLANK}{after}");
        self.rewrite(text, effects);
        self.focus.token = chosen;
    }

    /// Takes back what was last filled, put in or hidden.
    pub(super) fn unfill(&mut self, effects: &mut Effects) {
        if let Some(text) = self.filled.pop() {
            self.replace_text(text, Vec::new(), effects);
        }
    }

    fn rewrite(&mut self, text: String, effects: &mut Effects) {
        if self.is_composing {
            return;
        }
        let before = std::mem::take(&mut self.text);
        if self.filled.len() == LONGEST_HISTORY {
            self.filled.remove(0);
        }
        self.filled.push(before);
        self.replace_text(text, Vec::new(), effects);
    }
}

//! A sentence matched against the templates.

use super::template::{Grammar, Piece};
use crate::village::event::{Category, Event, Meaning};

impl Grammar {
    /// Returns what `sentence` says, by the first template that matches all of it, and that
    /// template's index; `None` if the sentence is not of the language.
    ///
    /// ```
    /// use llm_atlas::village::{Grammar, Language};
    /// let grammar = Grammar::of(Language::English);
    /// assert!(grammar.parse("Mina gave the apple to Jun.").is_some());
    /// assert!(grammar.parse("Mina lost his ball.").is_none());
    /// ```
    pub fn parse(&self, sentence: &str) -> Option<(Event, usize)> {
        self.parse_where(sentence, |_| true)
    }

    /// Returns what `sentence` says among the meanings that `is_wanted` accepts.
    pub fn parse_where(
        &self,
        sentence: &str,
        is_wanted: impl Fn(Meaning) -> bool,
    ) -> Option<(Event, usize)> {
        self.templates()
            .iter()
            .filter(|template| is_wanted(template.meaning))
            .find_map(|template| {
                let mut event = Event::new(template.meaning, &[]);
                matches(&template.pieces, sentence, &mut event).then_some((event, template.index))
            })
    }
}

/// Matches all of `text`, filling the roles; on failure the roles are as before.
fn matches(pieces: &[Piece], text: &str, event: &mut Event) -> bool {
    let Some((piece, rest)) = pieces.split_first() else {
        return text.is_empty();
    };
    match piece {
        Piece::Literal(literal) => text
            .strip_prefix(literal.as_str())
            .is_some_and(|text| matches(rest, text, event)),
        Piece::Slot { role, surfaces, .. } => {
            if let Some(filler) = event.get(*role) {
                return match surfaces.get(usize::from(filler)) {
                    Some(surface) if !surface.is_empty() => text
                        .strip_prefix(surface.as_str())
                        .is_some_and(|text| matches(rest, text, event)),
                    _ => false,
                };
            }
            let is_person = Category::of_role(*role) == Some(Category::Person);
            for (filler, surface) in surfaces.iter().enumerate() {
                let filler = filler as u8;
                if surface.is_empty() || (is_person && event.people().any(|p| p == filler)) {
                    continue;
                }
                if let Some(text) = text.strip_prefix(surface.as_str()) {
                    event.set(*role, filler);
                    if matches(rest, text, event) {
                        return true;
                    }
                    event.clear(*role);
                }
            }
            false
        }
    }
}

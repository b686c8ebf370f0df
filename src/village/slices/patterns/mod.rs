//! Patterns: tasks that only the context explains, `apple : red, ball : blue, apple : red.`
//!
//! Four kinds. A *table* pairs words at random, so that only a look back can tell the answer. A
//! *told* table is said in sentences first. A *rule* (copy, plural, the last of three ...) has to
//! be found from its examples. A *sequence* of random words is repeated, the task of induction
//! heads (Olsson et al. 2022, arXiv:2209.11895); few-shot tasks of new kinds after Brown et al.
//! 2020 (arXiv:2005.14165).
//!
//! Held out are whole mappings (rules, pairs of kinds, the owners told in sentences, sequences of
//! nine words and more): training has no task of their form ([`Split::HeldOutTemplate`]); and
//! pairs of words ([`Split::HeldOutCombination`]): what the answer pairs, no training line pairs.

mod draw;
mod line_words;
mod opposites;
mod rule;
mod solve;

pub(in crate::village) use opposites::{OPPOSITES, is_held_out_opposite};
pub use rule::Rule;
pub use solve::solve_pattern;

use serde::{Deserialize, Serialize};

use super::{Example, Parts, Slice};
use crate::village::chooser::Chooser;
use crate::village::event::Category;
use crate::village::grammar::Language;
use crate::village::split::Split;
use draw::Line;

/// What is told in sentences before the pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Told {
    /// thing : its colour
    Colour,
    /// person : where the person was
    Place,
    /// thing : who had it
    Owner,
}

/// How a pattern pairs words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PatternKind {
    /// Words of one kind with words of another (or the same), at random.
    Table {
        /// The kind before the colon.
        from: Category,
        /// The kind after it.
        to: Category,
    },
    /// As sentences before it tell.
    Told(Told),
    /// By a rule.
    Rule(Rule),
    /// No pairs: random words and then the same again.
    Sequence {
        /// After how many words it repeats.
        period: usize,
    },
}

/// The longest sequence of training.
const LONGEST_TRAINED_PERIOD: usize = 8;

impl PatternKind {
    /// Returns whether training never has a task of this form.
    pub fn is_held_out(self) -> bool {
        use Category as C;
        match self {
            Self::Table { from, to } => matches!(
                (from, to),
                (C::Animal, C::Colour)
                    | (C::Colour, C::Animal)
                    | (C::Place, C::Person)
                    | (C::Container, C::Place)
                    | (C::Person, C::Thing)
                    | (C::Thing, C::Container)
            ),
            Self::Told(told) => told == Told::Owner,
            Self::Rule(rule) => rule.is_held_out(),
            Self::Sequence { period } => period > LONGEST_TRAINED_PERIOD,
        }
    }
}

/// What an example of the slice consists of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PatternParts {
    /// How words are paired.
    pub kind: PatternKind,
    /// The words of the context in the order they were first drawn: before and after each colon;
    /// of a sequence, the words of one period.
    pub pairs: Vec<(String, String)>,
}

/// Draws a pattern.
pub(super) fn draw(language: Language, seed: u64, split: Split) -> Option<Example> {
    let mut chooser = Chooser::new(seed);
    let kind = draw::draw_kind(&mut chooser, split == Split::HeldOutTemplate);
    let is_held_out_pair = split == Split::HeldOutCombination;
    let Line {
        prompt,
        answer,
        content,
        pairs,
    } = draw::draw_line(&mut chooser, language, kind, is_held_out_pair)?;
    split.admits(&content).then(|| Example {
        slice: Slice::Patterns,
        language,
        text: format!("{prompt} {answer}"),
        prompt,
        answer,
        parts: Parts::Patterns(PatternParts { kind, pairs }),
        bits: chooser.bits(),
        answer_bits: 0.0,
        content,
    })
}

#[cfg(test)]
mod tests;

//! Ways to look at the same numbers: what the panels that look closer can be set to.

use crate::protocol::{Attention, CellSite};

use super::Focus;

/// What the attention panel draws of each pair of tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Measure {
    /// The attention weight.
    #[default]
    Pattern,
    /// The weight times the length of the value it is put on.
    ///
    /// Source: Kobayashi et al. 2020, "Attention is Not Only a Weight".
    ValueWeighted,
    /// Attention followed through all blocks up to the chosen one.
    ///
    /// Source: Abnar and Zuidema 2020, "Quantifying Attention Flow in Transformers".
    Rollout,
}

impl Measure {
    /// All of them, in the order of the select.
    pub const ALL: [Measure; 3] = [Measure::Pattern, Measure::ValueWeighted, Measure::Rollout];

    /// Its name in the address.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Pattern => "pattern",
            Measure::ValueWeighted => "value",
            Measure::Rollout => "rollout",
        }
    }
}

/// What the heads are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum HeadOrder {
    /// Their place in the model.
    #[default]
    Place,
    /// Attention to the token before, most first.
    PreviousToken,
    /// Attention to what followed the same token, most first.
    Induction,
    /// Entropy of the rows, sharpest first.
    Entropy,
    /// Distance looked back, farthest first.
    Distance,
}

impl HeadOrder {
    /// All of them, in the order of the columns.
    pub const ALL: [HeadOrder; 5] = [
        HeadOrder::Place,
        HeadOrder::PreviousToken,
        HeadOrder::Induction,
        HeadOrder::Entropy,
        HeadOrder::Distance,
    ];

    /// Its name in the address.
    pub fn name(self) -> &'static str {
        match self {
            HeadOrder::Place => "place",
            HeadOrder::PreviousToken => "previous",
            HeadOrder::Induction => "induction",
            HeadOrder::Entropy => "entropy",
            HeadOrder::Distance => "distance",
        }
    }
}

/// A change of what the panels show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookChange {
    /// Merge tokens to words, or not.
    MergeWords(bool),
    /// Draw this of each pair of tokens.
    Measure(Measure),
    /// Sort the heads.
    SortHeads(HeadOrder),
    /// Ask about this token's logit; `None` is the most likely next token.
    Target(Option<u32>),
    /// Look at this attention.
    Attention(Attention),
    /// Draw this of a recurrent model's cells.
    Cell(CellSite),
    /// Draw the mean over the heads of a block where lines join two texts, or the chosen head.
    MergeHeads(bool),
}

impl Focus {
    /// Takes a change in.
    pub fn change(&mut self, change: LookChange) {
        match change {
            LookChange::MergeWords(merges) => self.merges_words = merges,
            LookChange::Measure(measure) => self.measure = measure,
            LookChange::SortHeads(order) => self.sort_heads = order,
            LookChange::Target(target) => self.target = target,
            LookChange::Attention(attention) => {
                self.attention = attention;
                // It was a key of the other attention.
                self.key = None;
            }
            LookChange::Cell(cell) => self.cell = cell,
            LookChange::MergeHeads(merges) => self.merges_heads = merges,
        }
    }
}

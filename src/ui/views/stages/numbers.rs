//! The numbers of one head's attention, stage by stage.

use std::ops::Range;

use crate::attention_measures::{
    attention_rollout, mean_over_heads, merge_words, merge_words_across, norm, value_weighted,
    word_ranges,
};
use crate::protocol::{Architecture, Attention, Site};
use crate::ui::views::{Measure, ViewInput};

/// All numbers between queries, keys and values and the head's result.
pub struct Numbers<'a> {
    /// Block and head.
    pub head: (usize, usize),
    /// The attention that is meant.
    pub attention: Attention,
    /// How many keys there are.
    pub n_keys: usize,
    /// What the model divides the products by: 1 in a family that does not.
    pub divisor: f32,
    /// Whether the scores are more than the products: how far apart two tokens stand is added.
    pub has_bias: bool,
    /// What is drawn in the fourth stage.
    pub measure: Measure,
    /// Width of the head.
    pub d_head: usize,
    /// The pair of tokens that is lit: which looks, and which is looked at.
    pub pair: (usize, usize),
    /// `[pos][d_head]`
    queries: Vec<&'a [f32]>,
    keys: Vec<&'a [f32]>,
    /// Scaled scores, `[query][key]` with the keys that may be looked at.
    pub scores: Vec<&'a [f32]>,
    /// Attention weights, the same shape.
    pub pattern: Vec<&'a [f32]>,
    /// The head's results, `[pos][d_head]`.
    pub results: Vec<&'a [f32]>,
    /// What is drawn of each pair in the fourth stage, the same shape as the pattern; between
    /// words if there are any.
    pub weights: Vec<Vec<f32>>,
    /// Tokens of each word, if tokens are merged.
    pub words: Option<Vec<Range<usize>>>,
}

impl<'a> Numbers<'a> {
    /// Everything, once the trace holds it.
    pub fn new(input: &ViewInput<'a>) -> Option<Self> {
        let (layer, head) = (input.layer(), input.head());
        let attention = input.attention()?;
        let rows = |site| -> Option<Vec<&'a [f32]>> {
            let read = match site {
                Site::K | Site::V => input.keys(),
                _ => input.queries(),
            };
            let row = |pos| input.stage(layer, site, head, pos);
            (0..read.len()).map(row).collect()
        };
        let measure = match input.focus.measure {
            // What is mixed through the blocks is one text.
            Measure::Rollout if input.is_across() => Measure::Pattern,
            measure => measure,
        };
        let pattern = rows(Site::Pattern)?;
        let mut weights = match measure {
            Measure::Pattern => pattern.iter().map(|row| row.to_vec()).collect(),
            Measure::ValueWeighted => {
                let norms: Vec<f32> = rows(Site::V)?.into_iter().map(norm).collect();
                let weighted = |row: &&[f32]| value_weighted(row, &norms);
                pattern.iter().map(weighted).collect()
            }
            Measure::Rollout => rollout(input, layer)?,
        };
        let words = (input.focus.merges_words && !input.is_across()).then(|| {
            let tokens = input.queries().iter();
            word_ranges(&tokens.map(|token| &token.bytes).collect::<Vec<_>>())
        });
        if let Some(words) = &words {
            weights = match input.looks_back() {
                true => merge_words(&weights, words),
                false => merge_words_across(&weights, words, words),
            };
        }
        let queries = rows(Site::Q)?;
        let d_head = queries.first()?.len();
        let is_plain = input.model.architecture == Architecture::EncoderDecoder;
        Some(Numbers {
            head: (layer, head),
            attention,
            n_keys: input.keys().len(),
            divisor: if is_plain {
                1.0
            } else {
                (d_head as f32).sqrt()
            },
            has_bias: is_plain && !input.is_across(),
            measure,
            d_head,
            pair: pair(input)?,
            queries,
            keys: rows(Site::K)?,
            scores: rows(Site::Scores)?,
            pattern,
            results: rows(Site::Z)?,
            weights,
            words,
        })
    }

    /// Query times key, also where the query comes first.
    pub fn dot(&self, query: usize, key: usize) -> f32 {
        let pairs = self.queries[query].iter().zip(self.keys[key]);
        pairs.map(|(q, k)| q * k).sum()
    }

    /// The score as the model scaled it; computed where the model may not look. `None` where it
    /// would need a number that is not held: what is added for the distance.
    pub fn scaled(&self, query: usize, key: usize) -> Option<f32> {
        match self.scores[query].get(key) {
            Some(score) => Some(*score),
            None if self.has_bias => None,
            None => Some(self.dot(query, key) / self.divisor),
        }
    }

    /// What the second stage does to the products.
    pub fn change(&self) -> Change {
        match (self.has_bias, self.divisor == 1.0) {
            (true, _) => Change::Distance,
            (false, true) => Change::Nothing,
            (false, false) => Change::Root(self.d_head),
        }
    }

    /// What the fourth stage shows of a pair; `None` where nothing may be looked at.
    pub fn weight(&self, query: usize, key: usize) -> Option<f32> {
        let Some(words) = &self.words else {
            return self.weights[query].get(key).copied();
        };
        let of = |position| words.iter().position(|word| word.contains(&position));
        self.weights.get(of(query)?)?.get(of(key)?).copied()
    }

    /// The fourth stage of every query in `queries`, `[query][key]`, word by word if merged.
    pub fn weight_rows(&self, queries: Range<usize>) -> Vec<Vec<f32>> {
        let Some(words) = &self.words else {
            return self.weights[queries].to_vec();
        };
        let spread = |row: &Vec<f32>| -> Vec<f32> {
            let cells = words.iter().zip(row);
            cells
                .flat_map(|(word, weight)| std::iter::repeat_n(*weight, word.len()))
                .collect()
        };
        let mut rows = Vec::with_capacity(queries.len());
        for (word, row) in words.iter().zip(&self.weights) {
            let shown = word.start.max(queries.start)..word.end.min(queries.end);
            if !shown.is_empty() {
                rows.extend(std::iter::repeat_n(spread(row), shown.len()));
            }
        }
        rows
    }

    /// Sum of the lit query's row in the fourth stage.
    pub fn row_sum(&self) -> f64 {
        let of = |position| {
            let words = self.words.as_ref()?;
            words.iter().position(|word| word.contains(&position))
        };
        let row = of(self.pair.0).unwrap_or(self.pair.0);
        let row = self.weights.get(row).into_iter().flatten();
        row.map(|weight| f64::from(*weight)).sum()
    }

    /// Tokens of the word a token belongs to, or the token alone.
    pub fn unit(&self, position: usize) -> Range<usize> {
        let mut words = self.words.iter().flatten();
        let word = words.find(|word| word.contains(&position));
        word.map_or(position..position + 1, Range::clone)
    }
}

/// What the second stage does to the products of query and key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Divides them by the root of a head's width.
    Root(usize),
    /// Adds a number learned for how far apart the two tokens stand.
    ///
    /// Source: Raffel et al. 2020, section 2.1.
    Distance,
    /// Nothing: the family learns queries of the right size.
    Nothing,
}

/// The share of every token in every position after the chosen block.
fn rollout(input: &ViewInput<'_>, layer: usize) -> Option<Vec<Vec<f32>>> {
    let n = input.queries().len();
    let blocks: Option<Vec<Vec<Vec<f32>>>> = (0..=layer)
        .map(|layer| {
            let head = |head| -> Option<Vec<&[f32]>> {
                let row = |query| input.pattern(layer, head, query);
                (0..n).map(row).collect()
            };
            let heads: Option<Vec<Vec<&[f32]>>> = (0..input.model.n_heads).map(head).collect();
            Some(mean_over_heads(&heads?))
        })
        .collect();
    attention_rollout(&blocks?).pop()
}

/// The pair under the pointer if it is of this head; else the lit token and the key it is read at.
fn pair(input: &ViewInput<'_>) -> Option<(usize, usize)> {
    if let Some(pair) = input.hovered_pair() {
        return Some(pair);
    }
    let query = input.lit_query()?;
    Some((query, input.chosen_key(query)?))
}

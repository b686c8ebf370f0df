//! The numbers of one head's attention, stage by stage.

use std::ops::Range;

use crate::attention_measures::{
    attention_rollout, mean_over_heads, merge_words, norm, value_weighted, word_ranges,
};
use crate::protocol::{Activation, Site};
use crate::ui::views::{Measure, ViewInput};

/// All numbers between queries, keys and values and the head's result.
pub struct Numbers<'a> {
    /// Block and head.
    pub head: (usize, usize),
    /// Width of the head.
    pub d_head: usize,
    /// The pair of tokens that is lit: which looks, and which is looked at.
    pub pair: (usize, usize),
    /// `[pos][d_head]`
    queries: Vec<&'a [f32]>,
    keys: Vec<&'a [f32]>,
    /// Scaled scores, `[query][key]` with `key <= query`.
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
        let n = input.trace.len();
        let rows = |site| -> Option<Vec<&'a [f32]>> {
            let row = |pos| {
                let activation = Activation::block(layer, site);
                input.trace.head_row(activation, head, pos)
            };
            (0..n).map(row).collect()
        };
        let pattern = rows(Site::Pattern)?;
        let mut weights = match input.focus.measure {
            Measure::Pattern => pattern.iter().map(|row| row.to_vec()).collect(),
            Measure::ValueWeighted => {
                let norms: Vec<f32> = rows(Site::V)?.into_iter().map(norm).collect();
                let weighted = |row: &&[f32]| value_weighted(row, &norms);
                pattern.iter().map(weighted).collect()
            }
            Measure::Rollout => rollout(input, layer)?,
        };
        let words = input.focus.merges_words.then(|| {
            let tokens = input.trace.tokens().iter();
            word_ranges(&tokens.map(|token| &token.bytes).collect::<Vec<_>>())
        });
        if let Some(words) = &words {
            weights = merge_words(&weights, words);
        }
        let queries = rows(Site::Q)?;
        Some(Numbers {
            head: (layer, head),
            d_head: queries.first()?.len(),
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

    /// The score as the model scaled it; computed where the model may not look.
    pub fn scaled(&self, query: usize, key: usize) -> f32 {
        match self.scores[query].get(key) {
            Some(score) => *score,
            None => self.dot(query, key) / (self.d_head as f32).sqrt(),
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

/// The share of every token in every position after the chosen block.
fn rollout(input: &ViewInput<'_>, layer: usize) -> Option<Vec<Vec<f32>>> {
    let n = input.trace.len();
    let blocks: Option<Vec<Vec<Vec<f32>>>> = (0..=layer)
        .map(|layer| {
            let head = |head| -> Option<Vec<&[f32]>> {
                let row = |query| input.trace.pattern(layer, head, query);
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
    let query = input.path()?;
    Some((query, input.chosen_key(query)?))
}

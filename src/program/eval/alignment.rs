//! The alignment error rate of cross-attention: of every head, of every layer's mean of heads, and
//! of all of them together.
//!
//! A word of the translation is linked to the word of the source that gets most of its attention.
//! Its attention is taken where the decoder *writes* its tokens (the step before each is read) and
//! where it *reads them back*; which of the two says more is measured, not assumed.

use serde::Serialize;

use crate::attention_measures::{
    diagonal_links, merge_words_across, spaced_word_ranges, strongest_links,
};
use crate::village::{AlignmentCounts, ParallelParts};

/// Where a word's attention is taken.
const MOMENTS: [&str; 2] = ["when writing", "when reading back"];

/// Counts over many texts.
#[derive(Debug)]
pub struct Alignments {
    n_heads: usize,
    /// `[moment, layer, head]`
    heads: Vec<Vec<Vec<AlignmentCounts>>>,
    /// `[moment, layer]`
    layers: Vec<Vec<AlignmentCounts>>,
    /// `[moment]`
    all: Vec<AlignmentCounts>,
    diagonal: AlignmentCounts,
}

/// An error rate and whose it is.
#[derive(Clone, Debug, Serialize)]
pub struct Rate {
    /// Layer, head and moment.
    pub name: String,
    /// 0 to 1.
    pub error_rate: f64,
}

/// The error rates of one direction.
#[derive(Debug, Serialize)]
pub struct AlignmentReport {
    /// Mean of heads of the best layer.
    pub best_layer: Rate,
    /// The best head.
    pub best_head: Rate,
    /// Mean over all layers and heads, at the better moment.
    pub mean_of_all: f64,
    /// Words linked in order, without a model.
    pub diagonal: f64,
    /// Every layer's mean of heads.
    pub layers: Vec<Rate>,
    /// Every head.
    pub heads: Vec<Rate>,
}

impl Alignments {
    /// Nothing counted yet.
    pub fn new(n_layers: usize, n_heads: usize) -> Self {
        let moments = MOMENTS.len();
        let counts = AlignmentCounts::default();
        Alignments {
            n_heads,
            heads: vec![vec![vec![counts; n_heads]; n_layers]; moments],
            layers: vec![vec![counts; n_layers]; moments],
            all: vec![counts; moments],
            diagonal: counts,
        }
    }

    /// Counts the links of one pair.
    ///
    /// # Shapes
    /// - `source_tokens`, `target_tokens`: the bytes of each token, special ones left out
    /// - `patterns`: of each layer `[head, 1 + target token, source token + 1]`, row-major
    pub fn add(
        &mut self,
        pair: &ParallelParts,
        source_tokens: &[Vec<u8>],
        target_tokens: &[Vec<u8>],
        patterns: &[Vec<f32>],
    ) {
        let gold = &pair.alignment;
        let source_words = spaced_word_ranges(source_tokens);
        let target_words = spaced_word_ranges(target_tokens);
        let width = source_tokens.len() + 1;
        let height = target_tokens.len() + 1;
        for moment in 0..MOMENTS.len() {
            // Row `i` writes target token `i`; row `i + 1` reads it back.
            let words_of = |pattern: &[f32]| -> Vec<Vec<f32>> {
                let rows: Vec<&[f32]> = pattern.chunks_exact(width).skip(moment).collect();
                merge_words_across(&rows, &target_words, &source_words)
            };
            let mut all: Vec<Vec<Vec<f32>>> = Vec::new();
            for (layer, pattern) in patterns.iter().enumerate() {
                let heads: Vec<_> = pattern.chunks_exact(height * width).map(words_of).collect();
                for (head, rows) in heads.iter().enumerate() {
                    self.heads[moment][layer][head].add(&strongest_links(rows), gold);
                }
                self.layers[moment][layer].add(&strongest_links(&sum(&heads)), gold);
                all.extend(heads);
            }
            self.all[moment].add(&strongest_links(&sum(&all)), gold);
        }
        let diagonal = diagonal_links(source_words.len(), target_words.len());
        self.diagonal.add(&diagonal, gold);
    }

    /// The error rates.
    pub fn report(&self) -> AlignmentReport {
        let (mut layers, mut heads) = (Vec::new(), Vec::new());
        for (moment, when) in MOMENTS.into_iter().enumerate() {
            for (layer, counts) in self.layers[moment].iter().enumerate() {
                layers.push(Rate {
                    name: format!("layer {layer}, {when}"),
                    error_rate: counts.error_rate(),
                });
                for head in 0..self.n_heads {
                    heads.push(Rate {
                        name: format!("layer {layer}, head {head}, {when}"),
                        error_rate: self.heads[moment][layer][head].error_rate(),
                    });
                }
            }
        }
        let best = |rates: &[Rate]| {
            let best = rates
                .iter()
                .min_by(|a, b| a.error_rate.total_cmp(&b.error_rate));
            best.cloned().unwrap_or(Rate {
                name: "none".into(),
                error_rate: 1.0,
            })
        };
        let of_all = self.all.iter().map(AlignmentCounts::error_rate);
        AlignmentReport {
            best_layer: best(&layers),
            best_head: best(&heads),
            mean_of_all: of_all.fold(1.0, f64::min),
            diagonal: self.diagonal.error_rate(),
            layers,
            heads,
        }
    }
}

impl AlignmentReport {
    /// Prints every layer and head as a table.
    pub fn print(&self) {
        println!("| attention of | error rate |\n|---|---|");
        for Rate { name, error_rate } in self.layers.iter().chain(&self.heads) {
            println!("| {name} | {error_rate:.3} |");
        }
    }
}

/// The sum of patterns of one shape.
fn sum(patterns: &[Vec<Vec<f32>>]) -> Vec<Vec<f32>> {
    let mut patterns = patterns.iter();
    let mut sum = patterns.next().cloned().unwrap_or_default();
    for pattern in patterns {
        for (sums, row) in sum.iter_mut().zip(pattern) {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += value;
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::village::{Alignment, Language, Parts, Slice, Split, generate_example};

    #[test]
    fn attention_on_the_gold_words_has_no_error() {
        let example = generate_example(Slice::Parallel, Language::English, 1, 0, Split::Train);
        let Parts::Parallel(mut pair) = example.parts else {
            panic!("not a pair");
        };
        pair.alignment = Alignment {
            sure: [(0, 1), (1, 0)].into(),
            possible: [(1, 1)].into(),
        };
        let tokens = |texts: &[&str]| -> Vec<Vec<u8>> {
            texts.iter().map(|text| text.as_bytes().to_vec()).collect()
        };
        let (source, target) = (tokens(&["a", " b", "c"]), tokens(&["x", "y", " z"]));
        // One head; rows: start, x, y, z; columns: a, b, c, end. Written at the row before.
        let pattern = vec![
            0.1, 0.4, 0.5, 0.0, // x
            0.0, 0.3, 0.4, 0.3, // y
            0.6, 0.3, 0.0, 0.1, // z
            0.0, 0.0, 0.0, 1.0,
        ];
        let mut alignments = Alignments::new(1, 1);
        alignments.add(&pair, &source, &target, &[pattern]);
        let report = alignments.report();
        assert_eq!(report.best_layer.error_rate, 0.0);
        assert_eq!(report.best_head.name, "layer 0, head 0, when writing");
        // In order: a to x is wrong, bc to z is possible: 1 - (0 + 1) / (2 + 2).
        assert_eq!(report.diagonal, 0.75);
    }
}

//! Skip-gram and CBOW with negative sampling: plain stochastic gradient descent, one pair of words
//! after the other, as in the original program.
//!
//! For a word `w` and its context `h` the loss is
//! `-ln sigmoid(h . out(w)) - sum over negatives n of ln sigmoid(-h . out(n))`; in skip-gram `h` is
//! the input vector of one word of the window and `w` the word in its middle, in CBOW `h` is the mean
//! of the window's input vectors. Negatives are drawn from `count^0.75`; frequent words are left
//! out of sentences now and then; the learning rate falls in a line.
//!
//! Source: Mikolov et al. 2013, <https://arxiv.org/abs/1301.3781> and
//! <https://arxiv.org/abs/1310.4546>, and their program `word2vec.c`.

use serde::{Deserialize, Serialize};

use crate::village::SplitMix64;

/// Which of the two predicts which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Algorithm {
    /// Each word of the window predicts the word in the middle.
    SkipGram,
    /// The mean of the window predicts it.
    Cbow,
}

/// What decides the outcome besides the sentences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Seed of the first vectors and of every draw.
    pub seed: u64,
    /// Numbers in a vector.
    pub vector_size: usize,
    /// Most words between a word and one of its window; each window draws its own from 1 to this.
    pub window: usize,
    /// Negatives for each word predicted.
    pub negative: usize,
    /// Words with a larger share of the text than this are left out now and then; 0 for never.
    pub sample: f64,
    /// Passes over the sentences.
    pub epochs: usize,
    /// Learning rate at the beginning.
    pub learning_rate: f32,
    /// Learning rate at the end.
    pub final_learning_rate: f32,
}

/// Vectors learned from sentences of word numbers below `counts.len()`.
///
/// # Shapes
/// Returns `[word, vector_size]`, row-major: the input vectors.
///
/// # Panics
/// If a sentence names a word that has no count.
pub fn train(
    sentences: &[Vec<u32>],
    counts: &[u64],
    algorithm: Algorithm,
    settings: &Settings,
    mut on_epoch: impl FnMut(usize, f64),
) -> Vec<f32> {
    let mut learner = Sgd::new(counts, settings);
    let n_words: usize = sentences.iter().map(Vec::len).sum();
    let total = (n_words * settings.epochs).max(1) as f32;
    let mut read = 0;
    for epoch in 0..settings.epochs {
        for sentence in sentences {
            let progress = read as f32 / total;
            let (first, last) = (settings.learning_rate, settings.final_learning_rate);
            learner.rate = first + (last - first) * progress;
            learner.read(sentence, algorithm);
            read += sentence.len();
        }
        on_epoch(epoch + 1, learner.mean_loss());
    }
    learner.input
}

/// The two tables while they change.
struct Sgd<'a> {
    settings: &'a Settings,
    generator: SplitMix64,
    rate: f32,
    /// `[word, vector_size]`: vectors of words that predict.
    input: Vec<f32>,
    /// `[word, vector_size]`: vectors of words that are predicted.
    output: Vec<f32>,
    /// The chance that a word is read.
    keep: Vec<f64>,
    /// Sums of `count^0.75` up to and with each word.
    noise: Vec<f64>,
    hidden: Vec<f32>,
    change: Vec<f32>,
    loss: f64,
    predictions: usize,
}

impl<'a> Sgd<'a> {
    /// Input vectors uniform between `-1 / (2 d)` and `1 / (2 d)`, output vectors 0.
    fn new(counts: &[u64], settings: &'a Settings) -> Self {
        let mut generator = SplitMix64::new(settings.seed);
        let d = settings.vector_size;
        let input = (0..counts.len() * d)
            .map(|_| (uniform(&mut generator) as f32 - 0.5) / d as f32)
            .collect();
        let total = counts.iter().sum::<u64>() as f64;
        let keep = |count: &u64| {
            let expected = settings.sample * total / (*count).max(1) as f64;
            // As word2vec.c does it: sqrt(t / f) + t / f.
            if settings.sample > 0.0 {
                expected.sqrt() + expected
            } else {
                1.0
            }
        };
        let mut sum = 0.0;
        Sgd {
            settings,
            generator,
            rate: settings.learning_rate,
            input,
            output: vec![0.0; counts.len() * d],
            keep: counts.iter().map(keep).collect(),
            noise: counts
                .iter()
                .map(|count| {
                    sum += (*count as f64).powf(0.75);
                    sum
                })
                .collect(),
            hidden: vec![0.0; d],
            change: vec![0.0; d],
            loss: 0.0,
            predictions: 0,
        }
    }

    /// The mean loss since it was last asked for, nats per prediction.
    fn mean_loss(&mut self) -> f64 {
        let mean = self.loss / self.predictions.max(1) as f64;
        (self.loss, self.predictions) = (0.0, 0);
        mean
    }

    fn read(&mut self, sentence: &[u32], algorithm: Algorithm) {
        let words: Vec<usize> = sentence
            .iter()
            .map(|word| *word as usize)
            .filter(|word| uniform(&mut self.generator) < self.keep[*word])
            .collect();
        for (at, word) in words.iter().enumerate() {
            let reach = 1 + self.generator.below(self.settings.window as u64) as usize;
            let start = at.saturating_sub(reach);
            let end = (at + reach + 1).min(words.len());
            let around = (start..end).filter(|other| *other != at);
            match algorithm {
                Algorithm::SkipGram => {
                    for other in around {
                        self.predict(&[words[other]], *word);
                    }
                }
                Algorithm::Cbow => {
                    let context: Vec<usize> = around.map(|other| words[other]).collect();
                    if !context.is_empty() {
                        self.predict(&context, *word);
                    }
                }
            }
        }
    }

    /// One step: the mean of the context's input vectors predicts `word` and none of the negatives.
    fn predict(&mut self, context: &[usize], word: usize) {
        let d = self.settings.vector_size;
        self.hidden.fill(0.0);
        for one in context {
            add(
                &mut self.hidden,
                1.0 / context.len() as f32,
                row(&self.input, *one, d),
            );
        }
        self.change.fill(0.0);
        for negative in 0..=self.settings.negative {
            let (target, label) = match negative {
                0 => (word, 1.0),
                _ => (self.draw_noise(), 0.0),
            };
            if negative > 0 && target == word {
                continue;
            }
            let output = &mut self.output[target * d..(target + 1) * d];
            let score = dot(&self.hidden, output);
            let probability = 1.0 / (1.0 + (-score).exp());
            let right = if label == 1.0 {
                probability
            } else {
                1.0 - probability
            };
            self.loss -= f64::from(right.max(1e-9)).ln();
            let step = self.rate * (label - probability);
            add(&mut self.change, step, output);
            add(output, step, &self.hidden);
        }
        self.predictions += 1;
        for one in context {
            add(&mut self.input[one * d..(one + 1) * d], 1.0, &self.change);
        }
    }

    fn draw_noise(&mut self) -> usize {
        let total = self.noise.last().copied().unwrap_or(0.0);
        let chosen = uniform(&mut self.generator) * total;
        let at = self.noise.partition_point(|end| *end <= chosen);
        at.min(self.noise.len() - 1)
    }
}

/// A number in `[0, 1)`.
fn uniform(generator: &mut SplitMix64) -> f64 {
    (generator.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

fn row(table: &[f32], word: usize, d: usize) -> &[f32] {
    &table[word * d..(word + 1) * d]
}

/// `a . b`, in eight sums side by side.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; 8];
    let (whole, rest) = (a.chunks_exact(8), a.chunks_exact(8).remainder());
    let tail = &b[b.len() - rest.len()..];
    for (a, b) in whole.zip(b.chunks_exact(8)) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f32>() + rest.iter().zip(tail).map(|(a, b)| a * b).sum::<f32>()
}

/// `to += factor * from`
fn add(to: &mut [f32], factor: f32, from: &[f32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += factor * from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: Settings = Settings {
        seed: 5,
        vector_size: 12,
        window: 3,
        negative: 5,
        sample: 0.0,
        epochs: 30,
        learning_rate: 0.05,
        final_learning_rate: 0.0001,
    };

    /// Words 0 to 4 stand with each other, and so do 5 to 9.
    fn sentences() -> Vec<Vec<u32>> {
        (0..400)
            .map(|number| {
                let first = 5 * (number % 2);
                (0..6)
                    .map(|at| first + (number / 2 + 3 * at * at) % 5)
                    .collect()
            })
            .collect()
    }

    fn cosine(vectors: &[f32], a: usize, b: usize) -> f32 {
        let (a, b) = (row(vectors, a, 12), row(vectors, b, 12));
        dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
    }

    #[test]
    fn words_of_one_company_come_close() {
        for algorithm in [Algorithm::SkipGram, Algorithm::Cbow] {
            let mut losses = Vec::new();
            let train = |on: &mut dyn FnMut(usize, f64)| {
                train(&sentences(), &[480; 10], algorithm, &SETTINGS, on)
            };
            let vectors = train(&mut |_, loss| losses.push(loss));
            assert!(losses.last() < losses.first(), "{losses:?}");
            assert!(cosine(&vectors, 1, 2) > cosine(&vectors, 1, 7) + 0.3);
            assert!(cosine(&vectors, 6, 8) > cosine(&vectors, 3, 8) + 0.3);
            assert_eq!(
                vectors,
                train(&mut |_, _| {}),
                "the same seed, the same vectors"
            );
        }
    }

    #[test]
    fn the_gradient_is_that_of_the_loss() {
        // One prediction without negatives: d(-ln sigmoid(h . o)) / dh = (sigmoid(h . o) - 1) o.
        let settings = Settings {
            negative: 0,
            ..SETTINGS
        };
        let mut sgd = Sgd::new(&[1, 1], &settings);
        sgd.rate = 1.0;
        sgd.output.copy_from_slice(&[0.1; 24]);
        let (before, output) = (sgd.input.clone(), sgd.output.clone());
        let score = dot(row(&before, 0, 12), row(&output, 1, 12));
        let slope = 1.0 - 1.0 / (1.0 + (-score).exp());
        sgd.predict(&[0], 1);
        for at in 0..12 {
            assert!((sgd.input[at] - before[at] - slope * output[12 + at]).abs() < 1e-6);
            assert!((sgd.output[12 + at] - output[12 + at] - slope * before[at]).abs() < 1e-6);
        }
        assert_eq!(sgd.input[12..], before[12..]);
    }
}

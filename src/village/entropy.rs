//! The entropy of the language, estimated from the generator's own choices.

use serde::{Deserialize, Serialize};

use super::grammar::Language;
use super::parser::split_sentences;
use super::slices::{Slice, generate_example};
use super::split::Split;
use super::story::generate_story;

/// The information of a sample of stories, or of examples of a slice.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Entropy {
    /// How many stories or examples.
    pub stories: usize,
    /// The sum of `-log2 p` over all choices, in bits.
    pub bits: f64,
    /// The length of the texts in bytes.
    pub bytes: usize,
    /// The length of the texts in words (Korean: spaced units).
    pub words: usize,
    /// The number of sentences, questions and answers too.
    pub sentences: usize,
}

impl Entropy {
    /// Returns the mean information of a story, in bits.
    pub fn bits_per_story(&self) -> f64 {
        self.bits / self.stories as f64
    }

    /// Returns the entropy per token in nats, the unit of a model's loss, where the caller's
    /// tokenizer makes `tokens` tokens of the sample:
    /// `H = sum(-ln p) / tokens`. An upper bound where two derivations give one text.
    pub fn nats_per_token(&self, tokens: usize) -> f64 {
        self.bits * std::f64::consts::LN_2 / tokens as f64
    }
}

/// Returns the information of the first `count` stories of a split.
///
/// ```
/// use llm_atlas::village::{Language, Split, entropy};
/// let sample = entropy(Language::English, 1, 20, Split::Train);
/// assert!(sample.bits_per_story() > 40.0);
/// ```
pub fn entropy(language: Language, seed: u64, count: usize, split: Split) -> Entropy {
    let mut sum = Entropy {
        stories: count,
        bits: 0.0,
        bytes: 0,
        words: 0,
        sentences: 0,
    };
    for index in 0..count as u64 {
        let story = generate_story(language, seed, index, split);
        sum.bits += story.bits;
        sum.bytes += story.text.len();
        sum.words += story.text.split_whitespace().count();
        sum.sentences += story.sentences.len();
    }
    sum
}

/// Returns the information of the first `count` examples of a slice.
///
/// ```
/// use llm_atlas::village::{Language, Slice, Split, slice_entropy};
/// let sample = slice_entropy(Slice::Parallel, Language::English, 1, 20, Split::Train);
/// assert!(sample.bits_per_story() > 10.0);
/// ```
pub fn slice_entropy(
    slice: Slice,
    language: Language,
    seed: u64,
    count: usize,
    split: Split,
) -> Entropy {
    let mut sum = Entropy {
        stories: count,
        bits: 0.0,
        bytes: 0,
        words: 0,
        sentences: 0,
    };
    for index in 0..count as u64 {
        let example = generate_example(slice, language, seed, index, split);
        sum.bits += example.bits;
        sum.bytes += example.text.len();
        sum.words += example.text.split_whitespace().count();
        sum.sentences += split_sentences(language, &example.text).sentences.len();
    }
    sum
}

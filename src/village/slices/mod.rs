//! Slices: what the grown village tells besides stories, each a named kind of example with its
//! own generator, typed parts and splits.
//!
//! Every slice is told with the village's one grammar and lexicon, and every choice goes through
//! the [`Chooser`](crate::village::Chooser), so that an example knows its information. An example
//! is a function of slice, language, seed, index and split.
//!
//! | file | is |
//! |---|---|
//! | `parallel` | sentences in both languages |
//! | `isolated` | events without a story |
//! | `alignment`, `equivalence` | which words say the same, and when a translation is right |
//! | `sentiment` | a story and what its first person feels |
//! | `questions` | a story and one question with its answer |
//! | `sums` | a sum, written directly or step by step |
//! | `patterns` | a task that only its examples explain |
//! | `instructions` | a story, what to do with it, good and bad answers |
//! | `facts` | an almanac, a third of which training never sees |
//! | `words` | one word of any kind, and which two words training keeps apart |

mod alignment;
mod equivalence;
mod facts;
mod instructions;
mod isolated;
mod parallel;
mod patterns;
mod questions;
mod sentiment;
mod sums;
#[cfg(test)]
mod tests;
mod words;

pub use alignment::{Alignment, AlignmentCounts, Link};
pub use equivalence::is_equivalent_translation;
pub use facts::{
    Book, Document, Fact, FactParts, Relation, almanac, answer_from_facts, documents,
    fact_asked_by, parse_fact,
};
pub use instructions::{
    BadAnswer, Content, Fault, InstructionParts, InstructionTask, Manner, Verdict, judge_answer,
    parse_instruction,
};
pub use parallel::ParallelParts;
pub(in crate::village) use patterns::{OPPOSITES, is_held_out_opposite};
pub use patterns::{PatternKind, PatternParts, Rule, Told, solve_pattern};
pub use questions::QuestionParts;
pub use sentiment::{Sentiment, SentimentParts, sentiment_after, split_sentiment};
pub use sums::{
    ParsedSum, SumForm, SumParts, SumProblem, SumStory, SumVerdict, is_held_out_sum, judge_sum,
    parse_sum,
};
pub use words::english_plural;

use serde::{Deserialize, Serialize};

use super::chooser::mix;
use super::grammar::Language;
use super::split::Split;

/// A kind of example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Slice {
    /// One to three sentences in English and in Korean.
    Parallel,
    /// A story and what the person it begins with feels at its end.
    Sentiment,
    /// A story and one question with its answer.
    Questions,
    /// A sum, written directly or step by step.
    Sums,
    /// A task that only its examples explain.
    Patterns,
    /// A story, what to do with it, a good answer and bad ones.
    Instructions,
    /// A question about what is always so in the village.
    Facts,
}

/// What an example consists of, by slice.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Parts {
    /// Of [`Slice::Parallel`].
    Parallel(ParallelParts),
    /// Of [`Slice::Sentiment`].
    Sentiment(SentimentParts),
    /// Of [`Slice::Questions`].
    Questions(QuestionParts),
    /// Of [`Slice::Sums`].
    Sums(SumParts),
    /// Of [`Slice::Patterns`].
    Patterns(PatternParts),
    /// Of [`Slice::Instructions`].
    Instructions(InstructionParts),
    /// Of [`Slice::Facts`].
    Facts(FactParts),
}

/// An example of a slice: `text` is `prompt`, one space and `answer`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Example {
    /// The slice it belongs to.
    pub slice: Slice,
    /// The language of the prompt.
    pub language: Language,
    /// The whole text a language model reads.
    pub text: String,
    /// What is given: the text up to the last thing that is to be said.
    pub prompt: String,
    /// What is to be said.
    pub answer: String,
    /// What the example consists of.
    pub parts: Parts,
    /// The sum of `-log2 p` over the choices that made the text, in bits.
    pub bits: f64,
    /// How much of `bits` went into the answer when the prompt is given, in bits; 0 where the
    /// prompt determines it.
    pub answer_bits: f64,
    /// What decides to which split the example belongs, the same in both languages: two examples
    /// with one content say the same.
    pub content: String,
}

impl Slice {
    /// Every slice, in the order of the enum.
    pub const ALL: &'static [Slice] = &[
        Self::Parallel,
        Self::Sentiment,
        Self::Questions,
        Self::Sums,
        Self::Patterns,
        Self::Instructions,
        Self::Facts,
    ];

    /// Returns the slice's name, as the command line and recipes write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Parallel => "parallel",
            Self::Sentiment => "sentiment",
            Self::Questions => "questions",
            Self::Sums => "sums",
            Self::Patterns => "patterns",
            Self::Instructions => "instructions",
            Self::Facts => "facts",
        }
    }

    /// Returns one sentence on what an example is.
    pub fn description(self) -> &'static str {
        match self {
            Self::Parallel => {
                "One to three sentences in English and in Korean, and which words say the same."
            }
            Self::Sentiment => {
                "A story and what its first person feels at the end: glad, sad, angry or neutral."
            }
            Self::Questions => "A story and one question (yes or no, where, who) with its answer.",
            Self::Sums => "A sum of two numbers, written directly or step by step.",
            Self::Patterns => "Pairs of words or a sequence that only the context explains.",
            Self::Instructions => {
                "A story and what to do with it, with a good answer and bad answers."
            }
            Self::Facts => "A question about the village's almanac, with a page of it or without.",
        }
    }

    /// Returns the slice called `name`.
    ///
    /// ```
    /// use llm_atlas::village::Slice;
    /// assert_eq!(Slice::from_name("questions"), Some(Slice::Questions));
    /// assert_eq!(Slice::from_name("answers"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|slice| slice.name() == name)
    }

    /// Returns the splits the slice has; training and validation are always among them.
    pub fn splits(self) -> &'static [Split] {
        match self {
            Self::Questions => &[Split::Train, Split::Validation, Split::HeldOutCombination],
            _ => &[
                Split::Train,
                Split::Validation,
                Split::HeldOutCombination,
                Split::HeldOutTemplate,
            ],
        }
    }
}

/// Returns example number `index` of a slice: the same from the same arguments on every platform.
///
/// # Panics
/// If the slice has no such split ([`Slice::splits`]).
///
/// ```
/// use llm_atlas::village::{Language, Slice, Split, generate_example};
/// let example = generate_example(Slice::Questions, Language::English, 1, 0, Split::Train);
/// assert_eq!(example.text, format!("{} {}", example.prompt, example.answer));
/// ```
pub fn generate_example(
    slice: Slice,
    language: Language,
    seed: u64,
    index: u64,
    split: Split,
) -> Example {
    assert!(
        slice.splits().contains(&split),
        "{} has no split {split:?}",
        slice.name()
    );
    let draw = match slice {
        Slice::Parallel => parallel::draw,
        Slice::Sentiment => sentiment::draw,
        Slice::Questions => questions::draw,
        Slice::Sums => sums::draw,
        Slice::Patterns => patterns::draw,
        Slice::Instructions => instructions::draw,
        Slice::Facts => facts::draw,
    };
    first_drawn(slice, language, seed, index, split, |seed| {
        draw(language, seed, split)
    })
}

/// Returns the first example that `draw` makes from the seeds of example number `index`; it draws
/// `None` where what came out does not belong to the split.
fn first_drawn(
    slice: Slice,
    language: Language,
    seed: u64,
    index: u64,
    split: Split,
    draw: impl Fn(u64) -> Option<Example>,
) -> Example {
    let name = slice
        .name()
        .bytes()
        .fold(language as u64, |hash, byte| mix(hash ^ u64::from(byte)));
    let salt = name ^ (split.salt() << 56);
    let start = mix(mix(seed ^ salt).wrapping_add(index));
    (0..)
        .find_map(|attempt| draw(mix(start ^ mix(attempt))))
        .unwrap_or_else(|| unreachable!("there is always another attempt"))
}

//! Slices: what the grown village tells besides stories, each a named kind of example with its
//! own generator, typed parts and splits.
//!
//! Every slice is told with the village's one grammar and lexicon, and every choice goes through
//! the [`Chooser`](crate::village::Chooser), so that an example knows its information. An example
//! is a function of slice, language, seed, index and split.
//!
//! | file | is |
//! |---|---|
//! | `questions` | a story and one question with its answer |
//! | `sums` | a sum, written directly or step by step |
//! | `patterns` | a task that only its examples explain |
//! | `instructions` | a story, what to do with it, good and bad answers |

mod instructions;
mod patterns;
mod questions;
mod sums;
mod words;

pub use instructions::{
    BadAnswer, Content, Fault, InstructionParts, InstructionTask, Manner, Verdict, judge_answer,
    parse_instruction,
};
pub use patterns::{PatternKind, PatternParts, Rule, Told, solve_pattern};
pub use questions::QuestionParts;
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
    /// A story and one question with its answer.
    Questions,
    /// A sum, written directly or step by step.
    Sums = 16,
    /// A task that only its examples explain.
    Patterns,
    /// A story, what to do with it, a good answer and bad ones.
    Instructions,
}

/// What an example consists of, by slice.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Parts {
    /// Of [`Slice::Questions`].
    Questions(QuestionParts),
    /// Of [`Slice::Sums`].
    Sums(SumParts),
    /// Of [`Slice::Patterns`].
    Patterns(PatternParts),
    /// Of [`Slice::Instructions`].
    Instructions(InstructionParts),
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
        Self::Questions,
        Self::Sums,
        Self::Patterns,
        Self::Instructions,
    ];

    /// Returns the slice's name, as the command line and recipes write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Questions => "questions",
            Self::Sums => "sums",
            Self::Patterns => "patterns",
            Self::Instructions => "instructions",
        }
    }

    /// Returns one sentence on what an example is.
    pub fn description(self) -> &'static str {
        match self {
            Self::Questions => "A story and one question (yes or no, where, who) with its answer.",
            Self::Sums => "A sum of two numbers, written directly or step by step.",
            Self::Patterns => "Pairs of words or a sequence that only the context explains.",
            Self::Instructions => {
                "A story and what to do with it, with a good answer and bad ones."
            }
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
            Self::Sums | Self::Patterns | Self::Instructions => &[
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
        Slice::Questions => questions::draw,
        Slice::Sums => sums::draw,
        Slice::Patterns => patterns::draw,
        Slice::Instructions => instructions::draw,
    };
    first_drawn(slice, seed, index, split, |seed| {
        draw(language, seed, split)
    })
}

/// Returns the first example that `draw` makes from the seeds of example number `index`; it draws
/// `None` where what came out does not belong to the split.
fn first_drawn(
    slice: Slice,
    seed: u64,
    index: u64,
    split: Split,
    draw: impl Fn(u64) -> Option<Example>,
) -> Example {
    let salt = mix(slice as u64 + 1) ^ (split.salt() << 56);
    let start = mix(mix(seed ^ salt).wrapping_add(index));
    (0..)
        .find_map(|attempt| draw(mix(start ^ mix(attempt))))
        .unwrap_or_else(|| unreachable!("there is always another attempt"))
}

//! Rules that a pattern can follow: what stands after the colon is a function of what stands
//! before it.

use serde::{Deserialize, Serialize};

use super::opposites::opposite_of;
use crate::village::event::Category;
use crate::village::grammar::Language;
use crate::village::slices::words::{Word, english_plural};

/// From the words before the colon to the words after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Rule {
    /// The word itself.
    Copy,
    /// The word twice.
    Double,
    /// Its plural.
    Plural,
    /// The adjective of the opposite meaning.
    Opposite,
    /// The word in the other language.
    Translate,
    /// Two words, the second first.
    ReverseTwo,
    /// The first of two words.
    FirstOfTwo,
    /// The second of two words.
    SecondOfTwo,
    /// The first of three words.
    FirstOfThree,
    /// The word in the middle of three.
    MiddleOfThree,
    /// The last of three words.
    LastOfThree,
    /// Three words from the last to the first.
    ReverseThree,
    /// Three words, the first moved to the end.
    RotateThree,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Rule; 13] = [
        Self::Copy,
        Self::Double,
        Self::Plural,
        Self::Opposite,
        Self::Translate,
        Self::ReverseTwo,
        Self::FirstOfTwo,
        Self::SecondOfTwo,
        Self::FirstOfThree,
        Self::MiddleOfThree,
        Self::LastOfThree,
        Self::ReverseThree,
        Self::RotateThree,
    ];

    /// Returns whether training never has the rule.
    pub fn is_held_out(self) -> bool {
        matches!(
            self,
            Self::SecondOfTwo | Self::MiddleOfThree | Self::RotateThree
        )
    }

    /// Returns how many words stand before the colon.
    pub fn arity(self) -> usize {
        match self {
            Self::Copy | Self::Double | Self::Plural | Self::Opposite | Self::Translate => 1,
            Self::ReverseTwo | Self::FirstOfTwo | Self::SecondOfTwo => 2,
            _ => 3,
        }
    }

    /// Returns the kinds of words that the rule is drawn for.
    pub(super) fn takes(self, kind: Category) -> bool {
        match self {
            Self::Plural => matches!(
                kind,
                Category::Thing | Category::Animal | Category::Container
            ),
            _ => true,
        }
    }

    /// Returns what stands after the colon, if the rule says anything of these words.
    ///
    /// ```
    /// use llm_atlas::village::{Language, Rule};
    /// let after = |rule: Rule, words: &[&str]| rule.apply(Language::English, words);
    /// assert_eq!(after(Rule::Plural, &["fox"]), Some("foxes".to_string()));
    /// assert_eq!(after(Rule::Translate, &["apple"]), Some("사과".to_string()));
    /// assert_eq!(after(Rule::RotateThree, &["a", "b", "c"]), Some("b c a".to_string()));
    /// assert_eq!(after(Rule::Opposite, &["apple"]), None);
    /// ```
    pub fn apply(self, language: Language, words: &[&str]) -> Option<String> {
        Some(match (self, words) {
            (Self::Copy, [a]) => (*a).to_string(),
            (Self::Double, [a]) => format!("{a} {a}"),
            (Self::Plural, [a]) => {
                let noun = Word::read(language, a).filter(|word| self.takes(word.kind))?;
                match language {
                    Language::English => english_plural(noun.text(language)),
                    Language::Korean => format!("{}들", noun.text(language)),
                }
            }
            (Self::Opposite, [a]) => opposite_of(language, a)?.to_string(),
            (Self::Translate, [a]) => Word::read(language, a)?.text(language.other()).to_string(),
            (Self::ReverseTwo, [a, b]) => format!("{b} {a}"),
            (Self::FirstOfTwo, [a, _]) => (*a).to_string(),
            (Self::SecondOfTwo, [_, b]) => (*b).to_string(),
            (Self::FirstOfThree, [a, _, _]) => (*a).to_string(),
            (Self::MiddleOfThree, [_, b, _]) => (*b).to_string(),
            (Self::LastOfThree, [_, _, c]) => (*c).to_string(),
            (Self::ReverseThree, [a, b, c]) => format!("{c} {b} {a}"),
            (Self::RotateThree, [a, b, c]) => format!("{b} {c} {a}"),
            _ => return None,
        })
    }
}

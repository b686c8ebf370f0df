//! GPT-2's cut of a text into pre-tokens, inside which merging happens.
//!
//! The pattern, written by hand instead of a regular expression engine:
//! `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
//!
//! Source: openai/gpt-2 `encoder.py`. `\p{L}` and `\p{N}` are Unicode's general
//! categories Letter and Number, `\s` its White_Space.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// The English contractions that are pre-tokens of their own.
const CONTRACTIONS: [&str; 7] = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

/// What the pattern tells apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Number,
    Space,
    Other,
}

fn class_of(c: char) -> Class {
    match c {
        'a'..='z' | 'A'..='Z' | '가'..='힣' => Class::Letter,
        '0'..='9' => Class::Number,
        _ if c.is_ascii() => {
            if c.is_whitespace() {
                Class::Space
            } else {
                Class::Other
            }
        }
        _ if c.is_whitespace() => Class::Space,
        // `is_alphabetic` would also take combining vowel signs and circled letters.
        _ => match c.general_category_group() {
            GeneralCategoryGroup::Letter => Class::Letter,
            GeneralCategoryGroup::Number => Class::Number,
            _ => Class::Other,
        },
    }
}

/// The pre-tokens of a text in order, each with the byte where it starts.
///
/// Joined they are the text; none is empty.
#[derive(Debug, Clone)]
pub struct PreTokens<'a> {
    text: &'a str,
    position: usize,
}

/// Cuts `text` into pre-tokens, lazily.
///
/// ```
/// use llm_atlas::tokenizer::pre_tokens;
/// let words: Vec<&str> = pre_tokens("It's  지호의 3 apples!").map(|(_, word)| word).collect();
/// assert_eq!(words, ["It", "'s", " ", " 지호의", " 3", " apples", "!"]);
/// ```
pub fn pre_tokens(text: &str) -> PreTokens<'_> {
    PreTokens { text, position: 0 }
}

impl<'a> Iterator for PreTokens<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.text[self.position..];
        let first = rest.chars().next()?;
        let start = self.position;
        let length = pre_token_length(rest, first);
        self.position += length;
        Some((start, &rest[..length]))
    }
}

/// The bytes of the pre-token at the start of `rest`, whose first character is `first`.
fn pre_token_length(rest: &str, first: char) -> usize {
    if first == '\''
        && let Some(contraction) = CONTRACTIONS
            .iter()
            .find(|contraction| rest.starts_with(**contraction))
    {
        return contraction.len();
    }
    let class = class_of(first);
    if class != Class::Space {
        return run_length(rest, class);
    }
    if first == ' '
        && let Some(second) = rest[1..].chars().next()
        && class_of(second) != Class::Space
    {
        return 1 + run_length(&rest[1..], class_of(second));
    }
    let spaces = run_length(rest, Class::Space);
    let last = rest[..spaces].chars().next_back().map_or(0, char::len_utf8);
    // `\s+(?!\S)` gives the last space back to the word after it, unless it is the only one.
    if spaces < rest.len() && spaces > last {
        spaces - last
    } else {
        spaces
    }
}

/// The bytes of the longest run of `class` at the start of `text`.
fn run_length(text: &str, class: Class) -> usize {
    text.char_indices()
        .find(|(_, c)| class_of(*c) != class)
        .map_or(text.len(), |(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        pre_tokens(text).map(|(_, word)| word).collect()
    }

    #[test]
    fn whitespace_gives_its_last_space_to_the_next_word() {
        assert_eq!(words("a   b"), ["a", "  ", " b"]);
        assert_eq!(words("a \n b"), ["a", " \n", " b"]);
        assert_eq!(words("a \nb"), ["a", " ", "\n", "b"]);
        assert_eq!(words("a\u{3000}b"), ["a", "\u{3000}", "b"]);
        assert_eq!(words("a  "), ["a", "  "]);
        assert_eq!(words(""), Vec::<&str>::new());
    }

    #[test]
    fn contractions_are_lower_case_and_follow_the_longest_run() {
        assert_eq!(
            words("he'll we'Re !'s"),
            ["he", "'ll", " we", "'", "Re", " !'", "s"]
        );
        assert_eq!(words("'tis '' s"), ["'t", "is", " ''", " s"]);
    }

    #[test]
    fn letters_and_numbers_are_unicode_general_categories() {
        // Vowel signs are marks, so they leave the word; circled letters are symbols.
        assert_eq!(words("नि"), ["न", "ि"]);
        assert_eq!(words("aⓐⅣ½٣"), ["a", "ⓐ", "Ⅳ½٣"]);
        assert_eq!(words("e\u{301}e"), ["e", "\u{301}", "e"]);
    }
}

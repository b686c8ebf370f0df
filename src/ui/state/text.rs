//! The text as it stands in the box, and how the last token is taken away again.

use unicode_segmentation::UnicodeSegmentation;

use crate::protocol::{Generation, ModelInfo, TokenInfo};

/// Typed text and generated ids as one text.
///
/// A box can only hold characters. Bytes after the last complete character (a part of a Hangul
/// syllable that was drawn) are kept beside it and shown as bytes, never as a broken character.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextBox {
    /// What the box shows.
    pub text: String,
    /// Bytes after it that are no character yet.
    pub tail: Vec<u8>,
}

impl TextBox {
    /// The box for `typed` followed by `generation`. Without a model the ids cannot be read and
    /// only the typed part is shown. Ids of the end-of-text token add no characters.
    pub fn new(typed: &str, generation: &[u32], model: Option<&ModelInfo>) -> Self {
        let mut text = typed.to_owned();
        let mut tail = Vec::new();
        if let Some(model) = model {
            for id in generation {
                if model.end_of_text == Some(*id) {
                    continue;
                }
                if let Some(bytes) = model.vocabulary.get(*id as usize) {
                    if model.reads_ids && text.len() + tail.len() > 0 {
                        tail.push(b' ');
                    }
                    tail.extend_from_slice(bytes);
                }
            }
            let valid = match std::str::from_utf8(&tail) {
                Ok(all) => all.len(),
                Err(error) => error.valid_up_to(),
            };
            let rest = tail.split_off(valid);
            text.push_str(&String::from_utf8(tail).unwrap_or_default());
            tail = rest;
        }
        TextBox { text, tail }
    }
}

/// What [`undo_typed`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UndoOutcome {
    /// There was nothing to take away.
    Nothing,
    /// What is left.
    Left {
        /// Typed text.
        text: String,
        /// Ids after it.
        generation: Generation,
    },
}

/// Takes the last token from a text that was typed and is tokenized as `tokens`, so that the ids
/// left are exactly the first ones of before.
///
/// Cutting characters off can change how the rest is cut into tokens. Therefore the text is cut at
/// the start of the last word that begins with a space and follows something else than a space
/// (there a byte-level tokenizer always starts anew); the tokens of that word that stay are
/// kept as ids.
pub fn undo_typed(text: &str, tokens: &[TokenInfo]) -> UndoOutcome {
    let Some((last, kept)) = tokens.split_last() else {
        return UndoOutcome::Nothing;
    };
    if last.start == last.end {
        return UndoOutcome::Nothing;
    }
    let is_word_start = |token: &TokenInfo| {
        token.bytes.first() == Some(&b' ')
            && text
                .get(..token.start)
                .is_some_and(|before| !before.ends_with(char::is_whitespace))
    };
    let cut = tokens.iter().rposition(is_word_start).unwrap_or(0);
    let start = if cut == 0 { 0 } else { tokens[cut].start };
    UndoOutcome::Left {
        text: text.get(..start).unwrap_or_default().to_owned(),
        generation: kept.iter().skip(cut).map(|token| token.id).collect(),
    }
}

/// The text without its last character (as a reader counts them); for texts whose end the model
/// has not read, where the last token is not known.
pub fn without_last_character(text: &str) -> String {
    let cut = text
        .grapheme_indices(true)
        .next_back()
        .map_or(0, |(start, _)| start);
    text[..cut].to_owned()
}

/// Length of the longest common beginning, in bytes, at a character's edge.
pub fn common_prefix(a: &str, b: &str) -> usize {
    let mut end = a
        .bytes()
        .zip(b.bytes())
        .take_while(|(left, right)| left == right)
        .count();
    while !a.is_char_boundary(end) || !b.is_char_boundary(end) {
        end -= 1;
    }
    end
}

/// Where the caret is after an edit: behind what is new.
pub fn end_of_change(before: &str, after: &str) -> usize {
    let start = common_prefix(before, after);
    let (before, after_start) = (&before[start..], &after[start..]);
    let pairs = before.bytes().rev().zip(after_start.bytes().rev());
    let mut end = after.len() - pairs.take_while(|(left, right)| left == right).count();
    while !after.is_char_boundary(end) {
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(parts: &[&[u8]]) -> Vec<TokenInfo> {
        let mut start = 0;
        parts
            .iter()
            .enumerate()
            .map(|(index, bytes)| {
                let end = start + bytes.len();
                let token = TokenInfo {
                    id: index as u32 + 10,
                    bytes: bytes.to_vec(),
                    start,
                    end,
                };
                start = end;
                token
            })
            .collect()
    }

    fn left(text: &str, generation: &[u32]) -> UndoOutcome {
        UndoOutcome::Left {
            text: text.to_owned(),
            generation: generation.to_vec(),
        }
    }

    #[test]
    fn a_box_never_holds_a_broken_character() {
        let syllable = "뷁".as_bytes();
        let model = ModelInfo {
            vocabulary: vec![
                b"a".to_vec(),
                syllable[..2].to_vec(),
                syllable[2..].to_vec(),
                b"<|endoftext|>".to_vec(),
            ],
            end_of_text: Some(3),
            ..ModelInfo::default()
        };
        let text_box = |ids: &[u32]| TextBox::new("x", ids, Some(&model));
        assert_eq!(text_box(&[0, 1]).text, "xa");
        assert_eq!(text_box(&[0, 1]).tail, syllable[..2]);
        assert_eq!(text_box(&[0, 1, 2]).text, "xa뷁");
        assert!(text_box(&[0, 1, 2]).tail.is_empty());
        assert_eq!(text_box(&[0, 3, 0]).text, "xaa");
        assert_eq!(TextBox::new("x", &[0], None).text, "x");
    }

    #[test]
    fn ids_are_written_with_spaces_between() {
        let model = ModelInfo {
            vocabulary: vec![b"0".to_vec(), b"1".to_vec()],
            reads_ids: true,
            ..ModelInfo::default()
        };
        let text_box = |text: &str, ids: &[u32]| TextBox::new(text, ids, Some(&model)).text;
        assert_eq!(text_box("1", &[0, 1]), "1 0 1");
        assert_eq!(text_box("", &[0, 1]), "0 1");
    }

    #[test]
    fn undo_takes_a_whole_word_from_the_text() {
        let words = tokens(&[b"Mina", b" gave", b" the"]);
        assert_eq!(undo_typed("Mina gave the", &words), left("Mina gave", &[]));
    }

    #[test]
    fn undo_keeps_the_rest_of_a_word_as_ids() {
        let (ko, josa) = (" 사과", "를");
        let words = tokens(&["미나".as_bytes(), ko.as_bytes(), josa.as_bytes()]);
        assert_eq!(undo_typed("미나 사과를", &words), left("미나", &[11]));
    }

    #[test]
    fn undo_keeps_incomplete_bytes_as_ids() {
        let syllable = "뷁".as_bytes();
        let words = tokens(&[&syllable[..2], &syllable[2..]]);
        assert_eq!(undo_typed("뷁", &words), left("", &[10]));
    }

    #[test]
    fn undo_does_not_cut_after_a_space() {
        let words = tokens(&[b"a", b" ", b" b"]);
        assert_eq!(undo_typed("a  b", &words), left("a", &[11]));
    }

    #[test]
    fn undo_of_nothing_is_nothing() {
        assert_eq!(undo_typed("", &[]), UndoOutcome::Nothing);
        let special = TokenInfo {
            id: 0,
            bytes: b"<|endoftext|>".to_vec(),
            start: 0,
            end: 0,
        };
        assert_eq!(undo_typed("", &[special]), UndoOutcome::Nothing);
    }

    #[test]
    fn common_prefixes_end_at_characters() {
        assert_eq!(common_prefix("미나", "미노"), 3);
        assert_eq!(common_prefix("ab", "abc"), 2);
        assert_eq!(common_prefix("", "abc"), 0);
    }

    #[test]
    fn the_caret_is_behind_what_was_typed() {
        assert_eq!(end_of_change("aa", "aaa"), 3);
        assert_eq!(end_of_change("미나", "미소나"), 6);
        assert_eq!(end_of_change("abc", "ac"), 1);
        assert_eq!(end_of_change("", ""), 0);
    }
}

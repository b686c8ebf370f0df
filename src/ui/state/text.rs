//! The text as it stands in the box.

use crate::protocol::ModelInfo;

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

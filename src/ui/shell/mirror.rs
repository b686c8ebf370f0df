//! What is painted under the text of the prompt: one coloured stretch per token, its id beneath.
//!
//! The text itself is the browser's (a text area over this layer), so that caret, selection and
//! the input method are the browser's too. Tokens that share a character as a reader counts them
//! (a Hangul syllable, an emoji) share a stretch and are named by their bytes.

use std::rc::Rc;

use unicode_segmentation::UnicodeSegmentation;

use crate::protocol::TokenInfo;
use crate::ui::state::{TextBox, common_prefix};
use crate::ui::views::{token_hues, token_label};

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its position.
    pub index: usize,
    /// Its id.
    pub id: u32,
    /// Its hue, 1 to 8.
    pub hue: u8,
    /// Id, bytes and span, for those who look closer.
    pub title: Rc<str>,
    /// What names it: the id, or the bytes if it is no character by itself. Empty if there is no
    /// room.
    pub label: String,
}

/// A stretch of text and the tokens it consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The text; empty for tokens that are no text.
    pub text: String,
    /// Its tokens.
    pub parts: Vec<Part>,
}

/// All of the layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mirror {
    /// Text cut into tokens.
    pub stretches: Vec<Stretch>,
    /// Text after it whose tokens are not known (yet, or because the model does not read it).
    pub rest: String,
    /// Tokens after all text: bytes that are no character yet, special tokens.
    pub tail: Vec<Stretch>,
}

impl Mirror {
    /// The layer for the box as it stands, `now`, with the tokens of the box as it was, `then`.
    /// Tokens of what has changed since are left out.
    pub fn new(now: &TextBox, then: &TextBox, tokens: &[TokenInfo]) -> Self {
        let text = now.text.as_str();
        let is_same = now == then;
        let covered = common_prefix(text, &then.text);
        let known = tokens
            .iter()
            .take_while(|token| is_same || token.end <= covered)
            .count();
        let tokens = &tokens[..known];
        let hues = token_hues(tokens);
        // Special tokens before the text are read, and not typed.
        let framing = tokens
            .iter()
            .take_while(|token| token.start == token.end && token.start < text.len())
            .count();
        let in_text = tokens
            .iter()
            .take_while(|token| token.start < text.len())
            .count();
        let end = tokens[..in_text]
            .last()
            .map_or(0, |token| token.end.min(text.len()));
        let edges = edges_of_characters(text, end);
        let mut mirror = Mirror::default();
        let (mut first, mut painted) = (framing, 0);
        for index in framing..in_text {
            let token_end = tokens[index].end.min(text.len());
            // Letters that a token before stands for already: a syllable that the tokenizer took apart.
            if first == index
                && token_end <= painted
                && let Some(Stretch { parts, .. }) = mirror.stretches.last_mut()
            {
                let whole = parts[0].index;
                parts[0] = part(whole, &tokens[whole], hues[whole], true);
                parts.push(part(index, &tokens[index], hues[index], true));
                first = index + 1;
                continue;
            }
            if index + 1 < in_text && edges.binary_search(&token_end).is_err() {
                continue;
            }
            // With what stands between the tokens: the spaces of a tokenizer that leaves them out.
            let stretch = text.get(painted..token_end).unwrap_or_default().to_owned();
            painted = token_end;
            let is_split = index > first || tokens[index].end > text.len();
            let parts = (first..=index)
                .map(|i| part(i, &tokens[i], hues[i], is_split))
                .collect();
            mirror.stretches.push(Stretch {
                text: stretch,
                parts,
            });
            first = index + 1;
        }
        mirror.rest = text.get(end..).unwrap_or_default().to_owned();
        mirror.tail = (in_text..tokens.len())
            .map(|i| Stretch {
                text: token_label(&tokens[i].bytes).text,
                parts: vec![part(i, &tokens[i], hues[i], false)],
            })
            .collect();
        leave_out_labels_without_room(&mut mirror.stretches);
        mirror
    }
}

/// Where characters end, in order.
fn edges_of_characters(text: &str, end: usize) -> Vec<usize> {
    let mut end = end;
    while !text.is_char_boundary(end) {
        end += 1;
    }
    text[..end]
        .grapheme_indices(true)
        .map(|(start, character)| start + character.len())
        .collect()
}

fn part(index: usize, token: &TokenInfo, hue: u8, is_split: bool) -> Part {
    let hex: Vec<String> = token.bytes.iter().map(|b| format!("{b:02X}")).collect();
    let hex = hex.join(" ");
    let name = token_label(&token.bytes).text;
    let title = format!(
        "{name} · {} · {hex} · {}–{}",
        token.id, token.start, token.end
    );
    // Letters of its own are not what the text has there: a syllable's parts, an unknown word.
    let has_letters = std::str::from_utf8(&token.bytes).is_ok();
    Part {
        index,
        id: token.id,
        hue,
        title: title.into(),
        label: match (is_split, has_letters) {
            (true, true) => name,
            (true, false) => hex,
            (false, _) => token.id.to_string(),
        },
    }
}

/// Width of a text in the prompt, in ems: an estimate that only decides whether an id fits.
fn estimated_width(text: &str) -> f64 {
    text.chars()
        .map(|letter| match letter {
            ' ' | '.' | ',' | 'i' | 'l' | 'j' | '\'' | '!' | ':' => 0.26,
            '(' | ')' | '[' | ']' | '{' | '}' | ';' | '|' | '-' | '"' | '`' | 'r' | 't' | 'f'
            | 'I' => 0.33,
            'm' | 'w' | 'M' | 'W' => 0.85,
            letter if letter.is_ascii() => 0.55,
            _ => 0.92,
        })
        .sum()
}

/// Ids that would run into the one before are left out.
fn leave_out_labels_without_room(stretches: &mut [Stretch]) {
    /// A digit beneath is 11 pixels of 0.6 em; a letter above 23 pixels.
    const LABEL_EM: f64 = 11.0 * 0.6 / 23.0;
    let mut left = 0.0;
    let mut taken_until = 0.0;
    for stretch in stretches {
        let begin = left
            + if stretch.text.starts_with(' ') {
                0.26
            } else {
                0.0
            };
        if let [part] = &mut stretch.parts[..] {
            // Beneath the end of a line its id would stand in the next one.
            if begin + 0.05 < taken_until || stretch.text.ends_with('\n') {
                part.label.clear();
            } else {
                taken_until = begin + (part.label.len() as f64 + 0.7) * LABEL_EM;
            }
        }
        left += estimated_width(&stretch.text);
        if stretch.text.contains('\n') {
            (left, taken_until) = (0.0, 0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(text: &str) -> TextBox {
        TextBox {
            text: text.to_owned(),
            tail: Vec::new(),
        }
    }

    fn tokens(parts: &[&[u8]]) -> Vec<TokenInfo> {
        let mut start = 0;
        let mut tokens = Vec::new();
        for bytes in parts {
            let end = start + bytes.len();
            tokens.push(TokenInfo {
                id: 100 + tokens.len() as u32,
                bytes: bytes.to_vec(),
                start,
                end,
            });
            start = end;
        }
        tokens
    }

    fn texts(mirror: &Mirror) -> Vec<&str> {
        mirror.stretches.iter().map(|s| s.text.as_str()).collect()
    }

    #[test]
    fn spaces_between_tokens_and_shared_letters_are_painted_once() {
        let now = boxed(" the 한 cat");
        let mut pieces = tokens(&[b"[CLS]", b"the", &[1], &[2], &[3], b"cat"]);
        let spans = [(0, 0), (1, 4), (5, 8), (5, 8), (5, 8), (9, 12)];
        for (token, (start, end)) in pieces.iter_mut().zip(spans) {
            (token.start, token.end) = (start, end);
        }
        let mirror = Mirror::new(&now, &now, &pieces);
        assert_eq!(texts(&mirror), [" the", " 한", " cat"]);
        let syllable = mirror.stretches[1].parts.iter();
        let labels: Vec<&str> = syllable.map(|part| part.label.as_str()).collect();
        assert_eq!(labels, ["01", "02", "03"]);
    }

    #[test]
    fn every_token_of_a_plain_text_has_its_stretch() {
        let now = boxed("Mina gave");
        let mirror = Mirror::new(&now, &now, &tokens(&[b"Mina", b" gave"]));
        assert_eq!(texts(&mirror), ["Mina", " gave"]);
        assert_eq!(mirror.stretches[1].parts[0].label, "101");
        assert!(mirror.stretches[1].parts[0].title.contains("4–9"));
    }

    #[test]
    fn tokens_inside_a_syllable_share_it() {
        let now = boxed("a뷁b");
        let syllable = "뷁".as_bytes();
        let parts: [&[u8]; 4] = [b"a", &syllable[..2], &syllable[2..], b"b"];
        let mirror = Mirror::new(&now, &now, &tokens(&parts));
        assert_eq!(texts(&mirror), ["a", "뷁", "b"]);
        let labels: Vec<_> = mirror.stretches[1].parts.iter().map(|p| &p.label).collect();
        assert_eq!(labels, ["EB B7", "81"]);
    }

    #[test]
    fn an_emoji_of_several_letters_is_one_stretch() {
        let family = "👩‍👧";
        let now = boxed(family);
        let bytes: Vec<&[u8]> = family.as_bytes().chunks(1).collect();
        let mirror = Mirror::new(&now, &now, &tokens(&bytes));
        assert_eq!(texts(&mirror), [family]);
        assert_eq!(mirror.stretches[0].parts.len(), family.len());
    }

    #[test]
    fn what_changed_since_has_no_tokens() {
        let (then, now) = (boxed("Mina gave the"), boxed("Mina gone"));
        let mirror = Mirror::new(&now, &then, &tokens(&[b"Mina", b" gave", b" the"]));
        assert_eq!(texts(&mirror), ["Mina"]);
        assert_eq!(mirror.rest, " gone");
    }

    #[test]
    fn text_the_model_does_not_read_is_plain() {
        let now = boxed("Mina gave the apple");
        let mirror = Mirror::new(&now, &now, &tokens(&[b"Mina", b" gave"]));
        assert_eq!(mirror.rest, " the apple");
    }

    #[test]
    fn bytes_that_are_no_character_follow_the_text() {
        let now = TextBox {
            text: "a".to_owned(),
            tail: vec![0xEB, 0xB7],
        };
        let mirror = Mirror::new(&now, &now, &tokens(&[b"a", &[0xEB, 0xB7]]));
        assert_eq!(texts(&mirror), ["a"]);
        assert_eq!(mirror.tail[0].text, "EB B7");
    }

    #[test]
    fn a_token_that_ends_in_half_a_character_keeps_its_text() {
        let now = TextBox {
            text: "a".to_owned(),
            tail: vec![0xEB],
        };
        let mirror = Mirror::new(&now, &now, &tokens(&[&[b'a', 0xEB]]));
        assert_eq!(texts(&mirror), ["a"]);
        assert_eq!(mirror.stretches[0].parts[0].label, "61 EB");
    }

    #[test]
    fn an_empty_text_shows_what_the_model_reads() {
        let special = TokenInfo {
            id: 0,
            bytes: b"<|endoftext|>".to_vec(),
            start: 0,
            end: 0,
        };
        let now = boxed("");
        let mirror = Mirror::new(&now, &now, &[special]);
        assert!(mirror.stretches.is_empty());
        assert_eq!(mirror.tail[0].text, "<|endoftext|>");
    }

    #[test]
    fn tokens_that_frame_the_text_take_no_part_of_it() {
        let special = |id, at| TokenInfo {
            id,
            bytes: b"[CLS]".to_vec(),
            start: at,
            end: at,
        };
        let now = boxed("Mina gave");
        let mut framed = vec![special(1, 0)];
        framed.extend(tokens(&[b"Mina", b" gave"]));
        framed.push(special(2, 9));
        let mirror = Mirror::new(&now, &now, &framed);
        assert_eq!(texts(&mirror), ["Mina", " gave"]);
        assert_eq!(mirror.stretches[0].parts[0].index, 1);
        assert_eq!(mirror.tail.len(), 1);
    }

    #[test]
    fn ids_yield_where_there_is_no_room() {
        let now = boxed("a.b");
        let mirror = Mirror::new(&now, &now, &tokens(&[b"a", b".", b"b"]));
        let labels: Vec<_> = mirror.stretches.iter().map(|s| &s.parts[0].label).collect();
        assert_eq!(labels[0], "100");
        assert_eq!(labels[1], "");
    }
}

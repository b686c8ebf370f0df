//! How the tokens of a vocabulary are written, and the bytes they stand for in a text.
//!
//! | written | by | stands for |
//! |---|---|---|
//! | `Ġthe` | byte-level | ` the`, one character for each byte |
//! | `▁the` | Metaspace, SentencePiece | ` the` |
//! | `<0x0A>` | byte fallback | one byte |
//! | `##ing` | WordPiece | `ing` that goes on with a word |
//! | `the</w>` | BPE with ends of words | `the ` |

use serde::Deserialize;
use serde_json::Value;

use super::byte_alphabet::bytes_from_text;

/// What of a `tokenizer.json` says how tokens are written.
#[derive(Debug, Deserialize)]
pub struct Outline {
    #[serde(default)]
    normalizer: Value,
    #[serde(default)]
    pre_tokenizer: Value,
    #[serde(default)]
    decoder: Value,
    model: ModelOutline,
}

impl Outline {
    /// What is done to a text before it is cut, step by step.
    pub fn steps(&self) -> Vec<&Value> {
        let mut steps = Vec::new();
        collect(&self.normalizer, &mut steps);
        collect(&self.pre_tokenizer, &mut steps);
        steps
    }
}

#[derive(Debug, Deserialize)]
struct ModelOutline {
    #[serde(rename = "type", default)]
    kind: Option<String>,
    #[serde(default)]
    byte_fallback: bool,
    #[serde(default)]
    continuing_subword_prefix: Option<String>,
    #[serde(default)]
    end_of_word_suffix: Option<String>,
}

/// How tokens are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spelling {
    /// One character for each byte.
    byte_level: bool,
    /// `<0x0A>` is a byte.
    byte_fallback: bool,
    /// The character that stands for a space.
    space: Option<char>,
    /// What a token that goes on with a word begins with.
    continuing: String,
    /// What the last token of a word ends with.
    end_of_word: String,
}

impl Spelling {
    /// How a file's tokens are written.
    pub fn of(outline: &Outline) -> Self {
        let mut parts = outline.steps();
        collect(&outline.decoder, &mut parts);
        let has = |kind: &str| parts.iter().any(|part| part["type"] == kind);
        let model = &outline.model;
        let is_word_piece = model.kind.as_deref() == Some("WordPiece");
        let continuing = model.continuing_subword_prefix.clone();
        Spelling {
            byte_level: has("ByteLevel"),
            byte_fallback: model.byte_fallback || has("ByteFallback"),
            space: parts.iter().find_map(|part| space_of(part)),
            continuing: continuing.unwrap_or(if is_word_piece {
                "##".into()
            } else {
                String::new()
            }),
            end_of_word: model.end_of_word_suffix.clone().unwrap_or_default(),
        }
    }

    /// Whether a token can be a part of a character.
    pub fn has_bytes(&self) -> bool {
        self.byte_level || self.byte_fallback
    }

    /// The bytes that a token made from text stands for.
    pub fn bytes(&self, token: &str) -> Vec<u8> {
        if self.byte_fallback
            && let Some(byte) = byte_of(token)
        {
            return vec![byte];
        }
        if self.byte_level
            && let Some(bytes) = bytes_from_text(token)
        {
            return bytes;
        }
        let mut text = token;
        if let Some(rest) = text.strip_prefix(&self.continuing)
            && !rest.is_empty()
        {
            text = rest;
        }
        let mut text = match text.strip_suffix(&self.end_of_word) {
            Some(word) if !self.end_of_word.is_empty() => format!("{word} "),
            _ => text.to_owned(),
        };
        if let Some(space) = self.space {
            text = text.replace(space, " ");
        }
        text.into_bytes()
    }
}

/// A part of the file, or the parts of a sequence.
fn collect<'a>(part: &'a Value, parts: &mut Vec<&'a Value>) {
    let sequences = ["normalizers", "pretokenizers", "decoders"];
    for inner in sequences.iter().filter_map(|name| part[name].as_array()) {
        for part in inner {
            collect(part, parts);
        }
    }
    parts.push(part);
}

/// The character that a part of the file writes for a space.
fn space_of(part: &Value) -> Option<char> {
    let text = match part["type"].as_str()? {
        "Metaspace" => part["replacement"].as_str()?,
        // As a normalizer it writes the character, as a decoder it reads it.
        "Replace" if part["pattern"]["String"] == " " => part["content"].as_str()?,
        "Replace" if part["content"] == " " => part["pattern"]["String"].as_str()?,
        _ => return None,
    };
    let mut characters = text.chars();
    let first = characters.next().filter(|first| !first.is_whitespace());
    first.filter(|_| characters.next().is_none())
}

/// The byte that `<0x0A>` stands for.
fn byte_of(token: &str) -> Option<u8> {
    let digits = token.strip_prefix("<0x")?.strip_suffix('>')?;
    let is_hexadecimal = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u8::from_str_radix(digits, 16)
        .ok()
        .filter(|_| is_hexadecimal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelling(json: &str) -> Spelling {
        Spelling::of(&serde_json::from_str(json).expect("an outline"))
    }

    #[test]
    fn every_way_of_writing_is_read() {
        let bytes = r#"{"decoder": {"type": "ByteLevel"}, "model": {"type": "BPE"}}"#;
        let pieces = r#"{"model": {"type": "WordPiece", "vocab": {"a": 0}}}"#;
        let meta = r#"{"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"},
            {"type": "Metaspace", "replacement": "▁"}]}, "model": {"type": "Unigram"}}"#;
        let llama = r#"{"normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
            {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
            "model": {"type": "BPE", "byte_fallback": true}}"#;
        let words = r#"{"model": {"end_of_word_suffix": "</w>"}}"#;
        for (json, token, expected) in [
            (bytes, "Ġthe", &b" the"[..]),
            (bytes, "êµ", &[0xea, 0xb5]),
            // Not of the alphabet: an added token, as it is.
            (bytes, "<｜end｜>", "<｜end｜>".as_bytes()),
            (pieces, "##ing", b"ing"),
            (pieces, "##", b"##"),
            (pieces, "the", b"the"),
            (meta, "▁the", b" the"),
            (meta, "<0x0A>", b"<0x0A>"),
            (llama, "<0x0A>", b"\n"),
            (llama, "<0x0G>", b"<0x0G>"),
            (llama, "<0x+A>", b"<0x+A>"),
            (llama, "▁▁the", b"  the"),
            (words, "the</w>", b"the "),
        ] {
            assert_eq!(spelling(json).bytes(token), expected, "{token} of {json}");
        }
    }

    #[test]
    fn only_bytes_can_be_parts_of_characters() {
        assert!(spelling(r#"{"model": {"byte_fallback": true}}"#).has_bytes());
        assert!(!spelling(r#"{"model": {"type": "WordPiece"}}"#).has_bytes());
    }
}

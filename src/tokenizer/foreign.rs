//! A tokenizer of another checkpoint: what is known of its ids, and whatever cuts its texts.
//!
//! What cuts is Hugging Face's library: linked natively ([`Library`](super::Library)), in the
//! browser a program of its own. Its spans are kept, with one exception: where a tokenizer has
//! tokens for single bytes, the library gives each byte of a character the whole character, and
//! here each gets its own bytes, as in our own byte-level BPE.

use std::borrow::Cow;
use std::fmt::Debug;

use super::{Token, Tokenizer, TokenizerError, Vocabulary};

/// What cuts texts into tokens.
pub trait Cut: Debug {
    /// The tokens of a text with their byte spans, those of the post-processor left out; special
    /// tokens written in it are recognised if `with_special`.
    ///
    /// # Errors
    /// [`TokenizerError::Text`] if a part of the text has no token.
    fn cut(&self, text: &str, with_special: bool) -> Result<Vec<Token>, TokenizerError>;
}

/// A tokenizer of any kind.
#[derive(Debug)]
pub struct Foreign {
    vocabulary: Vocabulary,
    cutter: Box<dyn Cut>,
}

impl Foreign {
    /// A tokenizer from what is known of its ids and what cuts its texts.
    pub fn new(vocabulary: Vocabulary, cutter: Box<dyn Cut>) -> Self {
        Foreign { vocabulary, cutter }
    }

    fn tokens(&self, text: &str, with_special: bool) -> Result<Vec<Token>, TokenizerError> {
        let mut tokens = self.cutter.cut(text, with_special)?;
        tighten(text, &mut tokens, &self.vocabulary);
        Ok(tokens)
    }
}

impl Tokenizer for Foreign {
    fn encode(&self, text: &str) -> Result<Vec<Token>, TokenizerError> {
        self.tokens(text, false)
    }

    fn encode_with_special(&self, text: &str) -> Result<Vec<Token>, TokenizerError> {
        self.tokens(text, true)
    }

    fn around(&self) -> [&[u32]; 2] {
        self.vocabulary.around.each_ref().map(Vec::as_slice)
    }

    fn token_bytes(&self, id: u32) -> Option<Cow<'_, [u8]>> {
        self.vocabulary.bytes_of(id).map(Cow::Borrowed)
    }

    fn id_of_added(&self, content: &str) -> Option<u32> {
        let mut added = self.vocabulary.added.iter();
        let found = added.find(|added| added.content == content);
        found.map(|added| added.id)
    }

    fn is_special(&self, id: u32) -> bool {
        let mut added = self.vocabulary.added.iter();
        added.any(|added| added.special && added.id == id)
    }

    fn vocab_size(&self) -> usize {
        self.vocabulary.bytes_by_id.len()
    }
}

/// Puts every span within the text and at the edges of characters; where tokens can be parts of a
/// character, a token whose bytes go on exactly where the text was left has those bytes as its span.
fn tighten(text: &str, tokens: &mut [Token], vocabulary: &Vocabulary) {
    let mut read = 0; // bytes of the text that tokens have covered
    for token in tokens {
        token.start = edge(text, token.start, false);
        token.end = edge(text, token.end, true).max(token.start);
        let bytes = vocabulary.bytes_of(token.id).unwrap_or_default();
        if vocabulary.has_bytes
            && !bytes.is_empty()
            && text.as_bytes()[read..].starts_with(bytes)
            && match token.start < read {
                // Later bytes of a character.
                true => read + bytes.len() <= token.end,
                false => {
                    is_space(text, read, token.start)
                        && is_space(text, token.end, read + bytes.len())
                }
            }
        {
            (token.start, token.end) = (read, read + bytes.len());
        }
        read = read.max(token.end);
    }
}

/// The edge of a character at `at` or next to it: the one before, or the one `after`.
fn edge(text: &str, at: usize, after: bool) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at = if after { at + 1 } else { at - 1 };
    }
    at
}

/// Whether a stretch of the text is empty or white space, which some files leave out of the spans.
fn is_space(text: &str, from: usize, to: usize) -> bool {
    let stretch = text.as_bytes().get(from..to).unwrap_or_default();
    stretch.iter().all(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spans given beforehand, as the library would.
    #[derive(Debug)]
    struct Given(Vec<Token>);

    impl Cut for Given {
        fn cut(&self, _: &str, _: bool) -> Result<Vec<Token>, TokenizerError> {
            Ok(self.0.clone())
        }
    }

    fn spans(text: &str, parts: &[(&[u8], usize, usize)], has_bytes: bool) -> Vec<(usize, usize)> {
        let tokens = (0u32..).zip(parts);
        let tokens = tokens.map(|(id, (_, start, end))| Token {
            id,
            start: *start,
            end: *end,
        });
        let vocabulary = Vocabulary {
            bytes_by_id: parts
                .iter()
                .map(|(bytes, ..)| Some(Box::from(*bytes)))
                .collect(),
            has_bytes,
            ..Vocabulary::default()
        };
        let foreign = Foreign::new(vocabulary, Box::new(Given(tokens.collect())));
        let tokens = foreign.encode(text).expect("given");
        tokens
            .iter()
            .map(|token| (token.start, token.end))
            .collect()
    }

    #[test]
    fn bytes_of_a_character_have_their_own_spans() {
        let text = "a 뷁!";
        let parts: [(&[u8], usize, usize); 4] = [
            (b"a", 0, 1),
            // The space is trimmed off, the rest stands for the whole syllable.
            (&[b' ', 0xeb], 2, 5),
            (&[0xb7, 0x81], 2, 5),
            (b"!", 5, 6),
        ];
        assert_eq!(spans(text, &parts, true), [(0, 1), (1, 3), (3, 5), (5, 6)]);
        assert_eq!(spans(text, &parts, false), [(0, 1), (2, 5), (2, 5), (5, 6)]);
    }

    #[test]
    fn a_space_that_was_put_before_the_text_takes_none_of_it() {
        // Llama: the first `▁` is the normalizer's, and stands where the text begins.
        let parts: [(&[u8], usize, usize); 3] = [(b" ", 0, 1), (b" ", 0, 1), (b" a", 1, 3)];
        assert_eq!(spans("  a", &parts, true), [(0, 1), (0, 1), (1, 3)]);
    }

    #[test]
    fn what_a_normalizer_changed_keeps_the_librarys_span() {
        // Jamo after decomposition: each has the whole syllable.
        let jamo = ["\u{1112}", "\u{1161}", "\u{11ab}"].map(|jamo| (jamo.as_bytes(), 0, 3));
        assert_eq!(spans("한", &jamo, true), [(0, 3); 3]);
    }

    #[test]
    fn spans_stay_within_the_text_and_at_edges() {
        let parts: [(&[u8], usize, usize); 3] = [(b"x", 1, 2), (b"y", 5, 4), (b"z", 90, 99)];
        assert_eq!(spans("한a", &parts, false), [(0, 3), (4, 4), (4, 4)]);
    }
}

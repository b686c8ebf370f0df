//! The tokenizer: its tables, encoding and decoding.

use std::borrow::Cow;
use std::collections::HashMap;

use super::merge::{LearnedPair, MergeStep, PairTable, merge_word};
use super::{Token, Tokenizer, TokenizerError, pre_tokens};

/// A token that is not made by merging, such as `<|endoftext|>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedToken {
    /// Its id.
    pub id: u32,
    /// Its text.
    pub content: String,
    /// Whether it is a control token: read in a text only when asked for.
    pub special: bool,
    /// Whether the white space before it in a text belongs to it, as to a `[MASK]` that stands for
    /// a word with the space before it.
    pub lstrip: bool,
}

/// Byte-level BPE as in GPT-2.
///
/// Ids in a file may have holes; everything else is dense.
#[derive(Debug, Clone)]
pub struct ByteLevelBpe {
    /// The bytes of every id, special tokens included.
    pub(super) bytes_by_id: Vec<Option<Box<[u8]>>>,
    /// The id of every byte.
    byte_ids: [u32; 256],
    /// The ids of all tokens that text can become, special tokens excluded.
    ids_by_bytes: HashMap<Box<[u8]>, u32>,
    /// The learned pairs in the order of learning.
    merges: Vec<(u32, u32)>,
    pairs: PairTable,
    pub(super) added_tokens: Vec<AddedToken>,
    /// Whether a pre-token that is a token is taken whole, without merging (Llama 3).
    pub(super) ignore_merges: bool,
}

impl ByteLevelBpe {
    /// Builds the tables from the bytes of every id, the merges in order, and the added tokens.
    ///
    /// # Errors
    /// [`TokenizerError::MissingByte`] if a byte has no token, and
    /// [`TokenizerError::UnknownMergeToken`] if the result of a merge has no token.
    pub(super) fn new(
        bytes_by_id: Vec<Option<Box<[u8]>>>,
        merges: Vec<(u32, u32)>,
        added_tokens: Vec<AddedToken>,
    ) -> Result<Self, TokenizerError> {
        let added_by_id: HashMap<u32, &AddedToken> =
            added_tokens.iter().map(|added| (added.id, added)).collect();
        let mut ids_by_bytes: HashMap<Box<[u8]>, u32> = (0u32..)
            .zip(&bytes_by_id)
            .filter(|(id, _)| !added_by_id.contains_key(id))
            .filter_map(|(id, bytes)| Some((bytes.clone()?, id)))
            .collect();
        for added in added_tokens.iter().filter(|added| !added.special) {
            ids_by_bytes
                .entry(Box::from(added.content.as_bytes()))
                .or_insert(added.id);
        }
        let mut byte_ids = [0; 256];
        for (byte, slot) in (0..=u8::MAX).zip(&mut byte_ids) {
            *slot = *ids_by_bytes
                .get(&[byte][..])
                .ok_or(TokenizerError::MissingByte { byte })?;
        }
        let mut pairs = PairTable::with_capacity(merges.len());
        for (rank, &(left, right)) in (0u32..).zip(&merges) {
            let bytes_of = |id: u32| {
                bytes_by_id
                    .get(id as usize)
                    .and_then(Option::as_deref)
                    .unwrap_or_default()
            };
            let joined = [bytes_of(left), bytes_of(right)].concat();
            let merged = *ids_by_bytes.get(&joined[..]).ok_or_else(|| {
                TokenizerError::UnknownMergeToken {
                    rank: rank as usize,
                    left: super::byte_alphabet::text_from_bytes(bytes_of(left)),
                    right: super::byte_alphabet::text_from_bytes(bytes_of(right)),
                }
            })?;
            pairs.insert((left, right), LearnedPair { rank, merged });
        }
        Ok(Self {
            bytes_by_id,
            byte_ids,
            ids_by_bytes,
            merges,
            pairs,
            added_tokens,
            ignore_merges: false,
        })
    }

    /// The tokens of `text` with their byte spans; special tokens written in it are plain text.
    ///
    /// The spans join up to the whole text.
    pub fn encode(&self, text: &str) -> Vec<Token> {
        self.encode_up_to(text, usize::MAX)
    }

    /// The tokens of `text`, where special tokens written in it become their ids.
    pub fn encode_with_special(&self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        self.encode_split(text, |_| true, usize::MAX, &mut tokens);
        tokens
    }

    /// The first `max_tokens` tokens of `text`, without looking at the text far behind them.
    ///
    /// The text was cut exactly when the last token's `end` is less than its length.
    pub fn encode_up_to(&self, text: &str, max_tokens: usize) -> Vec<Token> {
        let mut tokens = Vec::new();
        self.encode_split(text, |added| !added.special, max_tokens, &mut tokens);
        tokens.truncate(max_tokens);
        tokens
    }

    /// The ids of [`Self::encode`].
    pub fn encode_ids(&self, text: &str) -> Vec<u32> {
        self.encode(text)
            .into_iter()
            .map(|token| token.id)
            .collect()
    }

    /// The bytes the ids stand for, one after another; an id without a token adds nothing.
    pub fn decode_bytes(&self, ids: &[u32]) -> Vec<u8> {
        ids.iter()
            .filter_map(|id| self.token_bytes(*id))
            .flatten()
            .copied()
            .collect()
    }

    /// The longest valid text at the start of the ids' bytes, and the bytes after it.
    ///
    /// While a Hangul syllable or an emoji is generated byte by byte, the second
    /// part holds its first bytes; together they are [`Self::decode_bytes`].
    pub fn decode_lossless_prefix(&self, ids: &[u32]) -> (String, Vec<u8>) {
        match String::from_utf8(self.decode_bytes(ids)) {
            Ok(text) => (text, Vec::new()),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let mut bytes = error.into_bytes();
                let rest = bytes.split_off(valid);
                (String::from_utf8_lossy(&bytes).into_owned(), rest)
            }
        }
    }

    /// The text of the ids, with U+FFFD for bytes that are no valid text.
    pub fn decode_lossy(&self, ids: &[u32]) -> String {
        String::from_utf8_lossy(&self.decode_bytes(ids)).into_owned()
    }

    /// The bytes one id stands for, `None` for an id without a token.
    pub fn token_bytes(&self, id: u32) -> Option<&[u8]> {
        self.bytes_by_id.get(id as usize)?.as_deref()
    }

    /// The id of the token that is exactly `bytes`, special tokens excluded.
    pub fn id_of_bytes(&self, bytes: &[u8]) -> Option<u32> {
        self.ids_by_bytes.get(bytes).copied()
    }

    /// The id of an added token, such as `<|endoftext|>`.
    pub fn id_of_added(&self, content: &str) -> Option<u32> {
        self.added_tokens
            .iter()
            .find(|added| added.content == content)
            .map(|added| added.id)
    }

    /// The highest id plus one.
    pub fn vocab_size(&self) -> usize {
        self.bytes_by_id.len()
    }

    /// The learned pairs in the order of learning.
    pub fn merges(&self) -> &[(u32, u32)] {
        &self.merges
    }

    /// The tokens that are not made by merging.
    pub fn added_tokens(&self) -> &[AddedToken] {
        &self.added_tokens
    }

    /// Whether the id is a control token.
    pub fn is_special(&self, id: u32) -> bool {
        self.added_tokens
            .iter()
            .any(|added| added.special && added.id == id)
    }

    /// The merges that turn the bytes of one word (a pre-token) into its tokens, in order.
    pub fn merges_of(&self, word: &str) -> Vec<MergeStep> {
        let mut steps = Vec::new();
        merge_word(
            self.ids_of_bytes(word),
            &self.pairs,
            |step| steps.push(step),
            |_, _, _| {},
        );
        steps
    }

    fn ids_of_bytes<'a>(&'a self, word: &'a str) -> impl ExactSizeIterator<Item = u32> + 'a {
        word.bytes().map(|byte| self.byte_ids[usize::from(byte)])
    }

    /// Encodes `text`, cut first at the added tokens that `recognised` lets through.
    fn encode_split(
        &self,
        text: &str,
        recognised: impl Fn(&AddedToken) -> bool,
        max_tokens: usize,
        tokens: &mut Vec<Token>,
    ) {
        let added: Vec<&AddedToken> = self
            .added_tokens
            .iter()
            .filter(|added| recognised(added))
            .collect();
        let mut start = 0;
        while start < text.len() && tokens.len() < max_tokens {
            // The earliest, and of those the longest, as Hugging Face's tokenizers match them.
            let found = added
                .iter()
                .filter_map(|added| Some((start + text[start..].find(&added.content)?, *added)))
                .min_by_key(|(position, added)| {
                    (*position, std::cmp::Reverse(added.content.len()))
                });
            let plain_end = match found {
                Some((position, added)) if added.lstrip => {
                    start + text[start..position].trim_end().len()
                }
                Some((position, _)) => position,
                None => text.len(),
            };
            self.encode_plain(&text[start..plain_end], start, max_tokens, tokens);
            start = plain_end;
            if let Some((position, added)) = found {
                start = position + added.content.len();
                tokens.push(Token {
                    id: added.id,
                    start: plain_end,
                    end: start,
                });
            }
        }
    }

    /// Encodes a text without added tokens that starts at byte `offset` of the input.
    fn encode_plain(&self, text: &str, offset: usize, max_tokens: usize, tokens: &mut Vec<Token>) {
        for (position, word) in pre_tokens(text) {
            if tokens.len() >= max_tokens {
                return;
            }
            let start = offset + position;
            if let Some(&id) = self
                .ids_by_bytes
                .get(word.as_bytes())
                .filter(|_| self.ignore_merges)
            {
                tokens.push(Token {
                    id,
                    start,
                    end: start + word.len(),
                });
                continue;
            }
            merge_word(
                self.ids_of_bytes(word),
                &self.pairs,
                |_| {},
                |id, from, to| {
                    tokens.push(Token {
                        id,
                        start: start + from,
                        end: start + to,
                    });
                },
            );
        }
    }
}

impl Tokenizer for ByteLevelBpe {
    fn encode(&self, text: &str) -> Result<Vec<Token>, TokenizerError> {
        Ok(Self::encode(self, text))
    }

    fn encode_with_special(&self, text: &str) -> Result<Vec<Token>, TokenizerError> {
        Ok(Self::encode_with_special(self, text))
    }

    fn around(&self) -> [&[u32]; 2] {
        [&[], &[]]
    }

    fn token_bytes(&self, id: u32) -> Option<Cow<'_, [u8]>> {
        Self::token_bytes(self, id).map(Cow::Borrowed)
    }

    fn id_of_added(&self, content: &str) -> Option<u32> {
        Self::id_of_added(self, content)
    }

    fn is_special(&self, id: u32) -> bool {
        Self::is_special(self, id)
    }

    fn vocab_size(&self) -> usize {
        Self::vocab_size(self)
    }
}

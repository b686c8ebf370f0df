//! Text to token ids and back: byte-level BPE, with its training steps visible.
//!
//! A text is cut into pre-tokens (`pre_tokenize`), every byte of a pre-token
//! becomes a token, and the pair that was learned first is merged until no
//! learned pair is left (`merge`). Because the 256 bytes are tokens, every input
//! has an encoding and comes back unchanged, Hangul and emoji too.
//!
//! The format is Hugging Face's `tokenizer.json` with the `ByteLevel`
//! pre-tokenizer (`read_json`, `write_json`), the alphabet and the pattern are GPT-2's.
//!
//! Deliberately absent: normalizers, post-processors, unknown tokens, padding
//! and truncation. A file that needs them is refused with a clear error.
//!
//! Source: Sennrich, Haddow, Birch 2016, "Neural Machine Translation of Rare
//! Words with Subword Units"; Radford et al. 2019, "Language Models are
//! Unsupervised Multitask Learners" (bytes as the base alphabet).

mod byte_alphabet;
mod byte_level_bpe;
mod error;
mod ids;
mod merge;
mod pre_tokenize;
mod read_json;
mod special_tokens;
mod train;
mod word_counts;
mod write_json;

use std::borrow::Cow;

pub use byte_alphabet::{byte_from_char, char_from_byte};
pub use byte_level_bpe::{AddedToken, ByteLevelBpe};
pub use error::TokenizerError;
pub use ids::{id_bytes, read_ids};
pub use merge::MergeStep;
pub use pre_tokenize::{PreTokens, pre_tokens};
pub use train::{LearnedMerge, Trainer, train_bpe};
pub use word_counts::WordCounts;

/// One token of an encoded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token {
    /// Its row in the embedding table.
    pub id: u32,
    /// Where its bytes start in the input, in bytes.
    pub start: usize,
    /// Where its bytes end in the input, in bytes, exclusive.
    pub end: usize,
}

/// What the rest of the program needs of any tokenizer.
///
/// Object-safe, so that a session can hold the village's own tokenizer or one
/// from another library without knowing which.
pub trait Tokenizer {
    /// The tokens of `text` with their byte spans, special tokens read as plain text.
    fn encode(&self, text: &str) -> Vec<Token>;

    /// The tokens of `text`, where special tokens written out in it are recognised.
    fn encode_with_special(&self, text: &str) -> Vec<Token>;

    /// The bytes the ids stand for, one after another; unknown ids add nothing.
    fn decode_bytes(&self, ids: &[u32]) -> Vec<u8>;

    /// The bytes one id stands for, `None` for an id that names no token.
    fn token_bytes(&self, id: u32) -> Option<Cow<'_, [u8]>>;

    /// The highest id plus one: the rows an embedding table needs.
    fn vocab_size(&self) -> usize;
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod train_tests;

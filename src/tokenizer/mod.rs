//! Text to token ids and back: byte-level BPE, with its training steps visible, and the tokenizers
//! of other checkpoints.
//!
//! A text is cut into pre-tokens (`pre_tokenize`), every byte of a pre-token
//! becomes a token, and the pair that was learned first is merged until no
//! learned pair is left (`merge`). Because the 256 bytes are tokens, every input
//! has an encoding and comes back unchanged, Hangul and emoji too.
//!
//! The format is Hugging Face's `tokenizer.json` with the `ByteLevel`
//! pre-tokenizer (`read_json`, `write_json`), the alphabet and the pattern are GPT-2's.
//! A file that asks for more (a normalizer, a post-processor, WordPiece, Unigram, `▁` for a space)
//! is refused by name and goes to Hugging Face's own library (`library`), whose tokens become ours
//! in `foreign`. The library is linked into the program only; in the browser it is a program of its
//! own. The files from before `tokenizer.json` are turned into one (`older_files`).
//!
//! Deliberately absent: padding and truncation. What a file stores of them is ignored.
//!
//! Source: Sennrich, Haddow, Birch 2016, "Neural Machine Translation of Rare
//! Words with Subword Units"; Radford et al. 2019, "Language Models are
//! Unsupervised Multitask Learners" (bytes as the base alphabet).

mod byte_alphabet;
mod byte_level_bpe;
mod error;
mod foreign;
mod ids;
#[cfg(feature = "tokenizers")]
mod library;
#[cfg(feature = "tokenizers")]
mod limits;
mod merge;
mod older_files;
mod open;
mod pre_tokenize;
mod read_json;
mod special_tokens;
#[cfg(feature = "tokenizers")]
mod spelling;
mod train;
mod vocabulary;
mod word_counts;
mod write_json;

use std::borrow::Cow;
use std::fmt::Debug;

pub use byte_alphabet::{byte_from_char, char_from_byte};
pub use byte_level_bpe::{AddedToken, ByteLevelBpe};
pub use error::TokenizerError;
pub use foreign::{Cut, Foreign};
pub use ids::{id_bytes, read_ids};
#[cfg(feature = "tokenizers")]
pub use library::Library;
pub use merge::MergeStep;
pub use older_files::OlderFiles;
pub use open::{open, open_with};
pub use pre_tokenize::{PreTokens, pre_tokens};
pub use train::{LearnedMerge, Trainer, train_bpe};
pub use vocabulary::Vocabulary;
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
pub trait Tokenizer: Debug {
    /// The tokens of `text` with their byte spans, special tokens read as plain text.
    ///
    /// # Errors
    /// [`TokenizerError::Text`] if the tokenizer has no token for a part of the text.
    fn encode(&self, text: &str) -> Result<Vec<Token>, TokenizerError>;

    /// The tokens of `text`, where special tokens written out in it are recognised.
    ///
    /// # Errors
    /// As [`Self::encode`].
    fn encode_with_special(&self, text: &str) -> Result<Vec<Token>, TokenizerError>;

    /// The ids that the file's post-processor puts before and after a text, such as those of
    /// `[CLS]` and `[SEP]`; none if the file says nothing of them.
    fn around(&self) -> [&[u32]; 2];

    /// The bytes one id stands for in a text, `None` for an id that names no token.
    fn token_bytes(&self, id: u32) -> Option<Cow<'_, [u8]>>;

    /// The id of a token that is not made from text, such as `<|endoftext|>`.
    fn id_of_added(&self, content: &str) -> Option<u32>;

    /// Whether the id is a control token.
    fn is_special(&self, id: u32) -> bool;

    /// The highest id plus one: the rows an embedding table needs.
    fn vocab_size(&self) -> usize;
}

impl dyn Tokenizer + '_ {
    /// What a model reads of `text`: [`Self::encode_with_special`] between the tokens that the
    /// post-processor adds, which have an empty span.
    ///
    /// # Errors
    /// As [`Self::encode`].
    pub fn encode_for_model(&self, text: &str) -> Result<Vec<Token>, TokenizerError> {
        let [before, after] = self.around();
        let special = |at| {
            move |&id| Token {
                id,
                start: at,
                end: at,
            }
        };
        let mut tokens: Vec<Token> = before.iter().map(special(0)).collect();
        tokens.extend(self.encode_with_special(text)?);
        tokens.extend(after.iter().map(special(text.len())));
        Ok(tokens)
    }

    /// The bytes the ids stand for, one after another; unknown ids add nothing.
    pub fn decode_bytes(&self, ids: &[u32]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for id in ids {
            bytes.extend_from_slice(&self.token_bytes(*id).unwrap_or_default());
        }
        bytes
    }

    /// The text of the ids, with U+FFFD for bytes that are no valid text.
    pub fn decode_lossy(&self, ids: &[u32]) -> String {
        String::from_utf8_lossy(&self.decode_bytes(ids)).into_owned()
    }
}

#[cfg(all(test, feature = "tokenizers"))]
mod library_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod train_tests;

//! What can be wrong with a tokenizer file or a training request.

use thiserror::Error;

/// Why a tokenizer could not be read or trained.
#[derive(Debug, Error)]
pub enum TokenizerError {
    /// The text is not JSON, or not of `tokenizer.json`'s shape.
    #[error("tokenizer.json cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// The file asks for something that byte-level BPE as in GPT-2 does not do.
    #[error("tokenizer.json asks for {field} = {value}, which this tokenizer does not support")]
    Unsupported {
        /// The JSON path of the setting.
        field: &'static str,
        /// Its value in the file.
        value: String,
    },
    /// A merge names a token the vocabulary does not have.
    #[error(
        "merge {rank} ({left:?} {right:?}) uses or makes a token that is not in the vocabulary"
    )]
    UnknownMergeToken {
        /// The position in the list of merges.
        rank: usize,
        /// The left token as written.
        left: String,
        /// The right token as written.
        right: String,
    },
    /// A line of the merges is not two tokens with one space between.
    #[error("merge {rank} is not two tokens: {line:?}")]
    MalformedMerge {
        /// The position in the list of merges.
        rank: usize,
        /// The line as written.
        line: String,
    },
    /// A vocabulary entry has a character that stands for no byte.
    #[error("token {id} ({token:?}) has a character outside the byte alphabet")]
    NotByteLevel {
        /// The token's id.
        id: u32,
        /// The token as written.
        token: String,
    },
    /// Not every byte is a token, so some text could not be encoded.
    #[error("the vocabulary has no token for the byte {byte:#04x}")]
    MissingByte {
        /// The byte without a token.
        byte: u8,
    },
    /// Two tokens claim one id.
    #[error("two tokens have the id {id}")]
    DuplicateId {
        /// The id.
        id: u32,
    },
    /// An id is so large that the table of tokens would be mostly holes.
    #[error("token id {id} is too large for a vocabulary of {tokens} tokens")]
    IdTooLarge {
        /// The id.
        id: u32,
        /// The number of tokens in the file.
        tokens: usize,
    },
    /// The vocabulary asked for cannot hold the bytes and the special tokens.
    #[error(
        "a vocabulary of {vocab_size} is too small: the bytes and special tokens need {needed}"
    )]
    VocabTooSmall {
        /// The size asked for.
        vocab_size: usize,
        /// The smallest possible.
        needed: usize,
    },
    /// A special token is empty, given twice, or cannot be told from another token.
    #[error(
        "the special token {content:?} is empty, given twice, missing or already an ordinary token"
    )]
    BadSpecialToken {
        /// Its text.
        content: String,
    },
}

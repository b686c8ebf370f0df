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
    /// Hugging Face's library cannot read the file.
    #[error("{detail}")]
    Library {
        /// What it says.
        detail: String,
    },
    /// A part of a text has no token, and no token stands for what is unknown.
    #[error("this tokenizer cannot cut the text: {detail}")]
    Text {
        /// What the library says.
        detail: String,
    },
    /// The program that reads this kind of tokenizer could not be started.
    #[error("the program for this kind of tokenizer could not be fetched: {detail}")]
    NoLibrary {
        /// What the browser says.
        detail: String,
    },
    /// The list of tokens in `vocab.txt` lacks one that cutting needs.
    #[error("vocab.txt has no token {content:?}")]
    NotInVocabulary {
        /// Its text.
        content: String,
    },
    /// One of the two files of an older byte-level tokenizer is missing.
    #[error("vocab.json without merges.txt is only half of a tokenizer: both are needed")]
    NoMerges,
    /// Only the binary file of SentencePiece is there.
    #[error(
        "a SentencePiece model alone cannot be read: in Python, \
         `AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER)` of transformers writes the \
         tokenizer.json that is needed"
    )]
    SentencePiece,
}

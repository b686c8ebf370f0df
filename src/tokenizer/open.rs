//! Which tokenizer reads a `tokenizer.json`.

use super::{ByteLevelBpe, Tokenizer, TokenizerError};

/// A tokenizer of any kind, or what is wrong with its file.
type Opened = Result<Box<dyn Tokenizer>, TokenizerError>;

/// The tokenizer of a `tokenizer.json`: our own byte-level BPE if it does all that the file asks
/// for, else whatever `other` makes of the file.
///
/// # Errors
/// What is wrong with the file: as `other` says, or that it is no JSON.
pub fn open_with(json: &str, other: fn(&str, TokenizerError) -> Opened) -> Opened {
    match ByteLevelBpe::from_json(json) {
        Ok(own) => Ok(Box::new(own)),
        Err(TokenizerError::Json(error)) if !error.is_data() => Err(error.into()),
        Err(refused) => other(json, refused),
    }
}

/// The tokenizer of a `tokenizer.json`: our own byte-level BPE if it does all that the file asks
/// for, else Hugging Face's library if it is linked.
///
/// # Errors
/// What is wrong with the file; without the library, what our own does not do.
pub fn open(json: &str) -> Result<Box<dyn Tokenizer>, TokenizerError> {
    open_with(json, library)
}

#[cfg(feature = "tokenizers")]
fn library(json: &str, _: TokenizerError) -> Result<Box<dyn Tokenizer>, TokenizerError> {
    Ok(Box::new(super::Library::open(json)?))
}

#[cfg(not(feature = "tokenizers"))]
fn library(_: &str, refused: TokenizerError) -> Result<Box<dyn Tokenizer>, TokenizerError> {
    Err(refused)
}

//! Hugging Face's own library: normalizers, pre-tokenizers, WordPiece, Unigram, post-processors.
//!
//! Source: the crate `tokenizers`, which transformers uses itself.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::from_str;

use super::limits::check_memory;
use super::spelling::{Outline, Spelling};
use super::{AddedToken, Cut, Foreign, Token, TokenizerError, Vocabulary};

/// Ids may have holes, but not more than this many for each token.
const MAX_IDS_PER_TOKEN: usize = 4;

/// Texts that show what the post-processor puts around a text; the first that can be cut is taken.
const PROBES: [&str; 4] = ["a", "1", ".", ""];

/// A tokenizer of the library.
#[derive(Debug)]
pub struct Library(RefCell<tokenizers::Tokenizer>);

impl Library {
    /// Reads a `tokenizer.json` of any kind. Stored padding and truncation are ignored.
    ///
    /// # Errors
    /// [`TokenizerError::Json`] or [`TokenizerError::Library`] if it cannot be read
    /// or asks for more memory than it can need, [`TokenizerError::IdTooLarge`] if its ids are mostly
    /// holes or the post-processor adds one that is no token's.
    pub fn open(json: &str) -> Result<Foreign, TokenizerError> {
        let (library, vocabulary) = Self::read(json)?;
        Ok(Foreign::new(vocabulary, Box::new(library)))
    }

    /// The same in its two parts: what cuts texts, and what is known of the ids.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn read(json: &str) -> Result<(Self, Vocabulary), TokenizerError> {
        let outline: Outline = from_str(json)?;
        let spelling = Spelling::of(&outline);
        check_memory(&outline).map_err(|detail| TokenizerError::Library { detail })?;
        let tokenizer = guarded(|| {
            let mut tokenizer: tokenizers::Tokenizer = json.parse()?;
            tokenizer.with_padding(None);
            tokenizer.with_truncation(None)?;
            Ok(tokenizer)
        });
        let tokenizer = tokenizer.map_err(|detail| TokenizerError::Library { detail })?;
        let vocabulary = vocabulary(&tokenizer, &spelling)?;
        Ok((Library(RefCell::new(tokenizer)), vocabulary))
    }
}

impl Cut for Library {
    fn cut(&self, text: &str, with_special: bool) -> Result<Vec<Token>, TokenizerError> {
        let mut tokenizer = self.0.borrow_mut();
        tokenizer.set_encode_special_tokens(!with_special);
        let encoded = guarded(|| tokenizer.encode(text, false));
        let encoded = encoded.map_err(|detail| TokenizerError::Text { detail })?;
        let spans = encoded.get_offsets().iter();
        let tokens = encoded.get_ids().iter().zip(spans);
        Ok(tokens
            .map(|(&id, &(start, end))| Token { id, start, end })
            .collect())
    }
}

/// What is known of the ids.
fn vocabulary(
    tokenizer: &tokenizers::Tokenizer,
    spelling: &Spelling,
) -> Result<Vocabulary, TokenizerError> {
    let ids = tokenizer.get_vocab(true);
    let mut bytes_by_id = Vec::new();
    let mut place = |id: u32, bytes: Vec<u8>| {
        let (index, tokens) = (id as usize, ids.len());
        if index >= tokens.saturating_mul(MAX_IDS_PER_TOKEN) {
            return Err(TokenizerError::IdTooLarge { id, tokens });
        }
        if index >= bytes_by_id.len() {
            bytes_by_id.resize(index + 1, None);
        }
        bytes_by_id[index] = Some(bytes.into_boxed_slice());
        Ok(())
    };
    for (token, &id) in &ids {
        place(id, spelling.bytes(token))?;
    }
    let mut added = Vec::new();
    for (id, token) in tokenizer.get_added_tokens_decoder() {
        place(id, token.content.clone().into_bytes())?;
        added.push(AddedToken {
            id,
            content: token.content,
            special: token.special,
            lstrip: token.lstrip,
        });
    }
    added.sort_unstable_by_key(|added| added.id);
    let around = around(tokenizer);
    let mut around_ids = around.iter().flatten();
    if let Some(&id) = around_ids.find(|id| **id as usize >= bytes_by_id.len()) {
        let tokens = ids.len();
        return Err(TokenizerError::IdTooLarge { id, tokens });
    }
    Ok(Vocabulary {
        bytes_by_id,
        added,
        around,
        has_bytes: spelling.has_bytes(),
    })
}

/// The ids before and after a text.
fn around(tokenizer: &tokenizers::Tokenizer) -> [Vec<u32>; 2] {
    let mut probes = PROBES.iter();
    let probe = probes.find_map(|text| guarded(|| tokenizer.encode(*text, true)).ok());
    let Some(probe) = probe else {
        return Default::default();
    };
    let is_added = probe.get_special_tokens_mask();
    let n_before = is_added.iter().take_while(|added| **added == 1).count();
    let n_after = is_added[n_before..]
        .iter()
        .rev()
        .take_while(|added| **added == 1)
        .count();
    let ids = probe.get_ids();
    [
        ids[..n_before].to_vec(),
        ids[ids.len() - n_after..].to_vec(),
    ]
}

/// What the library answers. A damaged file can reach code of it that panics, which is as good an
/// answer as an error; in the browser it ends the library's own program.
fn guarded<T>(ask: impl FnOnce() -> tokenizers::Result<T>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(ask)) {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err("the file is damaged".to_owned()),
    }
}

//! Tokenizers of every kind in a browser: the program `worker_tokenizer`, which `www/worker.js`
//! starts beside the engine when a model needs it. Once started it is called like any function.

use std::fmt;

use wasm_bindgen::prelude::*;

use super::fetch::message;
use super::{LoadError, ModelFiles};
use crate::tokenizer::{
    ByteLevelBpe, Cut, Foreign, Token, Tokenizer, TokenizerError, Vocabulary, open_with,
};

#[wasm_bindgen]
extern "C" {
    /// Fetches and starts the program, once.
    #[wasm_bindgen(js_name = startTokenizers, catch)]
    async fn start_tokenizers() -> Result<JsValue, JsValue>;

    /// A tokenizer in the program.
    type Cutter;

    #[wasm_bindgen(js_name = openTokenizer, catch)]
    fn open_cutter(json: &str) -> Result<Cutter, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn vocabulary(this: &Cutter) -> Result<Vec<u8>, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn cut(this: &Cutter, text: &str, with_special: bool) -> Result<Vec<u32>, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn free(this: &Cutter) -> Result<(), JsValue>;
}

/// Starts the program if the tokenizer among these files is not our own byte-level BPE.
///
/// # Errors
/// [`TokenizerError::NoLibrary`] if it cannot be fetched.
pub async fn prepare(files: &ModelFiles) -> Result<(), LoadError> {
    let json = files.tokenizer_json.as_deref();
    if json.is_none_or(|json| ByteLevelBpe::from_json(json).is_ok()) {
        return Ok(());
    }
    let started = start_tokenizers().await;
    started.map(drop).map_err(|error| {
        let detail = message(&error);
        TokenizerError::NoLibrary { detail }.into()
    })
}

/// The tokenizer of a `tokenizer.json`, of any kind.
///
/// # Errors
/// What is wrong with the file, or that [`prepare`] was not called.
pub fn open(json: &str) -> Result<Box<dyn Tokenizer>, TokenizerError> {
    open_with(json, |json, _| {
        let wrong = |error| TokenizerError::Library {
            detail: message(&error),
        };
        let cutter = open_cutter(json).map_err(wrong)?;
        let bytes = cutter.vocabulary().map_err(wrong)?;
        let vocabulary = Vocabulary::from_bytes(&bytes);
        let vocabulary = vocabulary.ok_or_else(|| TokenizerError::Library {
            detail: "its vocabulary was lost on the way".to_owned(),
        })?;
        let program = Program(cutter);
        Ok(Box::new(Foreign::new(vocabulary, Box::new(program))))
    })
}

/// A tokenizer in the program, freed with us.
struct Program(Cutter);

impl fmt::Debug for Program {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Program")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It fails only after the program ended, and then nothing is left to free.
        let _ = self.0.free();
    }
}

impl Cut for Program {
    fn cut(&self, text: &str, with_special: bool) -> Result<Vec<Token>, TokenizerError> {
        let numbers = self.0.cut(text, with_special);
        let numbers = numbers.map_err(|error| TokenizerError::Text {
            detail: message(&error),
        })?;
        let tokens = numbers.as_chunks::<3>().0.iter();
        let tokens = tokens.map(|&[id, start, end]| Token {
            id,
            start: start as usize,
            end: end as usize,
        });
        Ok(tokens.collect())
    }
}

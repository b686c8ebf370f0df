//! Tokenizers of every kind, called by the engine in the same worker (`src/engine/tokenizer_program.rs`).

#![allow(unsafe_code, reason = "the linker's constructors, once: see main")]

use llm_atlas::tokenizer::{Cut, Library};
use wasm_bindgen::prelude::*;

unsafe extern "C" {
    fn __wasm_call_ctors();
}

/// One tokenizer.
#[wasm_bindgen]
pub struct Cutter {
    library: Library,
    vocabulary: Vec<u8>,
}

#[wasm_bindgen]
impl Cutter {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    /// What is wrong with the file.
    #[wasm_bindgen(constructor)]
    pub fn new(json: &str) -> Result<Cutter, JsError> {
        let (library, vocabulary) = Library::read(json)?;
        Ok(Cutter {
            library,
            vocabulary: vocabulary.to_bytes(),
        })
    }

    /// What is known of its ids, as `tokenizer::Vocabulary` writes it. Given once.
    pub fn vocabulary(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.vocabulary)
    }

    /// Id, start and end of every token of a text, one after another.
    ///
    /// # Errors
    /// If a part of the text has no token.
    pub fn cut(&self, text: &str, with_special: bool) -> Result<Vec<u32>, JsError> {
        let tokens = self.library.cut(text, with_special)?.into_iter();
        let numbers = tokens.flat_map(|token| [token.id, token.start as u32, token.end as u32]);
        Ok(numbers.collect())
    }
}

fn main() {
    // SAFETY: called once, before anything else, so that the linker does not wrap every exported
    // function in a call of all constructors.
    unsafe { __wasm_call_ctors() };
}

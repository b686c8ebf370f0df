//! `config.json` of word vectors.

use serde::{Deserialize, Serialize};

use crate::models::config::{ConfigError, check_sizes, read_config};

/// What is known of a folder of word vectors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Word2VecConfig {
    /// Always `word2vec`.
    pub model_type: String,
    /// Number of words.
    pub vocab_size: usize,
    /// Numbers in a vector.
    pub vector_size: usize,
    /// Most words between a word and one of its window.
    pub window: usize,
    /// Negatives for each word predicted.
    pub negative: usize,
    /// Passes over the text.
    pub epochs: usize,
    /// Words read in one pass.
    pub corpus_words: usize,
}

impl Word2VecConfig {
    /// Reads and checks `config.json`.
    ///
    /// # Errors
    /// If it is not JSON, not word2vec's, or its sizes cannot be.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        let config: Word2VecConfig = read_config(json, "word2vec", &[])?;
        check_sizes(&[
            ("vocab_size", config.vocab_size, 1 << 22),
            ("vector_size", config.vector_size, 1 << 12),
        ])?;
        Ok(config)
    }
}

//! The files of a Hugging Face folder, and what can be wrong with them.

use crate::checkpoint::CheckpointError;
use crate::models::{ConfigError, WeightsError};
use crate::protocol::EngineError;
use crate::tokenizer::TokenizerError;

/// The files of a model folder, as they were read or fetched.
#[derive(Clone, Debug, Default)]
pub struct ModelFiles {
    /// Name of the folder.
    pub name: String,
    /// `config.json`.
    pub config_json: String,
    /// `tokenizer.json`; without it only ids can be read.
    pub tokenizer_json: Option<String>,
    /// `model.safetensors`.
    pub weights: Vec<u8>,
}

/// A model folder that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// `config.json`
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// `tokenizer.json`
    #[error("tokenizer.json: {0}")]
    Tokenizer(#[from] TokenizerError),
    /// The tokenizer has ids the model has no embedding for.
    #[error("tokenizer.json has {tokenizer} ids, the model has {model}")]
    VocabularyMismatch {
        /// Ids in the tokenizer.
        tokenizer: usize,
        /// Rows in the embedding.
        model: usize,
    },
    /// `model.safetensors`
    #[error("model.safetensors: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// Its tensors.
    #[error("model.safetensors: {0}")]
    Weights(#[from] WeightsError),
}

impl From<LoadError> for EngineError {
    fn from(error: LoadError) -> Self {
        let file = match &error {
            LoadError::Config(_) => "config.json",
            LoadError::Tokenizer(_) | LoadError::VocabularyMismatch { .. } => "tokenizer.json",
            LoadError::Checkpoint(_) | LoadError::Weights(_) => "model.safetensors",
        };
        EngineError::Model {
            file: file.to_owned(),
            detail: error.to_string(),
        }
    }
}

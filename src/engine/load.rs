//! From the files of a Hugging Face folder to a model and its tokenizer.

use burn::tensor::Device;

use crate::checkpoint::{CheckpointError, read_safetensors};
use crate::models::gpt2::Gpt2Config;
use crate::models::{ConfigError, Gpt2, WeightsError};
use crate::protocol::{Architecture, EngineError, ModelInfo};
use crate::tokenizer::{ByteLevelBpe, TokenizerError};

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

impl ModelFiles {
    /// The tokenizer, if there is one, for a model with so many token ids.
    ///
    /// # Errors
    /// If it cannot be read, or has ids the model has no embedding for.
    pub(super) fn tokenizer(&self, vocab_size: usize) -> Result<Option<ByteLevelBpe>, LoadError> {
        let json = self.tokenizer_json.as_deref();
        let tokenizer = json.map(ByteLevelBpe::from_json).transpose()?;
        match &tokenizer {
            Some(tokenizer) if tokenizer.vocab_size() > vocab_size => {
                Err(LoadError::VocabularyMismatch {
                    tokenizer: tokenizer.vocab_size(),
                    model: vocab_size,
                })
            }
            _ => Ok(tokenizer),
        }
    }
}

/// A model ready to run.
#[derive(Debug)]
pub struct LoadedModel {
    /// Its network.
    pub network: Gpt2,
    /// Its configuration.
    pub config: Gpt2Config,
    /// Its tokenizer, if it came with one.
    pub tokenizer: Option<ByteLevelBpe>,
    /// What the page is told about it.
    pub info: ModelInfo,
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

impl LoadedModel {
    /// Reads the files and puts the weights on the device.
    ///
    /// # Errors
    /// If a file is damaged, names an architecture we do not know, or does not fit the others.
    pub fn from_files(files: &ModelFiles, device: &Device) -> Result<Self, LoadError> {
        let config = Gpt2Config::from_json(&files.config_json)?;
        let tokenizer = files.tokenizer(config.vocab_size)?;
        let weights = read_safetensors(&files.weights)?;
        let network = Gpt2::from_weights(&config, &weights, device)?;
        let info = model_info(&files.name, &config, tokenizer.as_ref(), &network);
        Ok(LoadedModel {
            network,
            config,
            tokenizer,
            info,
        })
    }
}

fn model_info(
    name: &str,
    config: &Gpt2Config,
    tokenizer: Option<&ByteLevelBpe>,
    network: &Gpt2,
) -> ModelInfo {
    use burn::module::Module;
    let token_bytes = |id: usize| tokenizer.and_then(|tokenizer| tokenizer.token_bytes(id as u32));
    let vocabulary = (0..config.vocab_size)
        .map(|id| token_bytes(id).map(<[u8]>::to_vec).unwrap_or_default())
        .collect();
    ModelInfo {
        name: name.to_owned(),
        family: config.model_type.clone(),
        architecture: Architecture::Decoder,
        n_layers: config.n_layer,
        n_encoder_layers: 0,
        n_heads: config.n_head,
        d_model: config.n_embd,
        d_head: config.n_embd / config.n_head,
        d_mlp: config.d_mlp(),
        d_hidden: 0,
        n_ctx: config.n_positions,
        norm_epsilon: config.layer_norm_epsilon as f32,
        activation_function: config.activation_function.clone(),
        n_params: network.num_params(),
        vocabulary,
        end_of_text: config
            .eos_token_id
            .filter(|id| (*id as usize) < config.vocab_size),
        mask: None,
    }
}

//! `config.json` of an LSTM.

use serde::{Deserialize, Serialize};

use crate::models::config::{ConfigError, check_sizes, read_config};

/// Shape of an LSTM. Hugging Face has no such family; the fields are named after `torch.nn`'s.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LstmConfig {
    /// Always `lstm`.
    pub model_type: String,
    /// Number of token ids.
    pub vocab_size: usize,
    /// Width of the token embeddings, `d_embed`.
    pub embedding_size: usize,
    /// Width of the hidden state and of the cell, `d_hidden`.
    pub hidden_size: usize,
    /// Number of layers.
    pub num_layers: usize,
    /// Most positions read at once. An LSTM has no limit of its own.
    #[serde(default = "default_positions")]
    pub n_positions: usize,
    /// Whether logits use the token embeddings; then a projection comes before them if the
    /// embeddings have another width than the hidden state.
    #[serde(default = "default_true")]
    pub tie_word_embeddings: bool,
    /// The token that separates texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eos_token_id: Option<u32>,
    /// The token that begins a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bos_token_id: Option<u32>,
}

fn default_positions() -> usize {
    1024
}

fn default_true() -> bool {
    true
}

impl LstmConfig {
    /// The usual configuration of a model of this size: embeddings as wide as the hidden state,
    /// used for the logits too.
    pub fn new(vocab_size: usize, hidden_size: usize, num_layers: usize) -> Self {
        LstmConfig {
            model_type: "lstm".into(),
            vocab_size,
            embedding_size: hidden_size,
            hidden_size,
            num_layers,
            n_positions: default_positions(),
            tie_word_embeddings: true,
            eos_token_id: None,
            bos_token_id: None,
        }
    }

    /// Reads and checks `config.json`.
    ///
    /// # Errors
    /// If it is not JSON, not an LSTM, or its sizes cannot be.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        let config: LstmConfig = read_config(json, "lstm", &[])?;
        check_sizes(&[
            ("vocab_size", config.vocab_size, 1 << 20),
            ("embedding_size", config.embedding_size, 1 << 16),
            ("hidden_size", config.hidden_size, 1 << 16),
            ("num_layers", config.num_layers, 1 << 8),
            ("n_positions", config.n_positions, 1 << 20),
        ])?;
        Ok(config)
    }

    /// Whether a projection stands between the hidden state and the logits.
    pub fn has_projection(&self) -> bool {
        self.tie_word_embeddings && self.embedding_size != self.hidden_size
    }

    /// Width of what layer `layer` reads.
    pub fn d_input(&self, layer: usize) -> usize {
        match layer {
            0 => self.embedding_size,
            _ => self.hidden_size,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str =
        r#"{"model_type":"lstm","vocab_size":8,"embedding_size":4,"hidden_size":6,"num_layers":2}"#;

    #[test]
    fn fills_in_the_defaults() {
        let config = LstmConfig::from_json(SMALL).unwrap();
        assert!(config.has_projection());
        assert_eq!((config.d_input(0), config.d_input(1)), (4, 6));
        let written = serde_json::to_string(&config).unwrap();
        assert_eq!(LstmConfig::from_json(&written).unwrap(), config);
    }

    #[test]
    fn refuses_what_it_cannot_run() {
        let refused = |from: &str, to: &str| {
            let json = SMALL.replace(from, to);
            LstmConfig::from_json(&json).unwrap_err().to_string()
        };
        assert!(refused("\"lstm\"", "\"gru\"").contains("gru"));
        assert!(refused("layers\":2", "layers\":0").contains("num_layers"));
        assert!(refused("\"vocab_size\":8,", "").contains("vocab_size"));
    }
}

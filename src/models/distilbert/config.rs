//! `config.json` of a DistilBERT.

use serde::Deserialize;

use super::names::DISTILBERT;
use crate::models::bert::BertConfig;
use crate::models::config::{ConfigError, read_config};

/// Shape of a DistilBERT, fields as in Hugging Face's `config.json`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct DistilBertConfig {
    /// Number of token ids.
    pub vocab_size: usize,
    /// Width of the residual stream, `d_model`.
    pub dim: usize,
    /// Number of blocks.
    pub n_layers: usize,
    /// Heads per block.
    pub n_heads: usize,
    /// Width of the MLP's hidden layer.
    pub hidden_dim: usize,
    /// Name of the MLP's activation function.
    #[serde(default = "default_activation")]
    pub activation: String,
    /// Most positions.
    #[serde(default = "default_positions")]
    pub max_position_embeddings: usize,
    /// Whether the head uses the token embeddings.
    #[serde(default = "default_true", alias = "tie_weights_")]
    pub tie_word_embeddings: bool,
    /// The token that fills up shorter texts of a batch.
    #[serde(default)]
    pub pad_token_id: Option<u32>,
    /// Class names, so that other programs know what to load.
    #[serde(default)]
    pub architectures: Vec<String>,
}

fn default_activation() -> String {
    "gelu".into()
}

fn default_positions() -> usize {
    512
}

fn default_true() -> bool {
    true
}

impl DistilBertConfig {
    /// Reads and checks `config.json`; what it describes is a BERT.
    ///
    /// # Errors
    /// If it is not JSON, not a DistilBERT, or its sizes cannot be.
    pub fn from_json(json: &str) -> Result<BertConfig, ConfigError> {
        let renamed = [("tie_word_embeddings", "tie_weights_")];
        let config: DistilBertConfig = read_config(json, "distilbert", &renamed)?;
        let config = BertConfig {
            model_type: "distilbert".into(),
            intermediate_size: config.hidden_dim,
            hidden_act: config.activation,
            type_vocab_size: 0,
            tie_word_embeddings: config.tie_word_embeddings,
            pad_token_id: config.pad_token_id,
            architectures: config.architectures,
            names: DISTILBERT,
            ..BertConfig::new(
                config.vocab_size,
                config.max_position_embeddings,
                config.dim,
                config.n_layers,
                config.n_heads,
            )
        };
        config.check()?;
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the multilingual DistilBERT describes itself.
    const MULTILINGUAL: &str = r#"{"activation": "gelu", "architectures": ["DistilBertForMaskedLM"],
        "attention_dropout": 0.1, "dim": 768, "dropout": 0.1, "hidden_dim": 3072,
        "initializer_range": 0.02, "max_position_embeddings": 512, "model_type": "distilbert",
        "n_heads": 12, "n_layers": 6, "output_past": true, "pad_token_id": 0, "qa_dropout": 0.1,
        "seq_classif_dropout": 0.2, "sinusoidal_pos_embds": false, "tie_weights_": true,
        "vocab_size": 119547}"#;

    #[test]
    fn it_is_a_bert_without_token_types() {
        let config = DistilBertConfig::from_json(MULTILINGUAL).unwrap();
        assert_eq!((config.hidden_size, config.intermediate_size), (768, 3072));
        assert_eq!((config.num_hidden_layers, config.type_vocab_size), (6, 0));
        assert_eq!(config.layer_norm_eps, 1e-12);
        assert!(config.tie_word_embeddings && !config.names.has_token_types);
    }

    #[test]
    fn refuses_what_it_cannot_run() {
        let refused = |from: &str, to: &str| {
            let json = MULTILINGUAL.replace(from, to);
            assert_ne!(json, MULTILINGUAL);
            DistilBertConfig::from_json(&json).unwrap_err().to_string()
        };
        assert!(refused("\"distilbert\"", "\"roberta\"").contains("roberta"));
        assert!(refused("\"dim\": 768, ", "").contains("dim"));
        assert!(refused("\"n_heads\": 12", "\"n_heads\": 11").contains("multiple"));
    }
}

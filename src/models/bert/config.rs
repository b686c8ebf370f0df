//! `config.json` of a BERT.

use serde::{Deserialize, Serialize};

use super::BertNames;
use crate::models::config::{
    ConfigError, activation_function, check_heads, check_sizes, read_config,
};
use crate::nn::ActivationFunction;

/// Shape of a BERT, fields as in Hugging Face's `config.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BertConfig {
    /// `bert`, or the family that is a BERT by other names.
    pub model_type: String,
    /// Number of token ids.
    pub vocab_size: usize,
    /// Width of the residual stream, `d_model`.
    pub hidden_size: usize,
    /// Number of blocks.
    pub num_hidden_layers: usize,
    /// Heads per block.
    pub num_attention_heads: usize,
    /// Width of the MLP's hidden layer.
    pub intermediate_size: usize,
    /// Name of the MLP's activation function.
    #[serde(default = "default_activation")]
    pub hidden_act: String,
    /// Most positions.
    pub max_position_embeddings: usize,
    /// Number of token types (first and second sentence).
    #[serde(default = "default_token_types")]
    pub type_vocab_size: usize,
    /// Added to the variance in layer norms.
    #[serde(default = "default_epsilon")]
    pub layer_norm_eps: f64,
    /// How positions enter; only `absolute` is known.
    #[serde(default = "default_positions")]
    pub position_embedding_type: String,
    /// Whether the head uses the token embeddings.
    #[serde(default = "default_true")]
    pub tie_word_embeddings: bool,
    /// The token that fills up shorter texts of a batch.
    #[serde(default)]
    pub pad_token_id: Option<u32>,
    /// Class names, so that other programs know what to load.
    #[serde(default)]
    pub architectures: Vec<String>,
    /// What its tensors are called.
    #[serde(skip)]
    pub names: BertNames,
}

fn default_activation() -> String {
    "gelu".into()
}

fn default_token_types() -> usize {
    2
}

fn default_epsilon() -> f64 {
    1e-12
}

fn default_positions() -> String {
    "absolute".into()
}

fn default_true() -> bool {
    true
}

impl BertConfig {
    /// The usual configuration of a model of this size: an MLP four times as wide, two token types.
    pub fn new(
        vocab_size: usize,
        max_position_embeddings: usize,
        hidden_size: usize,
        num_hidden_layers: usize,
        num_attention_heads: usize,
    ) -> Self {
        BertConfig {
            model_type: "bert".into(),
            vocab_size,
            hidden_size,
            num_hidden_layers,
            num_attention_heads,
            intermediate_size: hidden_size.saturating_mul(4),
            hidden_act: default_activation(),
            max_position_embeddings,
            type_vocab_size: default_token_types(),
            layer_norm_eps: default_epsilon(),
            position_embedding_type: default_positions(),
            tie_word_embeddings: true,
            pad_token_id: None,
            architectures: vec!["BertForMaskedLM".into()],
            names: BertNames::BERT,
        }
    }

    /// Reads and checks `config.json`.
    ///
    /// # Errors
    /// If it is not JSON, not a BERT, or its sizes cannot be.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        let config: BertConfig = read_config(json, "bert", &[])?;
        config.check()?;
        Ok(config)
    }

    /// Checks what it says of a model.
    ///
    /// # Errors
    /// Names the first thing that cannot be.
    pub(in crate::models) fn check(&self) -> Result<(), ConfigError> {
        check_sizes(&[
            ("vocab_size", self.vocab_size, 1 << 20),
            ("hidden_size", self.hidden_size, 1 << 16),
            ("num_hidden_layers", self.num_hidden_layers, 1 << 10),
            ("num_attention_heads", self.num_attention_heads, 1 << 10),
            ("intermediate_size", self.intermediate_size, 1 << 18),
            (
                "max_position_embeddings",
                self.max_position_embeddings,
                1 << 20,
            ),
        ])?;
        if self.names.has_token_types {
            check_sizes(&[("type_vocab_size", self.type_vocab_size, 1 << 10)])?;
        }
        check_heads(
            ("hidden_size", self.hidden_size),
            ("num_attention_heads", self.num_attention_heads),
        )?;
        if self.position_embedding_type != "absolute" {
            return Err(ConfigError::Sizes(format!(
                "position_embedding_type is `{}`; supported: absolute",
                self.position_embedding_type
            )));
        }
        self.activation().map(|_| ())
    }

    /// The MLP's activation function.
    ///
    /// # Errors
    /// If its name is not known.
    pub fn activation(&self) -> Result<ActivationFunction, ConfigError> {
        activation_function(&self.hidden_act)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"{"model_type":"bert","vocab_size":8,"max_position_embeddings":4,"hidden_size":6,
        "num_hidden_layers":1,"num_attention_heads":3,"intermediate_size":12,"pad_token_id":null}"#;

    #[test]
    fn fills_in_the_defaults() {
        let config = BertConfig::from_json(SMALL).unwrap();
        assert_eq!((config.type_vocab_size, config.layer_norm_eps), (2, 1e-12));
        assert_eq!(config.activation().unwrap(), ActivationFunction::Gelu);
        let written = serde_json::to_string(&config).unwrap();
        assert_eq!(BertConfig::from_json(&written).unwrap(), config);
    }

    #[test]
    fn refuses_what_it_cannot_run() {
        let refused = |from: &str, to: &str| {
            let json = SMALL.replace(from, to);
            BertConfig::from_json(&json).unwrap_err().to_string()
        };
        assert!(refused("\"bert\"", "\"gpt2\"").contains("gpt2"));
        assert!(refused("heads\":3", "heads\":4").contains("multiple"));
        assert!(refused("layers\":1", "layers\":0").contains("num_hidden_layers"));
        assert!(refused("\"intermediate_size\":12,", "").contains("intermediate_size"));
        let relative = "\"position_embedding_type\":\"relative_key\"";
        assert!(refused("\"pad_token_id\":null", relative).contains("relative_key"));
        assert!(refused("\"pad_token_id\":null", "\"hidden_act\":\"mish\"").contains("mish"));
    }
}

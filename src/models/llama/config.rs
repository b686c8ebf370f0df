//! `config.json` of a Llama.

use serde::{Deserialize, Serialize};

use crate::models::config::{
    ConfigError, activation_function, check_heads, check_sizes, read_config,
};
use crate::models::rope::{RopeDefaults, RopeParameters};
use crate::nn::{ActivationFunction, Rotary};

/// Shape of a Llama, fields as in Hugging Face's `config.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LlamaConfig {
    /// Always `llama`.
    pub model_type: String,
    /// Number of token ids.
    pub vocab_size: usize,
    /// Width of the residual stream, `d_model`.
    pub hidden_size: usize,
    /// Width of the MLP's hidden layer.
    pub intermediate_size: usize,
    /// Number of blocks.
    pub num_hidden_layers: usize,
    /// Heads per block.
    pub num_attention_heads: usize,
    /// Heads of keys and values per block; one for each head if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub num_key_value_heads: Option<usize>,
    /// Width of a head; `hidden_size / num_attention_heads` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_dim: Option<usize>,
    /// Name of the activation function of the MLP's gate.
    #[serde(default = "default_activation")]
    pub hidden_act: String,
    /// Most positions.
    #[serde(default = "default_positions")]
    pub max_position_embeddings: usize,
    /// Added to the mean square in norms.
    #[serde(default = "default_epsilon")]
    pub rms_norm_eps: f64,
    /// Whether attention's four matrices have biases.
    #[serde(default)]
    pub attention_bias: bool,
    /// Whether the MLP's three matrices have biases.
    #[serde(default)]
    pub mlp_bias: bool,
    /// Base of the rotary positions, in older files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rope_theta: Option<f64>,
    /// Rotary positions.
    #[serde(default, alias = "rope_scaling")]
    pub rope_parameters: RopeParameters,
    /// Whether logits use the token embeddings.
    #[serde(default)]
    pub tie_word_embeddings: bool,
    /// The token that ends a text; the first one of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eos_token_id: Option<u32>,
    /// Class names, so that other programs know what to load.
    #[serde(default)]
    pub architectures: Vec<String>,
}

fn default_activation() -> String {
    "silu".into()
}

fn default_positions() -> usize {
    2048
}

fn default_epsilon() -> f64 {
    1e-6
}

impl LlamaConfig {
    /// Reads and checks `config.json`.
    ///
    /// # Errors
    /// If it is not JSON, not a Llama, or its sizes cannot be.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        let config: LlamaConfig =
            read_config(json, "llama", &[("rope_parameters", "rope_scaling")])?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        check_sizes(&[
            ("vocab_size", self.vocab_size, 1 << 20),
            ("hidden_size", self.hidden_size, 1 << 16),
            ("intermediate_size", self.intermediate_size, 1 << 18),
            ("num_hidden_layers", self.num_hidden_layers, 1 << 10),
            ("num_attention_heads", self.num_attention_heads, 1 << 10),
            ("num_key_value_heads", self.n_kv_heads(), 1 << 10),
            (
                "max_position_embeddings",
                self.max_position_embeddings,
                1 << 24,
            ),
        ])?;
        let heads = ("num_attention_heads", self.num_attention_heads);
        if self.head_dim.is_none() {
            check_heads(("hidden_size", self.hidden_size), heads)?;
        }
        check_sizes(&[("head_dim", self.d_head(), 1 << 14)])?;
        check_heads(heads, ("num_key_value_heads", self.n_kv_heads()))?;
        self.activation()?;
        self.rotary().map(|_| ())
    }

    /// The activation function of the MLP's gate.
    ///
    /// # Errors
    /// If its name is not known.
    pub fn activation(&self) -> Result<ActivationFunction, ConfigError> {
        activation_function(&self.hidden_act)
    }

    /// How positions enter.
    ///
    /// # Errors
    /// If the scaling is not known, or cannot be.
    pub fn rotary(&self) -> Result<Rotary, ConfigError> {
        self.rope_parameters.rotary(RopeDefaults {
            d_head: self.d_head(),
            theta: self.rope_theta.unwrap_or(10_000.0),
            fraction: 1.0,
            n_positions: self.max_position_embeddings,
        })
    }

    /// Heads of keys and values per block.
    pub fn n_kv_heads(&self) -> usize {
        self.num_key_value_heads.unwrap_or(self.num_attention_heads)
    }

    /// Width of a head.
    pub fn d_head(&self) -> usize {
        let share = self.hidden_size / self.num_attention_heads.max(1);
        self.head_dim.unwrap_or(share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the 135 million parameters of SmolLM2 describe themselves.
    const SMOL: &str = r#"{"architectures": ["LlamaForCausalLM"], "attention_bias": false,
        "attention_dropout": 0.0, "bos_token_id": 0, "eos_token_id": 0, "hidden_act": "silu",
        "hidden_size": 576, "initializer_range": 0.041666666666666664, "intermediate_size": 1536,
        "is_llama_config": true, "max_position_embeddings": 8192, "mlp_bias": false,
        "model_type": "llama", "num_attention_heads": 9, "num_hidden_layers": 30,
        "num_key_value_heads": 3, "pretraining_tp": 1, "rms_norm_eps": 1e-05,
        "rope_interleaved": false, "rope_scaling": null, "rope_theta": 100000,
        "tie_word_embeddings": true, "torch_dtype": "bfloat16", "transformers_version": "4.40.1",
        "use_cache": true, "vocab_size": 49152}"#;

    #[test]
    fn reads_smol_lm_2() {
        let config = LlamaConfig::from_json(SMOL).unwrap();
        assert_eq!((config.d_head(), config.n_kv_heads()), (64, 3));
        assert_eq!(config.activation().unwrap(), ActivationFunction::Silu);
        assert_eq!(config.rotary().unwrap(), Rotary::new(64, 100_000.0));
        let written = serde_json::to_string(&config).unwrap();
        assert_eq!(LlamaConfig::from_json(&written).unwrap(), config);
    }

    #[test]
    fn the_newer_fields_count_more_than_the_older_ones() {
        let newer = r#""rope_parameters": {"rope_type": "linear", "factor": 2, "rope_theta": 10},
            "rope_scaling": {"type": "yarn"}"#;
        let config =
            LlamaConfig::from_json(&SMOL.replace("\"rope_scaling\": null", newer)).unwrap();
        assert_eq!(config.rotary().unwrap().frequencies[0], 0.5);
    }

    #[test]
    fn of_several_ends_the_first_counts() {
        let several = SMOL.replace("\"eos_token_id\": 0", "\"eos_token_id\": [7, 8]");
        assert_eq!(
            LlamaConfig::from_json(&several).unwrap().eos_token_id,
            Some(7)
        );
    }

    #[test]
    fn refuses_what_it_cannot_run() {
        let refused = |from: &str, to: &str| {
            let json = SMOL.replace(from, to);
            assert_ne!(json, SMOL);
            LlamaConfig::from_json(&json).unwrap_err().to_string()
        };
        assert!(refused("\"llama\"", "\"mixtral\"").contains("mixtral"));
        assert!(refused("value_heads\": 3", "value_heads\": 2").contains("num_key_value_heads"));
        assert!(refused("\"hidden_size\": 576", "\"hidden_size\": 570").contains("multiple"));
        assert!(refused("\"hidden_size\": 576,", "").contains("hidden_size"));
        assert!(
            refused("\"hidden_size\": 576", "\"hidden_size\": \"wide\"").contains("`hidden_size`")
        );
        assert!(refused("null", "{\"rope_type\": \"yarn\"}").contains("yarn"));
        assert!(refused("\"silu\"", "\"mish\"").contains("mish"));
    }
}

//! `config.json` of a GPT-NeoX.

use serde::{Deserialize, Serialize};

use crate::models::config::{
    ConfigError, activation_function, check_heads, check_sizes, read_config,
};
use crate::models::rope::{RopeDefaults, RopeParameters};
use crate::nn::{ActivationFunction, Rotary};

/// Shape of a GPT-NeoX, fields as in Hugging Face's `config.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GptNeoxConfig {
    /// Always `gpt_neox`.
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
    #[serde(default = "default_positions")]
    pub max_position_embeddings: usize,
    /// Added to the variance in layer norms.
    #[serde(default = "default_epsilon")]
    pub layer_norm_eps: f64,
    /// Whether the MLP reads what attention read, not what attention left behind.
    #[serde(default = "default_true")]
    pub use_parallel_residual: bool,
    /// Whether attention's matrices have biases; the MLP's always have.
    #[serde(default = "default_true")]
    pub attention_bias: bool,
    /// The part of each head that is turned, in older files.
    #[serde(default = "default_fraction")]
    pub rotary_pct: f64,
    /// Base of the rotary positions, in older files.
    #[serde(default = "default_base")]
    pub rotary_emb_base: f64,
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
    "gelu".into()
}

fn default_positions() -> usize {
    2048
}

fn default_epsilon() -> f64 {
    1e-5
}

fn default_true() -> bool {
    true
}

fn default_fraction() -> f64 {
    0.25
}

fn default_base() -> f64 {
    10_000.0
}

impl GptNeoxConfig {
    /// Reads and checks `config.json`.
    ///
    /// # Errors
    /// If it is not JSON, not a GPT-NeoX, or its sizes cannot be.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        let renamed = [("rope_parameters", "rope_scaling")];
        let config: GptNeoxConfig = read_config(json, "gpt_neox", &renamed)?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        check_sizes(&[
            ("vocab_size", self.vocab_size, 1 << 20),
            ("hidden_size", self.hidden_size, 1 << 16),
            ("num_hidden_layers", self.num_hidden_layers, 1 << 10),
            ("num_attention_heads", self.num_attention_heads, 1 << 10),
            ("intermediate_size", self.intermediate_size, 1 << 18),
            (
                "max_position_embeddings",
                self.max_position_embeddings,
                1 << 24,
            ),
        ])?;
        check_heads(
            ("hidden_size", self.hidden_size),
            ("num_attention_heads", self.num_attention_heads),
        )?;
        self.activation()?;
        self.rotary().map(|_| ())
    }

    /// The MLP's activation function.
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
            theta: self.rotary_emb_base,
            fraction: self.rotary_pct,
            n_positions: self.max_position_embeddings,
        })
    }

    /// Width of a head.
    pub fn d_head(&self) -> usize {
        self.hidden_size / self.num_attention_heads.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Polyglot-Ko describes itself, with its 1.3 billion parameters.
    const POLYGLOT: &str = r#"{"architectures": ["GPTNeoXForCausalLM"], "bos_token_id": 0,
        "eos_token_id": 0, "hidden_act": "gelu", "hidden_size": 2048, "initializer_range": 0.02,
        "intermediate_size": 8192, "layer_norm_eps": 1e-05, "max_position_embeddings": 2048,
        "model_type": "gpt_neox", "num_attention_heads": 16, "num_hidden_layers": 24,
        "num_steps": "global_step213000", "rotary_emb_base": 10000, "rotary_pct": 0.5,
        "tie_word_embeddings": false, "torch_dtype": "float16", "transformers_version": "4.23.1",
        "use_cache": true, "use_parallel_residual": true, "vocab_size": 30080}"#;

    #[test]
    fn reads_polyglot_ko() {
        let config = GptNeoxConfig::from_json(POLYGLOT).unwrap();
        assert_eq!(config.d_head(), 128);
        assert_eq!(config.rotary().unwrap(), Rotary::new(64, 10_000.0));
        assert!(config.attention_bias && config.use_parallel_residual);
    }

    #[test]
    fn the_newer_fields_count_more_than_the_older_ones() {
        let newer = r#""rope_parameters": {"rope_theta": 10.0, "partial_rotary_factor": 0.25,
            "rope_type": "default"}, "rotary_pct": 0.5"#;
        let json = POLYGLOT.replace("\"rotary_pct\": 0.5", newer);
        let config = GptNeoxConfig::from_json(&json).unwrap();
        assert_eq!(config.rotary().unwrap(), Rotary::new(32, 10.0));
    }

    #[test]
    fn refuses_what_it_cannot_run() {
        let refused = |from: &str, to: &str| {
            let json = POLYGLOT.replace(from, to);
            assert_ne!(json, POLYGLOT);
            GptNeoxConfig::from_json(&json).unwrap_err().to_string()
        };
        assert!(refused("\"gpt_neox\"", "\"gptj\"").contains("gptj"));
        assert!(refused("\"rotary_pct\": 0.5", "\"rotary_pct\": 1.5").contains("rotary part"));
        assert!(refused("heads\": 16", "heads\": 17").contains("multiple"));
        assert!(refused("\"vocab_size\": 30080", "\"vocab_size\": -1").contains("`vocab_size`"));
    }
}

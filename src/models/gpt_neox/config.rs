//! `config.json` of a GPT-NeoX.

use serde::{Deserialize, Serialize};

use super::weights::NAMES;
use crate::models::config::{ConfigError, read_config};
use crate::models::rope::RopeParameters;
use crate::models::rotary_decoder::{RotaryConfig, RotaryShape};

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
    /// Reads `config.json`; [`Self::decoder`] checks it.
    ///
    /// # Errors
    /// If it is not JSON, not a GPT-NeoX, or a field is missing or of the wrong type.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        read_config(json, "gpt_neox", &[("rope_parameters", "rope_scaling")])
    }

    /// The decoder it describes.
    ///
    /// # Errors
    /// If its sizes cannot be, or a part is of a kind that is not known.
    pub fn decoder(&self) -> Result<RotaryConfig, ConfigError> {
        let shape = RotaryShape {
            family: "gpt_neox",
            names: NAMES,
            vocab_size: self.vocab_size,
            n_ctx: self.max_position_embeddings,
            d_model: self.hidden_size,
            n_layers: self.num_hidden_layers,
            n_heads: self.num_attention_heads,
            n_kv_heads: self.num_attention_heads,
            head_dim: None,
            d_mlp: self.intermediate_size,
            activation_function: self.hidden_act.clone(),
            norm_epsilon: self.layer_norm_eps,
            is_rms_norm: false,
            is_gated: false,
            is_parallel: self.use_parallel_residual,
            has_attention_bias: self.attention_bias,
            has_mlp_bias: true,
            is_tied: self.tie_word_embeddings,
            end_of_text: self.eos_token_id,
        };
        let (theta, fraction) = (self.rotary_emb_base, self.rotary_pct);
        RotaryConfig::new(shape, &self.rope_parameters, theta, fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::Rotary;

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
        let decoder = config.decoder().unwrap();
        assert_eq!(decoder.shape.d_head(), 128);
        assert_eq!(decoder.rotary, Rotary::new(64, 10_000.0));
        assert!(config.attention_bias && config.use_parallel_residual);
    }

    #[test]
    fn the_newer_fields_count_more_than_the_older_ones() {
        let newer = r#""rope_parameters": {"rope_theta": 10.0, "partial_rotary_factor": 0.25,
            "rope_type": "default"}, "rotary_pct": 0.5"#;
        let json = POLYGLOT.replace("\"rotary_pct\": 0.5", newer);
        let config = GptNeoxConfig::from_json(&json).unwrap();
        let rotary = config.decoder().unwrap().rotary;
        assert_eq!(rotary, Rotary::new(32, 10.0));
    }

    #[test]
    fn refuses_what_it_cannot_run() {
        let refused = |from: &str, to: &str| {
            let json = POLYGLOT.replace(from, to);
            assert_ne!(json, POLYGLOT);
            let read = GptNeoxConfig::from_json(&json).and_then(|config| config.decoder());
            read.unwrap_err().to_string()
        };
        assert!(refused("\"gpt_neox\"", "\"gptj\"").contains("gptj"));
        assert!(refused("\"rotary_pct\": 0.5", "\"rotary_pct\": 1.5").contains("rotary part"));
        assert!(refused("heads\": 16", "heads\": 17").contains("multiple"));
        assert!(refused("\"vocab_size\": 30080", "\"vocab_size\": -1").contains("`vocab_size`"));
    }
}

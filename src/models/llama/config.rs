//! `config.json` of a Llama.

use serde::{Deserialize, Serialize};

use super::weights::NAMES;
use crate::models::config::{ConfigError, read_config};
use crate::models::rope::RopeParameters;
use crate::models::rotary_decoder::{RotaryConfig, RotaryShape};

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
    /// Reads `config.json`; [`Self::decoder`] checks it.
    ///
    /// # Errors
    /// If it is not JSON, not a Llama, or a field is missing or of the wrong type.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        read_config(json, "llama", &[("rope_parameters", "rope_scaling")])
    }

    /// The decoder it describes.
    ///
    /// # Errors
    /// If its sizes cannot be, or a part is of a kind that is not known.
    pub fn decoder(&self) -> Result<RotaryConfig, ConfigError> {
        let shape = RotaryShape {
            family: "llama",
            names: NAMES,
            vocab_size: self.vocab_size,
            n_ctx: self.max_position_embeddings,
            d_model: self.hidden_size,
            n_layers: self.num_hidden_layers,
            n_heads: self.num_attention_heads,
            n_kv_heads: self.num_key_value_heads.unwrap_or(self.num_attention_heads),
            head_dim: self.head_dim,
            d_mlp: self.intermediate_size,
            activation_function: self.hidden_act.clone(),
            norm_epsilon: self.rms_norm_eps,
            is_rms_norm: true,
            is_gated: true,
            is_parallel: false,
            has_attention_bias: self.attention_bias,
            has_mlp_bias: self.mlp_bias,
            is_tied: self.tie_word_embeddings,
            end_of_text: self.eos_token_id,
        };
        let theta = self.rope_theta.unwrap_or(10_000.0);
        RotaryConfig::new(shape, &self.rope_parameters, theta, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{ActivationFunction, Rotary};

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
        let decoder = config.decoder().unwrap();
        assert_eq!((decoder.shape.d_head(), decoder.shape.n_kv_heads), (64, 3));
        assert_eq!(decoder.activation, ActivationFunction::Silu);
        assert_eq!(decoder.rotary, Rotary::new(64, 100_000.0));
        let written = serde_json::to_string(&config).unwrap();
        assert_eq!(LlamaConfig::from_json(&written).unwrap(), config);
    }

    #[test]
    fn the_newer_fields_count_more_than_the_older_ones() {
        let newer = r#""rope_parameters": {"rope_type": "linear", "factor": 2, "rope_theta": 10},
            "rope_scaling": {"type": "yarn"}"#;
        let config =
            LlamaConfig::from_json(&SMOL.replace("\"rope_scaling\": null", newer)).unwrap();
        assert_eq!(config.decoder().unwrap().rotary.frequencies[0], 0.5);
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
            let read = LlamaConfig::from_json(&json).and_then(|config| config.decoder());
            read.unwrap_err().to_string()
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

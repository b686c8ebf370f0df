//! `config.json` of a GPT-2.

use serde::{Deserialize, Serialize};

use crate::models::config::{
    ConfigError, activation_function, check_heads, check_sizes, read_config,
};
use crate::nn::ActivationFunction;

/// Shape of a GPT-2, fields as in Hugging Face's `config.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gpt2Config {
    /// Always `gpt2`.
    pub model_type: String,
    /// Number of token ids.
    pub vocab_size: usize,
    /// Most positions.
    #[serde(default = "default_positions", alias = "n_ctx")]
    pub n_positions: usize,
    /// Width of the residual stream, `d_model`.
    pub n_embd: usize,
    /// Number of blocks.
    pub n_layer: usize,
    /// Heads per block.
    pub n_head: usize,
    /// Width of the MLP's hidden layer; four times `n_embd` if absent.
    #[serde(default)]
    pub n_inner: Option<usize>,
    /// Name of the MLP's activation function.
    #[serde(default = "default_activation")]
    pub activation_function: String,
    /// Added to the variance in layer norms.
    #[serde(default = "default_epsilon")]
    pub layer_norm_epsilon: f64,
    /// Whether logits use the token embeddings.
    #[serde(default = "default_true")]
    pub tie_word_embeddings: bool,
    /// The token that separates texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eos_token_id: Option<u32>,
    /// The token that begins a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bos_token_id: Option<u32>,
    /// Class names, so that other programs know what to load.
    #[serde(default)]
    pub architectures: Vec<String>,
    /// Whether scores are divided by `sqrt(d_head)`; only `true` is known.
    #[serde(default = "default_true", skip_serializing)]
    pub scale_attn_weights: bool,
    /// Whether scores are divided by the block's number too; only `false` is known.
    #[serde(default, skip_serializing)]
    pub scale_attn_by_inverse_layer_idx: bool,
}

fn default_positions() -> usize {
    1024
}

fn default_activation() -> String {
    "gelu_new".into()
}

fn default_epsilon() -> f64 {
    1e-5
}

fn default_true() -> bool {
    true
}

impl Gpt2Config {
    /// The usual configuration of a model of this size.
    pub fn new(
        vocab_size: usize,
        n_positions: usize,
        n_embd: usize,
        n_layer: usize,
        n_head: usize,
    ) -> Self {
        Gpt2Config {
            model_type: "gpt2".into(),
            vocab_size,
            n_positions,
            n_embd,
            n_layer,
            n_head,
            n_inner: None,
            activation_function: default_activation(),
            layer_norm_epsilon: default_epsilon(),
            tie_word_embeddings: true,
            eos_token_id: None,
            bos_token_id: None,
            architectures: vec!["GPT2LMHeadModel".into()],
            scale_attn_weights: true,
            scale_attn_by_inverse_layer_idx: false,
        }
    }

    /// Reads and checks `config.json`.
    ///
    /// # Errors
    /// If it is not JSON, not a GPT-2, or its sizes cannot be.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        let config: Gpt2Config = read_config(json, "gpt2", &[("n_positions", "n_ctx")])?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        check_sizes(&[
            ("vocab_size", self.vocab_size, 1 << 20),
            ("n_positions", self.n_positions, 1 << 20),
            ("n_embd", self.n_embd, 1 << 16),
            ("n_layer", self.n_layer, 1 << 10),
            ("n_head", self.n_head, 1 << 10),
            ("n_inner", self.d_mlp(), 1 << 18),
        ])?;
        check_heads(("n_embd", self.n_embd), ("n_head", self.n_head))?;
        if !self.scale_attn_weights || self.scale_attn_by_inverse_layer_idx {
            return Err(ConfigError::Sizes(
                "only scores divided by the root of a head's width are known: scale_attn_weights \
                 true and scale_attn_by_inverse_layer_idx false"
                    .into(),
            ));
        }
        self.activation().map(|_| ())
    }

    /// The MLP's activation function.
    ///
    /// # Errors
    /// If its name is not known.
    pub fn activation(&self) -> Result<ActivationFunction, ConfigError> {
        activation_function(&self.activation_function)
    }

    /// Width of the MLP's hidden layer.
    pub fn d_mlp(&self) -> usize {
        self.n_inner.unwrap_or(self.n_embd.saturating_mul(4))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"{"model_type":"gpt2","vocab_size":8,"n_positions":4,"n_embd":6,"n_layer":1,"n_head":3,"n_inner":null}"#;

    #[test]
    fn fills_in_the_defaults() {
        let config = Gpt2Config::from_json(SMALL).unwrap();
        assert_eq!(config.d_mlp(), 24);
        assert!(config.tie_word_embeddings);
        assert_eq!(config.activation().unwrap(), ActivationFunction::GeluTanh);
    }

    /// As KoGPT2 describes itself, what does not concern us left out.
    const KO_GPT_2: &str = r#"{"_num_labels": 1, "activation_function": "gelu_new",
        "architectures": ["GPT2LMHeadModel"], "attn_pdrop": 0.1, "bos_token_id": 0,
        "created_date": "2021-04-28", "embd_pdrop": 0.1, "eos_token_id": 1,
        "gradient_checkpointing": false, "id2label": {"0": "LABEL_0"}, "initializer_range": 0.02,
        "layer_norm_epsilon": 1e-05, "license": "CC-BY-NC-SA 4.0", "model_type": "gpt2",
        "n_ctx": 1024, "n_embd": 768, "n_head": 12, "n_inner": null, "n_layer": 12,
        "n_positions": 1024, "pad_token_id": 3, "resid_pdrop": 0.1, "summary_type": "cls_index",
        "task_specific_params": {"text-generation": {"do_sample": true, "max_length": 50}},
        "transformers_version": "4.5.1", "use_cache": true, "vocab_size": 51200}"#;

    #[test]
    fn reads_korean_and_distilled_variants() {
        let korean = Gpt2Config::from_json(KO_GPT_2).unwrap();
        assert_eq!((korean.vocab_size, korean.eos_token_id), (51200, Some(1)));
        // Oldest files say little: the rest is as transformers fills it in.
        let distilled = r#"{"model_type": "gpt2", "vocab_size": 50257, "n_ctx": 1024,
            "n_embd": 768, "n_layer": 6, "n_head": 12}"#;
        let distilled = Gpt2Config::from_json(distilled).unwrap();
        assert_eq!((distilled.n_positions, distilled.d_mlp()), (1024, 3072));
        assert_eq!(distilled.layer_norm_epsilon, 1e-5);
    }

    #[test]
    fn a_field_of_the_wrong_type_is_named() {
        let wrong = SMALL.replace("\"n_embd\":6", "\"n_embd\":\"six\"");
        let error = Gpt2Config::from_json(&wrong).unwrap_err().to_string();
        assert!(error.contains("`n_embd`"), "{error}");
    }

    #[test]
    fn refuses_what_it_cannot_run() {
        let refused = |from: &str, to: &str| {
            Gpt2Config::from_json(&SMALL.replace(from, to))
                .unwrap_err()
                .to_string()
        };
        assert!(refused("\"gpt2\"", "\"llama\"").contains("llama"));
        assert!(refused("\"n_head\":3", "\"n_head\":4").contains("multiple"));
        assert!(refused("\"n_layer\":1", "\"n_layer\":0").contains("n_layer"));
        assert!(refused("\"vocab_size\":8,", "").contains("vocab_size"));
    }
}

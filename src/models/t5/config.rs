//! `config.json` of a T5.

use serde::{Deserialize, Deserializer, Serialize};

use crate::models::config::{ConfigError, activation_function, check_sizes, read_config};
use crate::nn::ActivationFunction;

/// Shape of a T5, fields as in Hugging Face's `config.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct T5Config {
    /// Always `t5`.
    pub model_type: String,
    /// Number of token ids.
    pub vocab_size: usize,
    /// Width of the residual stream.
    pub d_model: usize,
    /// Width of one head's query, key or value; need not be `d_model / num_heads`.
    pub d_kv: usize,
    /// Width of the MLP's hidden layer.
    pub d_ff: usize,
    /// Number of blocks in the encoder.
    pub num_layers: usize,
    /// Number of blocks in the decoder; as many as in the encoder if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub num_decoder_layers: Option<usize>,
    /// Heads per block.
    pub num_heads: usize,
    /// Buckets of relative positions.
    #[serde(default = "default_buckets")]
    pub relative_attention_num_buckets: usize,
    /// Distance in tokens from which on all positions share the last bucket.
    #[serde(default = "default_max_distance")]
    pub relative_attention_max_distance: usize,
    /// The MLP: `relu`, or `gated-gelu` as in v1.1.
    #[serde(default = "default_feed_forward")]
    pub feed_forward_proj: String,
    /// Added to the mean square in layer norms.
    #[serde(default = "default_epsilon")]
    pub layer_norm_epsilon: f64,
    /// `false` in v1.1: logits have a matrix of their own and are not scaled.
    #[serde(default = "default_true")]
    pub tie_word_embeddings: bool,
    /// Whether the decoder's output is multiplied by `d_model^-0.5` before the logits; newer files
    /// say so here, in older ones it follows from `tie_word_embeddings`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale_decoder_outputs: Option<bool>,
    /// Fills a batch's shorter rows; not looked at.
    #[serde(default)]
    pub pad_token_id: u32,
    /// The token that ends a text.
    #[serde(default = "default_eos", deserialize_with = "one_or_first")]
    pub eos_token_id: u32,
    /// What the decoder reads first; the padding token if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoder_start_token_id: Option<u32>,
    /// Positions a text of training has at most; attention itself has no limit.
    #[serde(default = "default_positions")]
    pub n_positions: usize,
    /// Multiplies the deviations of fresh weights.
    #[serde(default = "default_factor")]
    pub initializer_factor: f64,
    /// Always true.
    #[serde(default = "default_true")]
    pub is_encoder_decoder: bool,
    /// Class names, so that other programs know what to load.
    #[serde(default)]
    pub architectures: Vec<String>,
}

fn default_buckets() -> usize {
    32
}

fn default_max_distance() -> usize {
    128
}

fn default_feed_forward() -> String {
    "relu".into()
}

fn default_epsilon() -> f64 {
    1e-6
}

fn default_true() -> bool {
    true
}

fn default_eos() -> u32 {
    1
}

fn default_positions() -> usize {
    512
}

fn default_factor() -> f64 {
    1.0
}

/// An id, or the first of a list of ids.
fn one_or_first<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Ids {
        One(u32),
        Many(Vec<u32>),
    }
    match Ids::deserialize(deserializer)? {
        Ids::One(id) => Ok(id),
        Ids::Many(ids) => ids
            .first()
            .copied()
            .ok_or_else(|| serde::de::Error::custom("eos_token_id is an empty list")),
    }
}

impl T5Config {
    /// An original T5 (ReLU, tied and scaled logits) of this size, with as many blocks in the
    /// decoder as in the encoder and heads that share the width.
    pub fn new(
        vocab_size: usize,
        d_model: usize,
        d_ff: usize,
        num_layers: usize,
        num_heads: usize,
    ) -> Self {
        T5Config {
            model_type: "t5".into(),
            vocab_size,
            d_model,
            d_kv: d_model / num_heads.max(1),
            d_ff,
            num_layers,
            num_decoder_layers: Some(num_layers),
            num_heads,
            relative_attention_num_buckets: default_buckets(),
            relative_attention_max_distance: default_max_distance(),
            feed_forward_proj: default_feed_forward(),
            layer_norm_epsilon: default_epsilon(),
            tie_word_embeddings: true,
            scale_decoder_outputs: None,
            pad_token_id: 0,
            eos_token_id: default_eos(),
            decoder_start_token_id: Some(0),
            n_positions: default_positions(),
            initializer_factor: default_factor(),
            is_encoder_decoder: true,
            architectures: vec!["T5ForConditionalGeneration".into()],
        }
    }

    /// Reads and checks `config.json`.
    ///
    /// # Errors
    /// If it is not JSON, not a T5, or its sizes cannot be.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        let config: T5Config = read_config(json, "t5", &[])?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        check_sizes(&[
            ("vocab_size", self.vocab_size, 1 << 20),
            ("d_model", self.d_model, 1 << 16),
            ("d_kv", self.d_kv, 1 << 14),
            ("d_ff", self.d_ff, 1 << 18),
            ("num_layers", self.num_layers, 1 << 10),
            ("num_decoder_layers", self.n_decoder_layers(), 1 << 10),
            ("num_heads", self.num_heads, 1 << 10),
            ("n_positions", self.n_positions, 1 << 20),
        ])?;
        let buckets = self.relative_attention_num_buckets;
        if !(4..=1 << 16).contains(&buckets) {
            return Err(ConfigError::Sizes(format!(
                "relative_attention_num_buckets is {buckets}; it must be between 4 and 65536"
            )));
        }
        // The logarithmic half of the decoder's buckets begins at half of them.
        let distance = self.relative_attention_max_distance;
        if distance <= buckets / 2 || distance > 1 << 20 {
            return Err(ConfigError::Sizes(format!(
                "relative_attention_max_distance is {distance}; it must be more than half of the \
                 {buckets} buckets and at most 1048576"
            )));
        }
        let ids = [
            ("pad_token_id", self.pad_token_id),
            ("eos_token_id", self.eos_token_id),
            ("decoder_start_token_id", self.start_token_id()),
        ];
        for (name, id) in ids {
            if id as usize >= self.vocab_size {
                let vocab_size = self.vocab_size;
                return Err(ConfigError::Sizes(format!(
                    "{name} is {id}; it must be less than vocab_size, {vocab_size}"
                )));
            }
        }
        self.activation().map(|_| ())
    }

    /// Number of blocks in the decoder.
    pub fn n_decoder_layers(&self) -> usize {
        self.num_decoder_layers.unwrap_or(self.num_layers)
    }

    /// What the decoder reads first.
    pub fn start_token_id(&self) -> u32 {
        self.decoder_start_token_id.unwrap_or(self.pad_token_id)
    }

    /// Whether the MLP has a gate.
    pub fn is_gated(&self) -> bool {
        self.feed_forward_proj.starts_with("gated-")
    }

    /// Whether the decoder's output is multiplied by `d_model^-0.5` before the logits.
    pub fn is_output_scaled(&self) -> bool {
        self.scale_decoder_outputs
            .unwrap_or(self.tie_word_embeddings)
    }

    /// The MLP's activation function; `gated-gelu` means the tanh approximation, as it always has.
    ///
    /// # Errors
    /// If its name is not known.
    pub fn activation(&self) -> Result<ActivationFunction, ConfigError> {
        match self.feed_forward_proj.as_str() {
            "gated-gelu" => Ok(ActivationFunction::GeluTanh),
            name => activation_function(name.strip_prefix("gated-").unwrap_or(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"{"model_type":"t5","vocab_size":8,"d_model":6,"d_kv":4,"d_ff":9,
        "num_layers":2,"num_heads":3,"num_decoder_layers":null,"eos_token_id":[1,2]}"#;

    #[test]
    fn fills_in_the_defaults() {
        let config = T5Config::from_json(SMALL).unwrap();
        assert_eq!(config.n_decoder_layers(), 2);
        assert_eq!(config.activation().unwrap(), ActivationFunction::Relu);
        assert_eq!((config.eos_token_id, config.start_token_id()), (1, 0));
        assert!(!config.is_gated() && config.is_output_scaled());
        assert_eq!(config.relative_attention_num_buckets, 32);
    }

    #[test]
    fn knows_both_ways_to_say_that_logits_are_not_scaled() {
        let with = |fields: &str| {
            T5Config::from_json(&SMALL.replace("\"d_ff\"", &format!("{fields},\"d_ff\""))).unwrap()
        };
        assert!(!with("\"tie_word_embeddings\":false").is_output_scaled());
        let newer = with("\"tie_word_embeddings\":true,\"scale_decoder_outputs\":false");
        assert!(!newer.is_output_scaled());
    }

    #[test]
    fn what_it_writes_it_reads() {
        let config = T5Config::new(40, 12, 20, 2, 3);
        let json = serde_json::to_string(&config).unwrap();
        assert_eq!(T5Config::from_json(&json).unwrap(), config);
    }

    #[test]
    fn refuses_what_it_cannot_run() {
        let refused = |from: &str, to: &str| {
            T5Config::from_json(&SMALL.replace(from, to))
                .unwrap_err()
                .to_string()
        };
        assert!(refused("\"t5\"", "\"bart\"").contains("bart"));
        assert!(refused("\"d_kv\":4,", "").contains("d_kv"));
        assert!(refused("\"num_heads\":3", "\"num_heads\":0").contains("num_heads"));
        assert!(refused("[1,2]", "[]").contains("eos_token_id"));
        assert!(refused("[1,2]", "9").contains("eos_token_id"));
        let with = |fields: &str| refused("\"d_ff\"", &format!("{fields},\"d_ff\""));
        assert!(with("\"feed_forward_proj\":\"gated-mish\"").contains("mish"));
        assert!(with("\"relative_attention_max_distance\":16").contains("max_distance"));
        assert!(with("\"relative_attention_num_buckets\":2").contains("num_buckets"));
    }
}

//! What a family's `config.json` says of a decoder with rotary positions.

use super::RotaryNames;
use crate::models::config::{ConfigError, activation_function, check_heads, check_sizes};
use crate::models::rope::{RopeDefaults, RopeParameters};
use crate::nn::{ActivationFunction, Rotary};
use crate::protocol::{Block, Positions};

/// Sizes and kinds of parts, as the family's file says them.
#[derive(Clone, Debug)]
pub struct RotaryShape {
    /// Its `model_type`.
    pub family: &'static str,
    /// What its tensors are called.
    pub names: RotaryNames,
    /// Number of token ids.
    pub vocab_size: usize,
    /// Most positions.
    pub n_ctx: usize,
    /// Width of the residual stream.
    pub d_model: usize,
    /// Number of blocks.
    pub n_layers: usize,
    /// Heads per block.
    pub n_heads: usize,
    /// Heads of keys and values per block.
    pub n_kv_heads: usize,
    /// Width of a head; `d_model / n_heads` if the file does not say.
    pub head_dim: Option<usize>,
    /// Width of the MLP's hidden layer.
    pub d_mlp: usize,
    /// Name of the MLP's activation function.
    pub activation_function: String,
    /// What the norms add before the root.
    pub norm_epsilon: f64,
    /// Whether norms divide by the root mean square alone.
    pub is_rms_norm: bool,
    /// Whether the MLP has a gate.
    pub is_gated: bool,
    /// Whether the MLP reads what attention reads.
    pub is_parallel: bool,
    /// Whether attention's matrices have biases.
    pub has_attention_bias: bool,
    /// Whether the MLP's matrices have biases.
    pub has_mlp_bias: bool,
    /// Whether logits use the token embeddings.
    pub is_tied: bool,
    /// The token that ends a text.
    pub end_of_text: Option<u32>,
}

impl RotaryShape {
    /// Width of a head.
    pub fn d_head(&self) -> usize {
        self.head_dim.unwrap_or(self.d_model / self.n_heads.max(1))
    }

    /// Checks the sizes; the fields are called the same in both families.
    fn check(&self) -> Result<(), ConfigError> {
        check_sizes(&[
            ("vocab_size", self.vocab_size, 1 << 20),
            ("hidden_size", self.d_model, 1 << 16),
            ("intermediate_size", self.d_mlp, 1 << 18),
            ("num_hidden_layers", self.n_layers, 1 << 10),
            ("num_attention_heads", self.n_heads, 1 << 10),
            ("num_key_value_heads", self.n_kv_heads, 1 << 10),
            ("max_position_embeddings", self.n_ctx, 1 << 24),
        ])?;
        let heads = ("num_attention_heads", self.n_heads);
        if self.head_dim.is_none() {
            check_heads(("hidden_size", self.d_model), heads)?;
        }
        check_sizes(&[("head_dim", self.d_head(), 1 << 14)])?;
        check_heads(heads, ("num_key_value_heads", self.n_kv_heads))
    }
}

/// A checked configuration.
#[derive(Clone, Debug)]
pub struct RotaryConfig {
    /// Sizes and kinds of parts.
    pub shape: RotaryShape,
    /// The MLP's activation function.
    pub activation: ActivationFunction,
    /// How positions enter.
    pub rotary: Rotary,
}

impl RotaryConfig {
    /// Checks what a family's file says. `theta` and `fraction` are the base of the rotary positions
    /// and the part of each head that is turned, where `rope` does not say.
    ///
    /// # Errors
    /// If sizes cannot be, or the activation function or the kind of rotary positions is not known.
    pub fn new(
        shape: RotaryShape,
        rope: &RopeParameters,
        theta: f64,
        fraction: f64,
    ) -> Result<Self, ConfigError> {
        shape.check()?;
        Ok(RotaryConfig {
            activation: activation_function(&shape.activation_function)?,
            rotary: rope.rotary(RopeDefaults {
                d_head: shape.d_head(),
                theta,
                fraction,
                n_positions: shape.n_ctx,
            })?,
            shape,
        })
    }

    /// What its blocks are made of.
    pub fn block(&self) -> Block {
        let shape = &self.shape;
        Block {
            is_rms_norm: shape.is_rms_norm,
            positions: Positions::Rotary {
                frequencies: self.rotary.frequencies.clone(),
            },
            group_size: shape.n_heads / shape.n_kv_heads,
            is_gated: shape.is_gated,
            is_parallel: shape.is_parallel,
            has_attention_bias: shape.has_attention_bias,
            has_mlp_bias: shape.has_mlp_bias,
            is_tied: shape.is_tied,
            ..Block::default()
        }
    }
}

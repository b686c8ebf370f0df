//! From Hugging Face's tensor names to our layers.

use crate::nn::Linear;

use crate::models::rotary_decoder::{RotaryConfig, RotaryNames, RotaryShape};
use crate::models::weights::{Loader, WeightsError};
use crate::nn::{FeedForward, GatedMlp, MultiHeadAttention};

/// What its tensors are called.
pub const NAMES: RotaryNames = RotaryNames {
    prefix: "model.",
    token_embedding: "embed_tokens.weight",
    ln_final: "norm",
    unembedding: "lm_head",
    attention,
    mlp,
};

/// The attention of the block whose names begin with `block`.
fn attention(
    loader: &mut Loader<'_>,
    shape: &RotaryShape,
    block: &str,
) -> Result<MultiHeadAttention, WeightsError> {
    let (d_model, n_heads, n_kv_heads) = (shape.d_model, shape.n_heads, shape.n_kv_heads);
    let (d_heads, d_kv_heads) = (n_heads * shape.d_head(), n_kv_heads * shape.d_head());
    let mut linear =
        |part: &str, d_input: usize, d_output: usize| -> Result<Linear, WeightsError> {
            let names = [format!("{block}.self_attn.{part}_proj")];
            loader.linear_rows(&names, d_input, d_output, shape.has_attention_bias)
        };
    Ok(MultiHeadAttention {
        query: linear("q", d_model, d_heads)?,
        key: linear("k", d_model, d_kv_heads)?,
        value: linear("v", d_model, d_kv_heads)?,
        out: linear("o", d_heads, d_model)?,
        n_heads,
        n_kv_heads,
    })
}

/// The MLP of the block whose names begin with `block`.
fn mlp(
    loader: &mut Loader<'_>,
    config: &RotaryConfig,
    block: &str,
) -> Result<FeedForward, WeightsError> {
    let (d_model, d_mlp) = (config.shape.d_model, config.shape.d_mlp);
    let mut linear =
        |part: &str, d_input: usize, d_output: usize| -> Result<Linear, WeightsError> {
            let names = [format!("{block}.mlp.{part}_proj")];
            loader.linear_rows(&names, d_input, d_output, config.shape.has_mlp_bias)
        };
    Ok(FeedForward::Gated(GatedMlp {
        gate: linear("gate", d_model, d_mlp)?,
        up: linear("up", d_model, d_mlp)?,
        down: linear("down", d_mlp, d_model)?,
        activation: config.activation,
    }))
}

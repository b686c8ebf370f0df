//! From Hugging Face's tensor names to our layers.

use crate::nn::Linear;

use crate::models::rotary_decoder::{RotaryConfig, RotaryNames, RotaryShape};
use crate::models::weights::{Loader, WeightsError, transposed};
use crate::nn::{FeedForward, Mlp, MultiHeadAttention};

/// What its tensors are called.
pub const NAMES: RotaryNames = RotaryNames {
    prefix: "gpt_neox.",
    token_embedding: "embed_in.weight",
    ln_final: "final_layer_norm",
    unembedding: "embed_out",
    attention,
    mlp,
};

/// Queries, keys and values are one matrix in the file: for each head its query's rows, its key's
/// and its value's.
fn attention(
    loader: &mut Loader<'_>,
    shape: &RotaryShape,
    block: &str,
) -> Result<MultiHeadAttention, WeightsError> {
    let (d_model, n_heads, d_head) = (shape.d_model, shape.n_heads, shape.d_head());
    let weight = format!("{block}.attention.query_key_value.weight");
    let weight = loader.values(&weight, &[3 * d_model, d_model])?;
    let bias = match shape.has_attention_bias {
        true => {
            let bias = format!("{block}.attention.query_key_value.bias");
            Some(loader.values(&bias, &[3 * d_model])?)
        }
        false => None,
    };
    let mut part = |part: usize| -> Linear {
        let rows = part_of_heads(&weight, n_heads, part, d_head * d_model);
        let rows = transposed(&rows, d_model, d_model);
        let weight = loader.param_of(rows, [d_model, d_model]);
        let bias = bias.as_ref().map(|bias| {
            let bias = part_of_heads(bias, n_heads, part, d_head);
            loader.param_of(bias, [d_model])
        });
        loader.linear_of(weight, bias)
    };
    let (query, key, value) = (part(0), part(1), part(2));
    let out = [format!("{block}.attention.dense")];
    Ok(MultiHeadAttention {
        query,
        key,
        value,
        out: loader.linear_rows(&out, d_model, d_model, shape.has_attention_bias)?,
        n_heads,
        n_kv_heads: n_heads,
    })
}

/// The MLP of the block whose names begin with `block`.
fn mlp(
    loader: &mut Loader<'_>,
    config: &RotaryConfig,
    block: &str,
) -> Result<FeedForward, WeightsError> {
    let (d_model, d_mlp) = (config.shape.d_model, config.shape.d_mlp);
    let has_bias = config.shape.has_mlp_bias;
    let (up, down) = ("dense_h_to_4h", "dense_4h_to_h");
    Ok(FeedForward::Plain(Mlp {
        up: loader.linear_rows(&[format!("{block}.mlp.{up}")], d_model, d_mlp, has_bias)?,
        down: loader.linear_rows(&[format!("{block}.mlp.{down}")], d_mlp, d_model, has_bias)?,
        activation: config.activation,
    }))
}

/// Of three parts of `len` numbers for each head, the numbers of one part of all heads.
fn part_of_heads(values: &[f32], n_heads: usize, part: usize, len: usize) -> Vec<f32> {
    let mut numbers = Vec::with_capacity(n_heads * len);
    for head in values.chunks_exact(3 * len) {
        numbers.extend_from_slice(&head[part * len..(part + 1) * len]);
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_taken_from_every_head() {
        let values: Vec<f32> = (0..12u8).map(f32::from).collect();
        assert_eq!(part_of_heads(&values, 2, 0, 2), [0.0, 1.0, 6.0, 7.0]);
        assert_eq!(part_of_heads(&values, 2, 2, 2), [4.0, 5.0, 10.0, 11.0]);
    }
}

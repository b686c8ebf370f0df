//! From Hugging Face's tensor names to our layers.

use burn::nn::Linear;
use burn::tensor::Device;

use super::{GptNeox, GptNeoxBlock, GptNeoxConfig};
use crate::checkpoint::TensorSource;
use crate::models::weights::{Loader, WeightsError, transposed};
use crate::nn::{Mlp, MultiHeadAttention};

impl GptNeox {
    /// A model from named tensors. Accepts names with and without the prefix `gpt_neox.`.
    ///
    /// # Errors
    /// If a tensor is missing, misshapen or not finite; every other tensor is ignored.
    pub fn from_weights(
        config: &GptNeoxConfig,
        weights: &dyn TensorSource,
        device: &Device,
    ) -> Result<Self, WeightsError> {
        let mut loader = Loader::new(weights, device, "gpt_neox.");
        let (d_model, vocab_size) = (config.hidden_size, config.vocab_size);
        let (d_mlp, epsilon) = (config.intermediate_size, config.layer_norm_eps);
        let token_embedding = loader.embedding("embed_in.weight", vocab_size, d_model)?;
        let mut blocks = Vec::with_capacity(config.num_hidden_layers);
        for layer in 0..config.num_hidden_layers {
            let name = |part: &str| format!("layers.{layer}.{part}");
            let ln2 = name("post_attention_layernorm");
            blocks.push(GptNeoxBlock {
                ln1: loader.layer_norm(&name("input_layernorm"), d_model, epsilon)?,
                attention: attention(&mut loader, config, &name("attention"))?,
                ln2: loader.layer_norm(&ln2, d_model, epsilon)?,
                mlp: Mlp {
                    up: loader.linear_rows(&[name("mlp.dense_h_to_4h")], d_model, d_mlp, true)?,
                    down: loader.linear_rows(&[name("mlp.dense_4h_to_h")], d_mlp, d_model, true)?,
                    activation: config.activation()?,
                },
                is_parallel: config.use_parallel_residual,
            });
        }
        let ln_final = loader.layer_norm("final_layer_norm", d_model, epsilon)?;
        let unembedding = match config.tie_word_embeddings {
            true => None,
            false => {
                let names = ["embed_out".to_owned()];
                Some(loader.linear_rows(&names, d_model, vocab_size, false)?)
            }
        };
        Ok(GptNeox {
            token_embedding,
            rotary: config.rotary()?,
            blocks,
            ln_final,
            unembedding,
        })
    }
}

/// Queries, keys and values are one matrix in the file: for each head its query's rows, its key's
/// and its value's.
fn attention(
    loader: &mut Loader<'_>,
    config: &GptNeoxConfig,
    name: &str,
) -> Result<MultiHeadAttention, WeightsError> {
    let (d_model, n_heads, d_head) = (
        config.hidden_size,
        config.num_attention_heads,
        config.d_head(),
    );
    let weight = format!("{name}.query_key_value.weight");
    let weight = loader.values(&weight, &[3 * d_model, d_model])?;
    let bias = match config.attention_bias {
        true => {
            let bias = format!("{name}.query_key_value.bias");
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
    let out = [format!("{name}.dense")];
    Ok(MultiHeadAttention {
        query,
        key,
        value,
        out: loader.linear_rows(&out, d_model, d_model, config.attention_bias)?,
        n_heads,
        n_kv_heads: n_heads,
    })
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

//! From Hugging Face's tensor names to our layers.

use burn::nn::{Linear, RmsNorm};
use burn::tensor::Device;

use super::{Llama, LlamaBlock, LlamaConfig};
use crate::checkpoint::TensorSource;
use crate::models::weights::{Loader, WeightsError};
use crate::nn::{GatedMlp, MultiHeadAttention};

impl Llama {
    /// A model from named tensors. Accepts names with and without the prefix `model.`.
    ///
    /// # Errors
    /// If a tensor is missing, misshapen or not finite; every other tensor is ignored.
    pub fn from_weights(
        config: &LlamaConfig,
        weights: &dyn TensorSource,
        device: &Device,
    ) -> Result<Self, WeightsError> {
        let mut loader = Loader::new(weights, device, "model.");
        let (d_model, vocab_size) = (config.hidden_size, config.vocab_size);
        let token_embedding = loader.embedding("embed_tokens.weight", vocab_size, d_model)?;
        let mut blocks = Vec::with_capacity(config.num_hidden_layers);
        for layer in 0..config.num_hidden_layers {
            let name = |part: &str| format!("layers.{layer}.{part}");
            blocks.push(LlamaBlock {
                ln1: norm(&mut loader, config, &name("input_layernorm"))?,
                attention: attention(&mut loader, config, &name("self_attn"))?,
                ln2: norm(&mut loader, config, &name("post_attention_layernorm"))?,
                mlp: mlp(&mut loader, config, &name("mlp"))?,
            });
        }
        let ln_final = norm(&mut loader, config, "norm")?;
        let unembedding = match config.tie_word_embeddings {
            true => None,
            false => {
                let names = ["lm_head".to_owned()];
                Some(loader.linear_rows(&names, d_model, vocab_size, false)?)
            }
        };
        Ok(Llama {
            token_embedding,
            rotary: config.rotary()?,
            blocks,
            ln_final,
            unembedding,
        })
    }
}

fn norm(
    loader: &mut Loader<'_>,
    config: &LlamaConfig,
    name: &str,
) -> Result<RmsNorm, WeightsError> {
    Ok(RmsNorm {
        gamma: loader.param(&format!("{name}.weight"), [config.hidden_size])?,
        epsilon: config.rms_norm_eps,
    })
}

fn attention(
    loader: &mut Loader<'_>,
    config: &LlamaConfig,
    name: &str,
) -> Result<MultiHeadAttention, WeightsError> {
    let d_model = config.hidden_size;
    let (n_heads, n_kv_heads) = (config.num_attention_heads, config.n_kv_heads());
    let (d_heads, d_kv_heads) = (n_heads * config.d_head(), n_kv_heads * config.d_head());
    let mut linear =
        |part: &str, d_input: usize, d_output: usize| -> Result<Linear, WeightsError> {
            let names = [format!("{name}.{part}")];
            loader.linear_rows(&names, d_input, d_output, config.attention_bias)
        };
    Ok(MultiHeadAttention {
        query: linear("q_proj", d_model, d_heads)?,
        key: linear("k_proj", d_model, d_kv_heads)?,
        value: linear("v_proj", d_model, d_kv_heads)?,
        out: linear("o_proj", d_heads, d_model)?,
        n_heads,
        n_kv_heads,
    })
}

fn mlp(
    loader: &mut Loader<'_>,
    config: &LlamaConfig,
    name: &str,
) -> Result<GatedMlp, WeightsError> {
    let (d_model, d_mlp) = (config.hidden_size, config.intermediate_size);
    let mut linear =
        |part: &str, d_input: usize, d_output: usize| -> Result<Linear, WeightsError> {
            let names = [format!("{name}.{part}")];
            loader.linear_rows(&names, d_input, d_output, config.mlp_bias)
        };
    Ok(GatedMlp {
        gate: linear("gate_proj", d_model, d_mlp)?,
        up: linear("up_proj", d_model, d_mlp)?,
        down: linear("down_proj", d_mlp, d_model)?,
        activation: config.activation()?,
    })
}

//! From Hugging Face's tensor names to our layers and back.
//!
//! `torch.nn.Linear` weights are `[out, in]`; burn's `Linear` wants `[in, out]`.

use burn::module::Param;
use burn::nn::RmsNorm;
use burn::tensor::{Device, Tensor};

use super::names::{EMBEDDING_NAMES, StackNames};
use super::{Block, BlockStack, CrossAttention, RelativePositionBias, T5, T5Config};
use crate::checkpoint::{NamedTensors, TensorSource};
use crate::models::weights::{Loader, WeightsError, Writer};
use crate::nn::{FeedForward, GatedMlp, Linear, Mlp, MultiHeadAttention};

impl T5 {
    /// A model from named tensors.
    ///
    /// Logits use `lm_head.weight` if there is one that differs from the token embeddings, else the
    /// embeddings.
    ///
    /// # Errors
    /// If a tensor is missing, misshapen or not finite; every other tensor is ignored.
    pub fn from_weights(
        config: &T5Config,
        weights: &dyn TensorSource,
        device: &Device,
    ) -> Result<Self, WeightsError> {
        let mut loader = Loader::new(weights, device, "");
        let (vocab_size, d_model) = (config.vocab_size, config.d_model);
        let mut names = EMBEDDING_NAMES.into_iter();
        let embedding_name = names
            .find(|name| loader.has(name))
            .unwrap_or(EMBEDDING_NAMES[0]);
        let token_embedding = loader.embedding(embedding_name, vocab_size, d_model)?;
        let [encoder, decoder] = StackNames::both(config);
        let encoder = load_stack(&mut loader, config, &encoder)?;
        let decoder = load_stack(&mut loader, config, &decoder)?;
        let head = "lm_head.weight";
        let is_tied = match loader.has(head) {
            true => {
                let shape = [vocab_size, d_model];
                loader.values(head, &shape)? == loader.values(embedding_name, &shape)?
            }
            false => config.tie_word_embeddings,
        };
        let unembedding = match is_tied {
            true => None,
            false => Some(linear(&mut loader, "lm_head".into(), d_model, vocab_size)?),
        };
        Ok(T5 {
            token_embedding,
            encoder,
            decoder,
            unembedding,
            is_output_scaled: config.is_output_scaled(),
        })
    }

    /// All tensors under their Hugging Face names.
    pub fn to_weights(&self) -> NamedTensors {
        let mut writer = Writer::new("");
        writer.param(EMBEDDING_NAMES[0], &self.token_embedding.weight);
        for (name, stack) in [("encoder", &self.encoder), ("decoder", &self.decoder)] {
            let names = StackNames {
                name,
                n_layers: stack.blocks.len(),
                is_decoder: name == "decoder",
            };
            write_stack(&mut writer, stack, &names);
        }
        if let Some(unembedding) = &self.unembedding {
            writer.linear_rows(&["lm_head".to_owned()], unembedding);
        }
        writer.finish()
    }
}

fn load_stack(
    loader: &mut Loader<'_>,
    config: &T5Config,
    names: &StackNames,
) -> Result<BlockStack, WeightsError> {
    let shape = [config.relative_attention_num_buckets, config.num_heads];
    let position_bias = RelativePositionBias {
        weight: loader.param(&names.position_bias(), shape)?,
        is_bidirectional: !names.is_decoder,
        max_distance: config.relative_attention_max_distance,
    };
    let mut blocks = Vec::with_capacity(names.n_layers);
    for layer in 0..names.n_layers {
        let part = |part: usize| names.part(layer, part);
        let ln = |part: usize| format!("{}.layer_norm", names.part(layer, part));
        let cross = match names.is_decoder {
            true => Some(CrossAttention {
                ln: norm(loader, &ln(1), config)?,
                attention: attention(loader, config, &format!("{}.EncDecAttention", part(1)))?,
            }),
            false => None,
        };
        let mlp = part(names.mlp_part());
        blocks.push(Block {
            ln1: norm(loader, &ln(0), config)?,
            attention: attention(loader, config, &format!("{}.SelfAttention", part(0)))?,
            cross,
            ln2: norm(loader, &ln(names.mlp_part()), config)?,
            mlp: feed_forward(loader, config, &mlp)?,
        });
    }
    let ln_final = norm(loader, &format!("{}.final_layer_norm", names.name), config)?;
    Ok(BlockStack {
        position_bias,
        blocks,
        ln_final,
    })
}

fn norm(loader: &mut Loader<'_>, name: &str, config: &T5Config) -> Result<RmsNorm, WeightsError> {
    Ok(RmsNorm {
        gamma: loader.param(&format!("{name}.weight"), [config.d_model])?,
        epsilon: config.layer_norm_epsilon,
    })
}

fn attention(
    loader: &mut Loader<'_>,
    config: &T5Config,
    name: &str,
) -> Result<MultiHeadAttention, WeightsError> {
    let (d_model, d_heads) = (config.d_model, config.num_heads * config.d_kv);
    Ok(MultiHeadAttention {
        query: linear(loader, format!("{name}.q"), d_model, d_heads)?,
        key: linear(loader, format!("{name}.k"), d_model, d_heads)?,
        value: linear(loader, format!("{name}.v"), d_model, d_heads)?,
        out: linear(loader, format!("{name}.o"), d_heads, d_model)?,
        n_heads: config.num_heads,
        n_kv_heads: config.num_heads,
    })
}

fn feed_forward(
    loader: &mut Loader<'_>,
    config: &T5Config,
    part: &str,
) -> Result<FeedForward, WeightsError> {
    let (d_model, d_ff) = (config.d_model, config.d_ff);
    let activation = config.activation()?;
    let matrix = |name: &str| format!("{part}.DenseReluDense.{name}");
    Ok(match config.is_gated() {
        true => FeedForward::Gated(GatedMlp {
            gate: linear(loader, matrix("wi_0"), d_model, d_ff)?,
            up: linear(loader, matrix("wi_1"), d_model, d_ff)?,
            down: linear(loader, matrix("wo"), d_ff, d_model)?,
            activation,
        }),
        false => FeedForward::Plain(Mlp {
            up: linear(loader, matrix("wi"), d_model, d_ff)?,
            down: linear(loader, matrix("wo"), d_ff, d_model)?,
            activation,
        }),
    })
}

fn linear(
    loader: &mut Loader<'_>,
    name: String,
    d_input: usize,
    d_output: usize,
) -> Result<Linear, WeightsError> {
    loader.linear_rows(&[name], d_input, d_output, false)
}

fn write_stack(writer: &mut Writer, stack: &BlockStack, names: &StackNames) {
    writer.param(&names.position_bias(), &stack.position_bias.weight);
    for (layer, block) in stack.blocks.iter().enumerate() {
        let part = |part: usize| names.part(layer, part);
        write_attention(writer, &block.attention, &part(0), "SelfAttention");
        write_norm(writer, &block.ln1.gamma, &part(0));
        if let Some(cross) = &block.cross {
            write_attention(writer, &cross.attention, &part(1), "EncDecAttention");
            write_norm(writer, &cross.ln.gamma, &part(1));
        }
        let mlp = part(names.mlp_part());
        let matrices = match &block.mlp {
            FeedForward::Plain(mlp) => vec![("wi", &mlp.up), ("wo", &mlp.down)],
            FeedForward::Gated(mlp) => {
                vec![("wi_0", &mlp.gate), ("wi_1", &mlp.up), ("wo", &mlp.down)]
            }
        };
        for (name, matrix) in matrices {
            writer.linear_rows(&[format!("{mlp}.DenseReluDense.{name}")], matrix);
        }
        write_norm(writer, &block.ln2.gamma, &mlp);
    }
    let name = format!("{}.final_layer_norm.weight", names.name);
    writer.param(&name, &stack.ln_final.gamma);
}

fn write_attention(writer: &mut Writer, attention: &MultiHeadAttention, part: &str, name: &str) {
    let matrices = [
        ("q", &attention.query),
        ("k", &attention.key),
        ("v", &attention.value),
        ("o", &attention.out),
    ];
    for (matrix, linear) in matrices {
        writer.linear_rows(&[format!("{part}.{name}.{matrix}")], linear);
    }
}

fn write_norm(writer: &mut Writer, gamma: &Param<Tensor<1>>, part: &str) {
    writer.param(&format!("{part}.layer_norm.weight"), gamma);
}

//! From Hugging Face's tensor names to our layers and back, and fresh weights to train from.
//!
//! `Conv1D` weights are `[in, out]`, which is also burn's layout for `Linear`: nothing is transposed.

use burn::tensor::Device;

use super::{Block, Gpt2, Gpt2Config};
use crate::checkpoint::{NamedTensors, TensorSource};
use crate::models::weights::{Fill, Loader, WeightsError, Writer, fresh_weights};
use crate::nn::{Attention, Mlp};

/// Names and shapes of a model's tensors, in the order of computation.
fn layout(config: &Gpt2Config) -> Vec<(String, Vec<usize>)> {
    let (d_model, d_mlp) = (config.n_embd, config.d_mlp());
    let mut layout = vec![
        ("wte.weight".to_owned(), vec![config.vocab_size, d_model]),
        ("wpe.weight".to_owned(), vec![config.n_positions, d_model]),
    ];
    for layer in 0..config.n_layer {
        let parts = [
            ("ln_1.weight", vec![d_model]),
            ("ln_1.bias", vec![d_model]),
            ("attn.c_attn.weight", vec![d_model, 3 * d_model]),
            ("attn.c_attn.bias", vec![3 * d_model]),
            ("attn.c_proj.weight", vec![d_model, d_model]),
            ("attn.c_proj.bias", vec![d_model]),
            ("ln_2.weight", vec![d_model]),
            ("ln_2.bias", vec![d_model]),
            ("mlp.c_fc.weight", vec![d_model, d_mlp]),
            ("mlp.c_fc.bias", vec![d_mlp]),
            ("mlp.c_proj.weight", vec![d_mlp, d_model]),
            ("mlp.c_proj.bias", vec![d_model]),
        ];
        layout.extend(parts.map(|(name, shape)| (format!("h.{layer}.{name}"), shape)));
    }
    layout.push(("ln_f.weight".to_owned(), vec![d_model]));
    layout.push(("ln_f.bias".to_owned(), vec![d_model]));
    layout
}

/// Fresh weights as GPT-2 begins: normal with deviation 0.02, the two projections into the
/// residual stream smaller by `sqrt(2 * n_layer)`, layer norms at 1, biases at 0.
///
/// The same seed gives the same weights on every machine.
pub fn initial_weights(config: &Gpt2Config, seed: u64) -> NamedTensors {
    let residual_deviation = 0.02 / ((2 * config.n_layer) as f64).sqrt();
    let fill = |name: &str| {
        if name.ends_with(".bias") {
            Fill::Constant(0.0)
        } else if name.contains("ln_") {
            Fill::Constant(1.0)
        } else if name.ends_with("c_proj.weight") {
            Fill::Normal(residual_deviation)
        } else {
            Fill::Normal(0.02)
        }
    };
    let layout = layout(config).into_iter().map(|(name, shape)| {
        let fill = fill(&name);
        (format!("transformer.{name}"), shape, fill)
    });
    fresh_weights(seed, layout)
}

impl Gpt2 {
    /// A model from named tensors. Accepts names with and without the prefix `transformer.`.
    ///
    /// # Errors
    /// If a tensor is missing, misshapen or not finite; every other tensor is ignored.
    pub fn from_weights(
        config: &Gpt2Config,
        weights: &dyn TensorSource,
        device: &Device,
    ) -> Result<Self, WeightsError> {
        let mut loader = Loader::new(weights, device, "transformer.");
        let (d_model, d_mlp) = (config.n_embd, config.d_mlp());
        let epsilon = config.layer_norm_epsilon;
        let token_embedding = loader.embedding("wte.weight", config.vocab_size, d_model)?;
        let position_embedding = loader.embedding("wpe.weight", config.n_positions, d_model)?;
        let mut blocks = Vec::with_capacity(config.n_layer);
        for layer in 0..config.n_layer {
            let name = |part: &str| format!("h.{layer}.{part}");
            blocks.push(Block {
                ln1: loader.layer_norm(&name("ln_1"), d_model, epsilon)?,
                attention: Attention {
                    qkv: loader.linear(&name("attn.c_attn"), d_model, 3 * d_model)?,
                    out: loader.linear(&name("attn.c_proj"), d_model, d_model)?,
                    n_heads: config.n_head,
                },
                ln2: loader.layer_norm(&name("ln_2"), d_model, epsilon)?,
                mlp: Mlp {
                    up: loader.linear(&name("mlp.c_fc"), d_model, d_mlp)?,
                    down: loader.linear(&name("mlp.c_proj"), d_mlp, d_model)?,
                    activation: config.activation()?,
                },
            });
        }
        let ln_final = loader.layer_norm("ln_f", d_model, epsilon)?;
        let unembedding = match config.tie_word_embeddings {
            true => None,
            false => {
                let names = ["lm_head".to_owned()];
                Some(loader.linear_rows(&names, d_model, config.vocab_size, false)?)
            }
        };
        Ok(Gpt2 {
            token_embedding,
            position_embedding,
            blocks,
            ln_final,
            unembedding,
        })
    }

    /// All tensors under their Hugging Face names.
    pub fn to_weights(&self) -> NamedTensors {
        let mut writer = Writer::new("transformer.");
        writer.param("wte.weight", &self.token_embedding.weight);
        writer.param("wpe.weight", &self.position_embedding.weight);
        for (layer, block) in self.blocks.iter().enumerate() {
            let name = |part: &str| format!("h.{layer}.{part}");
            writer.layer_norm(&name("ln_1"), &block.ln1);
            writer.linear(&name("attn.c_attn"), &block.attention.qkv);
            writer.linear(&name("attn.c_proj"), &block.attention.out);
            writer.layer_norm(&name("ln_2"), &block.ln2);
            writer.linear(&name("mlp.c_fc"), &block.mlp.up);
            writer.linear(&name("mlp.c_proj"), &block.mlp.down);
        }
        writer.layer_norm("ln_f", &self.ln_final);
        if let Some(unembedding) = &self.unembedding {
            // Its name has no prefix.
            let mut head = Writer::default();
            head.linear_rows(&["lm_head".to_owned()], unembedding);
            writer.append(head);
        }
        writer.finish()
    }
}

//! From Hugging Face's tensor names to our layers and back, and fresh weights to train from.

use burn::tensor::Device;

use super::{Bert, BertBlock, BertConfig, BertNames, MaskedHead};
use crate::checkpoint::{NamedTensors, TensorSource};
use crate::models::weights::{Fill, Loader, WeightsError, Writer, fresh_weights};
use crate::nn::{Attention, Mlp};

/// Names and shapes of a model's tensors, in the order of computation; those of the head have no
/// prefix `bert.`.
fn layout(config: &BertConfig) -> Vec<(String, Vec<usize>)> {
    let (d_model, d_mlp) = (config.hidden_size, config.intermediate_size);
    let mut layout = Vec::new();
    let mut put = |name: String, shape: &[usize]| layout.push((name, shape.to_vec()));
    let embeddings = [
        ("word", config.vocab_size),
        ("position", config.max_position_embeddings),
        ("token_type", config.type_vocab_size),
    ];
    for (table, rows) in embeddings {
        let name = format!("bert.embeddings.{table}_embeddings.weight");
        put(name, &[rows, d_model]);
    }
    let mut linear = |name: String, shape: &[usize]| {
        put(format!("{name}.weight"), shape);
        put(format!("{name}.bias"), &shape[..1]);
    };
    linear("bert.embeddings.LayerNorm".into(), &[d_model]);
    for layer in 0..config.num_hidden_layers {
        for name in BertNames::BERT.qkv_of(layer) {
            linear(format!("bert.{name}"), &[d_model, d_model]);
        }
        let name = |part: &str| format!("bert.encoder.layer.{layer}.{part}");
        linear(name("attention.output.dense"), &[d_model, d_model]);
        linear(name("attention.output.LayerNorm"), &[d_model]);
        linear(name("intermediate.dense"), &[d_mlp, d_model]);
        linear(name("output.dense"), &[d_model, d_mlp]);
        linear(name("output.LayerNorm"), &[d_model]);
    }
    let head = "cls.predictions.transform";
    linear(format!("{head}.dense"), &[d_model, d_model]);
    linear(format!("{head}.LayerNorm"), &[d_model]);
    layout.push(("cls.predictions.bias".into(), vec![config.vocab_size]));
    if !config.tie_word_embeddings {
        let shape = vec![config.vocab_size, d_model];
        layout.push(("cls.predictions.decoder.weight".into(), shape));
    }
    layout
}

/// Deviation of BERT's first weights.
const DEVIATION: f64 = 0.02;

/// Fresh weights as BERT begins: normal with deviation 0.02, layer norms at 1, biases at 0. The
/// model has a head.
///
/// The same seed gives the same weights on every machine.
pub fn initial_weights(config: &BertConfig, seed: u64) -> NamedTensors {
    let layout = layout(config).into_iter().map(|(name, shape)| {
        let fill = if name.ends_with("bias") {
            Fill::Constant(0.0)
        } else if name.contains("LayerNorm") {
            Fill::Constant(1.0)
        } else {
            Fill::Normal(DEVIATION)
        };
        (name, shape, fill)
    });
    fresh_weights(seed, layout)
}

/// Makes the queries and keys of fresh weights alike, their weights normal with this deviation: a
/// token's query is its key, so it looks at itself and at tokens like it.
///
/// Source: Trockman and Kolter 2023, <https://arxiv.org/abs/2305.09828>.
pub fn look_at_themselves(config: &BertConfig, weights: &mut NamedTensors, deviation: f64) {
    let factor = (deviation / DEVIATION) as f32;
    for layer in 0..config.num_hidden_layers {
        let name = |part: &str| format!("bert.encoder.layer.{layer}.attention.self.{part}.weight");
        let Some(query) = weights.tensors.get_mut(&name("query")) else {
            continue;
        };
        query.values.iter_mut().for_each(|value| *value *= factor);
        let key = query.clone();
        weights.tensors.insert(name("key"), key);
    }
}

impl Bert {
    /// A model from named tensors. Accepts names with and without the prefix `bert.`, and weights
    /// with and without a masked-language-model head. A pooler, which reads only the first
    /// position for other tasks, is ignored.
    ///
    /// # Errors
    /// If a tensor is missing, misshapen or not finite; every other tensor is ignored.
    pub fn from_weights(
        config: &BertConfig,
        weights: &dyn TensorSource,
        device: &Device,
    ) -> Result<Self, WeightsError> {
        let names = config.names;
        let mut loader = Loader::new(weights, device, names.prefix);
        let (d_model, d_mlp) = (config.hidden_size, config.intermediate_size);
        let epsilon = config.layer_norm_eps;
        let mut table = |table: &str, rows: usize| {
            let name = format!("embeddings.{table}_embeddings.weight");
            loader.embedding(&name, rows, d_model)
        };
        let token_embedding = table("word", config.vocab_size)?;
        let position_embedding = table("position", config.max_position_embeddings)?;
        let type_embedding = match names.has_token_types {
            true => Some(table("token_type", config.type_vocab_size)?),
            false => None,
        };
        let ln_embed = loader.layer_norm("embeddings.LayerNorm", d_model, epsilon)?;
        let mut blocks = Vec::with_capacity(config.num_hidden_layers);
        for layer in 0..config.num_hidden_layers {
            let name = |part: &str| names.part(layer, part);
            let mut linear = |part: &str, d_input: usize, d_output: usize| {
                loader.linear_rows(&[name(part)], d_input, d_output, true)
            };
            let out = linear(names.attention_out, d_model, d_model)?;
            let up = linear(names.up, d_model, d_mlp)?;
            let down = linear(names.down, d_mlp, d_model)?;
            blocks.push(BertBlock {
                attention: Attention {
                    qkv: loader.linear_rows(&names.qkv_of(layer), d_model, d_model, true)?,
                    out,
                    n_heads: config.num_attention_heads,
                },
                ln1: loader.layer_norm(&name(names.ln1), d_model, epsilon)?,
                mlp: Mlp {
                    up,
                    down,
                    activation: config.activation()?,
                },
                ln2: loader.layer_norm(&name(names.ln2), d_model, epsilon)?,
            });
        }
        let head = match loader.has(&format!("{}.weight", names.head_dense)) {
            true => Some(MaskedHead::from_weights(config, &mut loader)?),
            false => None,
        };
        Ok(Bert {
            token_embedding,
            position_embedding,
            type_embedding,
            ln_embed,
            blocks,
            head,
            names,
        })
    }

    /// All tensors under their Hugging Face names: with the prefix `bert.` beside a head, without
    /// it if there is none.
    pub fn to_weights(&self) -> NamedTensors {
        let names = self.names;
        let prefix = if self.head.is_some() {
            names.prefix
        } else {
            ""
        };
        let mut writer = Writer::new(prefix);
        let tables = [
            ("word", Some(&self.token_embedding)),
            ("position", Some(&self.position_embedding)),
            ("token_type", self.type_embedding.as_ref()),
        ];
        for (table, embedding) in tables {
            if let Some(embedding) = embedding {
                let name = format!("embeddings.{table}_embeddings.weight");
                writer.param(&name, &embedding.weight);
            }
        }
        writer.layer_norm("embeddings.LayerNorm", &self.ln_embed);
        for (layer, block) in self.blocks.iter().enumerate() {
            let name = |part: &str| names.part(layer, part);
            writer.linear_rows(&names.qkv_of(layer), &block.attention.qkv);
            writer.linear_rows(&[name(names.attention_out)], &block.attention.out);
            writer.layer_norm(&name(names.ln1), &block.ln1);
            writer.linear_rows(&[name(names.up)], &block.mlp.up);
            writer.linear_rows(&[name(names.down)], &block.mlp.down);
            writer.layer_norm(&name(names.ln2), &block.ln2);
        }
        if let Some(head) = &self.head {
            let mut parts = Writer::default();
            parts.linear_rows(&[names.head_dense.to_owned()], &head.dense);
            parts.layer_norm(names.head_norm, &head.ln_final);
            let [beside_matrix, alone] = names.head_bias;
            if let Some(unembedding) = &head.unembedding {
                parts.linear_rows(&[names.unembedding.to_owned()], unembedding);
                parts.param(beside_matrix, &head.bias);
            }
            parts.param(alone, &head.bias);
            writer.append(parts);
        }
        writer.finish()
    }
}

impl MaskedHead {
    fn from_weights(config: &BertConfig, loader: &mut Loader<'_>) -> Result<Self, WeightsError> {
        let (d_model, vocab) = (config.hidden_size, config.vocab_size);
        let names = config.names;
        let dense = [names.head_dense.to_owned()];
        let unembedding = match config.tie_word_embeddings {
            true => None,
            false => {
                let matrix = [names.unembedding.to_owned()];
                Some(loader.linear_rows(&matrix, d_model, vocab, false)?)
            }
        };
        // The bias is one tensor under two names, of which a file may keep either; beside a matrix
        // of its own, the one with that matrix is what transformers uses.
        let [_, alone] = names.head_bias;
        let bias = names.head_bias.into_iter().find(|name| loader.has(name));
        Ok(MaskedHead {
            dense: loader.linear_rows(&dense, d_model, d_model, true)?,
            activation: config.activation()?,
            ln_final: loader.layer_norm(names.head_norm, d_model, config.layer_norm_eps)?,
            unembedding,
            bias: loader.param(bias.unwrap_or(alone), [vocab])?,
        })
    }
}

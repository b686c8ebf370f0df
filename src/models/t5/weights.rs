//! From Hugging Face's tensor names to our layers and back, and fresh weights to train from.
//!
//! `torch.nn.Linear` weights are `[out, in]`; burn's `Linear` wants `[in, out]`.

use burn::module::Param;
use burn::nn::{RmsNorm, RmsNormConfig};
use burn::tensor::Device;

use super::{Block, BlockStack, CrossAttention, FeedForward, RelativePositionBias, T5, T5Config};
use crate::checkpoint::NamedTensors;
use crate::models::weights::{Fill, Loader, WeightsError, Writer, fresh_weights};
use crate::nn::{GatedMlp, Mlp, MultiHeadAttention};

/// Names the token embeddings have in one file or another; all are one tensor.
const EMBEDDING_NAMES: [&str; 3] = [
    "shared.weight",
    "encoder.embed_tokens.weight",
    "decoder.embed_tokens.weight",
];

/// Fresh weights as T5 begins: every matrix normal with a deviation that keeps its output as large
/// as its input, queries smaller by `d_kv^-0.5` because scores are not scaled, norms at 1.
///
/// The same seed gives the same weights on every machine.
///
/// Source: the initializers of Mesh TensorFlow's transformer, as in Hugging Face's `T5`.
pub fn initial_weights(config: &T5Config, seed: u64) -> NamedTensors {
    let factor = config.initializer_factor;
    let (d_model, d_ff, n_heads) = (config.d_model, config.d_ff, config.num_heads);
    let d_heads = n_heads * config.d_kv;
    let normal = |fan_in: usize| Fill::Normal(factor * (fan_in as f64).powf(-0.5));

    let mut layout: Vec<(String, Vec<usize>, Fill)> = vec![(
        EMBEDDING_NAMES[0].to_owned(),
        vec![config.vocab_size, d_model],
        Fill::Normal(factor),
    )];
    for stack in StackNames::both(config) {
        for layer in 0..stack.n_layers {
            let mut put = |name: String, shape: &[usize], fill| {
                layout.push((format!("{name}.weight"), shape.to_vec(), fill));
            };
            for &(part, attention) in stack.attentions() {
                let name = stack.part(layer, part);
                let of = |matrix: &str| format!("{name}.{attention}.{matrix}");
                put(of("q"), &[d_heads, d_model], normal(d_model * config.d_kv));
                put(of("k"), &[d_heads, d_model], normal(d_model));
                put(of("v"), &[d_heads, d_model], normal(d_model));
                put(of("o"), &[d_model, d_heads], normal(d_heads));
                if layer == 0 && part == 0 {
                    let shape = [config.relative_attention_num_buckets, n_heads];
                    put(of("relative_attention_bias"), &shape, normal(d_model));
                }
                put(
                    format!("{name}.layer_norm"),
                    &[d_model],
                    Fill::Constant(factor as f32),
                );
            }
            let name = stack.part(layer, stack.mlp_part());
            let of = |matrix: &str| format!("{name}.DenseReluDense.{matrix}");
            for matrix in mlp_inputs(config) {
                put(of(matrix), &[d_ff, d_model], normal(d_model));
            }
            put(of("wo"), &[d_model, d_ff], normal(d_ff));
            put(
                format!("{name}.layer_norm"),
                &[d_model],
                Fill::Constant(factor as f32),
            );
        }
        layout.push((
            format!("{}.final_layer_norm.weight", stack.name),
            vec![d_model],
            Fill::Constant(factor as f32),
        ));
    }
    if !config.tie_word_embeddings {
        let shape = vec![config.vocab_size, d_model];
        layout.push(("lm_head.weight".to_owned(), shape, normal(d_model)));
    }
    fresh_weights(seed, layout)
}

/// The MLP's matrices into its hidden layer: the gate is the first of two.
fn mlp_inputs(config: &T5Config) -> &'static [&'static str] {
    match config.is_gated() {
        true => &["wi_0", "wi_1"],
        false => &["wi"],
    }
}

/// How Hugging Face calls the parts of one stack.
struct StackNames {
    name: &'static str,
    n_layers: usize,
    is_decoder: bool,
}

impl StackNames {
    fn both(config: &T5Config) -> [StackNames; 2] {
        let stack = |name, n_layers, is_decoder| StackNames {
            name,
            n_layers,
            is_decoder,
        };
        [
            stack("encoder", config.num_layers, false),
            stack("decoder", config.n_decoder_layers(), true),
        ]
    }

    /// Attention parts of a block: number and name.
    fn attentions(&self) -> &'static [(usize, &'static str)] {
        match self.is_decoder {
            true => &[(0, "SelfAttention"), (1, "EncDecAttention")],
            false => &[(0, "SelfAttention")],
        }
    }

    fn mlp_part(&self) -> usize {
        self.attentions().len()
    }

    fn part(&self, layer: usize, part: usize) -> String {
        format!("{}.block.{layer}.layer.{part}", self.name)
    }

    fn position_bias(&self) -> String {
        let part = self.part(0, 0);
        format!("{part}.SelfAttention.relative_attention_bias.weight")
    }
}

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
        weights: &NamedTensors,
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
    let d_model = config.d_model;
    let shape = [config.relative_attention_num_buckets, config.num_heads];
    let position_bias = RelativePositionBias {
        weight: loader.param(&names.position_bias(), shape)?,
        is_bidirectional: !names.is_decoder,
        max_distance: config.relative_attention_max_distance,
    };
    let mut blocks = Vec::with_capacity(names.n_layers);
    for layer in 0..names.n_layers {
        let part = |part: usize| names.part(layer, part);
        let cross = match names.is_decoder {
            true => Some(CrossAttention {
                ln: norm(loader, &part(1), config)?,
                attention: attention(loader, config, &format!("{}.EncDecAttention", part(1)))?,
            }),
            false => None,
        };
        let mlp = part(names.mlp_part());
        blocks.push(Block {
            ln1: norm(loader, &part(0), config)?,
            attention: attention(loader, config, &format!("{}.SelfAttention", part(0)))?,
            cross,
            ln2: norm(loader, &mlp, config)?,
            mlp: feed_forward(loader, config, &mlp)?,
        });
    }
    let mut ln_final = RmsNormConfig::new(1)
        .with_epsilon(config.layer_norm_epsilon)
        .init(loader.device());
    ln_final.gamma = loader.param(
        &format!("{}.final_layer_norm.weight", names.name),
        [d_model],
    )?;
    Ok(BlockStack {
        position_bias,
        blocks,
        ln_final,
    })
}

fn norm(loader: &mut Loader<'_>, part: &str, config: &T5Config) -> Result<RmsNorm, WeightsError> {
    let mut norm = RmsNormConfig::new(1)
        .with_epsilon(config.layer_norm_epsilon)
        .init(loader.device());
    norm.gamma = loader.param(&format!("{part}.layer_norm.weight"), [config.d_model])?;
    Ok(norm)
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
) -> Result<burn::nn::Linear, WeightsError> {
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

fn write_norm(writer: &mut Writer, gamma: &Param<burn::tensor::Tensor<1>>, part: &str) {
    writer.param(&format!("{part}.layer_norm.weight"), gamma);
}

//! Every family that names the next token looking back, behind one face.

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};

use super::gpt2::Gpt2Config;
use super::parts::{BlockParts, Columns, NormParts};
use super::{ConfigError, Gpt2, WeightsError};
#[cfg(feature = "families")]
use super::{
    Family, RotaryDecoder, gpt_neox::GptNeoxConfig, llama::LlamaConfig, parts::columns_of,
    parts::mlp_layers, rotary_decoder::RotaryConfig,
};
use crate::checkpoint::TensorSource;
use crate::nn::{Embedding, KvCache, Recorder};
use crate::protocol::{Architecture, Block, ModelInfo};

/// The configuration of a decoder.
#[derive(Clone, Debug)]
pub enum DecoderConfig {
    /// GPT-2.
    Gpt2(Gpt2Config),
    /// Llama and GPT-NeoX.
    #[cfg(feature = "families")]
    Rotary(RotaryConfig),
}

/// What every decoder has, whatever its family calls it.
#[derive(Clone, Debug, PartialEq)]
pub struct DecoderShape {
    /// Its `model_type`.
    pub family: String,
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
    /// Width of a head.
    pub d_head: usize,
    /// Width of the MLP's hidden layer.
    pub d_mlp: usize,
    /// What the norms add before the root.
    pub norm_epsilon: f64,
    /// Name of the MLP's activation function.
    pub activation_function: String,
    /// What its blocks are made of.
    pub block: Block,
    /// The token that ends a text, if it is one of the vocabulary.
    pub end_of_text: Option<u32>,
}

impl DecoderConfig {
    /// Reads and checks the `config.json` of a decoder.
    ///
    /// # Errors
    /// If it is not JSON, of a family that is no decoder, or its sizes cannot be.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        #[cfg(feature = "families")]
        match Family::of_config(json)? {
            Family::Llama => {
                return Ok(DecoderConfig::Rotary(
                    LlamaConfig::from_json(json)?.decoder()?,
                ));
            }
            Family::GptNeox => {
                let config = GptNeoxConfig::from_json(json)?;
                return Ok(DecoderConfig::Rotary(config.decoder()?));
            }
            _ => {}
        }
        Ok(DecoderConfig::Gpt2(Gpt2Config::from_json(json)?))
    }

    /// Its sizes.
    pub fn shape(&self) -> DecoderShape {
        let mut shape = match self {
            DecoderConfig::Gpt2(config) => DecoderShape {
                family: config.model_type.clone(),
                vocab_size: config.vocab_size,
                n_ctx: config.n_positions,
                d_model: config.n_embd,
                n_layers: config.n_layer,
                n_heads: config.n_head,
                d_head: config.n_embd / config.n_head,
                d_mlp: config.d_mlp(),
                norm_epsilon: config.layer_norm_epsilon,
                activation_function: config.activation_function.clone(),
                block: Block {
                    is_tied: config.tie_word_embeddings,
                    ..Block::default()
                },
                end_of_text: config.eos_token_id,
            },
            #[cfg(feature = "families")]
            DecoderConfig::Rotary(config) => {
                let shape = &config.shape;
                DecoderShape {
                    family: shape.family.to_owned(),
                    vocab_size: shape.vocab_size,
                    n_ctx: shape.n_ctx,
                    d_model: shape.d_model,
                    n_layers: shape.n_layers,
                    n_heads: shape.n_heads,
                    d_head: shape.d_head(),
                    d_mlp: shape.d_mlp,
                    norm_epsilon: shape.norm_epsilon,
                    activation_function: shape.activation_function.clone(),
                    block: config.block(),
                    end_of_text: shape.end_of_text,
                }
            }
        };
        let end_of_text = shape.end_of_text;
        shape.end_of_text = end_of_text.filter(|id| (*id as usize) < shape.vocab_size);
        shape
    }
}

impl DecoderShape {
    /// What is told of such a model; its name and vocabulary come with its tokenizer.
    pub fn info(self, n_params: usize) -> ModelInfo {
        ModelInfo {
            family: self.family,
            architecture: Architecture::Decoder,
            n_layers: self.n_layers,
            n_heads: self.n_heads,
            d_model: self.d_model,
            d_head: self.d_head,
            d_mlp: self.d_mlp,
            n_ctx: self.n_ctx,
            norm_epsilon: self.norm_epsilon as f32,
            activation_function: self.activation_function,
            block: self.block,
            n_params,
            end_of_text: self.end_of_text,
            ..ModelInfo::default()
        }
    }
}

/// A decoder of whichever family.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "a program has a handful of them")]
pub enum Decoder {
    /// GPT-2.
    Gpt2(Gpt2),
    /// Llama and GPT-NeoX.
    #[cfg(feature = "families")]
    Rotary(RotaryDecoder),
}

impl Decoder {
    /// A model from named tensors.
    ///
    /// # Errors
    /// If a tensor is missing, misshapen, not finite or cannot be read; every other tensor is
    /// ignored.
    pub fn from_weights(
        config: &DecoderConfig,
        weights: &dyn TensorSource,
        device: &Device,
    ) -> Result<Self, WeightsError> {
        Ok(match config {
            DecoderConfig::Gpt2(config) => {
                Decoder::Gpt2(Gpt2::from_weights(config, weights, device)?)
            }
            #[cfg(feature = "families")]
            DecoderConfig::Rotary(config) => {
                Decoder::Rotary(RotaryDecoder::from_weights(config, weights, device)?)
            }
        })
    }

    /// Logits of the next token at every new position, which follow those in the cache.
    ///
    /// # Shapes
    /// `[batch, pos]` to `[batch, pos, vocab]`
    ///
    /// # Panics
    /// If there are more positions than the model has position embeddings.
    pub fn forward(
        &self,
        ids: Tensor<2, Int>,
        cache: Option<&mut KvCache>,
        recorder: &mut Recorder,
    ) -> Tensor<3> {
        match self {
            Decoder::Gpt2(model) => model.forward(ids, cache, recorder),
            #[cfg(feature = "families")]
            Decoder::Rotary(model) => model.forward(ids, cache, recorder),
        }
    }

    /// Token embeddings `[vocab, d_model]`.
    pub fn token_embedding(&self) -> &Embedding {
        match self {
            Decoder::Gpt2(model) => &model.token_embedding,
            #[cfg(feature = "families")]
            Decoder::Rotary(model) => &model.token_embedding,
        }
    }

    /// Position embeddings `[n_ctx, d_model]`, if positions have any.
    pub fn position_embedding(&self) -> Option<&Embedding> {
        match self {
            Decoder::Gpt2(model) => Some(&model.position_embedding),
            #[cfg(feature = "families")]
            Decoder::Rotary(_) => None,
        }
    }

    /// The parameters of a block.
    ///
    /// # Panics
    /// If there is no such block.
    pub fn block(&self, layer: usize) -> BlockParts<'_> {
        match self {
            Decoder::Gpt2(model) => {
                let block = &model.blocks[layer];
                let (attention, mlp) = (&block.attention, &block.mlp);
                let d_model = attention.out.weight.val().dims()[1];
                BlockParts {
                    ln1: NormParts::of_layer_norm(&block.ln1),
                    qkv: [0, 1, 2].map(|part| Columns {
                        linear: &attention.qkv,
                        first: part * d_model,
                        n_heads: attention.n_heads,
                        d_head: d_model / attention.n_heads,
                    }),
                    out: &attention.out,
                    ln2: NormParts::of_layer_norm(&block.ln2),
                    gate: None,
                    up: &mlp.up,
                    down: &mlp.down,
                }
            }
            #[cfg(feature = "families")]
            Decoder::Rotary(model) => {
                let block = &model.blocks[layer];
                let (gate, up, down) = mlp_layers(&block.mlp);
                BlockParts {
                    ln1: NormParts::of_norm(&block.ln1),
                    qkv: columns_of(&block.attention),
                    out: &block.attention.out,
                    ln2: NormParts::of_norm(&block.ln2),
                    gate,
                    up,
                    down,
                }
            }
        }
    }

    /// The final norm's parameters.
    pub fn ln_final(&self) -> NormParts<'_> {
        match self {
            Decoder::Gpt2(model) => NormParts::of_layer_norm(&model.ln_final),
            #[cfg(feature = "families")]
            Decoder::Rotary(model) => NormParts::of_norm(&model.ln_final),
        }
    }

    /// What the final norm makes of a residual stream.
    ///
    /// # Shapes
    /// `[batch, pos, d_model]` to the same
    pub fn norm_final(&self, stream: Tensor<3>) -> Tensor<3> {
        match self {
            Decoder::Gpt2(model) => model.ln_final.forward(stream),
            #[cfg(feature = "families")]
            Decoder::Rotary(model) => model.ln_final.forward(stream),
        }
    }

    /// `W_U`: from the residual stream to logits `[d_model, vocab]`.
    pub fn unembedding_matrix(&self) -> Tensor<2> {
        match self {
            Decoder::Gpt2(model) => model.unembedding_matrix(),
            #[cfg(feature = "families")]
            Decoder::Rotary(model) => model.unembedding_matrix(),
        }
    }

    /// Number of parameters, tied ones counted once.
    pub fn num_params(&self) -> usize {
        match self {
            Decoder::Gpt2(model) => model.num_params(),
            #[cfg(feature = "families")]
            Decoder::Rotary(model) => model.num_params(),
        }
    }
}

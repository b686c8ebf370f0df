//! Every family that names the next token looking back, behind one face.

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};

use super::gpt2::Gpt2Config;
use super::{ConfigError, Gpt2, WeightsError};
#[cfg(feature = "families")]
use super::{Family, GptNeox, Llama, gpt_neox::GptNeoxConfig, llama::LlamaConfig};
use crate::checkpoint::TensorSource;
use crate::nn::{KvCache, Recorder};
use crate::protocol::{Activation, Site};

/// The configuration of a decoder.
#[derive(Clone, Debug, PartialEq)]
pub enum DecoderConfig {
    /// GPT-2.
    Gpt2(Gpt2Config),
    /// Llama.
    #[cfg(feature = "families")]
    Llama(LlamaConfig),
    /// GPT-NeoX.
    #[cfg(feature = "families")]
    GptNeox(GptNeoxConfig),
}

/// What every decoder has, whatever its family calls it.
#[derive(Clone, Debug, PartialEq)]
pub struct DecoderShape {
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
    /// Width of a head.
    pub d_head: usize,
    /// Width of the MLP's hidden layer.
    pub d_mlp: usize,
    /// What the norms add before the root.
    pub norm_epsilon: f64,
    /// Name of the MLP's activation function.
    pub activation_function: String,
    /// Whether positions have embeddings.
    pub has_position_embeddings: bool,
    /// Whether the residual stream exists between attention and MLP.
    pub has_resid_mid: bool,
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
            Family::Llama => return Ok(DecoderConfig::Llama(LlamaConfig::from_json(json)?)),
            Family::GptNeox => return Ok(DecoderConfig::GptNeox(GptNeoxConfig::from_json(json)?)),
            _ => {}
        }
        Ok(DecoderConfig::Gpt2(Gpt2Config::from_json(json)?))
    }

    /// Its sizes.
    pub fn shape(&self) -> DecoderShape {
        let mut shape = match self {
            DecoderConfig::Gpt2(config) => DecoderShape {
                vocab_size: config.vocab_size,
                n_ctx: config.n_positions,
                d_model: config.n_embd,
                n_layers: config.n_layer,
                n_heads: config.n_head,
                n_kv_heads: config.n_head,
                d_head: config.n_embd / config.n_head,
                d_mlp: config.d_mlp(),
                norm_epsilon: config.layer_norm_epsilon,
                activation_function: config.activation_function.clone(),
                has_position_embeddings: true,
                has_resid_mid: true,
                end_of_text: config.eos_token_id,
            },
            #[cfg(feature = "families")]
            DecoderConfig::Llama(config) => DecoderShape {
                vocab_size: config.vocab_size,
                n_ctx: config.max_position_embeddings,
                d_model: config.hidden_size,
                n_layers: config.num_hidden_layers,
                n_heads: config.num_attention_heads,
                n_kv_heads: config.n_kv_heads(),
                d_head: config.d_head(),
                d_mlp: config.intermediate_size,
                norm_epsilon: config.rms_norm_eps,
                activation_function: config.hidden_act.clone(),
                has_position_embeddings: false,
                has_resid_mid: true,
                end_of_text: config.eos_token_id,
            },
            #[cfg(feature = "families")]
            DecoderConfig::GptNeox(config) => DecoderShape {
                vocab_size: config.vocab_size,
                n_ctx: config.max_position_embeddings,
                d_model: config.hidden_size,
                n_layers: config.num_hidden_layers,
                n_heads: config.num_attention_heads,
                n_kv_heads: config.num_attention_heads,
                d_head: config.d_head(),
                d_mlp: config.intermediate_size,
                norm_epsilon: config.layer_norm_eps,
                activation_function: config.hidden_act.clone(),
                has_position_embeddings: false,
                has_resid_mid: !config.use_parallel_residual,
                end_of_text: config.eos_token_id,
            },
        };
        shape.end_of_text = shape
            .end_of_text
            .filter(|id| (*id as usize) < shape.vocab_size);
        shape
    }
}

impl DecoderShape {
    /// Every activation such a model records, in the order of computation.
    pub fn activations(&self) -> Vec<Activation> {
        let mut all = Activation::all(self.n_layers);
        all.retain(|activation| match activation {
            Activation::PosEmbed => self.has_position_embeddings,
            Activation::Block { site, .. } => *site != Site::ResidMid || self.has_resid_mid,
            _ => true,
        });
        all
    }
}

/// A decoder of whichever family.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "a program has a handful of them")]
pub enum Decoder {
    /// GPT-2.
    Gpt2(Gpt2),
    /// Llama.
    #[cfg(feature = "families")]
    Llama(Llama),
    /// GPT-NeoX.
    #[cfg(feature = "families")]
    GptNeox(GptNeox),
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
            DecoderConfig::Llama(config) => {
                Decoder::Llama(Llama::from_weights(config, weights, device)?)
            }
            #[cfg(feature = "families")]
            DecoderConfig::GptNeox(config) => {
                Decoder::GptNeox(GptNeox::from_weights(config, weights, device)?)
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
            Decoder::Llama(model) => model.forward(ids, cache, recorder),
            #[cfg(feature = "families")]
            Decoder::GptNeox(model) => model.forward(ids, cache, recorder),
        }
    }

    /// `W_U`: from the residual stream to logits `[d_model, vocab]`.
    pub fn unembedding_matrix(&self) -> Tensor<2> {
        match self {
            Decoder::Gpt2(model) => model.unembedding_matrix(),
            #[cfg(feature = "families")]
            Decoder::Llama(model) => model.unembedding_matrix(),
            #[cfg(feature = "families")]
            Decoder::GptNeox(model) => model.unembedding_matrix(),
        }
    }

    /// Number of parameters, tied ones counted once.
    pub fn num_params(&self) -> usize {
        match self {
            Decoder::Gpt2(model) => model.num_params(),
            #[cfg(feature = "families")]
            Decoder::Llama(model) => model.num_params(),
            #[cfg(feature = "families")]
            Decoder::GptNeox(model) => model.num_params(),
        }
    }
}

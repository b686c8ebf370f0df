//! From Hugging Face's tensor names to our layers, whichever the family.

use burn::nn::RmsNorm;
use burn::tensor::Device;

use super::{RotaryBlock, RotaryConfig, RotaryDecoder, RotaryShape};
use crate::checkpoint::TensorSource;
use crate::models::weights::{Loader, WeightsError};
use crate::nn::{FeedForward, MultiHeadAttention, Norm};

/// What a family calls its tensors, behind an optional prefix. Its blocks are `layers.{l}.`, with
/// norms `input_layernorm` and `post_attention_layernorm`.
#[derive(Clone, Copy, Debug)]
pub struct RotaryNames {
    /// Before every name, or before none.
    pub prefix: &'static str,
    /// Token embeddings.
    pub token_embedding: &'static str,
    /// Final norm.
    pub ln_final: &'static str,
    /// Logits from the residual stream; never behind the prefix.
    pub unembedding: &'static str,
    /// Reads the attention of the block whose names begin like this.
    pub attention:
        fn(&mut Loader<'_>, &RotaryShape, &str) -> Result<MultiHeadAttention, WeightsError>,
    /// Reads the MLP of the block whose names begin like this.
    pub mlp: fn(&mut Loader<'_>, &RotaryConfig, &str) -> Result<FeedForward, WeightsError>,
}

impl RotaryDecoder {
    /// A model from named tensors. Accepts names with and without the family's prefix.
    ///
    /// # Errors
    /// If a tensor is missing, misshapen or not finite; every other tensor is ignored.
    pub fn from_weights(
        config: &RotaryConfig,
        weights: &dyn TensorSource,
        device: &Device,
    ) -> Result<Self, WeightsError> {
        let (shape, names) = (&config.shape, &config.shape.names);
        let mut loader = Loader::new(weights, device, names.prefix);
        let (d_model, vocab_size) = (shape.d_model, shape.vocab_size);
        let token_embedding = loader.embedding(names.token_embedding, vocab_size, d_model)?;
        let mut blocks = Vec::with_capacity(shape.n_layers);
        for layer in 0..shape.n_layers {
            let block = format!("layers.{layer}");
            let name = |part: &str| format!("{block}.{part}");
            blocks.push(RotaryBlock {
                ln1: norm(&mut loader, shape, &name("input_layernorm"))?,
                attention: (names.attention)(&mut loader, shape, &block)?,
                ln2: norm(&mut loader, shape, &name("post_attention_layernorm"))?,
                mlp: (names.mlp)(&mut loader, config, &block)?,
                is_parallel: shape.is_parallel,
            });
        }
        let ln_final = norm(&mut loader, shape, names.ln_final)?;
        let unembedding = match shape.is_tied {
            true => None,
            false => {
                let names = [names.unembedding.to_owned()];
                Some(loader.linear_rows(&names, d_model, vocab_size, false)?)
            }
        };
        Ok(RotaryDecoder {
            token_embedding,
            rotary: config.rotary.clone(),
            blocks,
            ln_final,
            unembedding,
        })
    }
}

fn norm(loader: &mut Loader<'_>, shape: &RotaryShape, name: &str) -> Result<Norm, WeightsError> {
    let (d_model, epsilon) = (shape.d_model, shape.norm_epsilon);
    Ok(match shape.is_rms_norm {
        true => Norm::Rms(RmsNorm {
            gamma: loader.param(&format!("{name}.weight"), [d_model])?,
            epsilon,
        }),
        false => Norm::Layer(loader.layer_norm(name, d_model, epsilon)?),
    })
}

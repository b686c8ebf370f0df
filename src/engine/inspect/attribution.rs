//! A logit as a sum of what each part of the model wrote into the residual stream.
//!
//! The final norm subtracts the mean of the stream, divides by its standard deviation and scales
//! by a gain. Centring is linear and the deviation is taken as it is, so every term `t` that was
//! added to the stream adds `(t - mean(t)) / scale . (gain * W_U[:, target])` to the logit. A norm
//! that divides by the root mean square subtracts no mean.
//!
//! Source: direct logit attribution as in Elhage et al. 2021, "A Mathematical Framework for
//! Transformer Circuits", and `ActivationCache.logit_attrs` of TransformerLens.

use burn::tensor::Tensor;

use crate::engine::Session;
use crate::engine::read_back::read_values;
use crate::protocol::{Activation, Attribution, Component, ModelInfo, Site, TraceSpec};

use super::InspectError;
use super::parameters::{bias, output_matrices};
use super::reading::Reading;

/// Numbers read back behind the terms: final bias, variance, logit.
const BEHIND: usize = 3;

impl Session {
    /// Every term of one logit. Their sum is the logit, up to rounding.
    pub(super) async fn attribution(
        &self,
        ids: &[u32],
        position: usize,
        target: u32,
    ) -> Result<Attribution, InspectError> {
        let vocab_size = self.info().vocab_size();
        if target as usize >= vocab_size {
            let id = target;
            return Err(InspectError::Token { id, vocab_size });
        }
        let n_layers = self.info().n_layers;
        let reading = self.read_position(ids, position, spec(self.info()))?;
        let (components, terms) = self.terms(&reading)?; // [term, d_model]

        let network = &self.network;
        let norm = network.ln_final();
        let column = network.unembedding_matrix().narrow(1, target as usize, 1); // [d_model, 1]
        let direction = norm.gain.val().unsqueeze_dim::<2>(1) * column.clone(); // [d_model, 1]
        // Centring the direction centres every term: both are the same projection.
        let direction = norm.centred(direction.transpose()).transpose();
        let products = terms.matmul(direction); // [term, 1], to be divided by the scale

        let bias = bias(norm.bias, &norm.gain.val()).unsqueeze_dim::<2>(0); // [1, d_model]
        let final_bias = bias.matmul(column); // [1, 1]
        let stream = reading.vectors(Activation::block(n_layers - 1, Site::ResidPost))?;
        let variance = norm.mean_square(stream.squeeze_dim::<2>(0)); // [1, 1]
        let logits = reading.vectors(Activation::Logits)?.squeeze_dim::<2>(0);
        let logit = logits.narrow(1, target as usize, 1); // [1, 1]
        let numbers = Tensor::cat(vec![products, final_bias, variance, logit], 0);
        let numbers = read_values(numbers).await?;

        let n_terms = components.len();
        let [final_bias, variance, logit] = [n_terms, n_terms + 1, n_terms + 2]
            .map(|index| numbers.get(index).copied().unwrap_or_default());
        debug_assert_eq!(numbers.len(), n_terms + BEHIND);
        let scale = (f64::from(variance) + norm.epsilon).sqrt();
        let divided = |product: &f32| (f64::from(*product) / scale) as f32;
        let mut terms: Vec<_> = components
            .into_iter()
            .zip(numbers.iter().map(divided))
            .collect();
        if norm.bias.is_some() {
            terms.push((Component::FinalBias, final_bias));
        }
        Ok(Attribution {
            terms,
            logit,
            scale: scale as f32,
        })
    }

    /// Everything that was added to the residual stream `[term, d_model]`.
    fn terms(&self, reading: &Reading) -> Result<(Vec<Component>, Tensor<2>), InspectError> {
        let vectors = |activation| -> Result<Tensor<2>, InspectError> {
            Ok(reading.vectors(activation)?.squeeze_dim::<2>(0))
        };
        let mut components = vec![Component::Embedding];
        let mut terms = vec![vectors(Activation::Embed)?]; // [1, d_model]
        if self.network.position_embedding().is_some() {
            components.push(Component::Position);
            terms.push(vectors(Activation::PosEmbed)?);
        }
        for layer in 0..self.info().n_layers {
            let block = self.network.block(layer);
            let z = reading.per_head(Activation::block(layer, Site::Z))?;
            let z = z.squeeze_dim::<3>(0); // [head, 1, d_head]
            let heads = output_matrices(block.out.weight.val(), self.info().n_heads);
            let written = z.matmul(heads); // [head, 1, d_model]
            terms.push(written.squeeze_dim::<2>(1));
            let heads = 0..self.info().n_heads;
            components.extend(heads.map(|head| Component::Head { layer, head }));

            if let Some(bias) = &block.out.bias {
                terms.push(bias.val().unsqueeze_dim::<2>(0));
                components.push(Component::AttentionBias { layer });
            }
            let mut mlp_out = vectors(Activation::block(layer, Site::MlpOut))?;
            components.push(Component::Mlp { layer });
            let bias = block.down.bias.as_ref();
            let bias = bias.map(|bias| bias.val().unsqueeze_dim::<2>(0));
            if let Some(bias) = &bias {
                mlp_out = mlp_out - bias.clone();
                components.push(Component::MlpBias { layer });
            }
            terms.push(mlp_out);
            terms.extend(bias);
        }
        Ok((components, Tensor::cat(terms, 0)))
    }
}

fn spec(info: &ModelInfo) -> TraceSpec {
    let last = info.n_layers - 1;
    let wanted = info.activations().into_iter();
    let is_written = |activation: &Activation| match *activation {
        Activation::Embed | Activation::PosEmbed | Activation::Logits => true,
        Activation::Block { layer, site } => match site {
            Site::Z | Site::MlpOut => true,
            _ => (layer, site) == (last, Site::ResidPost),
        },
        _ => false,
    };
    wanted.filter(is_written).collect()
}

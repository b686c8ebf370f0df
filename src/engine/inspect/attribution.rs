//! A logit as a sum of what each part of the model wrote into the residual stream.
//!
//! The final norm subtracts the mean of the stream, divides by its standard deviation and scales
//! by a gain. Centring is linear and the deviation is taken as it is, so every term `t` that was
//! added to the stream adds `(t - mean(t)) / scale . (gain * W_U[:, target])` to the logit.
//!
//! Source: direct logit attribution as in Elhage et al. 2021, "A Mathematical Framework for
//! Transformer Circuits", and `ActivationCache.logit_attrs` of TransformerLens.

use burn::tensor::Tensor;

use crate::engine::Session;
use crate::engine::read_back::read_values;
use crate::protocol::{Activation, Attribution, Component, Site, TraceSpec};

use super::InspectError;
use super::parameters::output_matrices;
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
        let reading = self.read_position(ids, position, spec(n_layers))?;
        let (components, terms) = self.terms(&reading)?; // [term, d_model]

        let network = &self.network;
        let column = network.unembedding_matrix().narrow(1, target as usize, 1); // [d_model, 1]
        let gain = network.ln_final.gamma.val().unsqueeze_dim::<2>(1); // [d_model, 1]
        let direction = gain * column.clone();
        // Centring the direction centres every term: both are the same projection.
        let direction = direction.clone() - direction.mean_dim(0);
        let products = terms.matmul(direction); // [term, 1], to be divided by the scale

        let bias = self.norm_bias(&network.ln_final).unsqueeze_dim::<2>(0); // [1, d_model]
        let final_bias = bias.matmul(column); // [1, 1]
        let stream = reading.vectors(Activation::block(n_layers - 1, Site::ResidPost))?;
        let variance = stream.squeeze_dim::<2>(0).var_bias(1); // [1, 1]
        let logits = reading.vectors(Activation::Logits)?.squeeze_dim::<2>(0);
        let logit = logits.narrow(1, target as usize, 1); // [1, 1]
        let numbers = Tensor::cat(vec![products, final_bias, variance, logit], 0);
        let numbers = read_values(numbers).await?;

        let n_terms = components.len();
        let [final_bias, variance, logit] = [n_terms, n_terms + 1, n_terms + 2]
            .map(|index| numbers.get(index).copied().unwrap_or_default());
        debug_assert_eq!(numbers.len(), n_terms + BEHIND);
        let scale = (f64::from(variance) + self.config.layer_norm_epsilon).sqrt();
        let divided = |product: &f32| (f64::from(*product) / scale) as f32;
        let mut terms: Vec<_> = components
            .into_iter()
            .zip(numbers.iter().map(divided))
            .collect();
        terms.push((Component::FinalBias, final_bias));
        Ok(Attribution {
            terms,
            logit,
            scale: scale as f32,
        })
    }

    /// Everything that was added to the residual stream `[term, d_model]`.
    fn terms(&self, reading: &Reading) -> Result<(Vec<Component>, Tensor<2>), InspectError> {
        let d_model = self.info().d_model;
        let vectors = |activation| -> Result<Tensor<2>, InspectError> {
            Ok(reading.vectors(activation)?.squeeze_dim::<2>(0))
        };
        let mut components = vec![Component::Embedding, Component::Position];
        let mut terms = vec![
            vectors(Activation::Embed)?,
            vectors(Activation::PosEmbed)?, // [1, d_model]
        ];
        for (layer, block) in self.network.blocks.iter().enumerate() {
            let z = reading.per_head(Activation::block(layer, Site::Z))?;
            let z = z.squeeze_dim::<3>(0); // [head, 1, d_head]
            let written = z.matmul(output_matrices(
                block.attention.out.weight.val(),
                self.info().n_heads,
            )); // [head, 1, d_model]
            terms.push(written.squeeze_dim::<2>(1));
            let heads = 0..self.info().n_heads;
            components.extend(heads.map(|head| Component::Head { layer, head }));

            let attention_bias = self.bias(block.attention.out.bias.as_ref(), d_model);
            terms.push(attention_bias.unsqueeze_dim::<2>(0));
            components.push(Component::AttentionBias { layer });

            let mlp_bias = self.bias(block.mlp.down.bias.as_ref(), d_model);
            let mlp_bias = mlp_bias.unsqueeze_dim::<2>(0);
            let mlp_out = vectors(Activation::block(layer, Site::MlpOut))?;
            terms.push(mlp_out - mlp_bias.clone());
            components.push(Component::Mlp { layer });
            terms.push(mlp_bias);
            components.push(Component::MlpBias { layer });
        }
        Ok((components, Tensor::cat(terms, 0)))
    }
}

fn spec(n_layers: usize) -> TraceSpec {
    let blocks = (0..n_layers).flat_map(|layer| [Site::Z, Site::MlpOut].map(|site| (layer, site)));
    let ends = [
        Activation::Embed,
        Activation::PosEmbed,
        Activation::block(n_layers - 1, Site::ResidPost),
        Activation::Logits,
    ];
    blocks
        .map(|(layer, site)| Activation::block(layer, site))
        .chain(ends)
        .collect()
}

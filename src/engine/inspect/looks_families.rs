//! What an encoder and the decoder of an encoder-decoder would say on the way; who wrote a logit of
//! the latter, and which of its neurons spoke.
//!
//! An encoder's logits are no sum of what its blocks wrote: each block ends in a norm of the whole
//! stream, and its head bends it once more. T5's stream is only added to, so the terms are those of
//! a decoder, with the heads that look across besides. Its norm takes no mean off.

use burn::tensor::{Int, Tensor, Transaction};

use crate::engine::intake::{ids_of, internal};
use crate::engine::read_back::{read_all, read_values};
use crate::engine::{Encoder, Translator};
use crate::models::parts::mlp_layers;
use crate::nn::Recorded;
use crate::protocol::{
    Activation, Attention, Attribution, Component, LensPrediction, LogitLens, Neuron, Site, Stack,
    StackPart, TraceSpec,
};

use super::InspectError;
use super::logit_lens::{LOGITS_AT_ONCE, most_likely, prediction};
use super::neurons::{most_active, speaking};
use super::parameters::output_matrices;

/// What was recorded of one text.
struct Records(Vec<(Activation, Recorded)>);

impl Records {
    /// `[pos, features]`
    fn vectors(&self, activation: Activation) -> Result<Tensor<2>, InspectError> {
        let found = self.0.iter().find_map(|(name, record)| match record {
            Recorded::Vectors(tensor) if *name == activation => Some(tensor.clone()),
            _ => None,
        });
        let found = found.ok_or(InspectError::NotRecorded(activation))?;
        Ok(found.squeeze_dim(0))
    }

    /// `[head, pos, features]`
    fn per_head(&self, activation: Activation) -> Result<Tensor<3>, InspectError> {
        let found = self.0.iter().find_map(|(name, record)| match record {
            Recorded::PerHead(tensor) if *name == activation => Some(tensor.clone()),
            _ => None,
        });
        let found = found.ok_or(InspectError::NotRecorded(activation))?;
        Ok(found.squeeze_dim(0))
    }

    /// The stream before each block and after the last, each `[pos, d_model]`.
    fn streams(&self, of: Attention, n_layers: usize) -> Result<Vec<Tensor<2>>, InspectError> {
        let streams = streams(of, n_layers).into_iter();
        streams.map(|activation| self.vectors(activation)).collect()
    }
}

/// The stream before each block and after the last.
fn streams(of: Attention, n_layers: usize) -> Vec<Activation> {
    let last = of.at(n_layers.saturating_sub(1), Site::ResidPost);
    let before = (0..n_layers).map(|layer| of.at(layer, Site::ResidPre));
    before.chain([last]).collect()
}

/// Predictions read off streams of every depth, each `[pos, d_model]`; `unembed` is what the model
/// does with the last, `[row, d_model]` to `[row, vocab]`.
async fn lens_of(
    streams: Vec<Tensor<2>>,
    unembed: &dyn Fn(Tensor<2>) -> Option<Tensor<2>>,
    vocab_size: usize,
    count: usize,
) -> Result<LogitLens, InspectError> {
    let n_depths = streams.len();
    let n_positions = streams.first().map_or(0, |stream| stream.dims()[0]);
    // The model's own predictions first: they say which token the others are asked about.
    let mut order: Vec<usize> = (0..n_depths).collect();
    order.rotate_right(1);
    let rows = order.iter().map(|depth| streams[*depth].clone());
    let rows = Tensor::cat(rows.collect(), 0); // [depth * pos, d_model]
    let n_rows = n_depths * n_positions;
    let rows_at_once = (LOGITS_AT_ONCE / vocab_size.max(1)).max(1);
    let mut targets = Vec::with_capacity(n_positions);
    let mut at = vec![vec![LensPrediction::default(); n_depths]; n_positions];
    for start in (0..n_rows).step_by(rows_at_once) {
        let here = rows_at_once.min(n_rows - start);
        let logits = unembed(rows.clone().narrow(0, start, here));
        let logits = logits.ok_or_else(|| internal("this model has no head"))?;
        let values = read_values(logits).await?;
        for (row, logits) in (start..).zip(values.chunks_exact(vocab_size)) {
            let (depth, position) = (order[row / n_positions], row % n_positions);
            if row < n_positions {
                targets.push(most_likely(logits));
            }
            at[position][depth] = prediction(logits, targets[position], count);
        }
    }
    Ok(LogitLens { at })
}

impl Encoder {
    /// What the head would put at every position if it read the stream after each block.
    pub(super) async fn logit_lens(
        &self,
        text: &str,
        count: usize,
    ) -> Result<LogitLens, InspectError> {
        let n_layers = self.info().n_layers;
        let ids = ids_of(&self.tokens(text, self.info().n_ctx)?.0);
        let spec: TraceSpec = streams(Attention::Own, n_layers).into_iter().collect();
        let records = Records(self.trace(&ids, spec)?);
        let unembed = |rows: Tensor<2>| {
            let off = &mut crate::nn::Recorder::off();
            let logits = self.network.unembed(rows.unsqueeze(), off)?;
            Some(logits.squeeze_dim(0))
        };
        let streams = records.streams(Attention::Own, n_layers)?;
        lens_of(streams, &unembed, self.info().vocab_size(), count).await
    }
}

impl Translator {
    /// The next token of the target as it would be predicted after each block of the decoder.
    pub(super) async fn logit_lens(
        &self,
        (source, target): (&[u32], &[u32]),
        count: usize,
    ) -> Result<LogitLens, InspectError> {
        let n_layers = self.info().n_layers;
        let spec: TraceSpec = streams(Attention::Target, n_layers).into_iter().collect();
        let records = Records(self.trace(source, target, spec)?);
        let network = &self.network;
        let unembed = |rows: Tensor<2>| {
            let normed = network.decoder.ln_final.forward(rows.unsqueeze::<3>());
            Some(network.unembed(normed.squeeze_dim(0)))
        };
        let streams = records.streams(Attention::Target, n_layers)?;
        lens_of(streams, &unembed, self.info().vocab_size(), count).await
    }

    /// Every term of one logit. Their sum is the logit, up to rounding.
    pub(super) async fn attribution(
        &self,
        (source, ids): (&[u32], &[u32]),
        position: usize,
        target: u32,
    ) -> Result<Attribution, InspectError> {
        let info = self.info();
        let (n_layers, vocab_size) = (info.n_layers, info.vocab_size());
        if target as usize >= vocab_size {
            let id = target;
            return Err(InspectError::Token { id, vocab_size });
        }
        check(position, ids)?;
        let at = |layer, site| Attention::Target.at(layer, site);
        let embed = Activation::InStack(Stack::Decoder, StackPart::Embed);
        let last = at(n_layers - 1, Site::ResidPost);
        let sites = [Site::Z, Site::CrossZ, Site::MlpOut];
        let blocks = (0..n_layers).flat_map(|layer| sites.map(|site| at(layer, site)));
        let spec: TraceSpec = blocks.chain([embed, last, Activation::Logits]).collect();
        let records = Records(self.trace(source, ids, spec)?);
        let row = |activation| -> Result<Tensor<2>, InspectError> {
            Ok(records.vectors(activation)?.narrow(0, position, 1)) // [1, d_model]
        };

        let mut components = vec![Component::Embedding];
        let mut terms = vec![row(embed)?];
        for (layer, block) in self.network.decoder.blocks.iter().enumerate() {
            let own = (Site::Z, Some(&block.attention));
            let cross = block.cross.as_ref().map(|cross| &cross.attention);
            for (site, attention) in [own, (Site::CrossZ, cross)] {
                let Some(attention) = attention else { continue };
                let z = records.per_head(at(layer, site))?.narrow(1, position, 1); // [head, 1, d_head]
                let matrices = output_matrices(attention.out.weight.val(), attention.n_heads);
                terms.push(z.matmul(matrices).squeeze_dim(1)); // [head, d_model]
                let of = |head| match site {
                    Site::Z => Component::Head { layer, head },
                    _ => Component::CrossHead { layer, head },
                };
                components.extend((0..attention.n_heads).map(of));
            }
            terms.push(row(at(layer, Site::MlpOut))?);
            components.push(Component::Mlp { layer });
        }
        let column = self.network.unembedding_matrix();
        let column = column.narrow(1, target as usize, 1); // [d_model, 1]
        let gain = self.network.decoder.ln_final.gamma.val();
        let direction = gain.unsqueeze_dim::<2>(1) * column;
        let products = Tensor::cat(terms, 0).matmul(direction); // [term, 1]
        let squares = row(last)?.square().mean_dim(1); // [1, 1]
        let logit = row(Activation::Logits)?.narrow(1, target as usize, 1); // [1, 1]
        let numbers = read_values(Tensor::cat(vec![products, squares, logit], 0)).await?;
        let n_terms = components.len();
        let [squares, logit] = [n_terms, n_terms + 1].map(|i| numbers.get(i).copied());
        let scale = self.scale(squares);
        let factor = f64::from(info.block.output_scale) / scale;
        let divided = |product: &f32| (f64::from(*product) * factor) as f32;
        let numbers = numbers.iter().map(divided);
        Ok(Attribution {
            terms: components.into_iter().zip(numbers).collect(),
            logit: logit.unwrap_or_default(),
            scale: scale as f32,
        })
    }

    /// For each block of the decoder its most active neurons at a position, and what each adds to
    /// the logits there.
    pub(super) async fn neurons(
        &self,
        (source, ids): (&[u32], &[u32]),
        position: usize,
        (count, promoted): (usize, usize),
    ) -> Result<Vec<Vec<Neuron>>, InspectError> {
        check(position, ids)?;
        let n_layers = self.info().n_layers;
        let post = |layer| Attention::Target.at(layer, Site::MlpPost);
        let last = Attention::Target.at(n_layers - 1, Site::ResidPost);
        let spec: TraceSpec = (0..n_layers).map(post).chain([last]).collect();
        let records = Records(self.trace(source, ids, spec)?);
        let mut transaction = Transaction::default();
        for layer in 0..n_layers {
            let row = records.vectors(post(layer))?.narrow(0, position, 1);
            transaction = transaction.register(row);
        }
        let squares = records.vectors(last)?.narrow(0, position, 1).square();
        let mut values = read_all(transaction.register(squares.mean_dim(1))).await?;
        let squares = values.pop().and_then(|values| values.first().copied());
        let active: Vec<_> = values
            .iter()
            .map(|block| most_active(block, count))
            .collect();
        if active.iter().all(Vec::is_empty) {
            return Ok(active.iter().map(|_| Vec::new()).collect());
        }
        let blocks = self.network.decoder.blocks.iter().zip(&active);
        let rows = blocks.map(|(block, neurons)| {
            let indices: Vec<i32> = neurons.iter().map(|(index, _)| *index as i32).collect();
            let indices = Tensor::<1, Int>::from_ints(indices.as_slice(), &self.intake.device);
            mlp_layers(&block.mlp).2.weight.val().select(0, indices)
        });
        let gain = self.network.decoder.ln_final.gamma.val();
        let rows = Tensor::cat(rows.collect(), 0) * gain.unsqueeze_dim::<2>(0); // [neuron, d_model]
        let directions = read_values(rows.matmul(self.network.unembedding_matrix())).await?;
        let scale = self.scale(squares) / f64::from(self.info().block.output_scale);
        Ok(speaking(&active, &directions, scale, promoted))
    }

    /// What the final norm divides by, from the mean of the squares.
    fn scale(&self, squares: Option<f32>) -> f64 {
        (f64::from(squares.unwrap_or_default()) + self.config.layer_norm_epsilon).sqrt()
    }
}

fn check(position: usize, ids: &[u32]) -> Result<(), InspectError> {
    let length = ids.len();
    match position < length {
        true => Ok(()),
        false => Err(InspectError::Position { position, length }),
    }
}

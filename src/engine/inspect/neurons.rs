//! The most active MLP neurons at one position and what each adds to the logits there.
//!
//! Source: Geva et al. 2022, "Transformer Feed-Forward Layers Build Predictions by Promoting
//! Concepts in the Vocabulary Space".

use burn::tensor::{Int, Tensor, Transaction};

use crate::engine::Session;
use crate::engine::read_back::{read_all, read_values};
use crate::order::largest;
use crate::protocol::{Activation, Neuron, Site, TraceSpec};

use super::InspectError;

impl Session {
    /// For each block the `count` neurons of largest `|activation|`, with the `promoted` tokens
    /// whose logits each raises and lowers most.
    ///
    /// Neuron `n` adds `a_n (W_out[n] - mean(W_out[n])) * gain / scale . W_U`, with the final
    /// norm's scale held at its value; no mean is subtracted where the norm subtracts none. Behind a
    /// gate `a_n` is what has passed it.
    pub(super) async fn neurons(
        &self,
        ids: &[u32],
        position: usize,
        count: usize,
        promoted: usize,
    ) -> Result<Vec<Vec<Neuron>>, InspectError> {
        let n_layers = self.info().n_layers;
        let last = Activation::block(n_layers - 1, Site::ResidPost);
        let post = |layer| Activation::block(layer, Site::MlpPost);
        let spec: TraceSpec = (0..n_layers).map(post).chain([last]).collect();
        let reading = self.read_position(ids, position, spec)?;

        let mut transaction = Transaction::default();
        for layer in 0..n_layers {
            transaction = transaction.register(reading.vectors(post(layer))?);
        }
        let norm = self.network.ln_final();
        let variance = norm.mean_square(reading.vectors(last)?.squeeze_dim::<2>(0)); // [1, 1]
        let mut activations = read_all(transaction.register(variance)).await?;
        let variance = activations.pop().and_then(|values| values.first().copied());
        let scale = (f64::from(variance.unwrap_or_default()) + norm.epsilon).sqrt();

        let active = activations.iter().map(|values| most_active(values, count));
        let active: Vec<Vec<(usize, f32)>> = active.collect();
        let directions = self.directions(&active).await?;
        Ok(speaking(&active, &directions, scale, promoted))
    }

    /// `(W_out[n] - mean) * gain . W_U` of the neurons of every block, one after the other
    /// `[neuron, vocab]`.
    async fn directions(&self, active: &[Vec<(usize, f32)>]) -> Result<Vec<f32>, InspectError> {
        let network = &self.network;
        let rows = active.iter().enumerate().map(|(layer, neurons)| {
            let indices: Vec<i32> = neurons.iter().map(|(index, _)| *index as i32).collect();
            let indices = Tensor::<1, Int>::from_ints(indices.as_slice(), &self.intake.device);
            network.block(layer).down.weight.val().select(0, indices)
        });
        if active.iter().all(Vec::is_empty) {
            return Ok(Vec::new());
        }
        let rows = Tensor::cat(rows.collect(), 0); // [neuron, d_model]
        let norm = network.ln_final();
        let centred = norm.centred(rows);
        let gain = norm.gain.val().unsqueeze_dim::<2>(0); // [1, d_model]
        let logits = (centred * gain).matmul(network.unembedding_matrix());
        Ok(read_values(logits).await?)
    }
}

/// The `count` neurons of largest `|activation|`, each with its activation, the largest first.
pub(super) fn most_active(values: &[f32], count: usize) -> Vec<(usize, f32)> {
    let by_size = largest(values.iter().map(|value| value.abs()), count);
    let indices = by_size.into_iter().map(|(index, _)| index);
    indices.map(|index| (index, values[index])).collect()
}

/// The active neurons of every block with the `promoted` tokens each raises and lowers most.
/// `directions` are what each adds per unit of activation, before it is divided by `scale`, one
/// after the other `[neuron, vocab]`.
pub(super) fn speaking(
    active: &[Vec<(usize, f32)>],
    directions: &[f32],
    scale: f64,
    promoted: usize,
) -> Vec<Vec<Neuron>> {
    let n_neurons = active.iter().map(Vec::len).sum::<usize>().max(1);
    let mut directions = directions.chunks_exact((directions.len() / n_neurons).max(1));
    let neuron = |(index, activation): (usize, f32)| {
        let factor = (f64::from(activation) / scale) as f32;
        let direction = directions.next().unwrap_or_default();
        let added = direction.iter().map(|logit| logit * factor);
        let most = |sign: f32| -> Vec<(u32, f32)> {
            let signed = largest(added.clone().map(|logit| sign * logit), promoted);
            let moved = signed.into_iter().filter(|(_, logit)| *logit > 0.0);
            moved.map(|(id, logit)| (id as u32, sign * logit)).collect()
        };
        Neuron {
            index,
            activation,
            promoted: most(1.0),
            suppressed: most(-1.0),
        }
    };
    let mut neurons = active.iter().flatten().copied().map(neuron);
    let of_block = |block: &Vec<_>| neurons.by_ref().take(block.len()).collect();
    active.iter().map(of_block).collect()
}

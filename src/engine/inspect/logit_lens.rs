//! The next token as it would be predicted after each block.
//!
//! Source: nostalgebraist 2020, "interpreting GPT: the logit lens".

use burn::tensor::{Tensor, Transaction};

use crate::engine::Session;
use crate::nn::KvCache;
use crate::protocol::{Activation, LensPrediction, LogitLens, Site, TraceSpec};

use super::InspectError;
use super::reading::read_back;
use super::top::{largest, log_sum_exp, probability};

impl Session {
    /// `softmax(LN_final(x_d) W_U)` of the residual stream `x_d` after `d` blocks, for every
    /// `d` in `0..=n_layers` and every position.
    ///
    /// The last depth is read off the model's own logits.
    pub(super) async fn logit_lens(
        &self,
        ids: &[u32],
        count: usize,
    ) -> Result<LogitLens, InspectError> {
        let n_layers = self.info().n_layers;
        let before = |layer| Activation::block(layer, Site::ResidPre);
        let spec: TraceSpec = (0..n_layers)
            .map(before)
            .chain([Activation::Logits])
            .collect();
        let reading = self.read_on(ids, KvCache::new(n_layers), spec);

        let streams = (0..n_layers).map(|layer| reading.vectors(before(layer)));
        let streams = streams.collect::<Result<Vec<_>, _>>()?;
        let network = &self.model.network;
        let streams = network.ln_final.forward(Tensor::cat(streams, 0)); // [depth, pos, d_model]
        let early = network.unembed(streams); // [depth, pos, vocab]
        let own = reading.vectors(Activation::Logits)?; // [1, pos, vocab]
        let values = read_back(Transaction::default().register(early).register(own)).await?;

        let vocab_size = self.info().vocab_size();
        let logits: Vec<&[f32]> = values
            .iter()
            .flat_map(|part| part.chunks_exact(vocab_size))
            .collect(); // [depth * pos]
        let n_positions = ids.len();
        let at = (0..n_positions)
            .map(|position| {
                let own = logits[n_layers * n_positions + position];
                let target = largest(own.iter().copied(), 1)
                    .first()
                    .map_or(0, |(id, _)| *id as usize);
                (0..=n_layers)
                    .map(|depth| prediction(logits[depth * n_positions + position], target, count))
                    .collect()
            })
            .collect();
        Ok(LogitLens { at })
    }
}

/// The `count` most likely tokens, and where `target` stands.
fn prediction(logits: &[f32], target: usize, count: usize) -> LensPrediction {
    let log_sum = log_sum_exp(logits);
    let top = largest(logits.iter().copied(), count);
    let with_p = |(id, logit)| (id, probability(logit, log_sum));
    LensPrediction {
        top: top.into_iter().map(with_p).collect(),
        rank: logits
            .iter()
            .filter(|logit| **logit > logits[target])
            .count(),
        p: probability(logits[target], log_sum),
    }
}

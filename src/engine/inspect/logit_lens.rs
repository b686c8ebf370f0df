//! The next token as it would be predicted after each block.
//!
//! Source: nostalgebraist 2020, "interpreting GPT: the logit lens".

use burn::tensor::{Tensor, Transaction};

use crate::engine::Session;
use crate::engine::read_back::read_all;
use crate::nn::unembed;
use crate::order::largest;
use crate::protocol::{Activation, LensPrediction, LogitLens, Site, TraceSpec};

use super::InspectError;
use super::top::Likely;

/// Predictions already read off. A causal model never changes those of a position when text is
/// appended, so only new positions are looked at.
#[derive(Debug, Default)]
pub struct LensMemory {
    ids: Vec<u32>,
    count: usize,
    at: Vec<Vec<LensPrediction>>,
}

impl LensMemory {
    /// How many of the first `ids` have their `count` predictions.
    fn known(&self, ids: &[u32], count: usize) -> usize {
        let pairs = self.ids.iter().zip(ids);
        match self.count == count {
            true => pairs.take_while(|(held, new)| held == new).count(),
            false => 0,
        }
    }
}

/// Logits computed and read back at once: 32 MB. All of a small model's are fewer.
pub(super) const LOGITS_AT_ONCE: usize = 1 << 23;

impl Session {
    /// `softmax(LN_final(x_d) W_U)` of the residual stream `x_d` after `d` blocks, for every
    /// `d` in `0..=n_layers` and every position.
    ///
    /// The last depth is read off the model's own logits.
    pub(super) async fn logit_lens(
        &mut self,
        ids: &[u32],
        count: usize,
    ) -> Result<LogitLens, InspectError> {
        let first = self.lens.known(ids, count).min(self.known(ids));
        let LensMemory { mut at, .. } = std::mem::take(&mut self.lens);
        at.truncate(first);
        if first < ids.len() {
            at.extend(self.lens_from(ids, first, count).await?);
        }
        self.lens = LensMemory {
            ids: ids.to_vec(),
            count,
            at: at.clone(),
        };
        Ok(LogitLens { at })
    }

    /// The predictions at the positions from `first` on, `[pos][depth]`.
    async fn lens_from(
        &self,
        ids: &[u32],
        first: usize,
        count: usize,
    ) -> Result<Vec<Vec<LensPrediction>>, InspectError> {
        let n_layers = self.info().n_layers;
        let before = |layer| Activation::block(layer, Site::ResidPre);
        let spec: TraceSpec = (0..n_layers)
            .map(before)
            .chain([Activation::Logits])
            .collect();
        let mut cache = self.cache.clone();
        cache.truncate(first);
        let reading = self.read_on(&ids[first..], cache, spec);

        let streams = (0..n_layers).map(|layer| reading.vectors(before(layer)));
        let streams = streams.collect::<Result<Vec<_>, _>>()?;
        let (n_positions, d_model) = (ids.len() - first, self.info().d_model);
        let n_rows = n_layers * n_positions;
        let network = &self.network;
        let normed = network.norm_final(Tensor::cat(streams, 0)); // [depth, pos, d_model]
        let normed = normed.reshape([1, n_rows, d_model]);

        let vocab_size = self.info().vocab_size();
        let rows_at_once = (LOGITS_AT_ONCE / vocab_size).max(1);
        let mut own = Vec::new();
        let mut targets = Vec::new();
        let mut at = vec![Vec::with_capacity(n_layers + 1); n_positions];
        for start in (0..n_rows).step_by(rows_at_once) {
            let count_here = rows_at_once.min(n_rows - start);
            let rows = normed.clone().narrow(1, start, count_here);
            let early = unembed(rows, network.unembedding_matrix());
            let mut transaction = Transaction::default().register(early);
            if start == 0 {
                transaction = transaction.register(reading.vectors(Activation::Logits)?);
            }
            let mut values = read_all(transaction).await?.into_iter();
            let early = values.next().unwrap_or_default();
            if let Some(logits) = values.next() {
                targets = logits.chunks_exact(vocab_size).map(most_likely).collect();
                own = logits;
            }
            for (row, logits) in (start..).zip(early.chunks_exact(vocab_size)) {
                let position = row % n_positions;
                at[position].push(prediction(logits, targets[position], count));
            }
        }
        for (position, logits) in own.chunks_exact(vocab_size).enumerate() {
            at[position].push(prediction(logits, targets[position], count));
        }
        Ok(at)
    }
}

/// The token of the largest logit.
pub(super) fn most_likely(logits: &[f32]) -> usize {
    let first = largest(logits.iter().copied(), 1);
    first.first().map_or(0, |(id, _)| *id)
}

/// What logits say, and where `target` stands among them.
pub(super) fn prediction(logits: &[f32], target: usize, count: usize) -> LensPrediction {
    let Likely { top, rank, p } = Likely::of(logits, target, count);
    LensPrediction { top, rank, p }
}

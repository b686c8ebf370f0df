//! What one set of weights makes of a text: the likely next tokens, a drawn continuation, one head.

use burn::tensor::Transaction;

use crate::engine::Session;
use crate::engine::read_back::{read_all, read_values};
use crate::models::Decoder;
use crate::nn::{KvCache, Recorded, Recorder};
use crate::protocol::{Activation, Inspection, Side, Site, TraceSpec};
use crate::sampling::{Distribution, choose, draw_uniform};

use super::InspectError;

impl Session {
    /// Answers an [`Inspection::Side`]; `room` is how many tokens still fit. `is_empty`: nothing was
    /// typed; `ids` is what is read instead, and what follows begins a text of its own.
    pub(super) async fn side(
        &mut self,
        ids: &[u32],
        is_empty: bool,
        room: usize,
        inspection: &Inspection,
    ) -> Result<Side, InspectError> {
        let Inspection::Side {
            frame,
            settings,
            seed,
            n_tokens,
            count,
            layer,
            head,
            n_positions,
        } = inspection
        else {
            return Ok(Side::default());
        };
        settings.check()?;
        let network = self.frames.network(frame.as_deref());
        let network =
            network.ok_or_else(|| InspectError::NoFrame(frame.clone().unwrap_or_default()))?;
        let mut cache = KvCache::new(self.info().n_layers);
        let first = ids.len().saturating_sub(*n_positions);
        let pattern_of = Activation::block(*layer, Site::Pattern);
        let spec: TraceSpec = [pattern_of, Activation::Logits].into_iter().collect();
        let (mut logits, pattern) = self.read_whole(&network, ids, spec, &mut cache).await?;
        let n = ids.len();
        let row = |query: usize| {
            let start = (head * n + query) * n;
            pattern.get(start + first..=start + query)
        };
        let mut side = Side {
            pattern: (first..n)
                .filter_map(|query| row(query).map(<[f32]>::to_vec))
                .collect(),
            first,
            ..Side::default()
        };
        if is_empty {
            cache = KvCache::new(self.info().n_layers);
        }
        let mut context = if is_empty { Vec::new() } else { ids.to_vec() };
        for drawn in 0..(*n_tokens).min(room).max(1) {
            let distribution = Distribution::after(&logits, &context, settings)?;
            let p = distribution.p_kept();
            if drawn == 0 {
                let likely = distribution.order().iter().take(*count);
                side.top = likely.map(|id| (*id, p[*id as usize])).collect();
            }
            if room == 0 {
                break;
            }
            let draw = choose(&distribution, draw_uniform(*seed, context.len() as u64));
            side.drawn.push((draw.id, p[draw.id as usize]));
            if Some(draw.id) == self.info().end_of_text || drawn + 1 == (*n_tokens).min(room) {
                break;
            }
            context.push(draw.id);
            let next = network.forward(
                self.intake.input(&[&[draw.id]]),
                Some(&mut cache),
                &mut Recorder::off(),
            ); // [1, 1, vocab]
            logits = read_values(next).await?;
        }
        Ok(side)
    }

    /// Reads a whole text. Returns the logits of its last position `[vocab]` and what else was
    /// recorded, as it lies in memory.
    async fn read_whole(
        &self,
        network: &Decoder,
        ids: &[u32],
        spec: TraceSpec,
        cache: &mut KvCache,
    ) -> Result<(Vec<f32>, Vec<f32>), InspectError> {
        let mut recorder = Recorder::new(spec);
        network.forward(self.intake.input(&[ids]), Some(cache), &mut recorder);
        let mut transaction = Transaction::default();
        for (_, record) in recorder.into_records() {
            transaction = match record {
                Recorded::Vectors(logits) => {
                    transaction.register(logits.narrow(1, ids.len() - 1, 1))
                }
                Recorded::PerHead(pattern) => transaction.register(pattern),
            };
        }
        let mut read = read_all(transaction).await?.into_iter();
        // In the order in which the model computes them: the pattern, then the logits.
        let (pattern, logits) = (read.next(), read.next());
        match (pattern, logits) {
            (Some(pattern), Some(logits)) => Ok((logits, pattern)),
            _ => Err(InspectError::NotRecorded(Activation::Logits)),
        }
    }
}

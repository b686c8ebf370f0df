//! What each head does on sequences of random tokens, each said twice: nothing but the repetition
//! can be known about them, so that an induction head shows itself.
//!
//! Source: Olsson et al. 2022, "In-context Learning and Induction Heads".

use burn::tensor::Transaction;

use crate::attention_measures::head_character;
use crate::engine::Session;
use crate::engine::read_back::{read_all, read_values};
use crate::nn::{Recorded, Recorder};
use crate::projection::collapsed;
use crate::protocol::{Activation, HeadCharacter, Site};
use crate::sampling::draw_uniform;

use super::InspectError;

impl Session {
    /// For each head, block by block, the mean of its measures over the sample.
    pub(super) async fn head_characters(
        &self,
        sequences: usize,
        half: usize,
        seed: u64,
    ) -> Result<Vec<HeadCharacter>, InspectError> {
        let info = self.info();
        let (n_layers, n_heads, n_ctx) = (info.n_layers, info.n_heads, info.n_ctx);
        if half.saturating_mul(2) > n_ctx {
            return Err(InspectError::TooLong { half, n_ctx });
        }
        if sequences == 0 || half == 0 {
            return Ok(vec![HeadCharacter::default(); n_layers * n_heads]);
        }
        let sample = repeated_sequences(&self.known_tokens().await?, sequences, half, seed);
        let rows: Vec<&[u32]> = sample.iter().map(Vec::as_slice).collect();
        let spec = (0..n_layers).map(|layer| Activation::block(layer, Site::Pattern));
        let mut recorder = Recorder::new(spec.collect());
        let network = &self.network;
        network.forward(self.intake.input(&rows), None, &mut recorder);
        let mut transaction = Transaction::default();
        for (_, record) in recorder.into_records() {
            transaction = match record {
                Recorded::Vectors(tensor) => transaction.register(tensor),
                Recorded::PerHead(tensor) => transaction.register(tensor),
            };
        }
        let patterns = read_all(transaction).await?; // [layer][sequence, head, query, key]

        let n_positions = 2 * half;
        let of_head = |layer: usize, head: usize| {
            let characters = sample.iter().enumerate().map(|(sequence, ids)| {
                let size = n_positions * n_positions;
                let start = (sequence * n_heads + head) * size;
                let pattern = &patterns[layer][start..start + size];
                let rows: Vec<&[f32]> = pattern.chunks_exact(n_positions).collect();
                head_character(&rows, ids)
            });
            mean(characters)
        };
        Ok((0..n_layers)
            .flat_map(|layer| (0..n_heads).map(move |head| (layer, head)))
            .map(|(layer, head)| of_head(layer, head))
            .collect())
    }

    /// The tokens that training met, without special ones; as far as the embeddings tell.
    async fn known_tokens(&self) -> Result<Vec<u32>, InspectError> {
        let info = self.info();
        let vectors = read_values(self.network.token_embedding().weight.val()).await?;
        let untrained = collapsed(&vectors, info.d_model);
        let is_known = |id: &u32| {
            Some(*id) != info.end_of_text && untrained.binary_search(&(*id as usize)).is_err()
        };
        let known: Vec<u32> = (0..info.vocab_size() as u32).filter(is_known).collect();
        // A vocabulary of nothing but special tokens: better those than none.
        Ok(if known.is_empty() { vec![0] } else { known })
    }
}

/// Sequences of `half` random tokens, said twice. No token occurs twice in a half, as long as
/// there are enough, so that each of the second half has one earlier occurrence.
fn repeated_sequences(tokens: &[u32], sequences: usize, half: usize, seed: u64) -> Vec<Vec<u32>> {
    let mut drawn = 0;
    let mut below = |count: usize| {
        let index = (draw_uniform(seed, drawn) * count as f64) as usize;
        drawn += 1;
        index
    };
    (0..sequences)
        .map(|_| {
            // Fisher and Yates, as far as needed; started again when the tokens are used up.
            let mut left = Vec::new();
            let first: Vec<u32> = (0..half)
                .map(|_| {
                    if left.is_empty() {
                        left = tokens.to_vec();
                    }
                    let index = below(left.len());
                    left.swap_remove(index)
                })
                .collect();
            [&first[..], &first[..]].concat()
        })
        .collect()
}

fn mean(characters: impl ExactSizeIterator<Item = HeadCharacter>) -> HeadCharacter {
    let share = 1.0 / characters.len().max(1) as f32;
    characters.fold(HeadCharacter::default(), |sum, one| HeadCharacter {
        previous_token: sum.previous_token + share * one.previous_token,
        induction: sum.induction + share * one.induction,
        entropy: sum.entropy + share * one.entropy,
        distance: sum.distance + share * one.distance,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_is_said_twice_and_repeats_nothing() {
        let tokens: Vec<u32> = (10..60).collect();
        let sample = repeated_sequences(&tokens, 3, 20, 1);
        for sequence in &sample {
            assert_eq!(sequence[..20], sequence[20..]);
            let mut half = sequence[..20].to_vec();
            half.sort_unstable();
            half.dedup();
            assert_eq!(half.len(), 20);
            assert!(half.iter().all(|id| tokens.contains(id)));
        }
        assert_ne!(sample[0], sample[1]);
        assert_eq!(sample, repeated_sequences(&tokens, 3, 20, 1));
        assert_eq!(repeated_sequences(&[4], 1, 2, 0), [[4, 4, 4, 4]]);
    }
}

//! Batches of sequences of like length, so that little of a batch is padding.
//!
//! The sequences of [`POOL_BATCHES`] batches are sorted by length and cut into batches, which are
//! then shuffled. Batch `n` stays a function of the recipe and `n`: its pool is number
//! `n / POOL_BATCHES` and is made again when a training is resumed in its middle.

use std::ops::Range;

use burn::tensor::{Bool, Device, Int, Tensor, TensorData};

use super::Corpus;

/// Batches that are sorted together.
const POOL_BATCHES: usize = 32;

/// One example before it is padded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sequence {
    /// The number of the example.
    pub index: u64,
    /// What an encoder reads.
    pub source: Vec<u32>,
    /// What a decoder is to say; empty for an encoder alone.
    pub target: Vec<u32>,
    /// Places in `source`, each the tokens of one word that the rest of the text determines.
    pub blanks: Vec<Range<usize>>,
}

/// The batches sorted together last.
#[derive(Debug)]
pub(super) struct Pool {
    number: usize,
    batches: Vec<Vec<Sequence>>,
}

/// The sequences of batch `index`; `example` makes each from its number.
pub(super) fn bucketed(
    corpus: &mut Corpus<'_>,
    index: usize,
    example: fn(&mut Corpus<'_>, u64) -> Sequence,
) -> Vec<Sequence> {
    let number = index / POOL_BATCHES;
    let held = corpus.pool.take().filter(|pool| pool.number == number);
    let pool = held.unwrap_or_else(|| Pool {
        number,
        batches: sorted_batches(corpus, number, example),
    });
    let batch = pool.batches[index % POOL_BATCHES].clone();
    corpus.pool = Some(pool);
    batch
}

fn sorted_batches(
    corpus: &mut Corpus<'_>,
    number: usize,
    example: fn(&mut Corpus<'_>, u64) -> Sequence,
) -> Vec<Vec<Sequence>> {
    let batch_size = corpus.recipe.batch_size;
    let size = (POOL_BATCHES * batch_size) as u64;
    let first = number as u64 * size;
    let mut sequences: Vec<Sequence> = (first..first + size)
        .map(|index| example(corpus, index))
        .collect();
    sequences.sort_by_key(|sequence| (sequence.source.len(), sequence.target.len()));
    let mut batches: Vec<Vec<Sequence>> = sequences
        .chunks(batch_size)
        .map(<[Sequence]>::to_vec)
        .collect();
    // Fisher and Yates
    for last in (1..batches.len()).rev() {
        let draw = corpus.draw(0x5_0F7, (number * POOL_BATCHES + last) as u64);
        batches.swap(last, (draw * (last + 1) as f64) as usize);
    }
    batches
}

/// Rows of unequal length, made equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Padded {
    /// `[batch, pos]`, row-major.
    pub ids: Vec<i32>,
    /// Ids of each row that are no padding.
    pub lengths: Vec<usize>,
    /// Length of the longest row.
    pub seq_len: usize,
}

impl Padded {
    /// Rows filled up with `padding` to the length of the longest.
    pub fn new(rows: &[&[u32]], padding: u32) -> Self {
        let lengths: Vec<usize> = rows.iter().map(|row| row.len()).collect();
        let seq_len = lengths.iter().copied().max().unwrap_or(0);
        let mut ids = Vec::with_capacity(rows.len() * seq_len);
        for row in rows {
            let missing = seq_len - row.len();
            ids.extend(row.iter().map(|id| *id as i32));
            ids.extend(std::iter::repeat_n(padding as i32, missing));
        }
        Padded {
            ids,
            lengths,
            seq_len,
        }
    }

    /// Ids that are no padding.
    pub fn n_tokens(&self) -> usize {
        self.lengths.iter().sum()
    }

    /// `[batch, pos]` on a device.
    pub fn ids(&self, device: &Device) -> Tensor<2, Int> {
        let shape = [self.lengths.len(), self.seq_len];
        Tensor::from_data(TensorData::new(self.ids.clone(), shape), device)
    }

    /// True at padding, `[batch, pos]` on a device; `None` if there is none.
    pub fn is_padding(&self, device: &Device) -> Option<Tensor<2, Bool>> {
        let shape = [self.lengths.len(), self.seq_len];
        let is_padding: Vec<bool> = self
            .lengths
            .iter()
            .flat_map(|length| (0..self.seq_len).map(move |pos| pos >= *length))
            .collect();
        is_padding
            .contains(&true)
            .then(|| Tensor::from_data(TensorData::new(is_padding, shape), device))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_filled_up_to_the_longest() {
        let rows: [&[u32]; 3] = [&[5, 6], &[7], &[1, 2, 3]];
        let padded = Padded::new(&rows, 9);
        assert_eq!(padded.ids, [5, 6, 9, 7, 9, 9, 1, 2, 3]);
        assert_eq!(padded.n_tokens(), 6);
        assert_eq!((padded.lengths, padded.seq_len), (vec![2, 1, 3], 3));
    }
}

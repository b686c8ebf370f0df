//! Learning the next token: sequences packed full with texts, so that nothing is padding.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::corpus::END_OF_TEXT;
use super::{Batch, Corpus};
use crate::village::Split;

/// Sequences of token ids and what follows each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextTokenBatch {
    /// `[batch, pos]`, row-major.
    pub inputs: Vec<i32>,
    /// The next token of each, `[batch, pos]`.
    pub targets: Vec<i32>,
    /// Number of sequences.
    pub batch_size: usize,
    /// Positions in each.
    pub seq_len: usize,
}

impl Batch for NextTokenBatch {
    fn n_tokens(&self) -> usize {
        self.inputs.len()
    }

    fn n_positions(&self) -> usize {
        self.inputs.len()
    }

    fn n_targets(&self) -> usize {
        self.targets.len()
    }
}

impl NextTokenBatch {
    /// Batch number `index` of a corpus.
    pub fn get(corpus: &mut Corpus<'_>, index: usize) -> Self {
        let (batch_size, seq_len) = (corpus.recipe.batch_size, corpus.recipe.seq_len);
        let mut inputs = Vec::with_capacity(batch_size * seq_len);
        let mut targets = Vec::with_capacity(batch_size * seq_len);
        for row in 0..batch_size {
            let ids = sequence(corpus, (index * batch_size + row) as u64);
            inputs.extend(ids[..seq_len].iter().map(|id| *id as i32));
            targets.extend(ids[1..=seq_len].iter().map(|id| *id as i32));
        }
        NextTokenBatch {
            inputs,
            targets,
            batch_size,
            seq_len,
        }
    }

    /// `[batch, pos]` on a device.
    pub fn inputs(&self, device: &Device) -> Tensor<2, Int> {
        let shape = [self.batch_size, self.seq_len];
        Tensor::from_data(TensorData::new(self.inputs.clone(), shape), device)
    }

    /// `[batch * pos]` on a device.
    pub fn targets(&self, device: &Device) -> Tensor<1, Int> {
        let shape = [self.batch_size * self.seq_len];
        Tensor::from_data(TensorData::new(self.targets.clone(), shape), device)
    }
}

/// `seq_len + 1` ids: whole texts, `<|endoftext|>` after each, the last one cut to fit.
/// Every second sequence begins with `<|endoftext|>`, so that the model knows both a text that
/// follows another and one that begins at position 0; every fourth training sequence begins in
/// the middle of a text, because a person may type any sentence first.
fn sequence(corpus: &mut Corpus<'_>, number: u64) -> Vec<u32> {
    let end_of_text = corpus.special(END_OF_TEXT);
    let wanted = corpus.recipe.seq_len + 1;
    let mut ids = Vec::with_capacity(wanted + 256);
    if number.is_multiple_of(2) {
        ids.push(end_of_text);
    }
    let mut text_of_sequence = 0;
    while ids.len() < wanted {
        // Each sequence has room for 64 texts of its own.
        let index = number * 64 + text_of_sequence;
        let text = corpus.text(index);
        let begins_inside =
            corpus.split == Split::Train && text_of_sequence == 0 && number % 4 == 3;
        let from = if begins_inside {
            sentence_start(corpus, &text, index)
        } else {
            0
        };
        corpus.push_tokens(&text[from..], &mut ids);
        ids.push(end_of_text);
        text_of_sequence += 1;
    }
    ids.truncate(wanted);
    ids
}

/// Where a sentence after the first one begins; 0 if there is only one.
fn sentence_start(corpus: &Corpus<'_>, text: &str, index: u64) -> usize {
    let story = text.split('\n').next().unwrap_or_default();
    let starts: Vec<usize> = story.match_indices(". ").map(|(at, _)| at + 2).collect();
    let choice = corpus.draw(0xC07, index) * starts.len() as f64;
    starts.get(choice as usize).copied().unwrap_or(0)
}

//! Learning the next token: sequences packed full with texts, so that nothing is padding.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::corpus::END_OF_TEXT;
use super::{Batch, Corpus};
use crate::village::Split;

/// Salt of the choices that make repeated sequences; the next one draws their tokens.
const REPEATS: u64 = 0x2E9_EA7;
/// Fewest tokens before a repetition.
const SHORTEST_RUN: usize = 8;

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
/// Of the training sequences a share says random tokens again and again ([`Recipe::repeat_rate`]).
///
/// [`Recipe::repeat_rate`]: super::Recipe::repeat_rate
fn sequence(corpus: &mut Corpus<'_>, number: u64) -> Vec<u32> {
    let end_of_text = corpus.special(END_OF_TEXT);
    let wanted = corpus.recipe.seq_len + 1;
    let repeats =
        corpus.split == Split::Train && corpus.draw(REPEATS, number) < corpus.recipe.repeat_rate;
    if repeats {
        return repeated(corpus, number, wanted);
    }
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

/// `count` ids: a run of random ones, as long as chance has it, said until there are enough.
fn repeated(corpus: &mut Corpus<'_>, number: u64, count: usize) -> Vec<u32> {
    let used = corpus.used_ids().to_vec();
    let draw = |index: usize| corpus.draw(REPEATS + 1, number * count as u64 + index as u64);
    let longest = (count / 2).max(SHORTEST_RUN);
    let length = SHORTEST_RUN + (draw(0) * (longest - SHORTEST_RUN) as f64) as usize;
    let run = 1..=length;
    let run: Vec<u32> = run
        .map(|at| used[(draw(at) * used.len() as f64) as usize])
        .collect();
    run.into_iter().cycle().take(count).collect()
}

/// Where a sentence after the first one begins; 0 if there is only one.
fn sentence_start(corpus: &Corpus<'_>, text: &str, index: u64) -> usize {
    let story = text.split('\n').next().unwrap_or_default();
    let starts: Vec<usize> = story.match_indices(". ").map(|(at, _)| at + 2).collect();
    let choice = corpus.draw(0xC07, index) * starts.len() as f64;
    starts.get(choice as usize).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::training::{Recipe, train_village_tokenizer};

    #[test]
    fn a_share_of_the_training_says_random_tokens_again() {
        let recipe: Recipe = serde_json::from_value(serde_json::json!({
            "name": "tiny", "seed": 3, "vocab_size": 400, "tokenizer_stories": 20,
            "model": {"n_layer": 1, "n_head": 1, "n_embd": 4, "n_positions": 64},
            "batch_size": 50, "seq_len": 64, "steps": 1, "warmup_steps": 0, "learning_rate": 0.1,
            "final_learning_rate": 0.1, "weight_decay": 0.0, "beta_2": 0.9, "gradient_norm": 1.0,
            "repeat_rate": 0.5, "validate_every": 1, "validation_batches": 1, "checkpoint_every": 1,
        }))
        .unwrap();
        let tokenizer = train_village_tokenizer(&recipe).unwrap();
        let period =
            |ids: &[i32]| (8..=32).find(|p| ids.iter().zip(&ids[*p..]).all(|(a, b)| a == b));
        let count = |split: Split| {
            let mut corpus = Corpus::new(&recipe, &tokenizer, split).unwrap();
            let batch = NextTokenBatch::get(&mut corpus, 0);
            let periods = batch.inputs.chunks(64).filter_map(period);
            let periods: Vec<usize> = periods.collect();
            let different: BTreeSet<usize> = periods.iter().copied().collect();
            (periods.len(), different.len())
        };
        let (repeated, periods) = count(Split::Train);
        assert!(
            (15..=35).contains(&repeated) && periods > 5,
            "{repeated}, {periods}"
        );
        assert_eq!(count(Split::Validation).0, 0);
    }
}

//! Learning to fill in masked tokens: one text per sequence, some of its tokens hidden.
//!
//! Source: Devlin et al. 2019, "BERT", <https://arxiv.org/abs/1810.04805>: of the chosen tokens 80%
//! become `[MASK]`, 10% any token, 10% stay as they are.

use burn::tensor::{Bool, Device, Int, Tensor, TensorData};

use super::buckets::{Padded, Sequence, bucketed};
use super::{Batch, Corpus};

/// Fills short sequences up.
pub const PAD: &str = "[PAD]";
/// Begins every sequence.
pub const CLS: &str = "[CLS]";
/// Ends every sequence.
pub const SEP: &str = "[SEP]";
/// Stands for a token to be filled in.
pub const MASK: &str = "[MASK]";

/// Sequences with hidden tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskedBatch {
    /// `[CLS]`, the text with masks in it, `[SEP]`, padding.
    pub inputs: Padded,
    /// Where the targets are: indices into `[batch * pos]`.
    pub target_places: Vec<i32>,
    /// What was there, in the same order.
    pub targets: Vec<i32>,
}

impl Batch for MaskedBatch {
    fn n_tokens(&self) -> usize {
        self.inputs.n_tokens()
    }

    fn n_positions(&self) -> usize {
        self.inputs.ids.len()
    }

    fn n_targets(&self) -> usize {
        self.targets.len()
    }
}

impl MaskedBatch {
    /// Batch number `index` of a corpus.
    pub fn get(corpus: &mut Corpus<'_>, index: usize) -> Self {
        let (pad, mask) = (corpus.special(PAD), corpus.special(MASK));
        let sequences = bucketed(corpus, index, sequence);
        let rows = sequences.iter().map(|sequence| sequence.source.as_slice());
        let mut inputs = Padded::new(rows, pad);
        let (mut target_places, mut targets) = (Vec::new(), Vec::new());
        for (row, sequence) in sequences.iter().enumerate() {
            for pos in masked_positions(corpus, sequence) {
                let place = row * inputs.seq_len + pos;
                target_places.push(place as i32);
                targets.push(inputs.ids[place]);
                let draw = corpus.draw(0x3A_5C, draw_index(sequence.index, pos));
                if draw < 0.8 {
                    inputs.ids[place] = mask as i32;
                } else if draw < 0.9 {
                    // Any token that is not special: those are the last ids.
                    let n_plain =
                        corpus.tokenizer.vocab_size() - corpus.tokenizer.added_tokens().len();
                    inputs.ids[place] = ((draw - 0.8) / 0.1 * n_plain as f64) as i32;
                }
            }
        }
        MaskedBatch {
            inputs,
            target_places,
            targets,
        }
    }

    /// `[batch, pos]` on a device.
    pub fn inputs(&self, device: &Device) -> Tensor<2, Int> {
        let shape = [self.inputs.batch_size, self.inputs.seq_len];
        Tensor::from_data(TensorData::new(self.inputs.ids.clone(), shape), device)
    }

    /// True at padding, `[batch, pos]` on a device.
    pub fn is_padding(&self, device: &Device) -> Tensor<2, Bool> {
        let shape = [self.inputs.batch_size, self.inputs.seq_len];
        Tensor::from_data(
            TensorData::new(self.inputs.is_padding.clone(), shape),
            device,
        )
    }

    /// Indices into `[batch * pos]`, `[targets]` on a device.
    pub fn target_places(&self, device: &Device) -> Tensor<1, Int> {
        let shape = [self.target_places.len()];
        Tensor::from_data(TensorData::new(self.target_places.clone(), shape), device)
    }

    /// `[targets]` on a device.
    pub fn targets(&self, device: &Device) -> Tensor<1, Int> {
        let shape = [self.targets.len()];
        Tensor::from_data(TensorData::new(self.targets.clone(), shape), device)
    }
}

/// `[CLS]`, text number `index` cut to fit, `[SEP]`.
fn sequence(corpus: &mut Corpus<'_>, index: u64) -> Sequence {
    let (cls, sep) = (corpus.special(CLS), corpus.special(SEP));
    let text = corpus.text(index);
    let mut source = vec![cls];
    corpus.push_tokens(&text, &mut source);
    source.truncate(corpus.recipe.seq_len - 1);
    source.push(sep);
    Sequence {
        index,
        source,
        target: Vec::new(),
    }
}

/// Each token between `[CLS]` and `[SEP]` with the recipe's chance; at least one.
fn masked_positions(corpus: &Corpus<'_>, sequence: &Sequence) -> Vec<usize> {
    let last = sequence.source.len() - 1;
    let draw = |pos: usize| corpus.draw(0x3A_5B, draw_index(sequence.index, pos));
    let chosen: Vec<usize> = (1..last)
        .filter(|pos| draw(*pos) < corpus.recipe.mask_rate)
        .collect();
    match chosen.is_empty() && last > 1 {
        true => vec![1 + (draw(0) * (last - 1) as f64) as usize],
        false => chosen,
    }
}

/// Each text has room for 4,096 draws of its own.
fn draw_index(text: u64, pos: usize) -> u64 {
    text * 4096 + pos as u64
}

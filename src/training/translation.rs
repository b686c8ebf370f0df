//! Learning to translate, or to answer: a source for the encoder, a target for the decoder.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::buckets::{Padded, Sequence, bucketed};
use super::{Batch, Corpus};

/// Fills short sequences up, and is what the decoder reads first.
pub const T5_PAD: &str = "<pad>";
/// Ends sources and targets.
pub const T5_END: &str = "</s>";

/// Sources with their targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TranslationBatch {
    /// What the encoder reads: each source and `</s>`, `[batch, source]`.
    pub sources: Padded,
    /// What the decoder reads: `<pad>` and each target, `[batch, pos]`.
    pub targets: Padded,
    /// What follows at each position of `targets` that is no padding, row after row: the target
    /// and `</s>`.
    pub labels: Vec<i32>,
}

impl Batch for TranslationBatch {
    fn n_tokens(&self) -> usize {
        self.sources.n_tokens() + self.targets.n_tokens()
    }

    fn n_positions(&self) -> usize {
        self.sources.ids.len() + self.targets.ids.len()
    }

    fn n_targets(&self) -> usize {
        self.labels.len()
    }
}

impl TranslationBatch {
    /// Batch number `index` of a corpus.
    pub fn get(corpus: &mut Corpus<'_>, index: usize) -> Self {
        let (pad, end) = (corpus.special(T5_PAD), corpus.special(T5_END));
        let sequences = bucketed(corpus, index, sequence);
        let sources: Vec<&[u32]> = sequences
            .iter()
            .map(|pair| pair.source.as_slice())
            .collect();
        let targets: Vec<&[u32]> = sequences
            .iter()
            .map(|pair| pair.target.as_slice())
            .collect();
        let labels = targets
            .iter()
            .flat_map(|target| target[1..].iter().chain([&end]))
            .map(|id| *id as i32)
            .collect();
        TranslationBatch {
            sources: Padded::new(&sources, pad),
            targets: Padded::new(&targets, pad),
            labels,
        }
    }

    /// Where the labels belong: indices into `[batch * pos]`, `[labels]` on a device.
    pub fn label_places(&self, device: &Device) -> Tensor<1, Int> {
        let Padded {
            lengths, seq_len, ..
        } = &self.targets;
        let places: Vec<i32> = (0..)
            .zip(lengths)
            .flat_map(|(row, length)| (0..*length).map(move |pos| (row * seq_len + pos) as i32))
            .collect();
        vector(places, device)
    }

    /// `[labels]` on a device.
    pub fn labels(&self, device: &Device) -> Tensor<1, Int> {
        vector(self.labels.clone(), device)
    }
}

fn vector(values: Vec<i32>, device: &Device) -> Tensor<1, Int> {
    let shape = [values.len()];
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// Pair number `index`, each side cut to fit.
fn sequence(corpus: &mut Corpus<'_>, index: u64) -> Sequence {
    let (pad, end) = (corpus.special(T5_PAD), corpus.special(T5_END));
    let longest = corpus.recipe.seq_len - 1;
    let (source_text, target_text) = corpus.pair(index);
    let mut source = corpus.tokens(&source_text);
    source.truncate(longest);
    source.push(end);
    let mut target = vec![pad];
    corpus.push_tokens(&target_text, &mut target);
    target.truncate(longest + 1);
    Sequence {
        index,
        source,
        target,
        blanks: Vec::new(),
    }
}

//! What a BERT is trained to do: to name the tokens behind masks.

use burn::nn::loss::CrossEntropyLossConfig;
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::{Bert, BertInput};
use crate::nn::Recorder;

/// The label of a position whose token nobody asks for, as in PyTorch.
pub const IGNORED: i32 = -100;

/// Texts with masks, filled up to the same length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskedBatch {
    /// What the model reads `[batch, pos]`, row-major.
    pub inputs: Vec<i32>,
    /// The right token where it is asked for, else [`IGNORED`], `[batch, pos]`.
    pub labels: Vec<i32>,
    /// Tokens of each row that are not padding.
    pub lengths: Vec<usize>,
    /// Positions in each row.
    pub seq_len: usize,
}

/// Mean of `-ln p(label)` over the positions with a label, nats per such position, `[1]`.
///
/// Logits are computed at these positions only. `None` if no position has a label, or the model
/// has no head.
pub fn masked_loss(model: &Bert, batch: &MaskedBatch, device: &Device) -> Option<Tensor<1>> {
    let (batch_size, seq_len) = (batch.lengths.len(), batch.seq_len);
    let asked: Vec<i32> = (0..batch.labels.len() as i32)
        .filter(|position| batch.labels[*position as usize] != IGNORED)
        .collect();
    if asked.is_empty() {
        return None;
    }
    let labels: Vec<i32> = asked.iter().map(|at| batch.labels[*at as usize]).collect();
    let n_asked = asked.len();
    let vector =
        |values: Vec<i32>| Tensor::<1, Int>::from_data(TensorData::new(values, [n_asked]), device);

    let is_padded = batch.lengths.iter().any(|length| *length < seq_len);
    let padding = is_padded.then(|| {
        let mask: Vec<bool> = batch
            .lengths
            .iter()
            .flat_map(|length| (0..seq_len).map(move |position| position >= *length))
            .collect();
        Tensor::from_data(TensorData::new(mask, [batch_size, seq_len]), device)
    });
    let ids = TensorData::new(batch.inputs.clone(), [batch_size, seq_len]);
    let input = BertInput {
        ids: Tensor::from_data(ids, device),
        token_types: None,
        padding,
    };
    let resid = model.encode(input, &mut Recorder::off()); // [batch, pos, d_model]
    let [_, _, d_model] = resid.dims();
    let rows = resid
        .reshape([batch_size * seq_len, d_model])
        .select(0, vector(asked)) // [asked, d_model]
        .unsqueeze(); // [1, asked, d_model]
    let logits = model.unembed(rows, &mut Recorder::off())?; // [1, asked, vocab]
    let loss = CrossEntropyLossConfig::new().init(device);
    Some(loss.forward(logits.squeeze_dim(0), vector(labels)))
}

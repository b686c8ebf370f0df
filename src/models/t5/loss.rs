//! What a T5 is trained to do: to say a target after reading a source.

use burn::nn::loss::CrossEntropyLossConfig;
use burn::tensor::{Bool, Int, Tensor};

use super::T5;
use crate::nn::Recorder;

/// A batch on a device.
#[derive(Clone, Debug)]
pub struct Translation {
    /// What the encoder reads `[batch, source]`.
    pub source_ids: Tensor<2, Int>,
    /// True where a source is filled up `[batch, source]`; no row all of it.
    pub source_padding: Option<Tensor<2, Bool>>,
    /// What the decoder reads: the start token, then the target without its last token, filled up
    /// with anything `[batch, pos]`.
    pub target_ids: Tensor<2, Int>,
    /// Positions with a label, as indices into `[batch * pos]`, `[label]`.
    pub label_places: Tensor<1, Int>,
    /// The token that follows at each of them `[label]`.
    pub labels: Tensor<1, Int>,
}

/// Mean of `-ln p(label)`, nats per label, `[1]`.
///
/// Logits are computed only where there is a label: for a small model they are a large part of
/// the work.
pub fn translation_loss(model: &T5, batch: Translation) -> Tensor<1> {
    let recorder = &mut Recorder::off();
    let source = model.read(batch.source_ids, batch.source_padding, recorder);
    let hidden = model.decode_hidden(batch.target_ids, &source, None, recorder); // [batch, pos, d_model]
    let [batch_size, pos, d_model] = hidden.dims();
    let rows = hidden
        .reshape([batch_size * pos, d_model])
        .select(0, batch.label_places); // [label, d_model]
    let loss = CrossEntropyLossConfig::new().init(&rows.device());
    loss.forward(model.unembed(rows), batch.labels)
}

//! Any number of the model, chosen from lists: which array, and an index along each of its axes.

use crate::derivation::{Array, Lengths, Quantity};
use crate::protocol::{Architecture, Axis, ModelInfo};
use crate::ui::i18n::Language;

use super::names::{gate_word, stack_word, word};

/// The arrays inside a block and outside of it; `layer` says which block's.
pub fn arrays(layer: Option<usize>, model: &ModelInfo) -> Vec<Array> {
    let all = Array::all(model).into_iter();
    all.filter(|array| array.layer() == layer).collect()
}

/// What an axis is called in a model of this architecture: a recurrent one has no residual stream.
pub fn axis_word(axis: Axis, architecture: Architecture, language: Language) -> &'static str {
    let (en, ko) = match axis {
        Axis::Pos => ("position", "위치"),
        Axis::Query => ("from", "보는 쪽"),
        Axis::Key => ("to", "보이는 쪽"),
        Axis::Source => ("in the source", "원문 쪽"),
        Axis::Head => ("head", "헤드"),
        Axis::DModel if architecture == Architecture::Recurrent => ("in embedding", "임베딩에서"),
        Axis::DModel => ("in stream", "흐름에서"),
        Axis::DHead => ("in head", "헤드에서"),
        Axis::DMlp => ("neuron", "뉴런"),
        Axis::DHidden => ("in cell", "셀에서"),
        Axis::Bucket => ("distance group", "거리 구간"),
        Axis::Vocab => ("token id", "토큰 번호"),
    };
    language.pick(en, ko)
}

/// What an array is called in the list.
pub fn array_word(array: Array, language: Language) -> String {
    let word = word(array, language);
    let stack = array.stack().map(|stack| stack_word(stack, language));
    match stack.or_else(|| gate_word(array, language)) {
        Some(of) => format!("{of}: {word}"),
        None => word.to_owned(),
    }
}

/// The number of `array` nearest to where `from` is: the same block, head, position.
pub fn nearest(array: Array, from: &Quantity, model: &ModelInfo, text: Lengths) -> Quantity {
    let shape = array.shape(model, text);
    let same = |axis: Axis| {
        let position = [Axis::Pos, Axis::Query];
        let fallback = position.contains(&axis).then_some(position);
        from.along(axis)
            .or_else(|| fallback?.into_iter().find_map(|axis| from.along(axis)))
            .unwrap_or(0)
    };
    let index: Vec<usize> = array
        .axes()
        .iter()
        .zip(shape)
        .map(|(axis, length)| same(*axis).min(length.saturating_sub(1)))
        .collect();
    Quantity::new(array, &index)
}

/// `from` with another index along one of its axes, kept inside the array.
pub fn moved(
    from: &Quantity,
    place: usize,
    to: usize,
    model: &ModelInfo,
    text: Lengths,
) -> Quantity {
    let shape = from.array.shape(model, text);
    let mut index = from.index().to_vec();
    if let Some(i) = index.get_mut(place) {
        *i = to.min(shape[place].saturating_sub(1));
    }
    Quantity::new(from.array, &index)
}

/// The array of the same kind in another block; the first one there if there is none.
pub fn in_block(array: Array, layer: Option<usize>, model: &ModelInfo) -> Option<Array> {
    let there = arrays(layer, model);
    let same: Option<Array> = array.layer().zip(layer).and_then(|(from, to)| {
        let (from, to) = (format!(".{from}."), format!(".{to}."));
        array.to_string().replacen(&from, &to, 1).parse().ok()
    });
    let same = same.filter(|same| there.contains(same));
    same.or(there.first().copied())
}

//! How numbers are called in formulas.

use crate::derivation::{Array, Quantity, Slice};
use crate::protocol::{
    Activation, Axis, BlockParameter, CellParameter, Parameter, Site, StackParameter, StackPart,
};

use super::math::Math;

/// The letter an array is written with.
pub fn letter(array: Array) -> Math {
    let plain = Math::name;
    let sub = |name: &str, index: &str| plain(name).with_index(plain(index));
    match array {
        Array::Tokens | Array::SourceTokens => plain("id"),
        Array::RawScores(..) => plain("r"),
        Array::MaskedScores(..) => plain("m"),
        Array::Probabilities => plain("P"),
        Array::TemperedProbabilities => sub("P", "T"),
        Array::Activation(activation) => match activation {
            Activation::Embed => plain("e"),
            Activation::PosEmbed => plain("p"),
            Activation::EmbedSum => plain("x"),
            Activation::HeadPre => plain("u"),
            Activation::HeadPost => plain("h"),
            Activation::LnFinal => plain("n"),
            Activation::Logits => plain("y"),
            Activation::Cell { site, .. } => plain(site.letter()),
            Activation::InStack(_, StackPart::Embed) => plain("e"),
            Activation::InStack(_, StackPart::LnFinal) => plain("n"),
            Activation::Block { site, .. }
            | Activation::InStack(_, StackPart::Block { site, .. }) => match site {
                Site::ResidPre => plain("x"),
                Site::Ln1 | Site::LnCross | Site::Ln2 => plain("n"),
                Site::Q | Site::CrossQ => plain("q"),
                Site::K | Site::CrossK => plain("k"),
                Site::V | Site::CrossV => plain("v"),
                Site::Scores | Site::CrossScores => plain("s"),
                Site::Pattern | Site::CrossPattern => plain("a"),
                Site::Z | Site::CrossZ => plain("z"),
                Site::AttnOut | Site::CrossAttnOut => plain("o"),
                Site::ResidMid | Site::ResidMidCross => plain("x′"),
                Site::MlpPre => plain("u"),
                Site::MlpPreLinear => plain("w"),
                Site::MlpPost => plain("h"),
                Site::MlpOut => plain("f"),
                Site::ResidSum | Site::ResidPost => plain("x″"),
            },
        },
        Array::Parameter(parameter) => match parameter {
            Parameter::TokenEmbedding => sub("W", "E"),
            Parameter::PositionEmbedding => sub("W", "pos"),
            Parameter::TypeEmbedding => sub("W", "type"),
            Parameter::LnFinalGain
            | Parameter::LnEmbedGain
            | Parameter::InStack(_, StackParameter::LnFinalGain) => plain("g"),
            Parameter::LnFinalBias | Parameter::LnEmbedBias => plain("b"),
            Parameter::HeadWeight => sub("W", "h"),
            Parameter::HeadBias => sub("b", "h"),
            Parameter::Unembedding => sub("W", "U"),
            Parameter::UnembeddingBias => sub("b", "U"),
            Parameter::InStack(_, StackParameter::PositionBias) => plain("B"),
            Parameter::Cell {
                gate, parameter, ..
            } => match parameter {
                CellParameter::BU => sub("b′", gate.letter()),
                _ => sub(parameter.name(), gate.letter()),
            },
            Parameter::Block { parameter, .. }
            | Parameter::InStack(_, StackParameter::Block { parameter, .. }) => match parameter {
                BlockParameter::Ln1Gain | BlockParameter::LnCrossGain | BlockParameter::Ln2Gain => {
                    plain("g")
                }
                BlockParameter::Ln1Bias | BlockParameter::Ln2Bias => plain("b"),
                BlockParameter::WQ | BlockParameter::CrossWQ => sub("W", "Q"),
                BlockParameter::BQ => sub("b", "Q"),
                BlockParameter::WK | BlockParameter::CrossWK => sub("W", "K"),
                BlockParameter::BK => sub("b", "K"),
                BlockParameter::WV | BlockParameter::CrossWV => sub("W", "V"),
                BlockParameter::BV => sub("b", "V"),
                BlockParameter::WO | BlockParameter::CrossWO => sub("W", "O"),
                BlockParameter::BO => sub("b", "O"),
                BlockParameter::WGate => sub("W", "gate"),
                BlockParameter::BGate => sub("b", "gate"),
                BlockParameter::WIn => sub("W", "in"),
                BlockParameter::BIn => sub("b", "in"),
                BlockParameter::WOut => sub("W", "out"),
                BlockParameter::BOut => sub("b", "out"),
            },
        },
    }
}

/// A number as a letter with its indices, counted from 1; the head is left out, it is said above.
pub fn symbol(quantity: &Quantity) -> Math {
    let index = quantity.index().iter().copied().map(Some);
    indexed(letter(quantity.array), quantity.array, index, "i")
}

/// A slice as a letter whose running index is `runner`.
pub fn running(slice: &Slice, runner: &'static str) -> Math {
    let index = (0..slice.array.axes().len()).map(|place| slice.at(place));
    indexed(letter(slice.array), slice.array, index, runner)
}

/// A letter with the indices of an array.
pub fn indexed(
    letter: Math,
    array: Array,
    index: impl Iterator<Item = Option<usize>>,
    runner: &'static str,
) -> Math {
    let mut parts: Vec<Math> = Vec::new();
    for (axis, i) in array.axes().iter().zip(index) {
        if *axis == Axis::Head {
            continue;
        }
        if !parts.is_empty() {
            parts.push(Math::Operator(","));
        }
        parts.push(match i {
            Some(i) => Math::Constant((i + 1).to_string()),
            None => Math::name(runner),
        });
    }
    match letter {
        // One index, not an index of an index.
        Math::Sub(both) => {
            let [base, own] = *both;
            let mut all = vec![own, Math::Operator(",")];
            all.extend(parts);
            base.with_index(Math::Row(all))
        }
        base => base.with_index(Math::Row(parts)),
    }
}

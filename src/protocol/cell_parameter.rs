//! Names of the parameters inside one layer of a recurrent model.

use super::{CellSite, Parameter};

/// A parameter of one gate of a recurrent layer, or of its candidate:
/// `sigmoid(W x + b + U h + b_U)`, with what the layer reads `x` and its hidden state a step before `h`.
///
/// Source: `torch.nn.LSTM`, which keeps two biases of which only the sum matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CellParameter {
    /// From what the layer reads `[d_model, d_hidden]`, above the first layer `[d_hidden, d_hidden]`.
    W,
    /// Bias of what the layer reads `[d_hidden]`.
    B,
    /// From the hidden state a step before `[d_hidden, d_hidden]`.
    U,
    /// Bias of the hidden state a step before `[d_hidden]`.
    BU,
}

impl CellParameter {
    /// All of them, in the order of use.
    pub const ALL: [CellParameter; 4] = [
        CellParameter::W,
        CellParameter::B,
        CellParameter::U,
        CellParameter::BU,
    ];

    /// Whether it is added, not multiplied with.
    pub fn is_bias(self) -> bool {
        matches!(self, CellParameter::B | CellParameter::BU)
    }

    /// The part of the name before the gate's letter.
    pub fn name(self) -> &'static str {
        match self {
            CellParameter::W => "W",
            CellParameter::B => "b",
            CellParameter::U => "U",
            CellParameter::BU => "b_U",
        }
    }
}

/// The parameter of a recurrent layer whose name goes on like this behind `cells.`.
pub(super) fn of_cell(rest: &str) -> Option<Parameter> {
    let (layer, name) = rest.split_once('.')?;
    let (name, letter) = name.rsplit_once('_')?;
    Some(Parameter::Cell {
        layer: layer.parse().ok()?,
        gate: (CellSite::GATES.into_iter()).find(|gate| gate.letter() == letter)?,
        parameter: (CellParameter::ALL.into_iter()).find(|other| other.name() == name)?,
    })
}

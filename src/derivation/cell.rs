//! The arithmetic inside one layer of a recurrent model.
//!
//! ```text
//! i, f, o = sigmoid(W x + b + U h + b_U)    g = tanh(W x + b + U h + b_U)
//! c' = f c + i g                            h' = o tanh(c')
//! ```
//!
//! Source: Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000.

use crate::protocol::{Activation, CellParameter, CellSite, Parameter};

use super::bend::Bend;
use super::derive::Reading;
use super::operation::Operation;
use super::quantity::Quantity;

impl Reading<'_> {
    /// The operation that makes a number inside a layer.
    pub(super) fn in_cell(&self, layer: usize, site: CellSite, of: Quantity) -> Operation {
        let i = of.index();
        let at =
            |site, index: &[usize]| Quantity::activation(Activation::Cell { layer, site }, index);
        let here = |site| at(site, i);
        match site {
            CellSite::Cell => {
                let before = i[0].checked_sub(1);
                let before = before.map(|step| at(CellSite::Cell, &[step, i[1]]));
                Operation::Carry {
                    kept: before.map(|before| [here(CellSite::ForgetGate), before]),
                    let_in: [CellSite::InputGate, CellSite::Candidate].map(here),
                }
            }
            CellSite::Hidden => Operation::Bend {
                input: here(CellSite::Cell),
                function: Bend::Tanh,
                times: Some(here(CellSite::OutputGate)),
            },
            gate => self.gate(layer, gate, i),
        }
    }

    fn gate(&self, layer: usize, gate: CellSite, i: &[usize]) -> Operation {
        let (step, unit) = (i[0], i[1]);
        let parameter = |parameter| Parameter::Cell {
            layer,
            gate,
            parameter,
        };
        let column = |of| self.part(parameter(of), &[None, Some(unit)]);
        let bias = |of| Quantity::parameter(parameter(of), &[unit]);
        let hidden = |layer| Activation::Cell {
            layer,
            site: CellSite::Hidden,
        };
        let read = layer.checked_sub(1).map_or(Activation::Embed, hidden);
        let before = step.checked_sub(1);
        let biases = [CellParameter::B, CellParameter::BU].map(bias);
        Operation::Gate {
            now: [self.row(read, step), column(CellParameter::W)],
            before: before.map(|step| [self.row(hidden(layer), step), column(CellParameter::U)]),
            biases: self.model.block.has_mlp_bias.then_some(biases),
            function: match gate {
                CellSite::Candidate => Bend::Tanh,
                _ => Bend::Sigmoid,
            },
        }
    }
}

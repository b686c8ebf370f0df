//! One layer over all time steps. Time is the first axis here, so that a step lies together in
//! memory.
//!
//! ```text
//! i, f, o = sigmoid(W x + b + U h)    g = tanh(W x + b + U h)
//! c' = f c + i g                      h' = o tanh(c')
//! ```

use burn::tensor::activation::sigmoid;
use burn::tensor::{Device, Tensor, TensorData};

use super::LstmBlock;
use crate::protocol::CellSite;

/// What a layer computed at every step.
#[derive(Clone, Debug)]
pub(super) struct Steps {
    /// Gates after their bend, in the order input, forget, candidate, output
    /// `[pos, batch, 4 * d_hidden]`; the candidate is kept as `sigmoid(2 x) = (tanh(x) + 1) / 2`.
    pub gates: Tensor<3>,
    /// `tanh(c)` `[pos, batch, d_hidden]`.
    #[cfg_attr(
        not(feature = "program"),
        expect(dead_code, reason = "only the gradient reads it")
    )]
    pub bent_cell: Tensor<3>,
    /// Cells `[pos, batch, d_hidden]`.
    pub cell: Tensor<3>,
    /// Hidden states `[pos, batch, d_hidden]`.
    pub hidden: Tensor<3>,
}

impl LstmBlock {
    /// Reads all steps of `x` from the state before them (hidden state, cell), zero if `None`.
    ///
    /// `W x` of all steps is one product; a step then takes one product with `U` and as few
    /// operations as can be: all four bends are one `sigmoid`, because `tanh(x) = 2 sigmoid(2x) - 1`
    /// and the 2 in it is put into the weights beforehand.
    ///
    /// # Shapes
    /// - `x`: `[pos, batch, d_input]`
    /// - `before`: `[batch, d_hidden]` each
    pub(super) fn scan(&self, x: Tensor<3>, before: Option<(Tensor<2>, Tensor<2>)>) -> Steps {
        let device = x.device();
        let [n_steps, batch, d_input] = x.dims();
        let [d_hidden, n_gates] = self.recurrent.weight.val().dims();

        let twice = twice_candidate(d_hidden, &device); // [1, 4 * d_hidden]
        let input = self.input.weight.val() * twice.clone();
        let recurrent = self.recurrent.weight.val() * twice.clone();
        let bias = self.bias() * twice.clone();
        let driven = x.reshape([n_steps * batch, d_input]).matmul(input) + bias;
        let driven = driven.reshape([n_steps, batch, n_gates]);

        let (mut h, mut c) = match before {
            Some((h, c)) => (Some(h), Some(c)),
            None => (None, None),
        };
        let mut steps: [Vec<Tensor<3>>; 4] = Default::default();
        for step in 0..n_steps {
            let now = driven.clone().narrow(0, step, 1).squeeze_dim(0); // [batch, 4 * d_hidden]
            let sums = match h {
                Some(h) => now + h.matmul(recurrent.clone()),
                None => now,
            };
            let gates: Tensor<2> = sigmoid(sums);
            let gate = |index: usize| gates.clone().narrow(1, index * d_hidden, d_hidden);
            let let_in = gate(0) * unbend(gate(2));
            let cell = match c {
                Some(c) => gate(1) * c + let_in,
                None => let_in,
            };
            let bent = tanh(cell.clone());
            let hidden = gate(3) * bent.clone();
            for (list, tensor) in steps.iter_mut().zip([&gates, &bent, &cell, &hidden]) {
                list.push(tensor.clone().unsqueeze());
            }
            (h, c) = (Some(hidden), Some(cell));
        }
        let [gates, bent_cell, cell, hidden] = steps.map(|list| Tensor::cat(list, 0));
        Steps {
            gates,
            bent_cell,
            cell,
            hidden,
        }
    }

    /// Both biases, `[1, 4 * d_hidden]`. `torch.nn.LSTM` keeps two, of which only the sum matters.
    fn bias(&self) -> Tensor<2> {
        let biases = [&self.input.bias, &self.recurrent.bias];
        let biases = biases.into_iter().flatten().map(burn::module::Param::val);
        let sum = biases.reduce(|sum, bias| sum + bias);
        let none = || {
            Tensor::zeros(
                [self.input.weight.val().dims()[1]],
                &self.input.weight.device(),
            )
        };
        sum.unwrap_or_else(none).unsqueeze()
    }
}

impl Steps {
    /// What one site holds, `[pos, batch, d_hidden]`.
    pub(super) fn site(&self, site: CellSite) -> Tensor<3> {
        let d_hidden = self.cell.dims()[2];
        let gate = |index: usize| self.gates.clone().narrow(2, index * d_hidden, d_hidden);
        match site {
            CellSite::InputGate => gate(0),
            CellSite::ForgetGate => gate(1),
            CellSite::Candidate => unbend(gate(2)),
            CellSite::OutputGate => gate(3),
            CellSite::Cell => self.cell.clone(),
            CellSite::Hidden => self.hidden.clone(),
        }
    }
}

/// `2 s - 1`: from `sigmoid(2x)` to `tanh(x)`.
fn unbend<const D: usize>(gate: Tensor<D>) -> Tensor<D> {
    gate.mul_scalar(2.0).add_scalar(-1.0)
}

/// `tanh(x) = 2 sigmoid(2x) - 1`, one exponential where flex's own `tanh` is a slow call.
fn tanh<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    unbend(sigmoid(x.mul_scalar(2.0)))
}

/// 2 in the columns of the candidate, 1 in those of the gates, `[1, 4 * d_hidden]`.
pub(super) fn twice_candidate(d_hidden: usize, device: &Device) -> Tensor<2> {
    let mut row = vec![1.0f32; 4 * d_hidden];
    row[2 * d_hidden..3 * d_hidden].fill(2.0);
    Tensor::from_data(TensorData::new(row, [1, 4 * d_hidden]), device)
}

//! The gradient of one layer by hand: backpropagation through time (Werbos 1990).
//!
//! Autodiff would record a dozen operations at every step, and undoing one slice of a sequence costs
//! it a tensor as long as the whole sequence. By hand all factors that do not depend on what comes
//! later are computed for all steps at once, and a step takes one product and seven small operations.

use burn::tensor::Tensor;

use super::LstmBlock;
use super::scan::Steps;
use crate::protocol::CellSite;

/// Gradients of a layer's weights and of what it read.
#[derive(Debug)]
pub(super) struct BlockGradients {
    /// Of `W` `[d_input, 4 * d_hidden]`.
    pub input: Tensor<2>,
    /// Of `U` `[d_hidden, 4 * d_hidden]`.
    pub recurrent: Tensor<2>,
    /// Of each bias `[4 * d_hidden]`.
    pub bias: Tensor<1>,
    /// Of the input `[pos, batch, d_input]`.
    pub x: Tensor<3>,
}

impl LstmBlock {
    /// Gradients from those of the hidden states. The layer began with nothing remembered.
    ///
    /// # Shapes
    /// - `x`: `[pos, batch, d_input]`, what it read
    /// - `hidden_gradient`: `[pos, batch, d_hidden]`
    pub(super) fn backward(
        &self,
        x: Tensor<3>,
        steps: &Steps,
        hidden_gradient: &Tensor<3>,
    ) -> BlockGradients {
        let device = x.device();
        let [n_steps, batch, d_input] = x.dims();
        let [d_hidden, n_gates] = self.recurrent.weight.val().dims();
        let n_rows = n_steps * batch;
        let first = || Tensor::<3>::zeros([1, batch, d_hidden], &device);
        let before = |all: &Tensor<3>| match n_steps {
            1 => first(),
            _ => Tensor::cat(vec![first(), all.clone().narrow(0, 0, n_steps - 1)], 0),
        };

        // How the cell (for three gates) or the hidden state (for the output gate) answers to what
        // goes into each gate's bend: `s (1 - s)` for sigmoid, `1 - g^2` for tanh.
        let [i, f, g, o] = [
            CellSite::InputGate,
            CellSite::ForgetGate,
            CellSite::Candidate,
            CellSite::OutputGate,
        ]
        .map(|site| steps.site(site));
        let slope = |gate: &Tensor<3>| gate.clone() * one_minus(gate.clone());
        let factors = Tensor::cat(
            vec![
                g.clone() * slope(&i),
                before(&steps.cell) * slope(&f),
                i * one_minus(g.square()),
                steps.bent_cell.clone() * slope(&o),
            ],
            2,
        ); // [pos, batch, 4 * d_hidden]
        // How the hidden state answers to the cell.
        let shown = o * one_minus(steps.bent_cell.clone().square());

        let back = self.recurrent.weight.val().transpose(); // [4 * d_hidden, d_hidden]
        let at = |all: &Tensor<3>, step: usize| -> Tensor<2> {
            all.clone().narrow(0, step, 1).squeeze_dim(0)
        };
        let mut later: Option<(Tensor<2>, Tensor<2>)> = None;
        let mut sums: Vec<Tensor<3>> = Vec::with_capacity(n_steps);
        for step in (0..n_steps).rev() {
            let mut dh = at(hidden_gradient, step);
            let mut dc_later = None;
            if let Some((sum, dc)) = later.take() {
                dh = dh + sum.matmul(back.clone());
                dc_later = Some(dc);
            }
            let mut dc = dh.clone() * at(&shown, step);
            if let Some(later) = dc_later {
                dc = dc + later;
            }
            let answers = Tensor::cat(vec![dc.clone(), dc.clone(), dc.clone(), dh], 1);
            let sum = answers * at(&factors, step); // [batch, 4 * d_hidden]
            sums.push(sum.clone().unsqueeze());
            later = Some((sum, dc * at(&f, step)));
        }
        sums.reverse();
        let sums = Tensor::cat(sums, 0).reshape([n_rows, n_gates]);

        let hidden_before = before(&steps.hidden).reshape([n_rows, d_hidden]);
        let rows = x.reshape([n_rows, d_input]);
        let input = self.input.weight.val().transpose();
        BlockGradients {
            input: rows.transpose().matmul(sums.clone()),
            recurrent: hidden_before.transpose().matmul(sums.clone()),
            bias: sums.clone().sum_dim(0).squeeze_dim(0),
            x: sums.matmul(input).reshape([n_steps, batch, d_input]),
        }
    }
}

fn one_minus(tensor: Tensor<3>) -> Tensor<3> {
    tensor.neg().add_scalar(1.0)
}

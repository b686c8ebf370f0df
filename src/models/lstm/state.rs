//! What an LSTM remembers, at every position it has read, so that reading can go on from any.

use burn::tensor::{Int, Tensor};

/// Hidden state and cell of one layer at every position, `[batch, pos, d_hidden]` each.
type LayerState = Option<(Tensor<3>, Tensor<3>)>;

/// Hidden states and cells of all layers. It is to an LSTM what a [`KvCache`](crate::nn::KvCache)
/// is to a transformer; only the last position is read, the ones before are for going back.
#[derive(Clone, Debug, Default)]
pub struct LstmState {
    layers: Vec<LayerState>,
}

impl LstmState {
    /// An empty state for `n_layers` layers.
    pub fn new(n_layers: usize) -> Self {
        LstmState {
            layers: vec![None; n_layers],
        }
    }

    /// Number of positions read.
    pub fn len(&self) -> usize {
        let first = self.layers.first().and_then(Option::as_ref);
        first.map_or(0, |(hidden, _)| hidden.dims()[1])
    }

    /// Whether nothing has been read.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Hidden state and cell of layer `layer` after the last position, `[batch, d_hidden]` each.
    pub fn last(&self, layer: usize) -> Option<(Tensor<2>, Tensor<2>)> {
        let (hidden, cell) = self.layers.get(layer)?.as_ref()?;
        let at = hidden.dims()[1] - 1;
        let last = |tensor: &Tensor<3>| tensor.clone().narrow(1, at, 1).squeeze_dim(1);
        Some((last(hidden), last(cell)))
    }

    /// Appends what layer `layer` computed at new positions, `[batch, pos, d_hidden]` each.
    pub fn append(&mut self, layer: usize, hidden: Tensor<3>, cell: Tensor<3>) {
        let held = &mut self.layers[layer];
        *held = Some(match held.take() {
            None => (hidden, cell),
            Some((held_hidden, held_cell)) => (
                Tensor::cat(vec![held_hidden, hidden], 1),
                Tensor::cat(vec![held_cell, cell], 1),
            ),
        });
    }

    /// Forgets all positions from `len` on.
    pub fn truncate(&mut self, len: usize) {
        if len >= self.len() {
            return;
        }
        for held in &mut self.layers {
            *held = match held.take() {
                Some((hidden, cell)) if len > 0 => {
                    Some((hidden.narrow(1, 0, len), cell.narrow(1, 0, len)))
                }
                _ => None,
            };
        }
    }

    /// Makes row `rows[i]` of the batch row `i`; rows may be repeated or left out.
    pub fn select(&mut self, rows: &Tensor<1, Int>) {
        for (hidden, cell) in self.layers.iter_mut().flatten() {
            *hidden = hidden.clone().select(0, rows.clone());
            *cell = cell.clone().select(0, rows.clone());
        }
    }
}

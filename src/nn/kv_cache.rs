//! Keys and values of the positions already read, so that appending a token costs one position.

use burn::tensor::{Int, Tensor};

/// Keys and values of one block, `[batch, head, pos, d_head]`.
#[derive(Clone, Debug, Default)]
pub struct LayerCache {
    held: Option<(Tensor<4>, Tensor<4>)>,
}

impl LayerCache {
    /// Number of positions held.
    pub fn len(&self) -> usize {
        self.held.as_ref().map_or(0, |(k, _)| k.dims()[2])
    }

    /// Whether no position is held.
    pub fn is_empty(&self) -> bool {
        self.held.is_none()
    }

    /// Appends the keys and values of new positions; returns those of all positions.
    ///
    /// The first call keeps the tensors as they are, so that reading a whole prompt copies nothing.
    pub fn append(&mut self, k: Tensor<4>, v: Tensor<4>) -> (Tensor<4>, Tensor<4>) {
        let all = match self.held.take() {
            None => (k, v),
            Some((held_k, held_v)) => (
                Tensor::cat(vec![held_k, k], 2),
                Tensor::cat(vec![held_v, v], 2),
            ),
        };
        self.held = Some(all.clone());
        all
    }

    /// Forgets all positions from `len` on.
    pub fn truncate(&mut self, len: usize) {
        if len >= self.len() {
            return;
        }
        self.held = match self.held.take() {
            Some((k, v)) if len > 0 => Some((k.narrow(2, 0, len), v.narrow(2, 0, len))),
            _ => None,
        };
    }

    /// Makes row `rows[i]` of the batch row `i`; rows may be repeated or left out.
    pub fn select(&mut self, rows: &Tensor<1, Int>) {
        if let Some((k, v)) = self.held.take() {
            self.held = Some((k.select(0, rows.clone()), v.select(0, rows.clone())));
        }
    }
}

/// Keys and values of all blocks.
#[derive(Clone, Debug, Default)]
pub struct KvCache {
    layers: Vec<LayerCache>,
}

impl KvCache {
    /// An empty cache for `n_layers` blocks.
    pub fn new(n_layers: usize) -> Self {
        KvCache {
            layers: vec![LayerCache::default(); n_layers],
        }
    }

    /// Number of positions held.
    pub fn len(&self) -> usize {
        self.layers.first().map_or(0, LayerCache::len)
    }

    /// Whether no position is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The part of block `layer`.
    pub fn layer(&mut self, layer: usize) -> &mut LayerCache {
        &mut self.layers[layer]
    }

    /// Forgets all positions from `len` on.
    pub fn truncate(&mut self, len: usize) {
        for layer in &mut self.layers {
            layer.truncate(len);
        }
    }

    /// Makes row `rows[i]` of the batch row `i`, so that several ways to go on share what was read.
    pub fn select(&mut self, rows: &Tensor<1, Int>) {
        for layer in &mut self.layers {
            layer.select(rows);
        }
    }
}

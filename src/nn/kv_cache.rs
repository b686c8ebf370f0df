//! Keys and values of the positions already read, so that appending a token costs one position.

use burn::tensor::{Int, Tensor, s};

/// Fewest positions that room is made for.
const SMALLEST_CAPACITY: usize = 16;

/// Keys and values of one block.
#[derive(Clone, Debug, Default)]
pub struct LayerCache {
    rows: Option<Rows>,
    len: usize,
}

/// Room for keys and values, `[capacity, batch, head, d_head]` each: with the positions first, what
/// is known is one piece of memory, a new position is written behind it, and none is ever moved to
/// forget others.
#[derive(Clone, Debug)]
struct Rows {
    k: Tensor<4>,
    v: Tensor<4>,
}

impl LayerCache {
    /// Number of positions held.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no position is held.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends the keys and values of new positions; returns those of all positions, as views of
    /// what is held.
    ///
    /// # Shapes
    /// `[batch, head, pos, d_head]`, given and returned.
    pub fn append(&mut self, k: Tensor<4>, v: Tensor<4>) -> (Tensor<4>, Tensor<4>) {
        let held = self.rows.take().filter(|_| self.len > 0);
        let len = self.len + k.dims()[2];
        let is_first = held.is_none();
        let (held_k, held_v) = held.map(|rows| (rows.k, rows.v)).unzip();
        let rows = Rows {
            k: write(held_k, self.len, k.clone()),
            v: write(held_v, self.len, v.clone()),
        };
        let all = match is_first {
            true => (k, v),
            false => (read(&rows.k, len), read(&rows.v, len)),
        };
        (self.rows, self.len) = (Some(rows), len);
        all
    }

    /// Forgets all positions from `len` on.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Makes row `rows[i]` of the batch row `i`; rows may be repeated or left out.
    pub fn select(&mut self, rows: &Tensor<1, Int>) {
        self.rows = self.rows.take().map(|held| Rows {
            k: held.k.select(1, rows.clone()),
            v: held.v.select(1, rows.clone()),
        });
    }
}

/// `new` `[batch, head, pos, d_head]` in the rows from `len` on; twice as many are made if there
/// are too few.
fn write(held: Option<Tensor<4>>, len: usize, new: Tensor<4>) -> Tensor<4> {
    let [batch, n_heads, n_new, d_head] = new.dims();
    let wanted = len + n_new;
    let capacity = held.as_ref().map_or(0, |rows| rows.dims()[0]);
    let rows = match held {
        Some(rows) if capacity >= wanted => rows,
        held => {
            let capacity = wanted.next_power_of_two().max(SMALLEST_CAPACITY);
            let rows = Tensor::zeros([capacity, batch, n_heads, d_head], &new.device());
            match held {
                Some(held) => rows.slice_assign(s![0..len], held.narrow(0, 0, len)),
                None => rows,
            }
        }
    };
    rows.slice_assign(s![len..wanted], new.permute([2, 0, 1, 3]))
}

/// The first `len` rows, `[batch, head, pos, d_head]`.
fn read(rows: &Tensor<4>, len: usize) -> Tensor<4> {
    rows.clone().narrow(0, 0, len).permute([1, 2, 0, 3])
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

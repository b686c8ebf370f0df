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

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    /// Keys of `n` positions that say where they are from; values are their negatives.
    fn keys(from: usize, n: usize) -> Tensor<4> {
        let [batch, n_heads, d_head] = [2, 3, 4];
        let mut numbers = Vec::new();
        for lane in 0..batch * n_heads {
            for pos in from..from + n {
                numbers.extend((0..d_head).map(|i| (lane * 10_000 + pos * 10 + i) as f32));
            }
        }
        let data = TensorData::new(numbers, [batch, n_heads, n, d_head]);
        Tensor::from_data(data, &Device::flex())
    }

    fn append(cache: &mut LayerCache, from: usize, n: usize) -> (Tensor<4>, Tensor<4>) {
        cache.append(keys(from, n), keys(from, n).neg())
    }

    fn assert_holds(found: (Tensor<4>, Tensor<4>), expected: Tensor<4>) {
        let numbers = |tensor: Tensor<4>| (tensor.dims(), tensor.into_data());
        assert_eq!(numbers(found.0), numbers(expected.clone()));
        assert_eq!(numbers(found.1), numbers(expected.neg()));
    }

    #[test]
    fn positions_are_appended_forgotten_and_appended_again() {
        let mut cache = LayerCache::default();
        assert_holds(append(&mut cache, 0, 5), keys(0, 5));
        for pos in 5..40 {
            assert_holds(append(&mut cache, pos, 1), keys(0, pos + 1));
        }
        cache.truncate(50);
        assert_eq!(cache.len(), 40);
        cache.truncate(7);
        let expected = Tensor::cat(vec![keys(0, 7), keys(100, 2)], 2);
        assert_holds(append(&mut cache, 100, 2), expected);
        cache.truncate(0);
        assert!(cache.is_empty());
        assert_holds(append(&mut cache, 3, 1), keys(3, 1));
    }

    /// Two ways to go on from the same text.
    #[test]
    fn a_copy_goes_its_own_way() {
        let mut cache = LayerCache::default();
        append(&mut cache, 0, 4);
        let mut copy = cache.clone();
        append(&mut cache, 4, 1);
        assert_holds(
            append(&mut copy, 50, 1),
            Tensor::cat(vec![keys(0, 4), keys(50, 1)], 2),
        );
        assert_holds(append(&mut cache, 5, 1), keys(0, 6));
    }

    #[test]
    fn rows_of_the_batch_are_chosen() {
        let mut cache = LayerCache::default();
        append(&mut cache, 0, 4);
        cache.select(&Tensor::from_data([1, 1, 0], &Device::flex()));
        let chosen = |x: Tensor<4>| {
            let row = |index: usize| x.clone().narrow(0, index, 1);
            Tensor::cat(vec![row(1), row(1), row(0)], 0)
        };
        let next = chosen(keys(4, 1));
        assert_holds(cache.append(next.clone(), next.neg()), chosen(keys(0, 5)));
    }
}

//! Keys and values of the positions already read, so that appending a token costs one position.

use burn::tensor::{Int, Tensor};

/// Keys and values of one block.
#[derive(Clone, Debug, Default)]
pub struct LayerCache {
    held: Option<(Tensor<4>, Tensor<4>)>,
    len: usize,
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

    /// Appends the keys and values of new positions; returns those of all positions.
    ///
    /// # Shapes
    /// `[batch, head, pos, d_head]`, given and returned.
    pub fn append(&mut self, k: Tensor<4>, v: Tensor<4>) -> (Tensor<4>, Tensor<4>) {
        let all = match self.held.take().filter(|_| self.len > 0) {
            None => (positions_first(k), positions_first(v)),
            Some((held_k, held_v)) => (behind(held_k, self.len, k), behind(held_v, self.len, v)),
        };
        self.len = all.0.dims()[0];
        let views = (heads_first(&all.0), heads_first(&all.1));
        self.held = Some(all);
        views
    }

    /// Forgets all positions from `len` on.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Makes row `rows[i]` of the batch row `i`; rows may be repeated or left out.
    pub fn select(&mut self, rows: &Tensor<1, Int>) {
        if let Some((k, v)) = self.held.take() {
            self.held = Some((k.select(1, rows.clone()), v.select(1, rows.clone())));
        }
    }
}

/// What is held: `[pos, batch, head, d_head]`. With the positions first, those that are kept are one
/// piece of memory, which is copied whole.
fn positions_first(x: Tensor<4>) -> Tensor<4> {
    x.swap_dims(1, 2).swap_dims(0, 1)
}

/// What attention reads, a view of the same.
fn heads_first(held: &Tensor<4>) -> Tensor<4> {
    held.clone().swap_dims(0, 1).swap_dims(1, 2)
}

/// New positions behind the first `len` that are held.
fn behind(held: Tensor<4>, len: usize, new: Tensor<4>) -> Tensor<4> {
    Tensor::cat(vec![held.narrow(0, 0, len), positions_first(new)], 0)
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

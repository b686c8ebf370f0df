//! Where another token is, as a learned number per head that is added to the attention score.
//!
//! Source: Shaw et al. 2018, <https://arxiv.org/abs/1803.02155>, in T5's simpler form (Raffel et al.
//! 2020, section 2.1): near distances have a bucket each, far ones share buckets that widen
//! logarithmically, and everything from `max_distance` on is one bucket.

use burn::module::{Module, Param};
use burn::tensor::{Int, Tensor, TensorData};

use crate::protocol::distance_bucket;

/// The bias of one stack, shared by its blocks.
#[derive(Module, Debug)]
pub struct RelativePositionBias {
    /// A number for each bucket and head `[bucket, head]`.
    pub weight: Param<Tensor<2>>,
    /// Whether a key may come after the query, as in the encoder.
    pub is_bidirectional: bool,
    /// Distance in tokens from which on all positions share the last bucket.
    pub max_distance: usize,
}

impl RelativePositionBias {
    /// What is added to the scores of queries `n_past..n_past + n_new` on keys `0..n_past + n_new`.
    ///
    /// # Shapes
    /// Returns `[1, head, n_new, n_past + n_new]`.
    pub fn forward(&self, n_past: usize, n_new: usize) -> Tensor<4> {
        let weight = self.weight.val();
        let [n_buckets, n_heads] = weight.dims();
        let n_keys = n_past + n_new;
        let mut buckets = Vec::with_capacity(n_new * n_keys);
        for query in n_past..n_keys {
            buckets.extend((0..n_keys).map(|key| {
                let relative = key as i64 - query as i64;
                let bucket = distance_bucket(
                    relative,
                    self.is_bidirectional,
                    n_buckets,
                    self.max_distance,
                );
                bucket as i32
            }));
        }
        let shape = [n_new * n_keys];
        let buckets =
            Tensor::<1, Int>::from_data(TensorData::new(buckets, shape), &weight.device());
        weight
            .transpose() // [head, bucket]
            .select(1, buckets) // [head, query * key]
            .reshape([1, n_heads, n_new, n_keys])
    }
}

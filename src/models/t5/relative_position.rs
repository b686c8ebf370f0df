//! Where another token is, as a learned number per head that is added to the attention score.
//!
//! Source: Shaw et al. 2018, <https://arxiv.org/abs/1803.02155>, in T5's simpler form (Raffel et al.
//! 2020, section 2.1): near distances have a bucket each, far ones share buckets that widen
//! logarithmically, and everything from `max_distance` on is one bucket.

use burn::module::{Module, Param};
use burn::tensor::{Int, Tensor, TensorData};

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
                let bucket = bucket(
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

/// The bucket of a key that stands `relative` places after the query (negative: before it).
///
/// In the encoder half of the buckets are for keys after the query; in the decoder all are for keys
/// before it, and a later key, which is masked anyway, shares bucket 0 with the query itself.
///
/// ```
/// use llm_atlas::models::t5::bucket;
/// // 32 buckets, distances up to 128: near keys have their own, far ones share.
/// assert_eq!([0, -1, -7, -8, -11, -12, -128].map(|at| bucket(at, true, 32, 128)), [0, 1, 7, 8, 8, 9, 15]);
/// assert_eq!([1, 2, 500].map(|at| bucket(at, true, 32, 128)), [17, 18, 31]);
/// assert_eq!([3, 0, -15, -16, -500].map(|at| bucket(at, false, 32, 128)), [0, 0, 15, 16, 31]);
/// ```
pub fn bucket(
    relative: i64,
    is_bidirectional: bool,
    n_buckets: usize,
    max_distance: usize,
) -> usize {
    let (first, n_buckets, distance) = match is_bidirectional {
        true if relative > 0 => (n_buckets / 2, n_buckets / 2, relative as usize),
        true => (0, n_buckets / 2, relative.unsigned_abs() as usize),
        false => (0, n_buckets, relative.min(0).unsigned_abs() as usize),
    };
    // Half of the buckets hold one distance each.
    let n_exact = n_buckets / 2;
    if distance < n_exact {
        return first + distance;
    }
    // Single precision throughout, so that a distance on the edge of two buckets falls on the side
    // where the model was trained to find it.
    let ratio = (distance as f32 / n_exact as f32).ln()
        / (max_distance as f64 / n_exact as f64).ln() as f32;
    let widening = n_exact + (ratio * (n_buckets - n_exact) as f32) as usize;
    first + widening.min(n_buckets - 1)
}

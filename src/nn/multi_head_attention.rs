//! Attention with a matrix each for queries, keys and values, looking at its own sequence or across
//! at another one.
//!
//! Source: Vaswani et al. 2017, "Attention Is All You Need", <https://arxiv.org/abs/1706.03762>.

use burn::module::Module;
use burn::tensor::Tensor;

use super::{BlockRecorder, LayerCache, Linear, ScoreRule, Turns, attend};
use crate::protocol::Site;

/// `softmax(mask(scale q k^T + position_bias)) v`, for every head at once. Unlike in
/// [`Attention`](super::Attention) a head's width need not be `d_model / n_heads`, and several heads
/// may share their keys and values.
#[derive(Module, Debug)]
pub struct MultiHeadAttention {
    /// Queries `[d_model, n_heads * d_head]`.
    pub query: Linear,
    /// Keys `[d_model, n_kv_heads * d_head]`.
    pub key: Linear,
    /// Values `[d_model, n_kv_heads * d_head]`.
    pub value: Linear,
    /// Back into the residual stream `[n_heads * d_head, d_model]`.
    pub out: Linear,
    /// Number of heads.
    pub n_heads: usize,
    /// Number of heads of keys and values; of `n_heads` it is a divisor.
    pub n_kv_heads: usize,
}

impl MultiHeadAttention {
    /// Width of a head.
    pub fn d_head(&self) -> usize {
        self.query.weight.val().dims()[1] / self.n_heads
    }

    /// What attention to the own sequence adds to the residual stream.
    ///
    /// # Shapes
    /// - `x`: `[batch, pos, d_model]`, the new positions
    /// - `rule`: its keys count the cached positions too
    /// - `turns`: of the new positions, where positions enter by turning queries and keys
    /// - returns `[batch, pos, d_model]`
    pub fn forward(
        &self,
        x: Tensor<3>,
        rule: ScoreRule,
        turns: Option<&Turns>,
        cache: Option<&mut LayerCache>,
        recorder: &mut BlockRecorder<'_>,
    ) -> Tensor<3> {
        let q = heads_of(&self.query, x.clone(), self.n_heads);
        let (k, v) = self.keys_values(x);
        let (q, k) = match turns {
            Some(turns) => (turns.apply(q), turns.apply(k)),
            None => (q, k),
        };
        recorder.per_head(Site::Q, &q);
        recorder.per_head(Site::K, &k);
        recorder.per_head(Site::V, &v);
        let (k, v) = match cache {
            Some(cache) => cache.append(k, v), // [batch, kv_head, key, d_head]
            None => (k, v),
        };
        let z = attend(q, k, v, rule, recorder);
        self.attn_out(z, recorder)
    }

    /// What attention to another sequence, of these keys and values, adds to the residual stream.
    ///
    /// # Shapes
    /// - `x`: `[batch, pos, d_model]`
    /// - `keys_values`: from [`Self::keys_values`] of the other sequence
    /// - returns `[batch, pos, d_model]`
    pub fn forward_across(
        &self,
        x: Tensor<3>,
        keys_values: (Tensor<4>, Tensor<4>),
        rule: ScoreRule,
        recorder: &mut BlockRecorder<'_>,
    ) -> Tensor<3> {
        let q = heads_of(&self.query, x, self.n_heads);
        let (k, v) = keys_values;
        recorder.per_head(Site::Q, &q);
        recorder.per_head(Site::K, &k);
        recorder.per_head(Site::V, &v);
        let z = attend(q, k, v, rule, recorder);
        self.attn_out(z, recorder)
    }

    /// Keys and values of a sequence, each `[batch, pos, d_model]` to
    /// `[batch, kv_head, pos, d_head]`.
    pub fn keys_values(&self, x: Tensor<3>) -> (Tensor<4>, Tensor<4>) {
        (
            heads_of(&self.key, x.clone(), self.n_kv_heads),
            heads_of(&self.value, x, self.n_kv_heads),
        )
    }

    /// `[batch, head, pos, d_head]` to `[batch, pos, d_model]`
    fn attn_out(&self, z: Tensor<4>, recorder: &mut BlockRecorder<'_>) -> Tensor<3> {
        let [batch, n_heads, pos, d_head] = z.dims();
        let rows = z.swap_dims(1, 2).reshape([batch, pos, n_heads * d_head]);
        let attn_out = self.out.forward(rows);
        recorder.vectors(Site::AttnOut, &attn_out);
        attn_out
    }
}

/// `[batch, pos, d_model]` to `[batch, head, pos, d_head]`
fn heads_of(projection: &Linear, x: Tensor<3>, n_heads: usize) -> Tensor<4> {
    let [batch, pos, _] = x.dims();
    let projected = projection.forward(x); // [batch, pos, n_heads * d_head]
    let d_head = projected.dims()[2] / n_heads;
    projected
        .reshape([batch, pos, n_heads, d_head])
        .swap_dims(1, 2) // [batch, head, pos, d_head]
}

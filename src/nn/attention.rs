//! Multi-head self-attention, one stage after the other.
//!
//! Source: Vaswani et al. 2017, "Attention Is All You Need", <https://arxiv.org/abs/1706.03762>.

use burn::module::Module;
use burn::tensor::activation::softmax;
use burn::tensor::{Bool, Device, Tensor, TensorData};

use super::{BlockRecorder, LayerCache, Linear};
use crate::protocol::Site;

/// `softmax(mask(q k^T / sqrt(d_head))) v`, for every head at once.
#[derive(Module, Debug)]
pub struct Attention {
    /// Queries, keys and values in one product `[d_model, 3 * d_model]`.
    pub qkv: Linear,
    /// Back into the residual stream `[d_model, d_model]`.
    pub out: Linear,
    /// Number of heads.
    pub n_heads: usize,
}

impl Attention {
    /// What attention adds to the residual stream.
    ///
    /// `mask` is true where a query may not look; `None` when it may look everywhere, as the one
    /// newest position may.
    ///
    /// # Shapes
    /// - `x`: `[batch, pos, d_model]`, the new positions after the layer norm
    /// - `mask`: `[1 or batch, 1, 1 or query, key]` with `key` counting the cached positions too
    /// - returns `[batch, pos, d_model]`
    pub fn forward(
        &self,
        x: Tensor<3>,
        mask: Option<Tensor<4, Bool>>,
        cache: Option<&mut LayerCache>,
        recorder: &mut BlockRecorder<'_>,
    ) -> Tensor<3> {
        let [batch, pos, d_model] = x.dims();
        let d_head = d_model / self.n_heads;

        let qkv = self.qkv.forward(x); // [batch, pos, 3 * d_model]
        let heads_of = |part: usize| {
            qkv.clone()
                .narrow(2, part * d_model, d_model) // [batch, pos, d_model]
                .reshape([batch, pos, self.n_heads, d_head])
                .swap_dims(1, 2) // [batch, head, pos, d_head]
        };
        let (q, k, v) = (heads_of(0), heads_of(1), heads_of(2));
        recorder.per_head(Site::Q, &q);
        recorder.per_head(Site::K, &k);
        recorder.per_head(Site::V, &v);

        let (k, v) = match cache {
            Some(cache) => cache.append(k, v), // [batch, head, key, d_head]
            None => (k, v),
        };

        let rule = ScoreRule::scaled(d_head, mask);
        let z = attend(q, k, v, rule, recorder); // [batch, head, pos, d_head]

        let attn_out = self
            .out
            .forward(z.swap_dims(1, 2).reshape([batch, pos, d_model]));
        recorder.vectors(Site::AttnOut, &attn_out);
        attn_out
    }
}

/// What happens to `q k^T` on its way to the softmax.
#[derive(Clone, Debug, Default)]
pub struct ScoreRule {
    /// Multiplies it, usually `1 / sqrt(d_head)`.
    pub scale: Option<f32>,
    /// Is added to it, by head and places of the two, as T5 does `[1 or batch, head, query, key]`.
    pub position_bias: Option<Tensor<4>>,
    /// True where a query may not look; each axis of `[batch, head, query, key]` or 1.
    pub mask: Option<Tensor<4, Bool>>,
}

impl ScoreRule {
    /// Products divided by `sqrt(d_head)`, nothing added.
    pub fn scaled(d_head: usize, mask: Option<Tensor<4, Bool>>) -> Self {
        ScoreRule {
            scale: Some((d_head as f32).sqrt().recip()),
            position_bias: None,
            mask,
        }
    }
}

/// `softmax(mask(scale q k^T + position_bias)) v`, for every head at once.
///
/// With fewer heads of keys than of queries, a group of neighbouring queries' heads looks at the
/// same keys: their rows are put below each other, so that no key is copied.
///
/// # Shapes
/// - `q`: `[batch, head, query, d_head]`
/// - `k`, `v`: `[batch, kv_head, key, d_head]`, `head` a multiple of `kv_head`
/// - returns `z` `[batch, head, query, d_head]`
///
/// Source: Ainslie et al. 2023, "GQA", <https://arxiv.org/abs/2305.13245>.
pub fn attend(
    q: Tensor<4>,
    k: Tensor<4>,
    v: Tensor<4>,
    rule: ScoreRule,
    recorder: &mut BlockRecorder<'_>,
) -> Tensor<4> {
    let [batch, n_heads, n_queries, d_head] = q.dims();
    let [_, n_kv_heads, n_keys, _] = k.dims();
    let n_rows = n_heads / n_kv_heads * n_queries;
    let q = shaped(q, [batch, n_kv_heads, n_rows, d_head]);
    let products = q.matmul(k.swap_dims(2, 3)); // [batch, kv_head, rows of the group, key]
    let products = shaped(products, [batch, n_heads, n_queries, n_keys]);
    let scaled = match rule.scale {
        Some(scale) => products.mul_scalar(scale),
        None => products,
    };
    let scores = match rule.position_bias {
        Some(bias) => scaled + bias,
        None => scaled,
    };
    recorder.per_head(Site::Scores, &scores);

    let masked = match rule.mask {
        Some(mask) => scores.mask_fill(mask, f32::NEG_INFINITY),
        None => scores,
    };
    let pattern = softmax(masked, 3); // [batch, head, query, key], rows sum to 1
    recorder.per_head(Site::Pattern, &pattern);

    let z = shaped(pattern, [batch, n_kv_heads, n_rows, n_keys]).matmul(v);
    let z = shaped(z, [batch, n_heads, n_queries, d_head]);
    recorder.per_head(Site::Z, &z);
    z
}

/// The same numbers in another shape; nothing is copied if it is the same.
fn shaped(x: Tensor<4>, shape: [usize; 4]) -> Tensor<4> {
    match x.dims() == shape {
        true => x,
        false => x.reshape(shape),
    }
}

/// True where a query may not look: at every later key. `None` for a single new position.
///
/// # Shapes
/// Returns `[1, 1, n_new, n_past + n_new]`.
pub fn causal_mask(n_past: usize, n_new: usize, device: &Device) -> Option<Tensor<4, Bool>> {
    let n_keys = n_past + n_new;
    let hidden = (0..n_new).flat_map(|query| (0..n_keys).map(move |key| key > n_past + query));
    (n_new > 1).then(|| {
        let hidden = TensorData::new(hidden.collect::<Vec<bool>>(), [1, 1, n_new, n_keys]);
        Tensor::from_data(hidden, device)
    })
}

//! The parameters of a model that someone may look at, whatever its family calls and packs them.

use crate::nn::Linear;
use burn::module::Param;
#[cfg(feature = "families")]
use burn::nn::RmsNorm;
use burn::tensor::Tensor;

use crate::nn::LayerNorm;
#[cfg(feature = "families")]
use crate::nn::{FeedForward, MultiHeadAttention, Norm};

/// A norm's parameters.
#[derive(Clone, Copy, Debug)]
pub struct NormParts<'a> {
    /// Gain `[d_model]`.
    pub gain: &'a Param<Tensor<1>>,
    /// Bias `[d_model]`, if there is one.
    pub bias: Option<&'a Param<Tensor<1>>>,
    /// Added before the root.
    pub epsilon: f64,
    /// Whether the mean is subtracted first: not where a norm divides by the root mean square.
    pub is_centring: bool,
}

impl<'a> NormParts<'a> {
    /// Those of a layer norm.
    pub fn of_layer_norm(norm: &'a LayerNorm) -> Self {
        NormParts {
            gain: &norm.gamma,
            bias: norm.beta.as_ref(),
            epsilon: norm.epsilon,
            is_centring: true,
        }
    }

    /// Those of a norm that divides by the root mean square.
    #[cfg(feature = "families")]
    pub fn of_rms_norm(norm: &'a RmsNorm) -> Self {
        NormParts {
            gain: &norm.gamma,
            bias: None,
            epsilon: norm.epsilon,
            is_centring: false,
        }
    }

    /// Those of either.
    #[cfg(feature = "families")]
    pub fn of_norm(norm: &'a Norm) -> Self {
        match norm {
            Norm::Layer(norm) => Self::of_layer_norm(norm),
            Norm::Rms(norm) => Self::of_rms_norm(norm),
        }
    }

    /// What is divided, before it is divided: rows with their mean subtracted, or as they are.
    ///
    /// # Shapes
    /// `[row, d_model]` to the same
    pub fn centred(&self, rows: Tensor<2>) -> Tensor<2> {
        match self.is_centring {
            true => rows.clone() - rows.mean_dim(1),
            false => rows,
        }
    }

    /// What is under the root, without epsilon: the variance of each row, or its mean square.
    ///
    /// # Shapes
    /// `[row, d_model]` to `[row, 1]`
    pub fn mean_square(&self, rows: Tensor<2>) -> Tensor<2> {
        self.centred(rows).square().mean_dim(1)
    }
}

/// Some columns of a layer: of what is one matrix in one family and several in another.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    /// The layer `[d_input, d_output]`.
    pub linear: &'a Linear,
    /// First column.
    pub first: usize,
    /// How many heads there are in these columns, one after the other.
    pub n_heads: usize,
    /// Columns of each.
    pub d_head: usize,
}

impl<'a> Columns<'a> {
    /// All of a layer's columns, in `n_heads` heads.
    #[cfg(feature = "families")]
    pub fn all(linear: &'a Linear, n_heads: usize) -> Self {
        Columns {
            linear,
            first: 0,
            n_heads,
            d_head: linear.weight.val().dims()[1] / n_heads,
        }
    }
}

/// A block's parameters.
#[derive(Clone, Copy, Debug)]
pub struct BlockParts<'a> {
    /// The norm of attention.
    pub ln1: NormParts<'a>,
    /// Queries, keys and values.
    pub qkv: [Columns<'a>; 3],
    /// From the heads back to the residual stream `[n_heads * d_head, d_model]`.
    pub out: &'a Linear,
    /// The norm of the MLP.
    pub ln2: NormParts<'a>,
    /// Into the gate of a gated MLP `[d_model, d_mlp]`.
    pub gate: Option<&'a Linear>,
    /// Into the MLP's hidden layer `[d_model, d_mlp]`.
    pub up: &'a Linear,
    /// Out of it `[d_mlp, d_model]`.
    pub down: &'a Linear,
}

/// Queries, keys and values of attention that has a matrix each.
#[cfg(feature = "families")]
pub fn columns_of(attention: &MultiHeadAttention) -> [Columns<'_>; 3] {
    let (n_heads, n_kv_heads) = (attention.n_heads, attention.n_kv_heads);
    [
        Columns::all(&attention.query, n_heads),
        Columns::all(&attention.key, n_kv_heads),
        Columns::all(&attention.value, n_kv_heads),
    ]
}

/// The layers of an MLP of either kind: gate, if there is one, up and down.
#[cfg(feature = "families")]
pub fn mlp_layers(mlp: &FeedForward) -> (Option<&Linear>, &Linear, &Linear) {
    match mlp {
        FeedForward::Plain(mlp) => (None, &mlp.up, &mlp.down),
        FeedForward::Gated(mlp) => (Some(&mlp.gate), &mlp.up, &mlp.down),
    }
}

//! Layer norm, as a layer that is made of its parameters.
//!
//! burn's own can only be made with fresh parameters, and then a program that draws none still
//! carries everything parameters can be drawn with.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use burn::tensor::module::layer_norm;

/// `(x - mean(x)) / sqrt(var(x) + epsilon) * gamma + beta`, over the last axis.
///
/// Source: Ba et al. 2016, "Layer Normalization", <https://arxiv.org/abs/1607.06450>.
#[derive(Module, Debug)]
pub struct LayerNorm {
    /// Gain `[d_model]`.
    pub gamma: Param<Tensor<1>>,
    /// Bias `[d_model]`, if there is one.
    pub beta: Option<Param<Tensor<1>>>,
    /// Added to the variance.
    pub epsilon: f64,
}

impl LayerNorm {
    /// The normed vectors.
    ///
    /// # Shapes
    /// `[.., d_model]` to the same
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        let beta = self.beta.as_ref().map(Param::val);
        layer_norm(x, self.gamma.val(), beta, self.epsilon)
    }
}

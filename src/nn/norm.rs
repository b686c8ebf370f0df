//! A norm of either kind, for families that differ in it.

use burn::module::Module;
use burn::nn::RmsNorm;
use burn::tensor::Tensor;

use super::LayerNorm;

/// Layer norm, or division by the root mean square alone.
///
/// Source: Zhang and Sennrich 2019, "Root Mean Square Layer Normalization",
/// <https://arxiv.org/abs/1910.07467>.
#[derive(Module, Debug)]
pub enum Norm {
    /// `(x - mean(x)) / sqrt(var(x) + epsilon) * gamma + beta`
    Layer(LayerNorm),
    /// `x / sqrt(mean(x^2) + epsilon) * gamma`
    Rms(RmsNorm),
}

impl Norm {
    /// The normed vectors.
    ///
    /// # Shapes
    /// `[.., d_model]` to the same
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Norm::Layer(norm) => norm.forward(x),
            Norm::Rms(norm) => norm.forward(x),
        }
    }
}

//! The MLP of a block: each position on its own.

use burn::module::Module;
use burn::tensor::Tensor;

use super::{ActivationFunction, BlockRecorder, Linear};
use crate::protocol::Site;

/// `out(act(up(x)))`
#[derive(Module, Debug)]
pub struct Mlp {
    /// Into the hidden layer `[d_model, d_mlp]`.
    pub up: Linear,
    /// Back into the residual stream `[d_mlp, d_model]`.
    pub down: Linear,
    /// The bend between them.
    #[module(skip)]
    pub activation: ActivationFunction,
}

impl Mlp {
    /// What the MLP adds to the residual stream.
    ///
    /// # Shapes
    /// `[batch, pos, d_model]` to `[batch, pos, d_model]`
    pub fn forward(&self, x: Tensor<3>, recorder: &mut BlockRecorder<'_>) -> Tensor<3> {
        let pre = self.up.forward(x); // [batch, pos, d_mlp]
        recorder.vectors(Site::MlpPre, &pre);
        let post = self.activation.apply(pre);
        recorder.vectors(Site::MlpPost, &post);
        let mlp_out = self.down.forward(post);
        recorder.vectors(Site::MlpOut, &mlp_out);
        mlp_out
    }
}

/// `down(act(gate(x)) * up(x))`
///
/// Source: Shazeer 2020, "GLU Variants Improve Transformer", <https://arxiv.org/abs/2002.05202>.
#[derive(Module, Debug)]
pub struct GatedMlp {
    /// Decides how much of each neuron passes `[d_model, d_mlp]`.
    pub gate: Linear,
    /// What passes `[d_model, d_mlp]`.
    pub up: Linear,
    /// Back into the residual stream `[d_mlp, d_model]`.
    pub down: Linear,
    /// The bend of the gate.
    #[module(skip)]
    pub activation: ActivationFunction,
}

impl GatedMlp {
    /// What the MLP adds to the residual stream. `mlp.pre` is the gate before its bend,
    /// `mlp.pre_linear` what the gate lets through, `mlp.post` what has passed it.
    ///
    /// # Shapes
    /// `[batch, pos, d_model]` to `[batch, pos, d_model]`
    pub fn forward(&self, x: Tensor<3>, recorder: &mut BlockRecorder<'_>) -> Tensor<3> {
        let pre = self.gate.forward(x.clone()); // [batch, pos, d_mlp]
        recorder.vectors(Site::MlpPre, &pre);
        let pre_linear = self.up.forward(x); // [batch, pos, d_mlp]
        recorder.vectors(Site::MlpPreLinear, &pre_linear);
        let post = self.activation.apply(pre) * pre_linear;
        recorder.vectors(Site::MlpPost, &post);
        let mlp_out = self.down.forward(post);
        recorder.vectors(Site::MlpOut, &mlp_out);
        mlp_out
    }
}

/// The MLP of a family that has both kinds.
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant, reason = "a model has a handful of them")]
pub enum FeedForward {
    /// `down(act(up(x)))`
    Plain(Mlp),
    /// `down(act(gate(x)) * up(x))`
    Gated(GatedMlp),
}

impl FeedForward {
    /// What the MLP adds to the residual stream.
    ///
    /// # Shapes
    /// `[batch, pos, d_model]` to `[batch, pos, d_model]`
    pub fn forward(&self, x: Tensor<3>, recorder: &mut BlockRecorder<'_>) -> Tensor<3> {
        match self {
            FeedForward::Plain(mlp) => mlp.forward(x, recorder),
            FeedForward::Gated(mlp) => mlp.forward(x, recorder),
        }
    }
}

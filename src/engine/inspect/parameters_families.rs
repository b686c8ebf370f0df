//! Where the parameters of an encoder and of an encoder-decoder are.

use std::ops::Range;

use burn::tensor::Tensor;

use crate::engine::{Encoder, Translator};
use crate::models::t5::{Block, FeedForward};
use crate::nn::MultiHeadAttention;
use crate::protocol::{BlockParameter, ModelInfo, Parameter, Stack, StackParameter};

use super::parameters::{Holder, cut, fused_bias, fused_matrix, output_matrices, per_head};

/// A bias; zeros of this length if there is none.
fn bias(linear: &burn::nn::Linear) -> Tensor<1> {
    match &linear.bias {
        Some(bias) => bias.val(),
        None => {
            let weight = linear.weight.val();
            Tensor::zeros([weight.dims()[1]], &weight.device())
        }
    }
}

impl Encoder {
    fn zeros<const D: usize>(&self) -> Tensor<D> {
        Tensor::zeros([1; D], &self.intake.device)
    }
}

impl Holder for Encoder {
    fn info(&self) -> &ModelInfo {
        &self.intake.info
    }

    fn vector(&self, parameter: Parameter) -> Tensor<1> {
        let network = &self.network;
        let d_model = self.config.hidden_size;
        let none = || Tensor::zeros([d_model], &self.intake.device);
        let beta = |norm: &crate::nn::LayerNorm| match &norm.beta {
            Some(beta) => beta.val(),
            None => none(),
        };
        let head = network.head.as_ref();
        let Parameter::Block { layer, parameter } = parameter else {
            let found = match parameter {
                Parameter::TypeEmbedding => network.type_embedding.as_ref().map(|table| {
                    let first = table.weight.val().narrow(0, 0, 1);
                    first.squeeze_dim(0)
                }),
                Parameter::LnEmbedGain => Some(network.ln_embed.gamma.val()),
                Parameter::LnEmbedBias => Some(beta(&network.ln_embed)),
                Parameter::HeadBias => head.map(|head| bias(&head.dense)),
                Parameter::LnFinalGain => head.map(|head| head.ln_final.gamma.val()),
                Parameter::LnFinalBias => head.map(|head| beta(&head.ln_final)),
                _ => head.map(|head| head.bias.val()),
            };
            return found.unwrap_or_else(|| self.zeros());
        };
        let block = &network.blocks[layer];
        match parameter {
            BlockParameter::Ln1Gain => block.ln1.gamma.val(),
            BlockParameter::Ln1Bias => beta(&block.ln1),
            BlockParameter::Ln2Gain => block.ln2.gamma.val(),
            BlockParameter::Ln2Bias => beta(&block.ln2),
            BlockParameter::BO => bias(&block.attention.out),
            BlockParameter::BIn => bias(&block.mlp.up),
            _ => bias(&block.mlp.down),
        }
    }

    fn matrix(&self, parameter: Parameter) -> Tensor<2> {
        let network = &self.network;
        let Parameter::Block { layer, parameter } = parameter else {
            let found = match parameter {
                Parameter::TokenEmbedding => Some(network.token_embedding.weight.val()),
                Parameter::PositionEmbedding => Some(network.position_embedding.weight.val()),
                Parameter::HeadWeight => {
                    let head = network.head.as_ref();
                    head.map(|head| head.dense.weight.val())
                }
                _ => network.unembedding_matrix(),
            };
            return found.unwrap_or_else(|| self.zeros());
        };
        let block = &network.blocks[layer];
        match parameter {
            BlockParameter::WIn => block.mlp.up.weight.val(),
            BlockParameter::WOut => block.mlp.down.weight.val(),
            _ => fused_bias(&block.attention, parameter),
        }
    }

    fn per_head(&self, parameter: Parameter, a: &Range<usize>, b: &Range<usize>) -> Tensor<3> {
        match parameter {
            Parameter::Block { layer, parameter } => {
                fused_matrix(&self.network.blocks[layer].attention, parameter, a, b)
            }
            // No other parameter has three axes.
            _ => self.zeros(),
        }
    }
}

impl Translator {
    /// The block a parameter is in, and which one it is.
    fn block_of(&self, parameter: Parameter) -> Option<(&Block, BlockParameter)> {
        let Parameter::InStack(stack, StackParameter::Block { layer, parameter }) = parameter
        else {
            return None;
        };
        let stack = match stack {
            Stack::Encoder => &self.network.encoder,
            Stack::Decoder => &self.network.decoder,
        };
        Some((stack.blocks.get(layer)?, parameter))
    }

    fn zeros<const D: usize>(&self) -> Tensor<D> {
        Tensor::zeros([1; D], &self.intake.device)
    }
}

impl Holder for Translator {
    fn info(&self) -> &ModelInfo {
        &self.intake.info
    }

    fn vector(&self, parameter: Parameter) -> Tensor<1> {
        let found = match self.block_of(parameter) {
            Some((block, parameter)) => match parameter {
                BlockParameter::Ln1Gain => Some(block.ln1.gamma.val()),
                BlockParameter::LnCrossGain => {
                    let cross = block.cross.as_ref();
                    cross.map(|cross| cross.ln.gamma.val())
                }
                _ => Some(block.ln2.gamma.val()),
            },
            None => Some(match parameter {
                Parameter::InStack(Stack::Encoder, _) => self.network.encoder.ln_final.gamma.val(),
                _ => self.network.decoder.ln_final.gamma.val(),
            }),
        };
        found.unwrap_or_else(|| self.zeros())
    }

    fn matrix(&self, parameter: Parameter) -> Tensor<2> {
        let network = &self.network;
        if let Some((block, parameter)) = self.block_of(parameter) {
            let (up, down) = match &block.mlp {
                FeedForward::Plain(mlp) => (&mlp.up, &mlp.down),
                FeedForward::Gated(mlp) => (&mlp.gate, &mlp.down),
            };
            return match parameter {
                BlockParameter::WIn => up.weight.val(),
                _ => down.weight.val(),
            };
        }
        let bias_of = |stack: Stack| match stack {
            Stack::Encoder => &network.encoder.position_bias,
            Stack::Decoder => &network.decoder.position_bias,
        };
        match parameter {
            Parameter::InStack(stack, _) => bias_of(stack).weight.val().transpose(), // [head, bucket]
            Parameter::TokenEmbedding => network.token_embedding.weight.val(),
            _ => network.unembedding_matrix(),
        }
    }

    fn per_head(&self, parameter: Parameter, a: &Range<usize>, b: &Range<usize>) -> Tensor<3> {
        let Some((block, parameter)) = self.block_of(parameter) else {
            // No other parameter has three axes.
            return self.zeros();
        };
        let cross = block.cross.as_ref().map(|cross| &cross.attention);
        let is_crossed = BlockParameter::CROSS.contains(&parameter);
        let attention = cross.filter(|_| is_crossed).unwrap_or(&block.attention);
        let MultiHeadAttention {
            query,
            key,
            value,
            out,
            n_heads,
            ..
        } = attention;
        let linear = match parameter {
            BlockParameter::WQ | BlockParameter::CrossWQ => query,
            BlockParameter::WK | BlockParameter::CrossWK => key,
            BlockParameter::WV | BlockParameter::CrossWV => value,
            _ => {
                let heads = output_matrices(out.weight.val(), *n_heads);
                return cut(heads, [0..*n_heads, a.clone(), b.clone()]);
            }
        };
        let weight = linear.weight.val();
        let width = weight.dims()[1];
        per_head(cut(weight, [a.clone(), 0..width]), *n_heads, b)
    }
}

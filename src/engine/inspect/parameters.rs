//! Numbers of parameters, cut out on the device so that only they are read back.
//!
//! Parameters have the names and shapes of TransformerLens; GPT-2 keeps queries, keys and values
//! of all heads in one matrix `[d_model, 3 d_model]`.

use std::ops::Range;

use burn::module::Param;
use burn::tensor::{Tensor, Transaction};

use crate::engine::Session;
use crate::engine::read_back::read_all;
use crate::models::gpt2::Block;
use crate::nn::LayerNorm;
use crate::protocol::{Axis, BlockParameter, Parameter, ParameterSlice};

use super::InspectError;

impl Session {
    /// The numbers of each slice, row-major over the axes that are whole.
    pub(super) async fn parameters(
        &self,
        slices: &[ParameterSlice],
    ) -> Result<Vec<Vec<f32>>, InspectError> {
        let mut transaction = Transaction::default();
        for slice in slices {
            let ranges = self.ranges(slice)?;
            transaction = match *ranges.as_slice() {
                [ref a] => transaction.register(cut(self.vector(slice.parameter), [a.clone()])),
                [ref a, ref b] => {
                    let matrix = self.matrix(slice.parameter);
                    transaction.register(cut(matrix, [a.clone(), b.clone()]))
                }
                [ref head, ref a, ref b] => {
                    let per_head = self.per_head(slice.parameter, a, b);
                    let whole = per_head.dims();
                    transaction.register(cut(per_head, [head.clone(), 0..whole[1], 0..whole[2]]))
                }
                _ => transaction,
            };
        }
        match slices {
            [] => Ok(Vec::new()),
            _ => Ok(read_all(transaction).await?),
        }
    }

    /// What of each axis is wanted.
    fn ranges(&self, slice: &ParameterSlice) -> Result<Vec<Range<usize>>, InspectError> {
        let parameter = slice.parameter;
        let n_layers = self.info().n_layers;
        if matches!(parameter, Parameter::Block { layer, .. } if layer >= n_layers) {
            return Err(InspectError::NoBlock {
                parameter,
                n_layers,
            });
        }
        let axes = parameter.axes();
        if axes.len() != slice.index.len() {
            return Err(InspectError::Rank {
                parameter,
                expected: axes.len(),
                actual: slice.index.len(),
            });
        }
        let ranges = axes.iter().zip(&slice.index).enumerate();
        ranges
            .map(|(axis, (kind, index))| {
                let length = self.length(*kind);
                match *index {
                    None => Ok(0..length),
                    Some(index) if index < length => Ok(index..index + 1),
                    Some(index) => Err(InspectError::Index {
                        parameter,
                        axis,
                        length,
                        index,
                    }),
                }
            })
            .collect()
    }

    /// Length of an axis of a parameter.
    fn length(&self, axis: Axis) -> usize {
        let info = self.info();
        match axis {
            Axis::Pos | Axis::Query | Axis::Key | Axis::Source => info.n_ctx,
            Axis::Head => info.n_heads,
            Axis::DModel => info.d_model,
            Axis::DHead => info.d_head,
            Axis::DMlp => info.d_mlp,
            Axis::DHidden => info.d_hidden,
            Axis::Vocab => info.vocab_size(),
        }
    }

    /// A parameter with one axis.
    fn vector(&self, parameter: Parameter) -> Tensor<1> {
        let network = &self.network;
        let Parameter::Block { layer, parameter } = parameter else {
            return match parameter {
                Parameter::LnFinalGain => network.ln_final.gamma.val(),
                _ => self.norm_bias(&network.ln_final),
            };
        };
        let block = &network.blocks[layer];
        match parameter {
            BlockParameter::Ln1Gain => block.ln1.gamma.val(),
            BlockParameter::Ln1Bias => self.norm_bias(&block.ln1),
            BlockParameter::Ln2Gain => block.ln2.gamma.val(),
            BlockParameter::Ln2Bias => self.norm_bias(&block.ln2),
            BlockParameter::BO => self.bias(block.attention.out.bias.as_ref(), self.info().d_model),
            BlockParameter::BIn => self.bias(block.mlp.up.bias.as_ref(), self.info().d_mlp),
            _ => self.bias(block.mlp.down.bias.as_ref(), self.info().d_model),
        }
    }

    /// A parameter with two axes.
    fn matrix(&self, parameter: Parameter) -> Tensor<2> {
        let network = &self.network;
        let Parameter::Block { layer, parameter } = parameter else {
            return match parameter {
                Parameter::TokenEmbedding => network.token_embedding.weight.val(),
                Parameter::PositionEmbedding => network.position_embedding.weight.val(),
                _ => network.unembedding_matrix(),
            };
        };
        let block = &network.blocks[layer];
        let info = self.info();
        match parameter {
            BlockParameter::WIn => block.mlp.up.weight.val(),
            BlockParameter::WOut => block.mlp.down.weight.val(),
            _ => {
                let bias = self.bias(block.attention.qkv.bias.as_ref(), 3 * info.d_model);
                bias.narrow(0, third(parameter) * info.d_model, info.d_model)
                    .reshape([info.n_heads, info.d_head])
            }
        }
    }

    /// A parameter of all heads with its other two axes cut.
    fn per_head(&self, parameter: Parameter, a: &Range<usize>, b: &Range<usize>) -> Tensor<3> {
        let info = self.info();
        let (n_heads, d_head, d_model) = (info.n_heads, info.d_head, info.d_model);
        let (layer, parameter) = match parameter {
            Parameter::Block { layer, parameter } => (layer, parameter),
            // No other parameter has three axes.
            _ => (0, BlockParameter::WO),
        };
        let block = &self.network.blocks[layer];
        match parameter {
            BlockParameter::WO => {
                let heads = self.output_matrices(block); // [head, d_head, d_model]
                cut(heads, [0..n_heads, a.clone(), b.clone()])
            }
            _ => {
                let part = third(parameter) * d_model;
                let fused = block.attention.qkv.weight.val();
                let rows = cut(fused, [a.clone(), part..part + d_model]); // [a, d_model]
                let heads = rows.reshape([a.len(), n_heads, d_head]).swap_dims(0, 1);
                cut(heads, [0..n_heads, 0..a.len(), b.clone()])
            }
        }
    }

    /// `W_O` of one block `[head, d_head, d_model]`.
    pub(super) fn output_matrices(&self, block: &Block) -> Tensor<3> {
        let info = self.info();
        let fused = block.attention.out.weight.val(); // [d_model, d_model]
        fused.reshape([info.n_heads, info.d_head, info.d_model])
    }

    /// A layer norm's bias; zeros if it has none.
    pub(super) fn norm_bias(&self, norm: &LayerNorm) -> Tensor<1> {
        self.bias(norm.beta.as_ref(), self.info().d_model)
    }

    /// A bias; zeros if there is none.
    pub(super) fn bias(&self, bias: Option<&Param<Tensor<1>>>, length: usize) -> Tensor<1> {
        match bias {
            Some(bias) => bias.val(),
            None => Tensor::zeros([length], &self.intake.device),
        }
    }
}

/// Which third of the fused matrix holds queries, keys or values.
fn third(parameter: BlockParameter) -> usize {
    match parameter {
        BlockParameter::WQ | BlockParameter::BQ => 0,
        BlockParameter::WK | BlockParameter::BK => 1,
        _ => 2,
    }
}

fn cut<const D: usize>(tensor: Tensor<D>, ranges: [Range<usize>; D]) -> Tensor<D> {
    let mut tensor = tensor;
    for (axis, range) in ranges.into_iter().enumerate() {
        if range.len() < tensor.dims()[axis] {
            tensor = tensor.narrow(axis, range.start, range.len());
        }
    }
    tensor
}

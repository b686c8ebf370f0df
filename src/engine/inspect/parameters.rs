//! Numbers of parameters, cut out on the device so that only they are read back.
//!
//! Parameters have the names and shapes of TransformerLens; GPT-2 keeps queries, keys and values
//! of all heads in one matrix `[d_model, 3 d_model]`. A bias that a family does not have is zeros; a
//! matrix that it does not have is refused.

use std::ops::Range;

use burn::module::Param;
use burn::nn::Linear;
use burn::tensor::{Tensor, Transaction};

use crate::engine::Session;
use crate::engine::read_back::read_all;
use crate::models::parts::{BlockParts, Columns};
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
                    let matrix = self.matrix(slice.parameter)?;
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
                let length = self.length(parameter, *kind);
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
    fn length(&self, parameter: Parameter, axis: Axis) -> usize {
        let info = self.info();
        match axis {
            Axis::Head if is_shared(parameter) => info.n_kv_heads(),
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
        let (d_model, d_mlp) = (self.info().d_model, self.info().d_mlp);
        let Parameter::Block { layer, parameter } = parameter else {
            return match parameter {
                Parameter::LnFinalGain => network.ln_final().gain.val(),
                _ => self.bias(network.ln_final().bias, d_model),
            };
        };
        let block = network.block(layer);
        let of_gate = block.gate.and_then(|gate| gate.bias.as_ref());
        match parameter {
            BlockParameter::Ln1Gain => block.ln1.gain.val(),
            BlockParameter::Ln1Bias => self.bias(block.ln1.bias, d_model),
            BlockParameter::Ln2Gain => block.ln2.gain.val(),
            BlockParameter::Ln2Bias => self.bias(block.ln2.bias, d_model),
            BlockParameter::BO => self.bias(block.out.bias.as_ref(), d_model),
            BlockParameter::BGate => self.bias(of_gate, d_mlp),
            BlockParameter::BIn => self.bias(block.up.bias.as_ref(), d_mlp),
            _ => self.bias(block.down.bias.as_ref(), d_model),
        }
    }

    /// A parameter with two axes.
    fn matrix(&self, parameter: Parameter) -> Result<Tensor<2>, InspectError> {
        let network = &self.network;
        let absent = InspectError::Absent(parameter);
        let Parameter::Block { layer, parameter } = parameter else {
            return Ok(match parameter {
                Parameter::TokenEmbedding => network.token_embedding().weight.val(),
                Parameter::PositionEmbedding => {
                    network.position_embedding().ok_or(absent)?.weight.val()
                }
                _ => network.unembedding_matrix(),
            });
        };
        let block = network.block(layer);
        Ok(match parameter {
            BlockParameter::WGate => block.gate.ok_or(absent)?.weight.val(),
            BlockParameter::WIn => block.up.weight.val(),
            BlockParameter::WOut => block.down.weight.val(),
            _ => {
                let columns = columns(&block, parameter);
                let (n_heads, d_head) = (columns.n_heads, columns.d_head);
                match &columns.linear.bias {
                    Some(bias) => bias
                        .val()
                        .narrow(0, columns.first, n_heads * d_head)
                        .reshape([n_heads, d_head]),
                    None => Tensor::zeros([n_heads, d_head], &self.intake.device),
                }
            }
        })
    }

    /// A parameter of all heads with its other two axes cut.
    fn per_head(&self, parameter: Parameter, a: &Range<usize>, b: &Range<usize>) -> Tensor<3> {
        let (layer, parameter) = match parameter {
            Parameter::Block { layer, parameter } => (layer, parameter),
            // No other parameter has three axes.
            _ => (0, BlockParameter::WO),
        };
        let block = self.network.block(layer);
        match parameter {
            BlockParameter::WO => {
                let heads = self.output_matrices(block.out); // [head, d_head, d_model]
                cut(heads, [0..self.info().n_heads, a.clone(), b.clone()])
            }
            _ => {
                let columns = columns(&block, parameter);
                let (first, n_heads, d_head) = (columns.first, columns.n_heads, columns.d_head);
                let fused = columns.linear.weight.val();
                let rows = cut(fused, [a.clone(), first..first + n_heads * d_head]);
                let heads = rows.reshape([a.len(), n_heads, d_head]).swap_dims(0, 1);
                cut(heads, [0..n_heads, 0..a.len(), b.clone()])
            }
        }
    }

    /// `W_O` of one block `[head, d_head, d_model]`.
    pub(super) fn output_matrices(&self, out: &Linear) -> Tensor<3> {
        let info = self.info();
        let fused = out.weight.val(); // [n_heads * d_head, d_model]
        fused.reshape([info.n_heads, info.d_head, info.d_model])
    }

    /// A bias; zeros if there is none.
    pub(super) fn bias(&self, bias: Option<&Param<Tensor<1>>>, length: usize) -> Tensor<1> {
        match bias {
            Some(bias) => bias.val(),
            None => Tensor::zeros([length], &self.intake.device),
        }
    }
}

/// Where queries, keys or values are.
fn columns<'a>(block: &BlockParts<'a>, parameter: BlockParameter) -> Columns<'a> {
    block.qkv[match parameter {
        BlockParameter::WQ | BlockParameter::BQ => 0,
        BlockParameter::WK | BlockParameter::BK => 1,
        _ => 2,
    }]
}

/// Whether it is of keys or values, which several heads may share.
fn is_shared(parameter: Parameter) -> bool {
    matches!(
        parameter,
        Parameter::Block {
            parameter: BlockParameter::WK
                | BlockParameter::BK
                | BlockParameter::WV
                | BlockParameter::BV,
            ..
        }
    )
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

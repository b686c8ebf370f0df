//! Numbers of parameters, cut out on the device so that only they are read back.
//!
//! Parameters have the names and shapes of TransformerLens; GPT-2 and BERT keep queries, keys and
//! values of all heads in one matrix `[d_model, 3 d_model]`. A bias that a family does not have is
//! zeros; whatever else it does not have is refused.

use std::ops::Range;

use burn::module::Param;
use burn::tensor::{Tensor, Transaction};

use crate::engine::Session;
use crate::engine::read_back::read_all;
use crate::models::parts::{BlockParts, Columns};
use crate::protocol::{BlockParameter, ModelInfo, Parameter, ParameterSlice};

use super::InspectError;

/// A model that can say what its parameters are.
pub(super) trait Holder {
    fn info(&self) -> &ModelInfo;

    /// The transformer's block a parameter is in, and which of its parameters it is; `None` if there
    /// is no such block.
    fn block(&self, parameter: Parameter) -> Option<(BlockParts<'_>, BlockParameter)>;

    /// A parameter outside such blocks with one axis.
    fn vector(&self, parameter: Parameter) -> Option<Tensor<1>>;

    /// A parameter outside such blocks with two axes.
    fn matrix(&self, parameter: Parameter) -> Option<Tensor<2>>;
}

/// The numbers of each slice, row-major over the axes that are whole.
pub(super) async fn parameters(
    model: &dyn Holder,
    slices: &[ParameterSlice],
) -> Result<Vec<Vec<f32>>, InspectError> {
    let mut transaction = Transaction::default();
    for slice in slices {
        let parameter = slice.parameter;
        let ranges = ranges(model, slice)?;
        let absent = || InspectError::Absent(parameter);
        let block = model.block(parameter);
        transaction = match *ranges.as_slice() {
            [ref a] => {
                let vector = match block {
                    Some((block, which)) => Some(vector_of(&block, which)),
                    None => model.vector(parameter),
                };
                let vector = vector.ok_or_else(absent)?;
                transaction.register(cut(vector, [a.clone()]))
            }
            [ref a, ref b] => {
                let matrix = match block {
                    Some((block, which)) => matrix_of(&block, which),
                    None => model.matrix(parameter),
                };
                let matrix = matrix.ok_or_else(absent)?;
                transaction.register(cut(matrix, [a.clone(), b.clone()]))
            }
            [ref head, ref a, ref b] => {
                let (block, which) = block.ok_or_else(absent)?;
                let per_head = per_head(&block, which, model.info().n_heads, a, b);
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
fn ranges(model: &dyn Holder, slice: &ParameterSlice) -> Result<Vec<Range<usize>>, InspectError> {
    let parameter = slice.parameter;
    let info = model.info();
    if parameter.in_block().is_some() && model.block(parameter).is_none() {
        return Err(InspectError::NoBlock {
            parameter,
            n_layers: info.n_layers,
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
    let ranges = slice.index.iter().enumerate();
    ranges
        .map(|(axis, index)| {
            let length = parameter.length(axis, info);
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

impl Holder for Session {
    fn info(&self) -> &ModelInfo {
        &self.intake.info
    }

    fn block(&self, parameter: Parameter) -> Option<(BlockParts<'_>, BlockParameter)> {
        match parameter {
            Parameter::Block { layer, parameter } if layer < self.intake.info.n_layers => {
                Some((self.network.block(layer), parameter))
            }
            _ => None,
        }
    }

    fn vector(&self, parameter: Parameter) -> Option<Tensor<1>> {
        let norm = self.network.ln_final();
        match parameter {
            Parameter::LnFinalGain => Some(norm.gain.val()),
            Parameter::LnFinalBias => Some(bias(norm.bias, &norm.gain.val())),
            _ => None,
        }
    }

    fn matrix(&self, parameter: Parameter) -> Option<Tensor<2>> {
        let network = &self.network;
        match parameter {
            Parameter::TokenEmbedding => Some(network.token_embedding().weight.val()),
            Parameter::PositionEmbedding => Some(network.position_embedding()?.weight.val()),
            Parameter::Unembedding => Some(network.unembedding_matrix()),
            _ => None,
        }
    }
}

/// A bias; zeros, as many as `alike` has numbers in its last axis, if there is none.
pub(super) fn bias<const D: usize>(
    bias: Option<&Param<Tensor<1>>>,
    alike: &Tensor<D>,
) -> Tensor<1> {
    match bias {
        Some(bias) => bias.val(),
        None => Tensor::zeros([alike.dims()[D - 1]], &alike.device()),
    }
}

/// A parameter of a block with one axis.
fn vector_of(block: &BlockParts<'_>, parameter: BlockParameter) -> Tensor<1> {
    let of = |linear: &crate::nn::Linear| bias(linear.bias.as_ref(), &linear.weight.val());
    match parameter {
        BlockParameter::Ln1Gain | BlockParameter::LnCrossGain => block.ln1.gain.val(),
        BlockParameter::Ln1Bias => bias(block.ln1.bias, &block.ln1.gain.val()),
        BlockParameter::Ln2Gain => block.ln2.gain.val(),
        BlockParameter::Ln2Bias => bias(block.ln2.bias, &block.ln2.gain.val()),
        BlockParameter::BO => of(block.out),
        BlockParameter::BGate => of(block.gate.unwrap_or(block.up)),
        BlockParameter::BIn => of(block.up),
        _ => of(block.down),
    }
}

/// A parameter of a block with two axes.
fn matrix_of(block: &BlockParts<'_>, parameter: BlockParameter) -> Option<Tensor<2>> {
    Some(match parameter {
        BlockParameter::WGate => block.gate?.weight.val(),
        BlockParameter::WIn => block.up.weight.val(),
        BlockParameter::WOut => block.down.weight.val(),
        _ => {
            let columns = columns(block, parameter);
            let (n_heads, d_head) = (columns.n_heads, columns.d_head);
            let weight = columns.linear.weight.val();
            bias(columns.linear.bias.as_ref(), &weight)
                .narrow(0, columns.first, n_heads * d_head)
                .reshape([n_heads, d_head])
        }
    })
}

/// A parameter of all heads with its other two axes cut.
fn per_head(
    block: &BlockParts<'_>,
    parameter: BlockParameter,
    n_heads: usize,
    a: &Range<usize>,
    b: &Range<usize>,
) -> Tensor<3> {
    match parameter {
        BlockParameter::WO | BlockParameter::CrossWO => {
            let heads = output_matrices(block.out.weight.val(), n_heads);
            cut(heads, [0..n_heads, a.clone(), b.clone()])
        }
        _ => {
            let columns = columns(block, parameter);
            let (first, n_heads, d_head) = (columns.first, columns.n_heads, columns.d_head);
            let fused = columns.linear.weight.val();
            let rows = cut(fused, [a.clone(), first..first + n_heads * d_head]);
            let heads = rows.reshape([a.len(), n_heads, d_head]).swap_dims(0, 1);
            cut(heads, [0..n_heads, 0..a.len(), b.clone()])
        }
    }
}

/// `W_O` by heads, `[n_heads * d_head, d_model]` to `[head, d_head, d_model]`.
pub(super) fn output_matrices(out: Tensor<2>, n_heads: usize) -> Tensor<3> {
    let [width, d_model] = out.dims();
    out.reshape([n_heads, width / n_heads, d_model])
}

/// Where queries, keys or values are.
fn columns<'a>(block: &BlockParts<'a>, parameter: BlockParameter) -> Columns<'a> {
    block.qkv[match parameter {
        BlockParameter::WQ | BlockParameter::BQ | BlockParameter::CrossWQ => 0,
        BlockParameter::WK | BlockParameter::BK | BlockParameter::CrossWK => 1,
        _ => 2,
    }]
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

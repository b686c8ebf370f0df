//! Numbers of parameters, cut out on the device so that only they are read back.
//!
//! Parameters have the names and shapes of TransformerLens; GPT-2 and BERT keep queries, keys and
//! values of all heads in one matrix `[d_model, 3 d_model]`.

use std::ops::Range;

use burn::module::Param;
use burn::tensor::{Tensor, Transaction};

use crate::engine::Session;
use crate::engine::read_back::read_all;
use crate::nn::{Attention, LayerNorm};
use crate::protocol::{Axis, BlockParameter, ModelInfo, Parameter, ParameterSlice, Positions};

use super::InspectError;

/// A model that can say what its parameters are.
pub(super) trait Holder {
    fn info(&self) -> &ModelInfo;

    /// A parameter with one axis.
    fn vector(&self, parameter: Parameter) -> Tensor<1>;

    /// A parameter with two axes.
    fn matrix(&self, parameter: Parameter) -> Tensor<2>;

    /// A parameter of all heads with its other two axes cut.
    fn per_head(&self, parameter: Parameter, a: &Range<usize>, b: &Range<usize>) -> Tensor<3>;
}

/// The numbers of each slice, row-major over the axes that are whole.
pub(super) async fn parameters(
    model: &dyn Holder,
    slices: &[ParameterSlice],
) -> Result<Vec<Vec<f32>>, InspectError> {
    let mut transaction = Transaction::default();
    for slice in slices {
        let ranges = ranges(model.info(), slice)?;
        transaction = match *ranges.as_slice() {
            [ref a] => transaction.register(cut(model.vector(slice.parameter), [a.clone()])),
            [ref a, ref b] => {
                let matrix = model.matrix(slice.parameter);
                transaction.register(cut(matrix, [a.clone(), b.clone()]))
            }
            [ref head, ref a, ref b] => {
                let per_head = model.per_head(slice.parameter, a, b);
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
fn ranges(info: &ModelInfo, slice: &ParameterSlice) -> Result<Vec<Range<usize>>, InspectError> {
    let parameter = slice.parameter;
    if !Parameter::of_model(info).contains(&parameter) {
        let n_layers = info.n_layers;
        return Err(InspectError::NoParameter {
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
            let length = length(info, *kind);
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
fn length(info: &ModelInfo, axis: Axis) -> usize {
    match axis {
        Axis::Pos | Axis::Query | Axis::Key | Axis::Source => info.n_ctx,
        Axis::Head => info.n_heads,
        Axis::DModel => info.d_model,
        Axis::DHead => info.d_head,
        Axis::DMlp => info.d_mlp,
        Axis::DHidden => info.d_hidden,
        Axis::Bucket => match info.block.positions {
            Positions::Relative { n_buckets, .. } => n_buckets,
            _ => 0,
        },
        Axis::Vocab => info.vocab_size(),
    }
}

impl Holder for Session {
    fn info(&self) -> &ModelInfo {
        &self.intake.info
    }

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
        match parameter {
            BlockParameter::WIn => block.mlp.up.weight.val(),
            BlockParameter::WOut => block.mlp.down.weight.val(),
            _ => fused_bias(&block.attention, parameter),
        }
    }

    fn per_head(&self, parameter: Parameter, a: &Range<usize>, b: &Range<usize>) -> Tensor<3> {
        let (layer, parameter) = match parameter {
            Parameter::Block { layer, parameter } => (layer, parameter),
            // No other parameter has three axes.
            _ => (0, BlockParameter::WO),
        };
        fused_matrix(&self.network.blocks[layer].attention, parameter, a, b)
    }
}

/// Biases of the queries, keys or values of all heads `[head, d_head]`, where the three lie side by
/// side.
pub(super) fn fused_bias(attention: &Attention, parameter: BlockParameter) -> Tensor<2> {
    let n_heads = attention.n_heads;
    let weight = attention.qkv.weight.val();
    let [d_model, fused] = weight.dims();
    let bias = match &attention.qkv.bias {
        Some(bias) => bias.val(),
        None => Tensor::zeros([fused], &weight.device()),
    };
    bias.narrow(0, third(parameter) * d_model, d_model)
        .reshape([n_heads, d_model / n_heads])
}

/// `W_Q`, `W_K`, `W_V` or `W_O` of all heads, its other two axes cut.
pub(super) fn fused_matrix(
    attention: &Attention,
    parameter: BlockParameter,
    a: &Range<usize>,
    b: &Range<usize>,
) -> Tensor<3> {
    let n_heads = attention.n_heads;
    if parameter == BlockParameter::WO {
        let heads = output_matrices(attention.out.weight.val(), n_heads);
        return cut(heads, [0..n_heads, a.clone(), b.clone()]);
    }
    let fused = attention.qkv.weight.val();
    let d_model = fused.dims()[0];
    let part = third(parameter) * d_model;
    let rows = cut(fused, [a.clone(), part..part + d_model]); // [a, d_model]
    per_head(rows, n_heads, b)
}

/// Columns of a matrix `[a, head * d_head]` by heads, `[head, a, b]`.
pub(super) fn per_head(rows: Tensor<2>, n_heads: usize, b: &Range<usize>) -> Tensor<3> {
    let [a, width] = rows.dims();
    let heads = rows.reshape([a, n_heads, width / n_heads]).swap_dims(0, 1);
    cut(heads, [0..n_heads, 0..a, b.clone()])
}

/// `W_O` by heads, `[head * d_head, d_model]` to `[head, d_head, d_model]`.
pub(super) fn output_matrices(out: Tensor<2>, n_heads: usize) -> Tensor<3> {
    let [width, d_model] = out.dims();
    out.reshape([n_heads, width / n_heads, d_model])
}

impl Session {
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

pub(super) fn cut<const D: usize>(tensor: Tensor<D>, ranges: [Range<usize>; D]) -> Tensor<D> {
    let mut tensor = tensor;
    for (axis, range) in ranges.into_iter().enumerate() {
        if range.len() < tensor.dims()[axis] {
            tensor = tensor.narrow(axis, range.start, range.len());
        }
    }
    tensor
}

//! Names of a model's parameters, as text and as data.
//!
//! Source: the parameter names of TransformerLens (Nanda and Bloom, 2022). They are the same for
//! every family, however its files name and pack them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::cell_parameter::of_cell;
use super::{Attention, Axis, BlockParameter, CellParameter, CellSite, Stack};

/// A parameter inside one stack of an encoder-decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StackParameter {
    /// What is added to the scores of all its blocks, by distance `[head, bucket]`.
    PositionBias,
    /// A parameter inside a block.
    Block {
        /// Index of the block in its stack, from 0.
        layer: usize,
        /// Which.
        parameter: BlockParameter,
    },
    /// Gain of the stack's final norm `[d_model]`.
    LnFinalGain,
}

impl StackParameter {
    /// The parameter of that name without the stack; `None` for what only a stack has.
    fn plain(self) -> Option<Parameter> {
        match self {
            StackParameter::PositionBias => None,
            StackParameter::Block { layer, parameter } => Some(Parameter::block(layer, parameter)),
            StackParameter::LnFinalGain => Some(Parameter::LnFinalGain),
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        match name.parse() {
            Ok(Parameter::Block { layer, parameter }) => {
                Some(StackParameter::Block { layer, parameter })
            }
            Ok(Parameter::LnFinalGain) => Some(StackParameter::LnFinalGain),
            _ => (name == POSITION_BIAS).then_some(StackParameter::PositionBias),
        }
    }
}

const POSITION_BIAS: &str = "pos_bias";

/// One named parameter of a model.
///
/// ```
/// use llm_atlas::protocol::{BlockParameter, Parameter};
/// let name = Parameter::Block { layer: 1, parameter: BlockParameter::WQ };
/// assert_eq!(name.to_string(), "blocks.1.attn.W_Q");
/// assert_eq!("blocks.1.attn.W_Q".parse(), Ok(name));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Parameter {
    /// Token embeddings `[vocab, d_model]`.
    TokenEmbedding,
    /// Position embeddings `[pos, d_model]`, one row per position the model can read.
    PositionEmbedding,
    /// A parameter inside a block.
    Block {
        /// Index of the block, from 0.
        layer: usize,
        /// Which.
        parameter: BlockParameter,
    },
    /// Gain of the final layer norm `[d_model]`.
    LnFinalGain,
    /// Bias of the final layer norm `[d_model]`.
    LnFinalBias,
    /// From the residual stream to logits `[d_model, vocab]`; the token embeddings transposed in a
    /// model that ties them. From the hidden state `[d_hidden, vocab]` in a recurrent model that does
    /// not.
    Unembedding,
    /// Added to every embedding of an encoder: that of the first sentence `[d_model]`.
    TypeEmbedding,
    /// Gain of the norm of all embeddings together `[d_model]`.
    LnEmbedGain,
    /// Bias of the norm of all embeddings together `[d_model]`.
    LnEmbedBias,
    /// From the stream into an encoder's head `[d_model, d_model]`; in a recurrent model from the hidden
    /// state to the width of the embeddings `[d_hidden, d_model]`.
    HeadWeight,
    /// Bias of what goes into an encoder's head, or of what brings a hidden state to the width of the
    /// embeddings `[d_model]`.
    HeadBias,
    /// Added to the logits of an encoder and of a recurrent model `[vocab]`.
    UnembeddingBias,
    /// A parameter of one stack of an encoder-decoder, its stack named first:
    /// `decoder.blocks.0.cross_attn.W_Q`.
    InStack(Stack, StackParameter),
    /// A parameter of a recurrent layer: `cells.0.U_f`.
    Cell {
        /// Index of the layer, from 0.
        layer: usize,
        /// Of which of [`CellSite::GATES`].
        gate: CellSite,
        /// Which.
        parameter: CellParameter,
    },
}

impl Parameter {
    /// Shorthand for a parameter inside a block.
    pub fn block(layer: usize, parameter: BlockParameter) -> Self {
        Parameter::Block { layer, parameter }
    }

    /// The axes of this parameter.
    pub fn axes(self) -> &'static [Axis] {
        match self {
            Parameter::TokenEmbedding => &[Axis::Vocab, Axis::DModel],
            Parameter::PositionEmbedding => &[Axis::Pos, Axis::DModel],
            Parameter::Block { parameter, .. } => parameter.axes(),
            Parameter::Unembedding => &[Axis::DModel, Axis::Vocab],
            Parameter::HeadWeight => &[Axis::DModel, Axis::DModel],
            Parameter::UnembeddingBias => &[Axis::Vocab],
            Parameter::InStack(_, part) => match part.plain() {
                Some(plain) => plain.axes(),
                None => &[Axis::Head, Axis::Bucket],
            },
            Parameter::LnFinalGain
            | Parameter::LnFinalBias
            | Parameter::TypeEmbedding
            | Parameter::LnEmbedGain
            | Parameter::LnEmbedBias
            | Parameter::HeadBias => &[Axis::DModel],
            Parameter::Cell {
                layer, parameter, ..
            } => match parameter {
                CellParameter::W if layer == 0 => &[Axis::DModel, Axis::DHidden],
                CellParameter::W | CellParameter::U => &[Axis::DHidden, Axis::DHidden],
                CellParameter::B | CellParameter::BU => &[Axis::DHidden],
            },
        }
    }

    /// The parameter of a block that has this attention; a matrix of attention is that of this one.
    pub fn of(attention: Attention, layer: usize, parameter: BlockParameter) -> Self {
        let stack = match attention {
            Attention::Own => return Parameter::block(layer, parameter),
            Attention::Source => Stack::Encoder,
            Attention::Target | Attention::Cross => Stack::Decoder,
        };
        let parameter = match attention {
            Attention::Cross => parameter.crossed(),
            _ => parameter,
        };
        Parameter::InStack(stack, StackParameter::Block { layer, parameter })
    }

    /// Which parameter of a block it is.
    pub fn in_block(self) -> Option<BlockParameter> {
        match self {
            Parameter::Block { parameter, .. }
            | Parameter::InStack(_, StackParameter::Block { parameter, .. }) => Some(parameter),
            _ => None,
        }
    }

    /// The block it is in, from 0.
    pub fn layer(self) -> Option<usize> {
        match self {
            Parameter::Block { layer, .. }
            | Parameter::InStack(_, StackParameter::Block { layer, .. })
            | Parameter::Cell { layer, .. } => Some(layer),
            _ => None,
        }
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Parameter::TokenEmbedding => f.write_str("embed.W_E"),
            Parameter::PositionEmbedding => f.write_str("pos_embed.W_pos"),
            Parameter::Block { layer, parameter } => {
                write!(f, "blocks.{layer}.{}", parameter.name())
            }
            Parameter::LnFinalGain => f.write_str("ln_final.w"),
            Parameter::LnFinalBias => f.write_str("ln_final.b"),
            Parameter::Unembedding => f.write_str("unembed.W_U"),
            Parameter::TypeEmbedding => f.write_str("type_embed.W_type"),
            Parameter::LnEmbedGain => f.write_str("ln_embed.w"),
            Parameter::LnEmbedBias => f.write_str("ln_embed.b"),
            Parameter::HeadWeight => f.write_str("head.W"),
            Parameter::HeadBias => f.write_str("head.b"),
            Parameter::UnembeddingBias => f.write_str("unembed.b_U"),
            Parameter::InStack(stack, part) => match part.plain() {
                Some(plain) => write!(f, "{}.{plain}", stack.name()),
                None => write!(f, "{}.{POSITION_BIAS}", stack.name()),
            },
            Parameter::Cell {
                layer,
                gate,
                parameter,
            } => write!(f, "cells.{layer}.{}_{}", parameter.name(), gate.letter()),
        }
    }
}

/// The text is not the name of a parameter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the name of a parameter")]
pub struct ParseParameterError(pub String);

impl FromStr for Parameter {
    type Err = ParseParameterError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "embed.W_E" => return Ok(Parameter::TokenEmbedding),
            "pos_embed.W_pos" => return Ok(Parameter::PositionEmbedding),
            "ln_final.w" => return Ok(Parameter::LnFinalGain),
            "ln_final.b" => return Ok(Parameter::LnFinalBias),
            "unembed.W_U" => return Ok(Parameter::Unembedding),
            "type_embed.W_type" => return Ok(Parameter::TypeEmbedding),
            "ln_embed.w" => return Ok(Parameter::LnEmbedGain),
            "ln_embed.b" => return Ok(Parameter::LnEmbedBias),
            "head.W" => return Ok(Parameter::HeadWeight),
            "head.b" => return Ok(Parameter::HeadBias),
            "unembed.b_U" => return Ok(Parameter::UnembeddingBias),
            _ => {}
        }
        for stack in [Stack::Encoder, Stack::Decoder] {
            let rest = text.strip_prefix(stack.name());
            if let Some(rest) = rest.and_then(|rest| rest.strip_prefix('.')) {
                let part = StackParameter::from_name(rest);
                return part
                    .map(|part| Parameter::InStack(stack, part))
                    .ok_or_else(|| ParseParameterError(text.to_owned()));
            }
        }
        if let Some(rest) = text.strip_prefix("cells.") {
            return of_cell(rest).ok_or_else(|| ParseParameterError(text.to_owned()));
        }
        text.strip_prefix("blocks.")
            .and_then(|rest| rest.split_once('.'))
            .and_then(|(layer, name)| {
                let parameter = BlockParameter::ALL
                    .into_iter()
                    .chain(BlockParameter::GATE)
                    .chain(BlockParameter::CROSS)
                    .find(|parameter| parameter.name() == name)?;
                Some(Parameter::block(layer.parse().ok()?, parameter))
            })
            .ok_or_else(|| ParseParameterError(text.to_owned()))
    }
}

impl From<Parameter> for String {
    fn from(parameter: Parameter) -> String {
        parameter.to_string()
    }
}

impl TryFrom<String> for Parameter {
    type Error = ParseParameterError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// Some numbers of a parameter: along each axis one index, or all of them.
///
/// `[Some(2), None, Some(5)]` of `W_Q` is column 5 of head 2's matrix, `[d_model]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ParameterSlice {
    /// Of which parameter.
    pub parameter: Parameter,
    /// One entry per axis; `None` is the whole axis.
    pub index: Vec<Option<usize>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Architecture, ModelInfo};

    #[test]
    fn every_name_reads_back() {
        let of = |architecture| ModelInfo {
            architecture,
            n_layers: 2,
            n_encoder_layers: 3,
            d_hidden: 3,
            block: crate::protocol::Block {
                has_token_types: true,
                has_unembedding_bias: true,
                ..Default::default()
            },
            ..ModelInfo::default()
        };
        let mut all = Parameter::all(12);
        for architecture in Architecture::ALL {
            all.extend(Parameter::of_model(&of(architecture)));
        }
        assert_eq!(
            Parameter::all(2),
            Parameter::of_model(&of(Architecture::Decoder))
                .into_iter()
                .filter(|parameter| {
                    *parameter != Parameter::TypeEmbedding
                        && *parameter != Parameter::UnembeddingBias
                })
                .collect::<Vec<_>>()
        );
        for parameter in all {
            assert_eq!(parameter.to_string().parse(), Ok(parameter));
        }
        for text in [
            "",
            "blocks.1",
            "blocks.x.ln1.w",
            "blocks.1.attn.w_q",
            "embed",
            "cells.0.W_c",
            "cells.0.W",
            "cells.x.W_i",
        ] {
            assert!(text.parse::<Parameter>().is_err(), "{text}");
        }
    }
}

//! Names of a model's parameters, as text and as data.
//!
//! Source: the parameter names of TransformerLens (Nanda and Bloom, 2022). They are the same for
//! every decoder-only family, however its files name and pack them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Axis;

/// A parameter inside one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BlockParameter {
    /// Gain of the first layer norm `[d_model]`.
    Ln1Gain,
    /// Bias of the first layer norm `[d_model]`.
    Ln1Bias,
    /// From the residual stream to queries `[head, d_model, d_head]`.
    WQ,
    /// Bias of queries `[head, d_head]`.
    BQ,
    /// From the residual stream to keys `[head, d_model, d_head]`.
    WK,
    /// Bias of keys `[head, d_head]`.
    BK,
    /// From the residual stream to values `[head, d_model, d_head]`.
    WV,
    /// Bias of values `[head, d_head]`.
    BV,
    /// From the heads back to the residual stream `[head, d_head, d_model]`.
    WO,
    /// Bias of what attention adds `[d_model]`.
    BO,
    /// Gain of the second layer norm `[d_model]`.
    Ln2Gain,
    /// Bias of the second layer norm `[d_model]`.
    Ln2Bias,
    /// Into the gate of a gated MLP `[d_model, d_mlp]`.
    WGate,
    /// Bias of the gate `[d_mlp]`.
    BGate,
    /// Into the MLP's hidden layer `[d_model, d_mlp]`; of a gated MLP, to what the gate lets through.
    WIn,
    /// Bias of the hidden layer `[d_mlp]`.
    BIn,
    /// Out of the MLP's hidden layer `[d_mlp, d_model]`.
    WOut,
    /// Bias of what the MLP adds `[d_model]`.
    BOut,
}

impl BlockParameter {
    /// Those of a block without a gate, in the order in which it uses them.
    pub const ALL: [BlockParameter; 16] = [
        BlockParameter::Ln1Gain,
        BlockParameter::Ln1Bias,
        BlockParameter::WQ,
        BlockParameter::BQ,
        BlockParameter::WK,
        BlockParameter::BK,
        BlockParameter::WV,
        BlockParameter::BV,
        BlockParameter::WO,
        BlockParameter::BO,
        BlockParameter::Ln2Gain,
        BlockParameter::Ln2Bias,
        BlockParameter::WIn,
        BlockParameter::BIn,
        BlockParameter::WOut,
        BlockParameter::BOut,
    ];

    /// Those of a gate.
    pub const GATE: [BlockParameter; 2] = [BlockParameter::WGate, BlockParameter::BGate];

    /// The part of the name behind `blocks.{l}.`.
    pub fn name(self) -> &'static str {
        match self {
            BlockParameter::Ln1Gain => "ln1.w",
            BlockParameter::Ln1Bias => "ln1.b",
            BlockParameter::WQ => "attn.W_Q",
            BlockParameter::BQ => "attn.b_Q",
            BlockParameter::WK => "attn.W_K",
            BlockParameter::BK => "attn.b_K",
            BlockParameter::WV => "attn.W_V",
            BlockParameter::BV => "attn.b_V",
            BlockParameter::WO => "attn.W_O",
            BlockParameter::BO => "attn.b_O",
            BlockParameter::Ln2Gain => "ln2.w",
            BlockParameter::Ln2Bias => "ln2.b",
            BlockParameter::WGate => "mlp.W_gate",
            BlockParameter::BGate => "mlp.b_gate",
            BlockParameter::WIn => "mlp.W_in",
            BlockParameter::BIn => "mlp.b_in",
            BlockParameter::WOut => "mlp.W_out",
            BlockParameter::BOut => "mlp.b_out",
        }
    }

    /// The axes of this parameter.
    pub fn axes(self) -> &'static [Axis] {
        match self {
            BlockParameter::WQ | BlockParameter::WK | BlockParameter::WV => {
                &[Axis::Head, Axis::DModel, Axis::DHead]
            }
            BlockParameter::BQ | BlockParameter::BK | BlockParameter::BV => {
                &[Axis::Head, Axis::DHead]
            }
            BlockParameter::WO => &[Axis::Head, Axis::DHead, Axis::DModel],
            BlockParameter::WGate | BlockParameter::WIn => &[Axis::DModel, Axis::DMlp],
            BlockParameter::BGate | BlockParameter::BIn => &[Axis::DMlp],
            BlockParameter::WOut => &[Axis::DMlp, Axis::DModel],
            _ => &[Axis::DModel],
        }
    }
}

/// One named parameter of a decoder-only transformer.
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
    /// model that ties them.
    Unembedding,
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
            Parameter::LnFinalGain | Parameter::LnFinalBias => &[Axis::DModel],
            Parameter::Unembedding => &[Axis::DModel, Axis::Vocab],
        }
    }

    /// Every parameter of a GPT-2 with `n_layers` blocks, in the order of use.
    pub fn all(n_layers: usize) -> Vec<Parameter> {
        let mut all = vec![Parameter::TokenEmbedding, Parameter::PositionEmbedding];
        for layer in 0..n_layers {
            all.extend(BlockParameter::ALL.map(|parameter| Parameter::block(layer, parameter)));
        }
        all.extend([
            Parameter::LnFinalGain,
            Parameter::LnFinalBias,
            Parameter::Unembedding,
        ]);
        all
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
            _ => {}
        }
        text.strip_prefix("blocks.")
            .and_then(|rest| rest.split_once('.'))
            .and_then(|(layer, name)| {
                let parameter = BlockParameter::ALL
                    .into_iter()
                    .chain(BlockParameter::GATE)
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

    #[test]
    fn every_name_reads_back() {
        let mut all = Parameter::all(12);
        all.extend(BlockParameter::GATE.map(|parameter| Parameter::block(3, parameter)));
        for parameter in all {
            assert_eq!(parameter.to_string().parse(), Ok(parameter));
        }
        for text in [
            "",
            "blocks.1",
            "blocks.x.ln1.w",
            "blocks.1.attn.w_q",
            "embed",
        ] {
            assert!(text.parse::<Parameter>().is_err(), "{text}");
        }
    }
}

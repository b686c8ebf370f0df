//! Names of the parameters inside one block.
//!
//! Source: the parameter names of TransformerLens (Nanda and Bloom, 2022).

use super::{Axis, ModelInfo};

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
    /// Gain of the norm before cross-attention `[d_model]`.
    LnCrossGain,
    /// As [`Self::WQ`], of cross-attention.
    CrossWQ,
    /// As [`Self::WK`], of cross-attention.
    CrossWK,
    /// As [`Self::WV`], of cross-attention.
    CrossWV,
    /// As [`Self::WO`], of cross-attention.
    CrossWO,
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

    /// What a block with cross-attention has besides.
    pub const CROSS: [BlockParameter; 5] = [
        BlockParameter::LnCrossGain,
        BlockParameter::CrossWQ,
        BlockParameter::CrossWK,
        BlockParameter::CrossWV,
        BlockParameter::CrossWO,
    ];

    /// The same of cross-attention, for a matrix of attention; itself for every other.
    #[must_use]
    pub fn crossed(self) -> BlockParameter {
        match self {
            BlockParameter::WQ => BlockParameter::CrossWQ,
            BlockParameter::WK => BlockParameter::CrossWK,
            BlockParameter::WV => BlockParameter::CrossWV,
            BlockParameter::WO => BlockParameter::CrossWO,
            other => other,
        }
    }

    /// Whether it is of keys or values, which several heads may share.
    pub fn is_shared(self) -> bool {
        matches!(
            self,
            BlockParameter::WK | BlockParameter::BK | BlockParameter::WV | BlockParameter::BV
        )
    }

    /// Whether it is a bias of a norm, of attention, of the MLP: what a model may do without.
    pub(super) fn is_in(self, model: &ModelInfo) -> bool {
        let block = &model.block;
        match self {
            BlockParameter::Ln1Bias | BlockParameter::Ln2Bias => !block.is_rms_norm,
            BlockParameter::BQ | BlockParameter::BK | BlockParameter::BV | BlockParameter::BO => {
                block.has_attention_bias
            }
            BlockParameter::WGate => block.is_gated,
            BlockParameter::BGate => block.is_gated && block.has_mlp_bias,
            BlockParameter::BIn | BlockParameter::BOut => block.has_mlp_bias,
            _ => true,
        }
    }

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
            BlockParameter::LnCrossGain => "ln_cross.w",
            BlockParameter::CrossWQ => "cross_attn.W_Q",
            BlockParameter::CrossWK => "cross_attn.W_K",
            BlockParameter::CrossWV => "cross_attn.W_V",
            BlockParameter::CrossWO => "cross_attn.W_O",
        }
    }

    /// The axes of this parameter.
    pub fn axes(self) -> &'static [Axis] {
        match self {
            BlockParameter::CrossWQ
            | BlockParameter::CrossWK
            | BlockParameter::CrossWV
            | BlockParameter::WQ
            | BlockParameter::WK
            | BlockParameter::WV => &[Axis::Head, Axis::DModel, Axis::DHead],
            BlockParameter::BQ | BlockParameter::BK | BlockParameter::BV => {
                &[Axis::Head, Axis::DHead]
            }
            BlockParameter::WO | BlockParameter::CrossWO => {
                &[Axis::Head, Axis::DHead, Axis::DModel]
            }
            BlockParameter::WGate | BlockParameter::WIn => &[Axis::DModel, Axis::DMlp],
            BlockParameter::BGate | BlockParameter::BIn => &[Axis::DMlp],
            BlockParameter::WOut => &[Axis::DMlp, Axis::DModel],
            _ => &[Axis::DModel],
        }
    }
}

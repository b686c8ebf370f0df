//! The places inside one block of a transformer.

use super::Axis;

/// A place inside one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Site {
    /// Residual stream before the block `[pos, d_model]`.
    ResidPre,
    /// Output of the first layer norm `[pos, d_model]`.
    Ln1,
    /// Queries `[head, pos, d_head]`.
    Q,
    /// Keys `[head, pos, d_head]`, of as many heads as have keys of their own
    /// ([`Block::group_size`](super::Block::group_size)).
    K,
    /// Values `[head, pos, d_head]`, of as many heads as keys.
    V,
    /// Attention scores, scaled, before the mask `[head, query, key]`.
    Scores,
    /// Attention weights, each row summing to 1 `[head, query, key]`.
    Pattern,
    /// Weighted sum of values `[head, pos, d_head]`.
    Z,
    /// What attention adds to the residual stream `[pos, d_model]`.
    AttnOut,
    /// Residual stream between attention and MLP `[pos, d_model]`.
    ResidMid,
    /// Output of the layer norm before cross-attention `[pos, d_model]`.
    LnCross,
    /// Queries of cross-attention `[head, pos, d_head]`.
    CrossQ,
    /// Keys of the source `[head, source, d_head]`.
    CrossK,
    /// Values of the source `[head, source, d_head]`.
    CrossV,
    /// Scores of cross-attention before the mask `[head, query, source]`.
    CrossScores,
    /// Weights of cross-attention, each row summing to 1 `[head, query, source]`.
    CrossPattern,
    /// Weighted sum of the source's values `[head, pos, d_head]`.
    CrossZ,
    /// What cross-attention adds to the residual stream `[pos, d_model]`.
    CrossAttnOut,
    /// Residual stream between cross-attention and MLP `[pos, d_model]`.
    ResidMidCross,
    /// Output of the layer norm before the MLP `[pos, d_model]`.
    Ln2,
    /// MLP's hidden layer before the activation function `[pos, d_mlp]`.
    MlpPre,
    /// What a gated MLP's `MlpPre`, after the activation function, is multiplied by `[pos, d_mlp]`.
    MlpPreLinear,
    /// MLP's hidden layer after the activation function, and behind the gate if there is one
    /// `[pos, d_mlp]`.
    MlpPost,
    /// What the MLP adds to the residual stream `[pos, d_model]`.
    MlpOut,
    /// Sum before the norm that follows the MLP, in a block whose norms come after `[pos, d_model]`.
    /// Recorded for whoever asks; no list has it.
    ResidSum,
    /// Residual stream after the block `[pos, d_model]`.
    ResidPost,
}

impl Site {
    /// All sites of a block without cross-attention and without a gate in its MLP, in the order in
    /// which it computes them. With a gate there is [`Site::MlpPreLinear`], too.
    pub const ALL: [Site; 15] = [
        Site::ResidPre,
        Site::Ln1,
        Site::Q,
        Site::K,
        Site::V,
        Site::Scores,
        Site::Pattern,
        Site::Z,
        Site::AttnOut,
        Site::ResidMid,
        Site::Ln2,
        Site::MlpPre,
        Site::MlpPost,
        Site::MlpOut,
        Site::ResidPost,
    ];

    /// What a block with cross-attention computes besides [`Site::ALL`], after `ResidMid`.
    pub const CROSS: [Site; 9] = [
        Site::LnCross,
        Site::CrossQ,
        Site::CrossK,
        Site::CrossV,
        Site::CrossScores,
        Site::CrossPattern,
        Site::CrossZ,
        Site::CrossAttnOut,
        Site::ResidMidCross,
    ];

    /// The part of the name behind `blocks.{l}.`.
    pub fn name(self) -> &'static str {
        match self {
            Site::ResidPre => "resid_pre",
            Site::Ln1 => "ln1",
            Site::Q => "attn.q",
            Site::K => "attn.k",
            Site::V => "attn.v",
            Site::Scores => "attn.scores",
            Site::Pattern => "attn.pattern",
            Site::Z => "attn.z",
            Site::AttnOut => "attn_out",
            Site::ResidMid => "resid_mid",
            Site::LnCross => "ln_cross",
            Site::CrossQ => "cross_attn.q",
            Site::CrossK => "cross_attn.k",
            Site::CrossV => "cross_attn.v",
            Site::CrossScores => "cross_attn.scores",
            Site::CrossPattern => "cross_attn.pattern",
            Site::CrossZ => "cross_attn.z",
            Site::CrossAttnOut => "cross_attn_out",
            Site::ResidMidCross => "resid_mid_cross",
            Site::Ln2 => "ln2",
            Site::MlpPre => "mlp.pre",
            Site::MlpPreLinear => "mlp.pre_linear",
            Site::MlpPost => "mlp.post",
            Site::MlpOut => "mlp_out",
            Site::ResidSum => "resid_sum",
            Site::ResidPost => "resid_post",
        }
    }

    /// The axes of this activation.
    pub fn axes(self) -> &'static [Axis] {
        match self {
            Site::Q | Site::K | Site::V | Site::Z | Site::CrossQ | Site::CrossZ => {
                &[Axis::Head, Axis::Pos, Axis::DHead]
            }
            Site::CrossK | Site::CrossV => &[Axis::Head, Axis::Source, Axis::DHead],
            Site::Scores | Site::Pattern => &[Axis::Head, Axis::Query, Axis::Key],
            Site::CrossScores | Site::CrossPattern => &[Axis::Head, Axis::Query, Axis::Source],
            Site::MlpPre | Site::MlpPreLinear | Site::MlpPost => &[Axis::Pos, Axis::DMlp],
            _ => &[Axis::Pos, Axis::DModel],
        }
    }

    /// Whether the activation has one part per attention head.
    pub fn is_per_head(self) -> bool {
        self.axes()[0] == Axis::Head
    }

    /// The same stage of cross-attention, for a stage of attention; itself for every other site.
    #[must_use]
    pub fn crossed(self) -> Site {
        match self {
            Site::Q => Site::CrossQ,
            Site::K => Site::CrossK,
            Site::V => Site::CrossV,
            Site::Scores => Site::CrossScores,
            Site::Pattern => Site::CrossPattern,
            Site::Z => Site::CrossZ,
            Site::AttnOut => Site::CrossAttnOut,
            other => other,
        }
    }
}

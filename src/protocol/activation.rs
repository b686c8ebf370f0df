//! Names of activations, as text and as data.
//!
//! Source: the hook names of TransformerLens (Nanda and Bloom, 2022).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What one axis of an activation runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Axis {
    /// Position in the sequence.
    Pos,
    /// Position that looks (the row of an attention pattern).
    Query,
    /// Position that is looked at (the column of an attention pattern).
    Key,
    /// Attention head.
    Head,
    /// Dimension of the residual stream.
    DModel,
    /// Dimension of one head's query, key or value.
    DHead,
    /// Neuron of the MLP's hidden layer.
    DMlp,
    /// Token id.
    Vocab,
}

/// A place inside one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Site {
    /// Residual stream before the block `[pos, d_model]`.
    ResidPre,
    /// Output of the first layer norm `[pos, d_model]`.
    Ln1,
    /// Queries `[head, pos, d_head]`.
    Q,
    /// Keys `[head, pos, d_head]`.
    K,
    /// Values `[head, pos, d_head]`.
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
    /// Output of the second layer norm `[pos, d_model]`.
    Ln2,
    /// MLP's hidden layer before the activation function `[pos, d_mlp]`.
    MlpPre,
    /// MLP's hidden layer after the activation function `[pos, d_mlp]`.
    MlpPost,
    /// What the MLP adds to the residual stream `[pos, d_model]`.
    MlpOut,
    /// Residual stream after the block `[pos, d_model]`.
    ResidPost,
}

impl Site {
    /// All sites in the order in which a block computes them.
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
            Site::Ln2 => "ln2",
            Site::MlpPre => "mlp.pre",
            Site::MlpPost => "mlp.post",
            Site::MlpOut => "mlp_out",
            Site::ResidPost => "resid_post",
        }
    }

    /// The axes of this activation.
    pub fn axes(self) -> &'static [Axis] {
        match self {
            Site::Q | Site::K | Site::V | Site::Z => &[Axis::Head, Axis::Pos, Axis::DHead],
            Site::Scores | Site::Pattern => &[Axis::Head, Axis::Query, Axis::Key],
            Site::MlpPre | Site::MlpPost => &[Axis::Pos, Axis::DMlp],
            _ => &[Axis::Pos, Axis::DModel],
        }
    }

    /// Whether the activation has one part per attention head.
    pub fn is_per_head(self) -> bool {
        self.axes()[0] == Axis::Head
    }
}

/// One named activation of a decoder-only transformer.
///
/// ```
/// use llm_atlas::protocol::{Activation, Site};
/// let name = Activation::Block { layer: 1, site: Site::Pattern };
/// assert_eq!(name.to_string(), "blocks.1.attn.pattern");
/// assert_eq!("blocks.1.attn.pattern".parse(), Ok(name));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Activation {
    /// Token embeddings `[pos, d_model]`.
    Embed,
    /// Position embeddings `[pos, d_model]`.
    PosEmbed,
    /// A place inside a block.
    Block {
        /// Index of the block, from 0.
        layer: usize,
        /// Where in the block.
        site: Site,
    },
    /// Output of the final layer norm `[pos, d_model]`.
    LnFinal,
    /// Logits of the next token `[pos, vocab]`.
    Logits,
}

impl Activation {
    /// Shorthand for a place inside a block.
    pub fn block(layer: usize, site: Site) -> Self {
        Activation::Block { layer, site }
    }

    /// The axes of this activation.
    pub fn axes(self) -> &'static [Axis] {
        match self {
            Activation::Embed | Activation::PosEmbed | Activation::LnFinal => {
                &[Axis::Pos, Axis::DModel]
            }
            Activation::Block { site, .. } => site.axes(),
            Activation::Logits => &[Axis::Pos, Axis::Vocab],
        }
    }

    /// Whether the activation has one part per attention head.
    pub fn is_per_head(self) -> bool {
        self.axes()[0] == Axis::Head
    }

    /// Every activation of a model with `n_layers` blocks, in the order of computation.
    pub fn all(n_layers: usize) -> Vec<Activation> {
        let mut all = vec![Activation::Embed, Activation::PosEmbed];
        for layer in 0..n_layers {
            all.extend(Site::ALL.map(|site| Activation::Block { layer, site }));
        }
        all.extend([Activation::LnFinal, Activation::Logits]);
        all
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Activation::Embed => f.write_str("embed"),
            Activation::PosEmbed => f.write_str("pos_embed"),
            Activation::Block { layer, site } => write!(f, "blocks.{layer}.{}", site.name()),
            Activation::LnFinal => f.write_str("ln_final"),
            Activation::Logits => f.write_str("logits"),
        }
    }
}

/// The text is not the name of an activation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the name of an activation")]
pub struct ParseActivationError(pub String);

impl FromStr for Activation {
    type Err = ParseActivationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "embed" => return Ok(Activation::Embed),
            "pos_embed" => return Ok(Activation::PosEmbed),
            "ln_final" => return Ok(Activation::LnFinal),
            "logits" => return Ok(Activation::Logits),
            _ => {}
        }
        text.strip_prefix("blocks.")
            .and_then(|rest| rest.split_once('.'))
            .and_then(|(layer, name)| {
                let site = Site::ALL.into_iter().find(|site| site.name() == name)?;
                Some(Activation::Block {
                    layer: layer.parse().ok()?,
                    site,
                })
            })
            .ok_or_else(|| ParseActivationError(text.to_owned()))
    }
}

impl From<Activation> for String {
    fn from(activation: Activation) -> String {
        activation.to_string()
    }
}

impl TryFrom<String> for Activation {
    type Error = ParseActivationError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for activation in Activation::all(12) {
            assert_eq!(activation.to_string().parse(), Ok(activation));
        }
    }

    #[test]
    fn refuses_other_names() {
        for text in [
            "",
            "blocks",
            "blocks.1",
            "blocks.x.ln1",
            "blocks.1.ln3",
            "logits ",
        ] {
            assert!(text.parse::<Activation>().is_err(), "{text}");
        }
    }
}

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
    /// Position in the text an encoder read, looked at by a decoder.
    Source,
    /// Attention head.
    Head,
    /// Dimension of the residual stream.
    DModel,
    /// Dimension of one head's query, key or value.
    DHead,
    /// Neuron of the MLP's hidden layer.
    DMlp,
    /// Dimension of a recurrent cell's state.
    DHidden,
    /// Bucket of distances, for a bias that says where another token is.
    Bucket,
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

/// What one layer of a recurrent model computes at each step `[pos, d_hidden]`.
///
/// Source: Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CellSite {
    /// How much of the candidate is let in, 0 to 1.
    InputGate,
    /// How much of the cell is kept, 0 to 1.
    ForgetGate,
    /// What could be added to the cell, -1 to 1.
    Candidate,
    /// How much of the cell is shown, 0 to 1.
    OutputGate,
    /// The cell: what is carried from step to step.
    Cell,
    /// The hidden state: what the next layer and the next step see.
    #[default]
    Hidden,
}

impl CellSite {
    /// Those that are made of what a step reads and of the state before it, each with matrices of
    /// its own: three gates and the candidate, in the order in which PyTorch stacks them.
    pub const GATES: [CellSite; 4] = [
        CellSite::InputGate,
        CellSite::ForgetGate,
        CellSite::Candidate,
        CellSite::OutputGate,
    ];

    /// All of them in the order in which a layer computes them.
    pub const ALL: [CellSite; 6] = [
        CellSite::InputGate,
        CellSite::ForgetGate,
        CellSite::Candidate,
        CellSite::OutputGate,
        CellSite::Cell,
        CellSite::Hidden,
    ];

    /// The part of the name behind `cells.{l}.`.
    pub fn name(self) -> &'static str {
        match self {
            CellSite::InputGate => "gates.input",
            CellSite::ForgetGate => "gates.forget",
            CellSite::Candidate => "gates.candidate",
            CellSite::OutputGate => "gates.output",
            CellSite::Cell => "cell",
            CellSite::Hidden => "hidden",
        }
    }

    /// The letter it is written with.
    pub fn letter(self) -> &'static str {
        match self {
            CellSite::InputGate => "i",
            CellSite::ForgetGate => "f",
            CellSite::Candidate => "g",
            CellSite::OutputGate => "o",
            CellSite::Cell => "c",
            CellSite::Hidden => "h",
        }
    }
}

/// One of the two stacks of blocks of an encoder-decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stack {
    /// Reads the source, every position looking at every other.
    Encoder,
    /// Writes the target, looking back at it and across at the source.
    Decoder,
}

impl Stack {
    /// What its activations' names begin with, before a dot.
    pub fn name(self) -> &'static str {
        match self {
            Stack::Encoder => "encoder",
            Stack::Decoder => "decoder",
        }
    }
}

/// A place inside one of the stacks of an encoder-decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StackPart {
    /// Token embeddings `[pos, d_model]`.
    Embed,
    /// A place inside a block.
    Block {
        /// Index of the block in its stack, from 0.
        layer: usize,
        /// Where in the block.
        site: Site,
    },
    /// Output of the stack's final layer norm `[pos, d_model]`.
    LnFinal,
}

impl StackPart {
    /// The activation of that name without the stack.
    fn plain(self) -> Activation {
        match self {
            StackPart::Embed => Activation::Embed,
            StackPart::Block { layer, site } => Activation::Block { layer, site },
            StackPart::LnFinal => Activation::LnFinal,
        }
    }

    /// The part with the name of `activation`; `None` for what no stack has.
    fn from_plain(activation: Activation) -> Option<Self> {
        match activation {
            Activation::Embed => Some(StackPart::Embed),
            Activation::Block { layer, site } => Some(StackPart::Block { layer, site }),
            Activation::LnFinal => Some(StackPart::LnFinal),
            _ => None,
        }
    }
}

/// One named activation of a transformer.
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
    /// Sum of all embeddings before their norm, in a model that has one `[pos, d_model]`. This and
    /// the two of the head are recorded for whoever asks; no list has them.
    EmbedSum,
    /// An encoder's head before its bend `[pos, d_model]`; of a recurrent model whose embeddings serve
    /// for the logits, the hidden state brought to their width.
    HeadPre,
    /// An encoder's head after its bend `[pos, d_model]`.
    HeadPost,
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
    /// A place inside one layer of a recurrent model.
    Cell {
        /// Index of the layer, from 0.
        layer: usize,
        /// What of it.
        site: CellSite,
    },
    /// A place inside one stack of an encoder-decoder, its stack named first:
    /// `decoder.blocks.0.cross_attn.pattern`.
    InStack(Stack, StackPart),
}

impl Activation {
    /// Shorthand for a place inside a block of a stack.
    pub fn in_stack(stack: Stack, layer: usize, site: Site) -> Self {
        Activation::InStack(stack, StackPart::Block { layer, site })
    }

    /// Shorthand for a place inside a block.
    pub fn block(layer: usize, site: Site) -> Self {
        Activation::Block { layer, site }
    }

    /// The axes of this activation.
    pub fn axes(self) -> &'static [Axis] {
        match self {
            Activation::Embed
            | Activation::PosEmbed
            | Activation::EmbedSum
            | Activation::HeadPre
            | Activation::HeadPost
            | Activation::LnFinal => &[Axis::Pos, Axis::DModel],
            Activation::Block { site, .. } => site.axes(),
            Activation::Logits => &[Axis::Pos, Axis::Vocab],
            Activation::Cell { .. } => &[Axis::Pos, Axis::DHidden],
            Activation::InStack(_, part) => part.plain().axes(),
        }
    }

    /// Whether the activation has one part per attention head.
    pub fn is_per_head(self) -> bool {
        self.axes()[0] == Axis::Head
    }

    /// Whether it has one row per position of an encoder-decoder's source.
    pub fn is_of_source(self) -> bool {
        let is_encoder = matches!(self, Activation::InStack(Stack::Encoder, _));
        is_encoder || (self.is_per_head() && self.axes()[1] == Axis::Source)
    }

    /// Every activation of a GPT-2 with `n_layers` blocks, in the order of computation. What another
    /// model computes: [`ModelInfo::activations`](super::ModelInfo::activations).
    pub fn all(n_layers: usize) -> Vec<Activation> {
        let mut all = vec![Activation::Embed, Activation::PosEmbed];
        for layer in 0..n_layers {
            all.extend(Site::ALL.map(|site| Activation::Block { layer, site }));
        }
        all.extend([Activation::LnFinal, Activation::Logits]);
        all
    }

    /// Every activation of a recurrent model with `n_layers` layers, in the order of computation.
    pub fn all_of_recurrent(n_layers: usize) -> Vec<Activation> {
        let mut all = vec![Activation::Embed];
        for layer in 0..n_layers {
            all.extend(CellSite::ALL.map(|site| Activation::Cell { layer, site }));
        }
        all.push(Activation::Logits);
        all
    }

    /// Every activation of an encoder-decoder with so many blocks, in the order of computation.
    pub fn all_of_encoder_decoder(n_encoder: usize, n_decoder: usize) -> Vec<Activation> {
        let mut all = Vec::new();
        for (stack, n_layers) in [(Stack::Encoder, n_encoder), (Stack::Decoder, n_decoder)] {
            all.push(Activation::InStack(stack, StackPart::Embed));
            for layer in 0..n_layers {
                for site in Site::ALL {
                    if (stack, site) == (Stack::Decoder, Site::Ln2) {
                        all.extend(Site::CROSS.map(|site| Self::in_stack(stack, layer, site)));
                    }
                    all.push(Self::in_stack(stack, layer, site));
                }
            }
            all.push(Activation::InStack(stack, StackPart::LnFinal));
        }
        all.push(Activation::Logits);
        all
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Activation::Embed => f.write_str("embed"),
            Activation::PosEmbed => f.write_str("pos_embed"),
            Activation::EmbedSum => f.write_str("embed_sum"),
            Activation::HeadPre => f.write_str("head.pre"),
            Activation::HeadPost => f.write_str("head.post"),
            Activation::Block { layer, site } => write!(f, "blocks.{layer}.{}", site.name()),
            Activation::LnFinal => f.write_str("ln_final"),
            Activation::Logits => f.write_str("logits"),
            Activation::Cell { layer, site } => write!(f, "cells.{layer}.{}", site.name()),
            Activation::InStack(stack, part) => write!(f, "{}.{}", stack.name(), part.plain()),
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
            "embed_sum" => return Ok(Activation::EmbedSum),
            "head.pre" => return Ok(Activation::HeadPre),
            "head.post" => return Ok(Activation::HeadPost),
            "ln_final" => return Ok(Activation::LnFinal),
            "logits" => return Ok(Activation::Logits),
            _ => {}
        }
        for stack in [Stack::Encoder, Stack::Decoder] {
            let rest = text.strip_prefix(stack.name());
            if let Some(rest) = rest.and_then(|rest| rest.strip_prefix('.')) {
                let part = rest.parse().ok().and_then(StackPart::from_plain);
                return part
                    .map(|part| Activation::InStack(stack, part))
                    .ok_or_else(|| ParseActivationError(text.to_owned()));
            }
        }
        if let Some((layer, name)) = text
            .strip_prefix("cells.")
            .and_then(|rest| rest.split_once('.'))
        {
            let site = CellSite::ALL.into_iter().find(|site| site.name() == name);
            return match (layer.parse(), site) {
                (Ok(layer), Some(site)) => Ok(Activation::Cell { layer, site }),
                _ => Err(ParseActivationError(text.to_owned())),
            };
        }
        text.strip_prefix("blocks.")
            .and_then(|rest| rest.split_once('.'))
            .and_then(|(layer, name)| {
                let sites = Site::ALL.into_iter().chain(Site::CROSS);
                let mut sites = sites.chain([Site::MlpPreLinear, Site::ResidSum]);
                let site = sites.find(|site| site.name() == name)?;
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
        let mut all = Activation::all(12);
        all.extend(Activation::all_of_encoder_decoder(2, 3));
        all.extend(Activation::all_of_recurrent(2));
        all.extend([
            Activation::EmbedSum,
            Activation::HeadPre,
            Activation::HeadPost,
            Activation::block(1, Site::ResidSum),
        ]);
        all.push(Activation::block(1, Site::MlpPreLinear));
        all.push(Activation::in_stack(Stack::Encoder, 0, Site::MlpPreLinear));
        for activation in all {
            assert_eq!(activation.to_string().parse(), Ok(activation));
        }
    }

    #[test]
    fn a_stack_is_named_first() {
        let name = Activation::in_stack(Stack::Decoder, 1, Site::Pattern.crossed());
        assert_eq!(name.to_string(), "decoder.blocks.1.cross_attn.pattern");
        assert_eq!(name.axes(), &[Axis::Head, Axis::Query, Axis::Source]);
        assert!(name.is_per_head());
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
            "encoder.logits",
            "encoder.cells.0.cell",
            "cells.0",
            "cells.0.gates",
            "decoder.encoder.embed",
            "encoder",
        ] {
            assert!(text.parse::<Activation>().is_err(), "{text}");
        }
    }
}

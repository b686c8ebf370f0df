//! Names of activations, as text and as data.
//!
//! Source: the hook names of TransformerLens (Nanda and Bloom, 2022).

mod axis;
mod cell_site;
mod name;
mod site;
mod stack;

use serde::{Deserialize, Serialize};

pub use axis::Axis;
pub use cell_site::CellSite;
pub use name::ParseActivationError;
pub use site::Site;
pub use stack::{Stack, StackPart};

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

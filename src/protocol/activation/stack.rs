//! The two stacks of an encoder-decoder, and the places inside each.

use super::{Activation, Site};

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
    pub(super) fn plain(self) -> Activation {
        match self {
            StackPart::Embed => Activation::Embed,
            StackPart::Block { layer, site } => Activation::Block { layer, site },
            StackPart::LnFinal => Activation::LnFinal,
        }
    }

    /// The part with the name of `activation`; `None` for what no stack has.
    pub(super) fn from_plain(activation: Activation) -> Option<Self> {
        match activation {
            Activation::Embed => Some(StackPart::Embed),
            Activation::Block { layer, site } => Some(StackPart::Block { layer, site }),
            Activation::LnFinal => Some(StackPart::LnFinal),
            _ => None,
        }
    }
}

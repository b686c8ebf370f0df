//! T5: an encoder that reads a source and a decoder that writes a target, with positions only as a
//! bias on attention scores.
//!
//! Source: Raffel et al. 2020, "Exploring the Limits of Transfer Learning with a Unified Text-to-Text
//! Transformer", <https://arxiv.org/abs/1910.10683>; v1.1's gated MLP: Shazeer 2020,
//! <https://arxiv.org/abs/2002.05202>. Names of tensors and fields of `config.json` as in Hugging
//! Face `T5ForConditionalGeneration`.

mod config;
mod initial_weights;
mod loss;
mod model;
mod names;
mod relative_position;
mod weights;

pub use config::T5Config;
pub use initial_weights::initial_weights;
pub use loss::{Translation, translation_loss};
pub use model::{Block, BlockStack, CrossAttention, Source, T5};
pub use relative_position::RelativePositionBias;

//! BERT: an encoder that looks both ways, with layer norm after each part, and its
//! masked-language-model head.
//!
//! Source: Devlin et al. 2018, <https://arxiv.org/abs/1810.04805>; names of tensors and fields of
//! `config.json` as in Hugging Face `BertForMaskedLM`.

mod config;
mod loss;
mod model;
mod names;
mod weights;

pub use config::BertConfig;
pub use loss::{IGNORED, MaskedBatch, masked_loss};
pub use model::{Bert, BertBlock, BertInput, MaskedHead};
pub use names::BertNames;
pub use weights::{initial_weights, look_at_themselves};

//! GPT-2: a decoder-only transformer with layer norm before each part and learned positions.
//!
//! Source: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners"; names of
//! tensors and fields of `config.json` as in Hugging Face `GPT2LMHeadModel`.

mod config;
mod model;
mod weights;

pub use config::Gpt2Config;
pub use model::{Block, Gpt2};
pub use weights::initial_weights;

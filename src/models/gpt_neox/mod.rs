//! GPT-NeoX: a decoder that turns a part of each head by position and whose attention and MLP read
//! the same residual stream side by side. Pythia and Polyglot-Ko have this form.
//!
//! Source: Black et al. 2022, <https://arxiv.org/abs/2204.06745>; names of tensors and fields of
//! `config.json` as in Hugging Face `GPTNeoXForCausalLM`.

mod config;
mod model;
mod weights;

pub use config::GptNeoxConfig;
pub use model::{GptNeox, GptNeoxBlock};

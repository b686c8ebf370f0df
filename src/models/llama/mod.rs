//! Llama: a decoder with rotary positions, root-mean-square norms, a gated MLP, and keys and values
//! that several heads may share. SmolLM2 and many others have the same form.
//!
//! Source: Touvron et al. 2023, <https://arxiv.org/abs/2302.13971>; names of tensors and fields of
//! `config.json` as in Hugging Face `LlamaForCausalLM`.

mod config;
mod model;
mod weights;

pub use config::LlamaConfig;
pub use model::{Llama, LlamaBlock};

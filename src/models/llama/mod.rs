//! Llama: a decoder with rotary positions, root-mean-square norms, a gated MLP, and keys and values
//! that several heads may share. SmolLM2 and many others have the same form. Its forward pass is in
//! [`rotary_decoder`](super::rotary_decoder).
//!
//! Source: Touvron et al. 2023, <https://arxiv.org/abs/2302.13971>; names of tensors and fields of
//! `config.json` as in Hugging Face `LlamaForCausalLM`.

mod config;
mod weights;

pub use config::LlamaConfig;

//! GPT-NeoX: a decoder that turns a part of each head by position and whose attention and MLP read
//! the same residual stream side by side. Pythia and Polyglot-Ko have this form. Its forward pass is
//! in [`rotary_decoder`](super::rotary_decoder).
//!
//! Source: Black et al. 2022, <https://arxiv.org/abs/2204.06745>; names of tensors and fields of
//! `config.json` as in Hugging Face `GPTNeoXForCausalLM`.

mod config;
mod weights;

pub use config::GptNeoxConfig;

//! DistilBERT: a BERT with half the blocks, trained to answer as the whole one does. It knows no
//! first and second sentence and has names of its own; everything else is [`Bert`](super::Bert).
//!
//! Source: Sanh et al. 2019, <https://arxiv.org/abs/1910.01108>; names of tensors and fields of
//! `config.json` as in Hugging Face `DistilBertForMaskedLM`.

mod config;
mod names;

pub use config::DistilBertConfig;

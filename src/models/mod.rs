//! Model families, one folder and one registry line each.

pub mod bert;
pub mod config;
pub mod decoder;
pub mod distilbert;
mod family;
pub mod gpt2;
pub mod gpt_neox;
pub mod llama;
pub mod lstm;
pub mod rope;
pub mod t5;
#[cfg(test)]
mod tests;
pub mod weights;
pub mod word2vec;

pub use bert::Bert;
pub use config::ConfigError;
pub use decoder::{Decoder, DecoderConfig};
pub use family::{Family, encoder_config};
pub use gpt_neox::GptNeox;
pub use gpt2::Gpt2;
pub use llama::Llama;
pub use lstm::Lstm;
pub use t5::T5;
pub use weights::WeightsError;

//! Model families, one folder and one registry line each.

#[cfg(feature = "families")]
pub mod bert;
#[cfg(feature = "families")]
mod buffers;
pub mod config;
pub mod decoder;
#[cfg(feature = "families")]
pub mod distilbert;
mod family;
pub mod gpt2;
#[cfg(feature = "families")]
pub mod gpt_neox;
#[cfg(feature = "families")]
pub mod llama;
#[cfg(feature = "families")]
pub mod lstm;
pub mod parts;
#[cfg(feature = "families")]
pub mod rope;
#[cfg(feature = "families")]
pub mod rotary_decoder;
#[cfg(feature = "families")]
pub mod t5;
#[cfg(test)]
mod tests;
pub mod weights;
#[cfg(feature = "families")]
pub mod word2vec;

#[cfg(feature = "families")]
pub use bert::Bert;
#[cfg(feature = "families")]
pub use buffers::extra_names;
pub use config::ConfigError;
pub use decoder::{Decoder, DecoderConfig};
pub use family::Family;
#[cfg(feature = "families")]
pub use family::encoder_config;
pub use gpt2::Gpt2;
#[cfg(feature = "families")]
pub use lstm::Lstm;
#[cfg(feature = "families")]
pub use rotary_decoder::RotaryDecoder;
#[cfg(feature = "families")]
pub use t5::T5;
pub use weights::WeightsError;

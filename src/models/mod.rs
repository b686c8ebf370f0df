//! Model families, one folder and one registry line each.

pub mod bert;
pub mod config;
mod family;
pub mod gpt2;
pub mod lstm;
pub mod t5;
pub mod weights;
pub mod word2vec;

pub use bert::Bert;
pub use config::ConfigError;
pub use family::Family;
pub use gpt2::Gpt2;
pub use lstm::Lstm;
pub use t5::T5;
pub use weights::WeightsError;

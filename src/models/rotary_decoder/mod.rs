//! A decoder whose positions enter by turning queries and keys: what Llama and GPT-NeoX have in
//! common. They differ in what [`RotaryShape`] says and [`RotaryNames`] finds.

mod config;
mod model;
mod weights;

pub use config::{RotaryConfig, RotaryShape};
pub use model::{RotaryBlock, RotaryDecoder};
pub use weights::RotaryNames;

//! From logits to one drawn token: pure functions on `&[f32]`.
//!
//! The order is repetition penalty, temperature, top-k, top-p, min-p, as in Hugging Face's
//! generation. A [`Distribution`] holds everything a view shows of it, computed
//! once; [`choose`] finds the token a number in `[0, 1)` falls on; that number
//! is a function of seed and position ([`draw_uniform`]), so that the page and
//! the program draw the same tokens.
//!
//! Deliberately absent: state. Drawing twice gives the same token twice.
//!
//! Source: Fan, Lewis, Dauphin 2018 (top-k); Holtzman et al. 2020, "The Curious
//! Case of Neural Text Degeneration" (top-p); Nguyen et al. 2024, "Turning Up the Heat: Min-p
//! Sampling for Creative and Coherent LLM Outputs" (min-p); Keskar et al. 2019, "CTRL" (penalty).

mod distribution;
mod draw;
mod penalty;
mod settings;
mod softmax;
mod surprise;

pub use distribution::Distribution;
pub use draw::{Draw, choose, draw_uniform};
pub use penalty::penalized;
pub use settings::{SamplingError, Settings};
pub use softmax::softmax;
pub use surprise::{Surprise, surprise};

#[cfg(test)]
mod tests;

//! Model families, one folder and one registry line each.

pub mod gpt2;

pub use gpt2::Gpt2;

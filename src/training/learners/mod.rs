//! How each architecture is trained.

mod bert;
mod gpt2;

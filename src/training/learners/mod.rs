//! How each architecture is trained.

mod bert;
mod gpt2;
mod lstm;
mod t5;

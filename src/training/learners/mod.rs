//! How each architecture is trained.

mod gpt2;

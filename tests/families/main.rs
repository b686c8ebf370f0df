//! Each family's forward pass and one step of gradient descent against an independent
//! implementation.
//!
//! `tests/golden/*` were written by `scripts/make_golden_*.py` with PyTorch and transformers.

#![cfg(feature = "program")]
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod bert;
mod compare;
mod decoders;
mod distilbert;
mod gpt2;
mod lstm;
mod program;
mod reading;
mod sessions;
mod t5;

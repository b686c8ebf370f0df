//! Training: the same recipe gives the same run, also when it was killed in between.

#![cfg(feature = "program")]
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod beginning;
mod failing;
mod recipes;
mod resuming;
mod tiny;
mod what_is_left;
mod word_vectors;

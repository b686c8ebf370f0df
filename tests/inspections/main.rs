//! Answers to inspections, recomputed by hand in f64 from the weights.

#![cfg(feature = "program")]
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod arithmetic;
mod continuing;
mod models;
mod parameters;
mod reference;
mod residual;
mod session;
mod speed;

//! Each kind of model as the page uses it: text in, tokens and rows out.

#![cfg(feature = "program")]
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod arithmetic;
mod encoder;
mod every_kind;
mod models;
mod recurrent;
mod stream;
mod tokenizers;
mod translator;

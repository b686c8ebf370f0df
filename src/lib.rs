//! LLM Atlas: a page that shows a language model thinking.
//!
//! | folder | is | may use |
//! |---|---|---|
//! | [`protocol`] | every type that crosses between the page and a worker | std, serde, thiserror |
//! | [`derivation`] | where a number of the model comes from, as data | std, serde, thiserror, [`protocol`] |
//! | [`village`] | the small world the bundled models are trained on | std, serde, thiserror |
//! | [`tokenizer`] | byte-level BPE with visible merges; tokenizers of every kind | serde, serde_json, thiserror, unicode-properties, tokenizers |
//! | [`order`] | sorting by numbers, compiled once | std |
//! | [`sampling`] | from logits to a drawn token: pure functions on `&[f32]` | std, serde, thiserror |
//! | [`projection`] | high-dimensional vectors to the plane (PCA) | std, thiserror |
//! | [`attention_measures`] | what an attention pattern is like, as numbers | std |
//! | [`color_scale`] | every colour decision | std |
//! | `nn`, `models`, `checkpoint`, `training`, `engine` | the model and what runs it | burn, never the page |
//! | `ui` | the page | yew, never burn |
//!
//! `tests/architecture.rs` holds the table against the code.

pub mod attention_measures;
pub mod color_scale;
pub mod order;
pub mod projection;
pub mod protocol;
pub mod sampling;
pub mod tokenizer;

#[cfg(feature = "engine")]
pub mod checkpoint;
#[cfg(feature = "engine")]
pub mod engine;
#[cfg(feature = "engine")]
pub mod models;
#[cfg(feature = "engine")]
pub mod nn;
#[cfg(feature = "program")]
pub mod program;
#[cfg(feature = "program")]
pub mod training;

// The page does not tell stories and the workers draw nothing: what a program leaves out need not
// be built again for it.
#[cfg(not(feature = "worker"))]
pub mod derivation;
#[cfg(not(feature = "worker"))]
pub mod ui;
#[cfg(not(any(feature = "worker", feature = "page")))]
pub mod village;

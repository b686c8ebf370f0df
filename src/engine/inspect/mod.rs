//! Answers to inspections: closer looks at a text that are not activations.
//!
//! An inspection never changes what the session has read: it works on a copy of the KV cache, which
//! shares its tensors, and reads only the positions it needs. Each reads back from the device in
//! one transaction, neurons in two, continuations in one per token; the lens in several where the
//! vocabulary is large.

mod answer;
mod answer_families;
mod attribution;
mod beam;
mod blanks;
mod continuations;
mod error;
mod head_characters;
mod logit_lens;
#[cfg(feature = "families")]
mod looks_families;
mod neurons;
mod parameters;
#[cfg(feature = "families")]
mod parameters_families;
mod reading;
mod side;
mod top;
mod writing;

pub use logit_lens::LensMemory;

pub(super) use error::does_not_apply;

use error::InspectError;

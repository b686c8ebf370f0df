//! What can go wrong in a worker, with the data a clear sentence needs.

use serde::{Deserialize, Serialize};

use super::Fault;

/// A failure in the engine. The page turns it into a sentence in the person's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum EngineError {
    /// A file of the model could not be fetched.
    #[error("could not fetch {url}: {detail}")]
    Fetch {
        /// Which file.
        url: String,
        /// What the browser or the server said.
        detail: String,
    },
    /// A file of the model was fetched but is not what it should be.
    #[error("{file} cannot be used: {detail}")]
    Model {
        /// Which file.
        file: String,
        /// What is wrong with it.
        detail: String,
    },
    /// A file of a checkpoint is not what it should be, or cannot be held.
    #[error("{file}: {fault:?} {about:?}")]
    Checkpoint {
        /// Which file.
        file: String,
        /// What is wrong.
        fault: Fault,
        /// The names and numbers that [`Fault`] speaks of.
        about: Vec<String>,
    },
    /// There is no graphics adapter that WebGPU could use.
    #[error("no WebGPU adapter: {detail}")]
    NoAdapter {
        /// What the browser said.
        detail: String,
    },
    /// The graphics device was lost while it was in use.
    #[error("the graphics device was lost: {detail}")]
    DeviceLost {
        /// What the browser said.
        detail: String,
    },
    /// A request came before the model was there.
    #[error("no model has been loaded")]
    NoModel,
    /// A token id is outside the vocabulary.
    #[error("token id {id} is outside the vocabulary of {vocab_size}")]
    UnknownToken {
        /// The id.
        id: u32,
        /// Number of ids.
        vocab_size: usize,
    },
    /// The loaded model has nothing to answer this with.
    #[error("a model of this kind has no {what}")]
    DoesNotApply {
        /// What was asked for.
        what: String,
    },
    /// The computation itself failed; a bug.
    #[error("the computation failed: {detail}")]
    Internal {
        /// What is known.
        detail: String,
    },
}

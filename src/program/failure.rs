//! What the program says when it cannot go on.

use std::path::PathBuf;

use crate::engine::LoadError;
use crate::protocol::EngineError;
use crate::sampling::SamplingError;
use crate::training::TrainingError;

/// One sentence on standard error.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file was read and is not what it should be.
    #[error("{path}: {detail}")]
    Content {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// No folder of that name.
    #[error("no model `{name}`: it is neither a folder nor in {looked_in}")]
    NoModel {
        /// What was asked for.
        name: String,
        /// Where it was looked for.
        looked_in: String,
    },
    /// The model's files.
    #[error("{folder}: {source}")]
    Model {
        /// The folder.
        folder: PathBuf,
        /// What is wrong.
        source: LoadError,
    },
    /// The arguments do not fit together.
    #[error("{0}")]
    Arguments(String),
    /// The engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The trainer.
    #[error(transparent)]
    Training(#[from] TrainingError),
    /// The sampler.
    #[error(transparent)]
    Sampling(#[from] SamplingError),
}

impl Failure {
    /// Says which file a system error belongs to.
    pub fn at(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Failure::File { path, source }
    }
}

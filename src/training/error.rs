//! What can stop a training.

use std::path::PathBuf;

use crate::checkpoint::CheckpointError;
use crate::models::WeightsError;
use crate::tokenizer::TokenizerError;

/// A training that cannot begin or go on. The last good checkpoint is kept in every case.
#[derive(Debug, thiserror::Error)]
pub enum TrainingError {
    /// A file could not be read or written (a full disk, for one).
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The recipe, or a checkpoint's state, is not what it should be.
    #[error("{path}: {detail}")]
    Recipe {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The folder holds a training already and `--resume` was not given.
    #[error(
        "{0} holds a training already: add --resume to go on with it, or choose another folder"
    )]
    FolderInUse(PathBuf),
    /// Another trainer holds the folder.
    #[error("another training holds {0}: wait for it, or remove the file if that training is dead")]
    Locked(PathBuf),
    /// The loss is no number any more.
    #[error(
        "the loss became {loss} at step {step}; the last checkpoint is kept: lower the learning rate and resume"
    )]
    NotFinite {
        /// At this step.
        step: usize,
        /// The loss.
        loss: f32,
    },
    /// Weights that cannot be used.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// A checkpoint that cannot be used.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A tokenizer that cannot be used.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    /// The optimiser's saved state cannot be used.
    #[error("the optimiser's state cannot be read or written: {0}")]
    Optimizer(String),
}

impl TrainingError {
    /// Says which file a system error belongs to.
    pub fn at(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| TrainingError::File { path, source }
    }
}

//! What can stop a training.

use std::io::ErrorKind;
use std::path::PathBuf;

use crate::checkpoint::CheckpointError;
use crate::models::WeightsError;
use crate::tokenizer::TokenizerError;

/// A training that cannot begin or go on. The last good checkpoint is kept in every case.
#[derive(Debug, thiserror::Error)]
pub enum TrainingError {
    /// There is no room for a file.
    #[error(
        "there is no room for {path} ({source}): the last checkpoint is kept; free some space and go on with --resume"
    )]
    NoRoom {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file could not be read or written.
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
    #[error("another training ({holder}) works in {folder}: wait for it, or choose another folder")]
    Locked {
        /// The folder.
        folder: PathBuf,
        /// What the lock says of its holder.
        holder: String,
    },
    /// The recipe reads nothing.
    #[error("the recipe names no slices: name at least one, such as \"stories\"")]
    NoSlices,
    /// The recipe names a part of the village that there is not.
    #[error("the village has no slice `{0}`")]
    UnknownSlice(String),
    /// A share is no positive number.
    #[error("the share of slice `{0}` is {1}: it must be a positive number")]
    Share(String, f64),
    /// The recipe's model cannot be.
    #[error("the recipe's model cannot be: {0}")]
    Model(String),
    /// The loss is no number any more.
    #[error(
        "the loss became {loss} at step {step}: the last checkpoint is kept; lower the learning rate and go on with --resume"
    )]
    NotFinite {
        /// At this step.
        step: usize,
        /// The loss.
        loss: f32,
    },
    /// A weight is no number any more.
    #[error(
        "a weight is not finite after step {step}: the last checkpoint is kept; lower the learning rate and go on with --resume"
    )]
    WeightsNotFinite {
        /// After this many steps.
        step: usize,
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
        move |source| match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                TrainingError::NoRoom { path, source }
            }
            _ => TrainingError::File { path, source },
        }
    }
}

//! Checkpoints of a training on disk, written so that a kill at any moment leaves a good one.
//!
//! `out/checkpoint-00001000/{model.safetensors, optimizer.burnpack, state.json}` in full precision. A checkpoint is
//! written under a temporary name and renamed when it is whole; the two newest are kept.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Recipe, TrainingError};
use crate::checkpoint::{NamedTensors, Precision, read_safetensors, write_safetensors};

/// What a checkpoint says besides its tensors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Steps done.
    pub step: usize,
    /// Tokens read, padding not counted; absent in checkpoints of older versions.
    #[serde(default)]
    pub tokens: Option<usize>,
    /// The recipe in force.
    pub recipe: Recipe,
    /// Seconds spent so far, over all runs.
    pub elapsed_s: f64,
}

/// A checkpoint read back.
#[derive(Debug)]
pub struct Loaded {
    /// Steps done and recipe.
    pub state: State,
    /// Weights, f32.
    pub weights: NamedTensors,
    /// The optimiser's state as it was saved.
    pub optimizer: Vec<u8>,
}

/// Writes a file whole or not at all.
///
/// # Errors
/// If the disk is full or the folder cannot be written.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), TrainingError> {
    let temporary = path.with_extension("tmp");
    write_to_disk(&temporary, bytes)?;
    fs::rename(&temporary, path).map_err(TrainingError::at(path))
}

/// Writes a file and waits until the disk has it; leaves none if it cannot.
fn write_to_disk(path: &Path, bytes: &[u8]) -> Result<(), TrainingError> {
    let written = File::create(path)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    if written.is_err() {
        // Half a file is of no use and holds room.
        let _ = fs::remove_file(path);
    }
    written.map_err(TrainingError::at(path))
}

/// Saves a checkpoint and forgets all but the two newest.
///
/// # Errors
/// If a weight is not finite, the disk is full or the folder cannot be written; older checkpoints
/// are then untouched.
pub fn save(
    out: &Path,
    state: &State,
    weights: &NamedTensors,
    optimizer: &[u8],
) -> Result<(), TrainingError> {
    if !weights.is_finite() {
        return Err(TrainingError::WeightsNotFinite { step: state.step });
    }
    let folder = out.join(format!("checkpoint-{:08}", state.step));
    let temporary = out.join("checkpoint-partial");
    if temporary.exists() {
        fs::remove_dir_all(&temporary).map_err(TrainingError::at(&temporary))?;
    }
    fs::create_dir_all(&temporary).map_err(TrainingError::at(&temporary))?;
    let put = |name: &str, bytes: &[u8]| write_to_disk(&temporary.join(name), bytes);
    put(
        "model.safetensors",
        &write_safetensors(weights, Precision::F32)?,
    )?;
    put("optimizer.burnpack", optimizer)?;
    let state = serde_json::to_string_pretty(state).map_err(|error| TrainingError::Recipe {
        path: folder.join("state.json"),
        detail: error.to_string(),
    })?;
    put("state.json", state.as_bytes())?;
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(TrainingError::at(&folder))?;
    }
    fs::rename(&temporary, &folder).map_err(TrainingError::at(&folder))?;
    let kept = list(out)?;
    for old in &kept[..kept.len().saturating_sub(2)] {
        fs::remove_dir_all(old).map_err(TrainingError::at(old))?;
    }
    Ok(())
}

/// The newest checkpoint in the folder, if there is one.
///
/// # Errors
/// If it cannot be read.
pub fn load_newest(out: &Path) -> Result<Option<Loaded>, TrainingError> {
    let Some(folder) = list(out)?.pop() else {
        return Ok(None);
    };
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read(&path).map_err(TrainingError::at(path))
    };
    let state =
        serde_json::from_slice(&read("state.json")?).map_err(|error| TrainingError::Recipe {
            path: folder.join("state.json"),
            detail: error.to_string(),
        })?;
    let weights = read_safetensors(&read("model.safetensors")?)?;
    Ok(Some(Loaded {
        state,
        weights,
        optimizer: read("optimizer.burnpack")?,
    }))
}

/// Folders of checkpoints, oldest first.
fn list(out: &Path) -> Result<Vec<PathBuf>, TrainingError> {
    let mut folders = Vec::new();
    if out.exists() {
        for entry in fs::read_dir(out).map_err(TrainingError::at(out))? {
            let path = entry.map_err(TrainingError::at(out))?.path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            let is_whole = name
                .strip_prefix("checkpoint-")
                .is_some_and(|step| step.parse::<usize>().is_ok());
            if is_whole && path.is_dir() {
                folders.push(path);
            }
        }
    }
    folders.sort();
    Ok(folders)
}

//! What is measured while training, as lines of JSON.

use std::fs;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::TrainingError;
use super::checkpoints::write_whole;

/// What the loop tells its caller after a step; one line of `metrics.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Steps done.
    pub step: usize,
    /// Tokens read so far, padding not counted.
    pub tokens: usize,
    /// Mean training loss since the last report, nats per target.
    pub loss: f32,
    /// Validation loss, nats per target, when this step measured it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation_loss: Option<f32>,
    /// Learning rate of the last step.
    pub learning_rate: f64,
    /// Share of the positions since the last report that were padding.
    #[serde(default)]
    pub padding: f64,
    /// Tokens read per second in this run.
    pub tokens_per_s: f64,
    /// Seconds spent so far, over all runs.
    pub elapsed_s: f64,
    /// Seconds that are left at this speed.
    #[serde(default)]
    pub left_s: f64,
}

/// Appends a line.
///
/// # Errors
/// If it cannot be written.
pub(super) fn append(out: &Path, report: &Report) -> Result<(), TrainingError> {
    let path = out.join("metrics.jsonl");
    let line = serde_json::to_string(report).map_err(|error| TrainingError::Recipe {
        path: path.clone(),
        detail: error.to_string(),
    })?;
    let mut file = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .map_err(TrainingError::at(&path))?;
    writeln!(file, "{line}").map_err(TrainingError::at(path))
}

/// Forgets the lines after `step`: a training that goes on from there writes them again.
///
/// # Errors
/// If the file cannot be read or written.
pub(super) fn forget_after(out: &Path, step: usize) -> Result<(), TrainingError> {
    #[derive(Deserialize)]
    struct Line {
        step: usize,
    }
    let path = out.join("metrics.jsonl");
    if !path.exists() {
        return Ok(());
    }
    let text = fs::read_to_string(&path).map_err(TrainingError::at(&path))?;
    let is_kept =
        |line: &&str| serde_json::from_str::<Line>(line).is_ok_and(|line| line.step <= step);
    let kept: String = text
        .lines()
        .filter(is_kept)
        .flat_map(|line| [line, "\n"])
        .collect();
    match kept == text {
        true => Ok(()),
        false => write_whole(&path, kept.as_bytes()),
    }
}

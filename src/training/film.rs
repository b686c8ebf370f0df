//! The film of a training: its weights at about 20 moments from the first to the last, packed
//! small, in `out/film`.
//!
//! `step-000123.safetensors` is a frame (see [`crate::checkpoint::read_packed`]); `index.json` says of
//! each its step, its losses, and how much packing changed the loss. Frames depend on the recipe
//! and the step alone, so a resumed training writes the same ones again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::checkpoints::{State, write_whole};
use super::run::{Validation, mean};
use super::{Learner, Recipe, TrainingError};
use crate::checkpoint::{NamedTensors, read_packed, write_packed};
use crate::protocol::{self, Frame};

/// A training's frames.
pub(super) struct Film {
    folder: PathBuf,
    model: String,
    steps: Vec<usize>,
}

impl Film {
    /// The film in a training's folder.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub fn open(out: &Path, recipe: &Recipe) -> Result<Self, TrainingError> {
        let folder = out.join("film");
        let steps = frame_steps(recipe.steps, recipe.film_steps);
        if !steps.is_empty() {
            fs::create_dir_all(&folder).map_err(TrainingError::at(&folder))?;
        }
        Ok(Film {
            folder,
            model: recipe.name.clone(),
            steps,
        })
    }

    /// Whether there is a frame after this many steps.
    pub fn has_frame(&self, step: usize) -> bool {
        self.steps.binary_search(&step).is_ok()
    }

    /// Writes a frame and tells of it in the index.
    ///
    /// # Errors
    /// If a weight is not finite, or the folder cannot be written.
    pub fn add<L: Learner>(
        &self,
        state: &State,
        weights: &NamedTensors,
        loss: Option<f32>,
        config: &L::Config,
        validation: &Validation<L>,
    ) -> Result<(), TrainingError> {
        if !weights.is_finite() {
            return Err(TrainingError::WeightsNotFinite { step: state.step });
        }
        let packed = write_packed(weights)?;
        let exact = validation.losses_of(config, weights)?;
        let rounded = validation.losses_of(config, &read_packed(&packed)?)?;
        let differences = || exact.iter().zip(&rounded).map(|(a, b)| (a.0 - b.0).abs());
        let file = format!("step-{:06}.safetensors", state.step);
        write_whole(&self.folder.join(&file), &packed)?;
        self.tell(Frame {
            step: state.step,
            tokens: state.tokens.unwrap_or(0),
            file,
            size_bytes: packed.len(),
            loss,
            validation_loss: mean(&exact),
            packed_validation_loss: mean(&rounded),
            packed_max_difference: differences().fold(0.0, f32::max),
            packed_mean_difference: differences().sum::<f32>() / exact.len().max(1) as f32,
        })
    }

    /// Adds a frame to the index, or puts it in the place of the same step's.
    fn tell(&self, frame: Frame) -> Result<(), TrainingError> {
        let path = self.folder.join("index.json");
        let wrong = |error: serde_json::Error| TrainingError::Recipe {
            path: path.clone(),
            detail: error.to_string(),
        };
        let known: protocol::Film = match path.exists() {
            true => {
                let text = fs::read_to_string(&path).map_err(TrainingError::at(&path))?;
                serde_json::from_str(&text).map_err(wrong)?
            }
            false => protocol::Film::default(),
        };
        let frames = known.frames.into_iter().chain([frame]);
        let by_step: BTreeMap<usize, Frame> = frames.map(|frame| (frame.step, frame)).collect();
        let index = protocol::Film {
            model: self.model.clone(),
            frames: by_step.into_values().collect(),
            // What was measured holds for the frames there were.
            milestones: Vec::new(),
        };
        let json = serde_json::to_string_pretty(&index).map_err(wrong)?;
        write_whole(&path, json.as_bytes())
    }
}

/// The steps with a frame: 0, then `round(steps^((i - 1) / (count - 2)))` for `i` from 1 to
/// `count - 1`, which is 1, equal ratios, and `steps`. The first ones may coincide, so that there are
/// fewer than `count`.
///
/// ```
/// use llm_atlas::training::frame_steps;
/// assert_eq!(frame_steps(1000, 8), [0, 1, 3, 10, 32, 100, 316, 1000]);
/// assert_eq!(frame_steps(1000, 0), [0; 0]);
/// ```
pub fn frame_steps(steps: usize, count: usize) -> Vec<usize> {
    let intervals = count.saturating_sub(2).max(1) as f64;
    let mut frames: Vec<usize> = (0..count)
        .map(|frame| match frame {
            0 => 0,
            _ => (steps as f64).powf((frame - 1) as f64 / intervals).round() as usize,
        })
        .collect();
    frames.dedup();
    frames
}

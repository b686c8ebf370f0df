//! The film of a training as its `index.json` tells it: which steps were kept, how far the model had
//! come at each, and what it could do first when.

use serde::{Deserialize, Serialize};

/// What is in `film/index.json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Film {
    /// Name of the model.
    pub model: String,
    /// The kept steps, in order. The last one is the trained model.
    pub frames: Vec<Frame>,
    /// When the model could do something for the first time, as `atlas eval --film` measured it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub milestones: Vec<Milestone>,
}

/// One kept step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Steps done.
    pub step: usize,
    /// Tokens read so far, padding not counted.
    pub tokens: usize,
    /// Its file in the film's folder.
    pub file: String,
    /// Size of the file.
    pub size_bytes: usize,
    /// Training loss of the last batch, nats per target; none before the first step.
    pub loss: Option<f32>,
    /// Validation loss, nats per target.
    pub validation_loss: f32,
    /// Validation loss of the packed weights.
    pub packed_validation_loss: f32,
    /// Largest difference that packing makes to the loss of a validation batch.
    pub packed_max_difference: f32,
    /// Mean of these differences.
    pub packed_mean_difference: f32,
}

/// Something a model can do, measured at every frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Milestone {
    /// What.
    pub ability: Ability,
    /// The first kept step at which it could; none if it never could.
    pub step: Option<usize>,
    /// The measure has to reach this; see [`Ability`].
    pub threshold: f32,
    /// The measure at each frame.
    pub values: Vec<f32>,
    /// How many samples, questions or sequences each value is the mean of.
    pub samples: usize,
    /// Block and head with the best measure at `step`, from 0, if it is one of heads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<(usize, usize)>,
}

/// What can be found in a film.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ability {
    /// A head that looks at what followed the same token before. Measure: the best head's mean
    /// attention there, on random tokens said twice (Olsson et al. 2022).
    InductionHead,
    /// Writing a sentence of the village. Measure: the share of sampled continuations of a story's
    /// first sentence whose next sentence is complete and grammatical.
    GrammaticalSentence,
    /// Answering a question whose fact is far back. Measure: the share of right answers, less that
    /// of the better of two baselines that do not look for the fact.
    RightFact,
}

impl Film {
    /// The frame after so many steps.
    pub fn frame(&self, step: usize) -> Option<&Frame> {
        self.frames.iter().find(|frame| frame.step == step)
    }

    /// The last frame, which is the trained model.
    pub fn last(&self) -> Option<&Frame> {
        self.frames.last()
    }

    /// The place of a step among the frames; `None` is the trained model.
    pub fn place(&self, step: Option<usize>) -> usize {
        let places = self
            .frames
            .iter()
            .position(|frame| Some(frame.step) == step);
        places.unwrap_or(self.frames.len().saturating_sub(1))
    }

    /// The step at a place among the frames; `None` for the last one, the trained model.
    pub fn step_at(&self, place: usize) -> Option<usize> {
        let is_last = place + 1 >= self.frames.len();
        self.frames
            .get(place)
            .map(|frame| frame.step)
            .filter(|_| !is_last)
    }
}

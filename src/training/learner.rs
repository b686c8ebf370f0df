//! What the training loop needs of a model: batches to learn from, a loss, and its weights by name.
//!
//! One file per architecture in `learners` says how; the loop knows none of them.

use burn::module::{Module, ParamGroup};
use burn::tensor::{Device, Tensor};

use super::{Corpus, Recipe, TrainingError};
use crate::checkpoint::NamedTensors;
use crate::tokenizer::ByteLevelBpe;

/// A model that can be trained.
pub trait Learner: Module {
    /// What `config.json` says.
    type Config;
    /// What one step reads.
    type Batch: Batch;

    /// Tokens with a meaning of their own that the objective needs, `<|endoftext|>` not counted.
    const SPECIAL_TOKENS: &'static [&'static str] = &[];

    /// The matrices that Muon turns, if the recipe wants it; all other tensors are AdamW's.
    fn muon_matrices() -> ParamGroup {
        ParamGroup::from_predicates(vec!["blocks.", ".weight"])
    }

    /// The configuration the recipe asks for.
    ///
    /// # Errors
    /// If there can be no such model.
    fn config(recipe: &Recipe, tokenizer: &ByteLevelBpe) -> Result<Self::Config, TrainingError>;

    /// `config.json` as Hugging Face writes it.
    ///
    /// # Errors
    /// If it cannot be written as JSON.
    fn config_json(config: &Self::Config) -> Result<String, serde_json::Error>;

    /// Fresh weights: the same from the same recipe on every machine.
    fn initial_weights(config: &Self::Config, recipe: &Recipe) -> NamedTensors;

    /// A model with these weights.
    ///
    /// # Errors
    /// If a tensor is missing, misshapen or not finite.
    fn from_weights(
        config: &Self::Config,
        weights: &NamedTensors,
        device: &Device,
    ) -> Result<Self, TrainingError>;

    /// All tensors under their Hugging Face names.
    fn to_weights(&self) -> NamedTensors;

    /// Batch number `index`: a function of the recipe, the split and the number alone, so that a
    /// resumed training reads exactly what an uninterrupted one would have read.
    fn batch(corpus: &mut Corpus<'_>, index: usize) -> Self::Batch;

    /// Mean of `-ln p(target)` over all targets of the batch, nats per target, `[1]`.
    fn loss(&self, batch: &Self::Batch, device: &Device) -> Tensor<1>;
}

/// How much a batch holds.
pub trait Batch {
    /// Tokens read, padding not counted.
    fn n_tokens(&self) -> usize;

    /// Positions computed, padding counted.
    fn n_positions(&self) -> usize;

    /// Targets in the loss.
    fn n_targets(&self) -> usize;
}

//! An LSTM learns the next token, from the same batches as GPT-2.

use burn::tensor::{Device, Tensor};

use crate::checkpoint::NamedTensors;
use crate::models::Lstm;
use crate::models::lstm::{LstmConfig, initial_weights, next_token_loss};
use crate::tokenizer::ByteLevelBpe;
use crate::training::corpus::END_OF_TEXT;
use crate::training::{Corpus, Learner, NextTokenBatch, Recipe, TrainingError};

impl Learner for Lstm {
    type Config = LstmConfig;
    type Batch = NextTokenBatch;

    fn config(recipe: &Recipe, tokenizer: &ByteLevelBpe) -> Result<LstmConfig, TrainingError> {
        let shape = &recipe.model;
        let mut config = LstmConfig::new(tokenizer.vocab_size(), shape.n_embd, shape.n_layer);
        config.n_positions = shape.n_positions;
        config.eos_token_id = tokenizer.id_of_added(END_OF_TEXT);
        config.bos_token_id = config.eos_token_id;
        Ok(config)
    }

    fn config_json(config: &LstmConfig) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(config)
    }

    fn initial_weights(config: &LstmConfig, recipe: &Recipe) -> NamedTensors {
        initial_weights(config, recipe.seed)
    }

    fn from_weights(
        config: &LstmConfig,
        weights: &NamedTensors,
        device: &Device,
    ) -> Result<Self, TrainingError> {
        Ok(Lstm::from_weights(config, weights, device)?)
    }

    fn to_weights(&self) -> NamedTensors {
        self.to_weights()
    }

    fn batch(corpus: &mut Corpus<'_>, index: usize) -> NextTokenBatch {
        NextTokenBatch::get(corpus, index)
    }

    fn loss(&self, batch: &NextTokenBatch, device: &Device) -> Tensor<1> {
        let shape = [batch.batch_size, batch.seq_len];
        let targets = batch.targets(device).reshape(shape);
        next_token_loss(self, batch.inputs(device), targets)
    }
}

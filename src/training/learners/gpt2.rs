//! GPT-2 learns the next token.

use burn::tensor::{Device, Tensor};

use crate::checkpoint::NamedTensors;
use crate::models::Gpt2;
use crate::models::gpt2::{Gpt2Config, initial_weights};
use crate::nn::Recorder;
use crate::tokenizer::ByteLevelBpe;
use crate::training::corpus::END_OF_TEXT;
use crate::training::{Corpus, Learner, NextTokenBatch, Recipe, TrainingError, cross_entropy};

impl Learner for Gpt2 {
    type Config = Gpt2Config;
    type Batch = NextTokenBatch;

    fn config(recipe: &Recipe, tokenizer: &ByteLevelBpe) -> Result<Gpt2Config, TrainingError> {
        let shape = &recipe.model;
        let mut config = Gpt2Config::new(
            tokenizer.vocab_size(),
            shape.n_positions,
            shape.n_embd,
            shape.n_layer,
            shape.n_head,
        );
        config.n_inner = shape.n_inner;
        config.eos_token_id = tokenizer.id_of_added(END_OF_TEXT);
        config.bos_token_id = config.eos_token_id;
        Ok(config)
    }

    fn config_json(config: &Gpt2Config) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(config)
    }

    fn initial_weights(config: &Gpt2Config, recipe: &Recipe) -> NamedTensors {
        initial_weights(config, recipe.seed)
    }

    fn from_weights(
        config: &Gpt2Config,
        weights: &NamedTensors,
        device: &Device,
    ) -> Result<Self, TrainingError> {
        Ok(Gpt2::from_weights(config, weights, device)?)
    }

    fn to_weights(&self) -> NamedTensors {
        self.to_weights()
    }

    fn batch(corpus: &mut Corpus<'_>, index: usize) -> NextTokenBatch {
        NextTokenBatch::get(corpus, index)
    }

    fn loss(&self, batch: &NextTokenBatch, device: &Device) -> Tensor<1> {
        let logits = self.forward(batch.inputs(device), None, &mut Recorder::off());
        let [batch_size, seq_len, vocab] = logits.dims();
        cross_entropy(
            logits.reshape([batch_size * seq_len, vocab]),
            batch.targets(device),
        )
    }
}

//! BERT learns to fill in masked tokens.

use burn::tensor::{Device, Tensor};

use crate::checkpoint::NamedTensors;
use crate::models::Bert;
use crate::models::bert::{
    BertConfig, MaskedBatch, initial_weights, look_at_themselves, masked_loss,
};
use crate::tokenizer::ByteLevelBpe;
use crate::training::masked::{CLS, MASK, PAD, SEP, masked_batch};
use crate::training::{Corpus, Learner, Recipe, TrainingError};

impl Learner for Bert {
    type Config = BertConfig;
    type Batch = MaskedBatch;

    const SPECIAL_TOKENS: &'static [&'static str] = &[PAD, CLS, SEP, MASK];

    fn config(recipe: &Recipe, tokenizer: &ByteLevelBpe) -> Result<BertConfig, TrainingError> {
        let shape = &recipe.model;
        let mut config = BertConfig::new(
            tokenizer.vocab_size(),
            shape.n_positions,
            shape.n_embd,
            shape.n_layer,
            shape.n_head,
        );
        config.intermediate_size = shape.d_mlp();
        config.pad_token_id = tokenizer.id_of_added(PAD);
        Ok(config)
    }

    fn config_json(config: &BertConfig) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(config)
    }

    fn initial_weights(config: &BertConfig, recipe: &Recipe) -> NamedTensors {
        let mut weights = initial_weights(config, recipe.seed);
        if let Some(deviation) = recipe.self_attention {
            look_at_themselves(config, &mut weights, deviation);
        }
        weights
    }

    fn from_weights(
        config: &BertConfig,
        weights: &NamedTensors,
        device: &Device,
    ) -> Result<Self, TrainingError> {
        Ok(Bert::from_weights(config, weights, device)?)
    }

    fn to_weights(&self) -> NamedTensors {
        self.to_weights()
    }

    fn batch(corpus: &mut Corpus<'_>, index: usize) -> MaskedBatch {
        masked_batch(corpus, index)
    }

    fn loss(&self, batch: &MaskedBatch, device: &Device) -> Tensor<1> {
        // Every sequence has a mask, and a model that is trained has a head.
        masked_loss(self, batch, device).unwrap_or_else(|| Tensor::zeros([1], device))
    }
}

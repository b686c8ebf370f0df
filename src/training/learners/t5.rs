//! T5 learns to write the target of a source.

use burn::tensor::{Device, Tensor};

use crate::checkpoint::NamedTensors;
use crate::models::T5;
use crate::models::t5::{T5Config, Translation, initial_weights, translation_loss};
use crate::tokenizer::ByteLevelBpe;
use crate::training::translation::{T5_END, T5_PAD, TranslationBatch};
use crate::training::{Corpus, Learner, Recipe, STORIES, TrainingError};

impl Learner for T5 {
    type Config = T5Config;
    type Batch = TranslationBatch;

    const SPECIAL_TOKENS: &'static [&'static str] = &[T5_PAD, T5_END];

    fn config(recipe: &Recipe, tokenizer: &ByteLevelBpe) -> Result<T5Config, TrainingError> {
        if recipe.slices.contains_key(STORIES) {
            return Err(TrainingError::Model(
                "an encoder-decoder needs slices with a question or a source, not stories".into(),
            ));
        }
        let shape = &recipe.model;
        let id = |content: &str| {
            let missing = || TrainingError::Model(format!("the tokenizer has no token {content}"));
            tokenizer.id_of_added(content).ok_or_else(missing)
        };
        let mut config = T5Config::new(
            tokenizer.vocab_size(),
            shape.n_embd,
            shape.d_mlp(),
            shape.n_layer,
            shape.n_head,
        );
        config.pad_token_id = id(T5_PAD)?;
        config.decoder_start_token_id = Some(config.pad_token_id);
        config.eos_token_id = id(T5_END)?;
        config.n_positions = shape.n_positions;
        Ok(config)
    }

    fn config_json(config: &T5Config) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(config)
    }

    fn initial_weights(config: &T5Config, recipe: &Recipe) -> NamedTensors {
        initial_weights(config, recipe.seed)
    }

    fn from_weights(
        config: &T5Config,
        weights: &NamedTensors,
        device: &Device,
    ) -> Result<Self, TrainingError> {
        Ok(T5::from_weights(config, weights, device)?)
    }

    fn to_weights(&self) -> NamedTensors {
        self.to_weights()
    }

    fn batch(corpus: &mut Corpus<'_>, index: usize) -> TranslationBatch {
        TranslationBatch::get(corpus, index)
    }

    fn loss(&self, batch: &TranslationBatch, device: &Device) -> Tensor<1> {
        let translation = Translation {
            source_ids: batch.sources.ids(device),
            source_padding: batch.sources.is_padding(device),
            target_ids: batch.targets.ids(device),
            label_places: batch.label_places(device),
            labels: batch.labels(device),
        };
        translation_loss(self, translation)
    }
}

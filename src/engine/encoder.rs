//! A text with blanks through an encoder. Every position looks at every other, so a new token
//! changes all rows and nothing is kept from one text to the next.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::read_back::read_values;
use super::{LoadError, ModelFiles};
use crate::checkpoint::read_safetensors;
use crate::models::Bert;
use crate::models::bert::{BertConfig, BertInput};
use crate::nn::{Recorded, Recorder};
use crate::protocol::{Activation, EngineError, TraceSpec};
use crate::tokenizer::ByteLevelBpe;

/// An encoder with its tokenizer.
#[derive(Debug)]
pub struct Encoder {
    /// Its network.
    pub network: Bert,
    /// Its configuration.
    pub config: BertConfig,
    /// Its tokenizer, if it came with one.
    pub tokenizer: Option<ByteLevelBpe>,
    /// Name of its folder.
    pub name: String,
    device: Device,
}

impl Encoder {
    /// Reads the files and puts the weights on the device.
    ///
    /// # Errors
    /// If a file is damaged, names another architecture, or does not fit the others.
    pub fn from_files(files: &ModelFiles, device: Device) -> Result<Self, LoadError> {
        let config = BertConfig::from_json(&files.config_json)?;
        let tokenizer = files.tokenizer(config.vocab_size)?;
        let weights = read_safetensors(&files.weights)?;
        Ok(Encoder {
            network: Bert::from_weights(&config, &weights, &device)?,
            config,
            tokenizer,
            name: files.name.clone(),
            device,
        })
    }

    /// What the encoder reads of a text: `[CLS]`, its tokens, `[SEP]`, as far as the tokenizer has
    /// these two; `[MASK]` typed in the text is a blank.
    ///
    /// # Errors
    /// [`EngineError::NoModel`] without a tokenizer.
    pub fn ids_of(&self, text: &str) -> Result<Vec<u32>, EngineError> {
        let tokenizer = self.tokenizer.as_ref().ok_or(EngineError::NoModel)?;
        let tokens = tokenizer.encode_with_special(text);
        let ids = tokens.into_iter().map(|token| token.id);
        let special = |content: &str| tokenizer.id_of_added(content);
        let ids = special("[CLS]").into_iter().chain(ids);
        Ok(ids.chain(special("[SEP]")).collect())
    }

    /// The token that stands for a blank, if there is one.
    pub fn mask_id(&self) -> Option<u32> {
        self.tokenizer.as_ref()?.id_of_added("[MASK]")
    }

    /// Every activation it can record, in the order of computation.
    pub fn activations(&self) -> Vec<Activation> {
        let mut all = Activation::all(self.config.num_hidden_layers);
        if self.network.head.is_none() {
            all.retain(|activation| {
                !matches!(activation, Activation::LnFinal | Activation::Logits)
            });
        }
        all
    }

    /// Logits of the token at each of some positions of one text, `[vocab]` each.
    ///
    /// # Errors
    /// [`EngineError::UnknownToken`]; [`EngineError::Internal`] if there is nothing to read, a
    /// position is not in the text, or the model has no head; [`EngineError::DeviceLost`] if the
    /// device stops answering.
    pub async fn logits(
        &self,
        ids: &[u32],
        positions: &[usize],
    ) -> Result<Vec<Vec<f32>>, EngineError> {
        self.check(ids)?;
        if positions.is_empty() || positions.iter().any(|position| *position >= ids.len()) {
            return Err(internal("these positions are not in the text"));
        }
        let mut off = Recorder::off();
        let resid = self.network.encode(self.input(ids), &mut off);
        let places: Vec<i32> = positions.iter().map(|position| *position as i32).collect();
        let places = TensorData::new(places, [positions.len()]);
        let rows = resid.select(1, Tensor::from_data(places, &self.device));
        let logits = self.network.unembed(rows, &mut off);
        let logits =
            logits.ok_or_else(|| internal("this model has no head that fills in blanks"))?;
        let values = read_values(logits).await?;
        let rows = values.chunks_exact(self.config.vocab_size);
        Ok(rows.map(<[f32]>::to_vec).collect())
    }

    /// The activations in `spec` of one text, each with a batch axis of 1.
    ///
    /// # Errors
    /// [`EngineError::UnknownToken`]; [`EngineError::Internal`] if there is nothing to read.
    pub fn trace(
        &self,
        ids: &[u32],
        spec: TraceSpec,
    ) -> Result<Vec<(Activation, Recorded)>, EngineError> {
        self.check(ids)?;
        let mut recorder = Recorder::new(spec);
        self.network.forward(self.input(ids), &mut recorder);
        Ok(recorder.into_records())
    }

    /// One text without padding.
    fn input(&self, ids: &[u32]) -> BertInput {
        let ids: Vec<i32> = ids.iter().map(|id| *id as i32).collect();
        let shape = [1, ids.len()];
        Tensor::<2, Int>::from_data(TensorData::new(ids, shape), &self.device).into()
    }

    fn check(&self, ids: &[u32]) -> Result<(), EngineError> {
        let (vocab_size, max) = (self.config.vocab_size, self.config.max_position_embeddings);
        if ids.is_empty() || ids.len() > max {
            return Err(internal(&format!(
                "{} tokens; this model reads 1 to {max}",
                ids.len()
            )));
        }
        match ids.iter().find(|id| **id as usize >= vocab_size) {
            Some(id) => Err(EngineError::UnknownToken {
                id: *id,
                vocab_size,
            }),
            None => Ok(()),
        }
    }
}

fn internal(detail: &str) -> EngineError {
    EngineError::Internal {
        detail: detail.to_owned(),
    }
}

//! A source and a target through an encoder-decoder, computing only what is new.
//!
//! The source is read once; its keys and values for cross-attention stay until another source is
//! read. Of the target only positions behind the longest common prefix are computed.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::read_back::read_values;
use super::{LoadError, ModelFiles};
use crate::checkpoint::read_safetensors;
use crate::models::T5;
use crate::models::t5::{Source, T5Config};
use crate::nn::{KvCache, Recorded, Recorder};
use crate::protocol::{Activation, EngineError, TraceSpec};
use crate::tokenizer::ByteLevelBpe;

/// An encoder-decoder that remembers what it has read and written.
#[derive(Debug)]
pub struct Translator {
    /// Its network.
    pub network: T5,
    /// Its configuration.
    pub config: T5Config,
    /// Its tokenizer, if it came with one.
    pub tokenizer: Option<ByteLevelBpe>,
    /// Name of its folder.
    pub name: String,
    device: Device,
    source_ids: Vec<u32>,
    source: Option<Source>,
    target_ids: Vec<u32>,
    cache: KvCache,
}

impl Translator {
    /// Reads the files and puts the weights on the device.
    ///
    /// # Errors
    /// If a file is damaged, names another architecture, or does not fit the others.
    pub fn from_files(files: &ModelFiles, device: Device) -> Result<Self, LoadError> {
        let config = T5Config::from_json(&files.config_json)?;
        let tokenizer = files.tokenizer(config.vocab_size)?;
        let network = T5::from_weights(&config, &read_safetensors(&files.weights)?, &device)?;
        Ok(Translator {
            cache: KvCache::new(config.n_decoder_layers()),
            network,
            config,
            tokenizer,
            name: files.name.clone(),
            device,
            source_ids: Vec::new(),
            source: None,
            target_ids: Vec::new(),
        })
    }

    /// What the encoder reads of a text: its ids and the token that ends it.
    ///
    /// # Errors
    /// [`EngineError::NoModel`] without a tokenizer.
    pub fn source_of(&self, text: &str) -> Result<Vec<u32>, EngineError> {
        let tokenizer = self.tokenizer.as_ref().ok_or(EngineError::NoModel)?;
        let mut ids = tokenizer.encode_ids(text);
        ids.push(self.config.eos_token_id);
        Ok(ids)
    }

    /// What the decoder reads of a text: the start token and its ids.
    ///
    /// # Errors
    /// [`EngineError::NoModel`] without a tokenizer.
    pub fn target_of(&self, text: &str) -> Result<Vec<u32>, EngineError> {
        let tokenizer = self.tokenizer.as_ref().ok_or(EngineError::NoModel)?;
        let mut ids = vec![self.config.start_token_id()];
        ids.extend(tokenizer.encode_ids(text));
        Ok(ids)
    }

    /// Logits of the token that follows `target_ids` in the translation of `source_ids`, `[vocab]`.
    ///
    /// # Errors
    /// [`EngineError::UnknownToken`]; [`EngineError::Internal`] if either is empty;
    /// [`EngineError::DeviceLost`] if the device stops answering.
    pub async fn next_logits(
        &mut self,
        source_ids: &[u32],
        target_ids: &[u32],
    ) -> Result<Vec<f32>, EngineError> {
        self.check(source_ids)?;
        self.check(target_ids)?;
        let source = match self.source.take() {
            Some(source) if self.source_ids == source_ids => source,
            _ => {
                self.cache.truncate(0);
                self.target_ids.clear();
                self.source_ids = source_ids.to_vec();
                let input = self.input(source_ids);
                self.network.read(input, None, &mut Recorder::off())
            }
        };
        let pairs = self.target_ids.iter().zip(target_ids);
        let same = pairs.take_while(|(held, new)| held == new).count();
        // The last position is computed again if it is known, for its logits.
        let first = same.min(target_ids.len() - 1);
        self.cache.truncate(first);
        let input = self.input(&target_ids[first..]);
        let recorder = &mut Recorder::off();
        let hidden = self
            .network
            .decode_hidden(input, &source, Some(&mut self.cache), recorder);
        let [_, pos, _] = hidden.dims();
        let last = hidden.narrow(1, pos - 1, 1).squeeze_dim::<2>(1); // [1, d_model]
        self.source = Some(source);
        self.target_ids = target_ids.to_vec();
        read_values(self.network.unembed(last)).await
    }

    /// The activations in `spec` of a source and a target, each with a batch axis of 1.
    ///
    /// # Errors
    /// [`EngineError::UnknownToken`]; [`EngineError::Internal`] if either is empty.
    pub fn trace(
        &self,
        source_ids: &[u32],
        target_ids: &[u32],
        spec: TraceSpec,
    ) -> Result<Vec<(Activation, Recorded)>, EngineError> {
        self.check(source_ids)?;
        self.check(target_ids)?;
        let mut recorder = Recorder::new(spec);
        let (source, target) = (self.input(source_ids), self.input(target_ids));
        self.network.forward(source, None, target, &mut recorder);
        Ok(recorder.into_records())
    }

    /// `[1, pos]` on the device.
    fn input(&self, ids: &[u32]) -> Tensor<2, Int> {
        let ids: Vec<i32> = ids.iter().map(|id| *id as i32).collect();
        let shape = [1, ids.len()];
        Tensor::from_data(TensorData::new(ids, shape), &self.device)
    }

    fn check(&self, ids: &[u32]) -> Result<(), EngineError> {
        if ids.is_empty() {
            return Err(EngineError::Internal {
                detail: "there is nothing to read".into(),
            });
        }
        let vocab_size = self.config.vocab_size;
        match ids.iter().find(|id| **id as usize >= vocab_size) {
            Some(id) => Err(EngineError::UnknownToken {
                id: *id,
                vocab_size,
            }),
            None => Ok(()),
        }
    }
}

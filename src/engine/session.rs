//! One text after the other through one model, computing only what is new.
//!
//! A session keeps the ids it has read and their keys and values. A run looks for the longest
//! common prefix, cuts the cache there and reads the rest; what was asked for is read back from
//! the device in one transaction.

use burn::tensor::Device;

use super::intake::{Intake, common_prefix, ids_of};
use super::read_back::{Looks, no_rows, read_rows};
use super::{LoadError, ModelFiles};
#[cfg(feature = "families")]
use super::{frames::Frames, inspect::LensMemory};
use crate::checkpoint::{SafetensorsFile, TensorSource};
use crate::models::{Decoder, DecoderConfig};
use crate::nn::{KvCache, Recorded, Recorder};
use crate::protocol::{Activation, EngineError, ModelInfo, Rows, TraceSpec, TraceUpdate};

/// A decoder of any family that remembers what it has read.
#[derive(Debug)]
pub struct Session {
    /// Its network, with the weights in use.
    pub network: Decoder,
    /// Its configuration.
    pub config: DecoderConfig,
    /// Its tokenizer and what is known of it.
    pub intake: Intake,
    pub(super) ids: Vec<u32>,
    pub(super) cache: KvCache,
    #[cfg(feature = "families")]
    pub(super) lens: LensMemory,
    #[cfg(feature = "families")]
    pub(super) frames: Frames,
}

impl Session {
    /// Reads the files and puts the weights on the device; the session has read nothing.
    ///
    /// # Errors
    /// If a file is damaged, names another architecture, or does not fit the others.
    pub fn from_files(files: &ModelFiles, device: Device) -> Result<Self, LoadError> {
        let weights = SafetensorsFile::open(files.weights.as_slice())?;
        Self::from_weights(files, &weights, device)
    }

    /// The same with weights that are read from elsewhere; those of `files` are not looked at.
    ///
    /// # Errors
    /// See [`Self::from_files`].
    pub fn from_weights(
        files: &ModelFiles,
        weights: &dyn TensorSource,
        device: Device,
    ) -> Result<Self, LoadError> {
        let config = DecoderConfig::from_json(&files.config_json)?;
        let network = Decoder::from_weights(&config, weights, &device)?;
        let shape = config.shape();
        let (vocab_size, n_layers) = (shape.vocab_size, shape.n_layers);
        let info = shape.info(network.num_params());
        Ok(Session {
            intake: Intake::new(files, vocab_size, info, device)?,
            #[cfg(feature = "families")]
            frames: Frames::new(network.clone()),
            cache: KvCache::new(n_layers),
            network,
            config,
            ids: Vec::new(),
            #[cfg(feature = "families")]
            lens: LensMemory::default(),
        })
    }

    /// What is known of the model.
    pub fn info(&self) -> &ModelInfo {
        &self.intake.info
    }

    /// Runs a text and the tokens generated after it.
    ///
    /// `held` is how many leading positions the caller holds from its last run with this `spec`
    /// or a larger one; rows are returned from the first position that is new to it. `now_ms` is
    /// a clock in milliseconds.
    ///
    /// A text with more tokens than the model can read is cut at the end; `total_tokens` says how
    /// many there were. An empty text is read as `<|endoftext|>`.
    ///
    /// # Errors
    /// [`EngineError::UnknownToken`], [`EngineError::NoModel`] for text without a tokenizer,
    /// [`EngineError::DeviceLost`] if the device stops answering.
    pub async fn run(
        &mut self,
        text: &str,
        generation: &[u32],
        spec: &TraceSpec,
        held: usize,
        now_ms: &dyn Fn() -> f64,
    ) -> Result<TraceUpdate, EngineError> {
        let mut update = self.intake.text_and_generation(text, generation)?;
        let start_ms = now_ms();
        let ids = ids_of(&update.tokens);
        let first = self.known(&ids).min(held);
        update.rows = match self.read(&ids, first, spec).await {
            Ok(rows) => rows,
            Err(error) => {
                self.forget();
                return Err(error);
            }
        };
        update.first_position = first;
        update.computed_positions = ids.len() - first;
        update.elapsed_ms = now_ms() - start_ms;
        Ok(update)
    }

    /// Runs ids and returns what was asked for, from position 0.
    ///
    /// # Errors
    /// See [`Self::run`].
    pub async fn run_ids(
        &mut self,
        ids: &[u32],
        spec: &TraceSpec,
    ) -> Result<Vec<(Activation, Rows)>, EngineError> {
        self.intake.check(ids)?;
        self.read(ids, 0, spec).await
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
        self.intake.check_some(ids)?;
        let mut recorder = Recorder::new(spec);
        let input = self.intake.input(&[ids]);
        self.network.forward(input, None, &mut recorder);
        Ok(recorder.into_records())
    }

    /// Forgets what was read, so that the next run starts from nothing.
    pub fn forget(&mut self) {
        self.ids.clear();
        #[cfg(feature = "families")]
        {
            self.lens = LensMemory::default();
        }
        self.cache = KvCache::new(self.info().n_layers);
    }

    /// How many of the first `ids` have been read and are in the cache.
    pub(super) fn known(&self, ids: &[u32]) -> usize {
        common_prefix(&self.ids, ids).min(self.cache.len())
    }

    /// Reads `ids[first..]` on top of the cached positions before `first`.
    async fn read(
        &mut self,
        ids: &[u32],
        first: usize,
        spec: &TraceSpec,
    ) -> Result<Vec<(Activation, Rows)>, EngineError> {
        self.cache.truncate(first);
        self.ids.truncate(first);
        if first == ids.len() {
            return Ok(no_rows(spec));
        }
        let input = self.intake.input(&[&ids[first..]]);
        let mut recorder = Recorder::new(spec.clone());
        self.network
            .forward(input, Some(&mut self.cache), &mut recorder);
        let rows = read_rows(recorder.into_records(), Looks::Back, first).await?;
        self.ids.extend_from_slice(&ids[first..]);
        Ok(rows)
    }
}

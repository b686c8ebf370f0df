//! A text through a recurrent model, computing only what is new: its state after every position is
//! kept, so that reading goes on from the longest common prefix.

use burn::module::Module;
use burn::tensor::Device;

use super::intake::{Intake, common_prefix, ids_of, internal};
use super::read_back::{Looks, no_rows, read_rows};
use super::{LoadError, ModelFiles};
use crate::checkpoint::TensorSource;
use crate::models::Lstm;
use crate::models::lstm::{LstmConfig, LstmState};
use crate::nn::{Recorded, Recorder};
use crate::protocol::{
    Activation, Architecture, Block, EngineError, ModelInfo, Rows, TraceSpec, TraceUpdate,
};

/// A recurrent model that remembers what it has read.
#[derive(Debug)]
pub struct Recurrent {
    /// Its network.
    pub network: Lstm,
    /// Its configuration.
    pub config: LstmConfig,
    /// Its tokenizer and what is known of it.
    pub intake: Intake,
    ids: Vec<u32>,
    state: LstmState,
}

impl Recurrent {
    /// Reads the files, the weights from where `weights` has them, and puts those on the device.
    ///
    /// # Errors
    /// If a file is damaged, names another architecture, or does not fit the others.
    pub fn from_weights(
        files: &ModelFiles,
        weights: &dyn TensorSource,
        device: Device,
    ) -> Result<Self, LoadError> {
        let config = LstmConfig::from_json(&files.config_json)?;
        let network = Lstm::from_weights(&config, weights, &device)?;
        let end_of_text = config.eos_token_id;
        let info = ModelInfo {
            family: config.model_type.clone(),
            architecture: Architecture::Recurrent,
            n_layers: config.num_layers,
            d_model: config.embedding_size,
            d_hidden: config.hidden_size,
            n_ctx: config.n_positions,
            block: Block {
                is_tied: config.tie_word_embeddings,
                has_mlp_bias: network.has_biases(),
                has_unembedding_bias: network.unembedding_bias.is_some(),
                ..Block::default()
            },
            n_params: network.num_params(),
            end_of_text: end_of_text.filter(|id| (*id as usize) < config.vocab_size),
            ..ModelInfo::default()
        };
        Ok(Recurrent {
            intake: Intake::new(files, config.vocab_size, info, device)?,
            state: LstmState::new(config.num_layers),
            network,
            config,
            ids: Vec::new(),
        })
    }

    /// What is known of the model.
    pub fn info(&self) -> &ModelInfo {
        &self.intake.info
    }

    /// Runs a text and the tokens generated after it, as a [`Session`](super::Session) does: only
    /// what is new to it and to the caller, who holds the first `held` positions.
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
        let first = common_prefix(&self.ids, &ids).min(held);
        update.rows = self.read(&ids, first, spec).await?;
        update.first_position = first;
        update.computed_positions = ids.len() - first;
        update.elapsed_ms = now_ms() - start_ms;
        Ok(update)
    }

    /// Logits of the token after each position from `first` on, `[vocab]` each; only positions
    /// behind what it has read already are computed, and `first` itself if it was read.
    ///
    /// # Errors
    /// [`EngineError::UnknownToken`]; [`EngineError::Internal`] if there is nothing to read from
    /// `first` on; [`EngineError::DeviceLost`] if the device stops answering.
    pub async fn logits(
        &mut self,
        ids: &[u32],
        first: usize,
    ) -> Result<Vec<Vec<f32>>, EngineError> {
        self.intake.check_some(ids)?;
        if first >= ids.len() {
            return Err(internal("there is nothing to read"));
        }
        let start = common_prefix(&self.ids, ids).min(first);
        let spec = [Activation::Logits].into_iter().collect();
        let read = self.read(ids, start, &spec).await?;
        let rows = read.into_iter().next().map(|(_, rows)| rows);
        let rows = rows.unwrap_or_default();
        Ok(rows
            .iter()
            .skip(first - start)
            .map(<[f32]>::to_vec)
            .collect())
    }

    /// Reads `ids[first..]` from the state after the positions before `first`, which it has read.
    async fn read(
        &mut self,
        ids: &[u32],
        first: usize,
        spec: &TraceSpec,
    ) -> Result<Vec<(Activation, Rows)>, EngineError> {
        self.state.truncate(first);
        self.ids.truncate(first);
        if first == ids.len() {
            return Ok(no_rows(spec));
        }
        let mut recorder = Recorder::new(spec.clone());
        let input = self.intake.input(&[&ids[first..]]);
        let state = Some(&mut self.state);
        self.network.forward(input, state, &mut recorder);
        match read_rows(recorder.into_records(), Looks::Back, first).await {
            Ok(rows) => {
                self.ids.extend_from_slice(&ids[first..]);
                Ok(rows)
            }
            Err(error) => {
                self.forget();
                Err(error)
            }
        }
    }

    /// How many of the first `ids` need not be read again to know what follows the last of them,
    /// and the state after those.
    pub(super) fn before_last(&self, ids: &[u32]) -> (usize, LstmState) {
        let first = common_prefix(&self.ids, ids).min(ids.len().saturating_sub(1));
        let mut state = self.state.clone();
        state.truncate(first);
        (first, state)
    }

    /// Forgets what was read.
    pub fn forget(&mut self) {
        self.ids.clear();
        self.state = LstmState::new(self.config.num_layers);
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
}

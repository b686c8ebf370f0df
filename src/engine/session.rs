//! One text after the other through one model, computing only what is new.
//!
//! A session keeps the ids it has read and their keys and values. A run looks for the longest
//! common prefix, cuts the cache there and reads the rest; what was asked for is read back from
//! the device in one transaction.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::LoadedModel;
use super::frames::Frames;
use super::inspect::LensMemory;
use super::read_back::{read_rows, read_values};
use crate::nn::{KvCache, Recorder};
use crate::projection::{Pca, collapsed};
use crate::protocol::{
    Activation, EmbeddingTable, EngineError, ModelInfo, Rows, TokenInfo, TraceSpec, TraceUpdate,
};

/// A model that remembers what it has read.
#[derive(Debug)]
pub struct Session {
    pub(super) model: LoadedModel,
    pub(super) device: Device,
    pub(super) ids: Vec<u32>,
    pub(super) cache: KvCache,
    pub(super) lens: LensMemory,
    pub(super) frames: Frames,
}

impl Session {
    /// A session that has read nothing.
    pub fn new(model: LoadedModel, device: Device) -> Self {
        let cache = KvCache::new(model.config.n_layer);
        let frames = Frames::new(model.network.clone());
        Session {
            frames,
            model,
            device,
            ids: Vec::new(),
            cache,
            lens: LensMemory::default(),
        }
    }

    /// What is known of the model.
    pub fn info(&self) -> &ModelInfo {
        &self.model.info
    }

    /// The model itself.
    pub fn model(&self) -> &LoadedModel {
        &self.model
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
        let (tokens, typed_tokens, total_tokens) = self.tokens(text, generation)?;
        let start_ms = now_ms();
        let ids: Vec<u32> = tokens.iter().map(|token| token.id).collect();
        let first_position = self.known(&ids).min(held);
        let records = match self.read(&ids, first_position, spec).await {
            Ok(records) => records,
            Err(error) => {
                self.forget();
                return Err(error);
            }
        };
        Ok(TraceUpdate {
            computed_positions: ids.len() - first_position,
            tokens,
            source: Vec::new(),
            total_tokens,
            typed_tokens,
            first_position,
            elapsed_ms: now_ms() - start_ms,
            rows: records,
        })
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
        self.check_ids(ids)?;
        self.read(ids, 0, spec).await
    }

    /// Forgets what was read, so that the next run starts from nothing.
    pub fn forget(&mut self) {
        self.ids.clear();
        self.lens = LensMemory::default();
        self.cache = KvCache::new(self.model.config.n_layer);
    }

    /// The token embeddings with their first `n_components` principal axes.
    ///
    /// # Errors
    /// [`EngineError::DeviceLost`] if the device stops answering.
    pub async fn embeddings(&self, n_components: usize) -> Result<EmbeddingTable, EngineError> {
        let weight = self.model.network.token_embedding.weight.val();
        let [vocab_size, d_model] = weight.dims();
        let vectors = read_values(weight).await?;
        let untrained = collapsed(&vectors, d_model);
        let mut trained = Vec::with_capacity(vectors.len());
        for (id, vector) in vectors.chunks_exact(d_model).enumerate() {
            if untrained.binary_search(&id).is_err() {
                trained.extend_from_slice(vector);
            }
        }
        let pca =
            Pca::fit(&trained, d_model, n_components).map_err(|error| EngineError::Internal {
                detail: error.to_string(),
            })?;
        Ok(EmbeddingTable {
            vocab_size,
            d_model,
            untrained: untrained.into_iter().map(|id| id as u32).collect(),
            explained_variance_ratio: pca.explained_variance_ratio,
            vectors,
            mean: pca.mean,
            components: pca.components,
        })
    }

    /// How many of the first `ids` have been read and are in the cache.
    pub(super) fn known(&self, ids: &[u32]) -> usize {
        let pairs = self.ids.iter().zip(ids);
        let same = pairs.take_while(|(held, new)| held == new).count();
        same.min(self.cache.len())
    }

    /// `[batch, pos]` on the device.
    ///
    /// # Panics
    /// If the rows differ in length.
    pub(super) fn input(&self, rows: &[&[u32]]) -> Tensor<2, Int> {
        let ids: Vec<i32> = rows.concat().into_iter().map(|id| id as i32).collect();
        let shape = [rows.len(), rows.first().map_or(0, |row| row.len())];
        Tensor::from_data(TensorData::new(ids, shape), &self.device)
    }

    /// The tokens the model will read, how many of them were typed, and how many there are in all.
    pub(super) fn tokens(
        &self,
        text: &str,
        generation: &[u32],
    ) -> Result<(Vec<TokenInfo>, usize, usize), EngineError> {
        self.check_ids(generation)?;
        let n_ctx = self.model.info.n_ctx;
        let mut tokens: Vec<TokenInfo> = Vec::new();
        if !text.is_empty() {
            let tokenizer = self.model.tokenizer.as_ref().ok_or(EngineError::NoModel)?;
            let encoded = tokenizer.encode(text);
            let typed = encoded.len();
            tokens.extend(encoded.into_iter().take(n_ctx).map(|token| TokenInfo {
                id: token.id,
                bytes: self.bytes(token.id),
                start: token.start,
                end: token.end,
            }));
            if typed > n_ctx {
                return Ok((tokens, n_ctx, typed + generation.len()));
            }
        }
        let typed_tokens = tokens.len();
        let mut end = text.len();
        for id in generation.iter().take(n_ctx - typed_tokens) {
            let bytes = self.bytes(*id);
            let start = end;
            if Some(*id) != self.model.info.end_of_text {
                end += bytes.len();
            }
            tokens.push(TokenInfo {
                id: *id,
                bytes,
                start,
                end,
            });
        }
        let total_tokens = typed_tokens + generation.len();
        if tokens.is_empty() {
            let id = self.model.info.end_of_text.unwrap_or(0);
            tokens.push(TokenInfo {
                id,
                bytes: self.bytes(id),
                start: 0,
                end: 0,
            });
            return Ok((tokens, 0, 0));
        }
        Ok((tokens, typed_tokens, total_tokens))
    }

    fn bytes(&self, id: u32) -> Vec<u8> {
        self.model
            .info
            .vocabulary
            .get(id as usize)
            .cloned()
            .unwrap_or_default()
    }

    fn check_ids(&self, ids: &[u32]) -> Result<(), EngineError> {
        let vocab_size = self.model.config.vocab_size;
        match ids.iter().find(|id| **id as usize >= vocab_size) {
            Some(id) => Err(EngineError::UnknownToken {
                id: *id,
                vocab_size,
            }),
            None => Ok(()),
        }
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
            return Ok(spec
                .0
                .iter()
                .map(|activation| (*activation, Rows::default()))
                .collect());
        }
        let input = self.input(&[&ids[first..]]);
        let mut recorder = Recorder::new(spec.clone());
        self.model
            .network
            .forward(input, Some(&mut self.cache), &mut recorder);
        let rows = read_rows(recorder, first).await?;
        self.ids.extend_from_slice(&ids[first..]);
        Ok(rows)
    }
}

//! A source and a target through an encoder-decoder, computing only what is new.
//!
//! The source is read once; its keys and values for cross-attention stay until another source is
//! read. Of the target only positions behind the longest common prefix are computed.

use burn::module::Module;
use burn::tensor::Device;

use super::intake::{Intake, common_prefix, ids_of};
use super::read_back::{Looks, read_rows, read_values};
use super::{LoadError, ModelFiles};
use crate::checkpoint::TensorSource;
use crate::models::T5;
use crate::models::t5::{Source, T5Config};
use crate::nn::{KvCache, Recorded, Recorder};
use crate::protocol::{
    Activation, Architecture, Block, EngineError, ModelInfo, Positions, TokenInfo, TraceSpec,
    TraceUpdate,
};

/// An encoder-decoder that remembers what it has read and written.
#[derive(Debug)]
pub struct Translator {
    /// Its network.
    pub network: T5,
    /// Its configuration.
    pub config: T5Config,
    /// Its tokenizer and what is known of it.
    pub intake: Intake,
    source_ids: Vec<u32>,
    source: Option<Source>,
    target_ids: Vec<u32>,
    cache: KvCache,
}

impl Translator {
    /// Reads the files, the weights from where `weights` has them, and puts those on the device.
    ///
    /// # Errors
    /// If a file is damaged, names another architecture, or does not fit the others.
    pub fn from_weights(
        files: &ModelFiles,
        weights: &dyn TensorSource,
        device: Device,
    ) -> Result<Self, LoadError> {
        let config = T5Config::from_json(&files.config_json)?;
        let network = T5::from_weights(&config, weights, &device)?;
        let info = ModelInfo {
            family: config.model_type.clone(),
            architecture: Architecture::EncoderDecoder,
            n_layers: config.n_decoder_layers(),
            n_encoder_layers: config.num_layers,
            n_heads: config.num_heads,
            d_model: config.d_model,
            d_head: config.d_kv,
            d_mlp: config.d_ff,
            n_ctx: config.n_positions,
            norm_epsilon: config.layer_norm_epsilon as f32,
            activation_function: config.feed_forward_proj.clone(),
            block: Block {
                is_rms_norm: true,
                positions: Positions::Relative {
                    n_buckets: config.relative_attention_num_buckets,
                    max_distance: config.relative_attention_max_distance,
                },
                is_scaled: false,
                is_gated: config.is_gated(),
                has_attention_bias: false,
                has_mlp_bias: false,
                is_tied: config.tie_word_embeddings,
                output_scale: match config.is_output_scaled() {
                    true => (config.d_model as f32).sqrt().recip(),
                    false => 1.0,
                },
                ..Block::default()
            },
            n_params: network.num_params(),
            end_of_text: Some(config.eos_token_id),
            ..ModelInfo::default()
        };
        Ok(Translator {
            intake: Intake::new(files, config.vocab_size, info, device)?,
            cache: KvCache::new(config.n_decoder_layers()),
            network,
            config,
            source_ids: Vec::new(),
            source: None,
            target_ids: Vec::new(),
        })
    }

    /// What is known of the model.
    pub fn info(&self) -> &ModelInfo {
        &self.intake.info
    }

    /// Runs a source and, after the start token, the target written so far, each from its first
    /// position to its last.
    ///
    /// Source and target are cut at what the model was made for; `total_source` and `total_tokens`
    /// say how long they are. A source always has the token that ends it. `now_ms` is a clock in
    /// milliseconds.
    ///
    /// # Errors
    /// [`EngineError::UnknownToken`], [`EngineError::NoModel`] for text without a tokenizer,
    /// [`EngineError::DeviceLost`] if the device stops answering.
    pub async fn run(
        &self,
        text: &str,
        generation: &[u32],
        spec: &TraceSpec,
        now_ms: &dyn Fn() -> f64,
    ) -> Result<TraceUpdate, EngineError> {
        let ((source, total_source), tokens) = self.texts(text, generation)?;
        let start_ms = now_ms();
        let records = self.trace(&ids_of(&source), &ids_of(&tokens), spec.clone())?;
        Ok(TraceUpdate {
            rows: read_rows(records, Looks::Back, 0).await?,
            total_tokens: 1 + generation.len(),
            typed_tokens: 1,
            computed_positions: source.len() + tokens.len(),
            tokens,
            source,
            total_source,
            elapsed_ms: now_ms() - start_ms,
            ..TraceUpdate::default()
        })
    }

    /// What the encoder reads with how many tokens there are in all, and what the decoder reads:
    /// both cut at what the model was made for.
    #[allow(clippy::type_complexity, reason = "two texts, each a list")]
    pub(super) fn texts(
        &self,
        text: &str,
        generation: &[u32],
    ) -> Result<((Vec<TokenInfo>, usize), Vec<TokenInfo>), EngineError> {
        self.intake.check(generation)?;
        let source = self.source_tokens(text, self.info().n_ctx)?;
        let mut tokens = vec![self.intake.token(self.config.start_token_id(), 0, 0)];
        self.intake.go_on(&mut tokens, generation);
        Ok((source, tokens))
    }

    /// At most `max` tokens of what the encoder reads of a text, and how many there are in all.
    fn source_tokens(
        &self,
        text: &str,
        max: usize,
    ) -> Result<(Vec<TokenInfo>, usize), EngineError> {
        let around = [None, Some(self.config.eos_token_id)];
        self.intake.read_as(text, around, max)
    }

    /// What the encoder reads of a text: its ids and the token that ends it.
    ///
    /// # Errors
    /// [`EngineError::NoModel`] without a tokenizer.
    pub fn source_of(&self, text: &str) -> Result<Vec<u32>, EngineError> {
        Ok(ids_of(&self.source_tokens(text, usize::MAX)?.0))
    }

    /// What the decoder reads of a text: the start token and its ids.
    ///
    /// # Errors
    /// [`EngineError::NoModel`] without a tokenizer.
    pub fn target_of(&self, text: &str) -> Result<Vec<u32>, EngineError> {
        let tokens = self.intake.encode(text)?;
        let ids = tokens.into_iter().map(|token| token.id);
        let start = [self.config.start_token_id()];
        Ok(start.into_iter().chain(ids).collect())
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
        self.intake.check_some(source_ids)?;
        self.intake.check_some(target_ids)?;
        let source = match self.source.take() {
            Some(source) if self.source_ids == source_ids => source,
            _ => {
                self.cache.truncate(0);
                self.target_ids.clear();
                self.source_ids = source_ids.to_vec();
                let input = self.intake.input(&[source_ids]);
                self.network.read(input, None, &mut Recorder::off())
            }
        };
        let same = common_prefix(&self.target_ids, target_ids);
        // The last position is computed again if it is known, for its logits.
        let first = same.min(target_ids.len() - 1);
        self.cache.truncate(first);
        let input = self.intake.input(&[&target_ids[first..]]);
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
        self.intake.check_some(source_ids)?;
        self.intake.check_some(target_ids)?;
        let mut recorder = Recorder::new(spec);
        let (source, target) = (
            self.intake.input(&[source_ids]),
            self.intake.input(&[target_ids]),
        );
        self.network.forward(source, None, target, &mut recorder);
        Ok(recorder.into_records())
    }
}

//! A text with blanks through an encoder. Every position looks at every other, so a new token
//! changes all rows and nothing is kept from one text to the next.

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::intake::{Intake, ids_of, internal};
use super::read_back::{Looks, read_rows, read_values};
use super::{LoadError, ModelFiles};
use crate::checkpoint::TensorSource;
use crate::models::bert::BertConfig;
use crate::models::{Bert, encoder_config};
use crate::nn::{Recorded, Recorder};
use crate::protocol::{
    Activation, Architecture, Block, EngineError, ModelInfo, TokenInfo, TraceSpec, TraceUpdate,
};

/// An encoder with its tokenizer.
#[derive(Debug)]
pub struct Encoder {
    /// Its network.
    pub network: Bert,
    /// Its configuration.
    pub config: BertConfig,
    /// Its tokenizer and what is known of it.
    pub intake: Intake,
}

impl Encoder {
    /// Reads the files, the weights from where `weights` has them, and puts those on the device.
    ///
    /// # Errors
    /// If a file is damaged, names another architecture, or does not fit the others.
    pub fn from_weights(
        files: &ModelFiles,
        weights: &dyn TensorSource,
        device: Device,
    ) -> Result<Self, LoadError> {
        let config = encoder_config(&files.config_json)?;
        let network = Bert::from_weights(&config, weights, &device)?;
        let info = ModelInfo {
            family: config.model_type.clone(),
            architecture: Architecture::Encoder,
            n_layers: config.num_hidden_layers,
            n_heads: config.num_attention_heads,
            d_model: config.hidden_size,
            d_head: config.hidden_size / config.num_attention_heads,
            d_mlp: config.intermediate_size,
            n_ctx: config.max_position_embeddings,
            norm_epsilon: config.layer_norm_eps as f32,
            activation_function: config.hidden_act.clone(),
            block: Block {
                is_post_norm: true,
                has_token_types: network.type_embedding.is_some(),
                is_tied: config.tie_word_embeddings,
                is_headless: network.head.is_none(),
                has_unembedding_bias: network.head.is_some(),
                ..Block::default()
            },
            n_params: network.num_params(),
            ..ModelInfo::default()
        };
        Ok(Encoder {
            intake: Intake::new(files, config.vocab_size, info, device)?,
            network,
            config,
        })
    }

    /// What is known of the model.
    pub fn info(&self) -> &ModelInfo {
        &self.intake.info
    }

    /// Runs a text, from its first position to its last.
    ///
    /// A text with more tokens than the model can read is cut before `[SEP]`; `total_tokens` says
    /// how many there were, and 0 of an empty text, of which `[CLS] [SEP]` is left. `now_ms` is a
    /// clock in milliseconds.
    ///
    /// # Errors
    /// [`EngineError::NoModel`] for text without a tokenizer, [`EngineError::DeviceLost`] if the
    /// device stops answering.
    pub async fn run(
        &self,
        text: &str,
        spec: &TraceSpec,
        now_ms: &dyn Fn() -> f64,
    ) -> Result<TraceUpdate, EngineError> {
        let (tokens, total) = self.tokens(text, self.info().n_ctx)?;
        let start_ms = now_ms();
        let records = self.trace(&ids_of(&tokens), spec.clone())?;
        Ok(TraceUpdate {
            rows: read_rows(records, Looks::BothWays, 0).await?,
            total_tokens: if text.is_empty() { 0 } else { total },
            typed_tokens: tokens.len(),
            computed_positions: tokens.len(),
            tokens,
            elapsed_ms: now_ms() - start_ms,
            ..TraceUpdate::default()
        })
    }

    /// At most `max` tokens of what the encoder reads of a text, and how many there are in all.
    pub(super) fn tokens(
        &self,
        text: &str,
        max: usize,
    ) -> Result<(Vec<TokenInfo>, usize), EngineError> {
        let around = ["[CLS]", "[SEP]"].map(|content| self.intake.id_of_added(content));
        let (mut tokens, total) = self.intake.read_as(text, around, max)?;
        if tokens.is_empty() {
            // Ids, and none yet.
            tokens.push(self.intake.token(0, 0, 0));
        }
        Ok((tokens, total))
    }

    /// What the encoder reads of a text: its tokens between those that the tokenizer puts around
    /// them, else between `[CLS]` and `[SEP]` as far as it has these; `[MASK]` typed in the text is
    /// a blank.
    ///
    /// # Errors
    /// [`EngineError::NoModel`] without a tokenizer.
    pub fn ids_of(&self, text: &str) -> Result<Vec<u32>, EngineError> {
        Ok(ids_of(&self.tokens(text, usize::MAX)?.0))
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
        let input = self.intake.input(&[ids]);
        let resid = self.network.encode(input.into(), &mut Recorder::off());
        self.logits_at(resid, positions).await
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
        let input = self.intake.input(&[ids]);
        self.network.forward(input.into(), &mut recorder);
        Ok(recorder.into_records())
    }

    /// Logits at some positions of a batch laid end to end, from the residual stream after its
    /// last block `[batch, pos, d_model]`.
    pub(super) async fn logits_at(
        &self,
        resid: Tensor<3>,
        positions: &[usize],
    ) -> Result<Vec<Vec<f32>>, EngineError> {
        let [batch, pos, d_model] = resid.dims();
        let places: Vec<i32> = positions.iter().map(|position| *position as i32).collect();
        let places = TensorData::new(places, [positions.len()]);
        let places = Tensor::<1, Int>::from_data(places, &self.intake.device);
        let rows = resid.reshape([1, batch * pos, d_model]).select(1, places);
        let logits = self.network.unembed(rows, &mut Recorder::off());
        let logits =
            logits.ok_or_else(|| internal("this model has no head that fills in blanks"))?;
        let values = read_values(logits).await?;
        let rows = values.chunks_exact(self.config.vocab_size);
        Ok(rows.map(<[f32]>::to_vec).collect())
    }

    fn check(&self, ids: &[u32]) -> Result<(), EngineError> {
        let (actual, max) = (ids.len(), self.info().n_ctx);
        if actual > max {
            let detail = format!("{actual} tokens; this model reads 1 to {max}");
            return Err(internal(&detail));
        }
        self.intake.check_some(ids)
    }
}

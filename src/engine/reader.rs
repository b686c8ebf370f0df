//! A model of any kind behind one door.

use burn::tensor::Device;

#[cfg(feature = "families")]
use super::{Encoder, Recurrent, Translator};
use super::{Intake, LoadError, ModelFiles, Session};
use crate::checkpoint::{SafetensorsFile, TensorSource};
#[cfg(not(feature = "families"))]
use crate::models::ConfigError;
use crate::models::Family;
use crate::protocol::{EmbeddingTable, EngineError, ModelInfo, TraceSpec, TraceUpdate};
#[cfg(feature = "families")]
use crate::protocol::{Finding, Inspection};

/// A model that reads texts, one after the other. Without the feature `families` there is one kind.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "there are a handful of them")]
pub enum Reader {
    /// GPT-2, Llama, GPT-NeoX.
    Decoder(Session),
    /// BERT.
    #[cfg(feature = "families")]
    Encoder(Encoder),
    /// T5.
    #[cfg(feature = "families")]
    EncoderDecoder(Translator),
    /// LSTM.
    #[cfg(feature = "families")]
    Recurrent(Recurrent),
}

impl Reader {
    /// Reads the files and puts the weights on the device.
    ///
    /// # Errors
    /// If a file is damaged, names an architecture we do not know, or does not fit the others.
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
        Ok(match Family::of_config(&files.config_json)? {
            Family::Gpt2 => Reader::Decoder(Session::from_weights(files, weights, device)?),
            #[cfg(feature = "families")]
            Family::Llama | Family::GptNeox => {
                Reader::Decoder(Session::from_weights(files, weights, device)?)
            }
            #[cfg(feature = "families")]
            Family::Bert | Family::DistilBert => {
                Reader::Encoder(Encoder::from_weights(files, weights, device)?)
            }
            #[cfg(feature = "families")]
            Family::T5 => Reader::EncoderDecoder(Translator::from_weights(files, weights, device)?),
            #[cfg(feature = "families")]
            Family::Lstm => Reader::Recurrent(Recurrent::from_weights(files, weights, device)?),
            #[cfg(not(feature = "families"))]
            family => {
                return Err(ConfigError::UnknownArchitecture {
                    model_type: family.name().to_owned(),
                    supported: Family::Gpt2.name().to_owned(),
                }
                .into());
            }
        })
    }

    /// Its tokenizer and what is known of it.
    pub fn intake(&self) -> &Intake {
        match self {
            Reader::Decoder(model) => &model.intake,
            #[cfg(feature = "families")]
            Reader::Encoder(model) => &model.intake,
            #[cfg(feature = "families")]
            Reader::EncoderDecoder(model) => &model.intake,
            #[cfg(feature = "families")]
            Reader::Recurrent(model) => &model.intake,
        }
    }

    /// What is known of the model.
    pub fn info(&self) -> &ModelInfo {
        &self.intake().info
    }

    /// The decoder, which alone has a film of its training.
    #[cfg(feature = "families")]
    pub fn decoder(&mut self) -> Option<&mut Session> {
        match self {
            Reader::Decoder(model) => Some(model),
            _ => None,
        }
    }

    /// Runs a text and what was generated after it; of an encoder-decoder, a source and its target
    /// so far. An encoder writes nothing, and reads nothing but the text.
    ///
    /// A model that looks back only returns the rows that are new to a caller who holds the first
    /// `held` positions; the others return all. `now_ms` is a clock in milliseconds.
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
        match self {
            Reader::Decoder(model) => model.run(text, generation, spec, held, now_ms).await,
            #[cfg(feature = "families")]
            Reader::Encoder(model) => model.run(text, spec, now_ms).await,
            #[cfg(feature = "families")]
            Reader::EncoderDecoder(model) => model.run(text, generation, spec, now_ms).await,
            #[cfg(feature = "families")]
            Reader::Recurrent(model) => model.run(text, generation, spec, held, now_ms).await,
        }
    }

    /// The token embeddings with their first `n_components` principal axes.
    ///
    /// # Errors
    /// [`EngineError::DeviceLost`] if the device stops answering.
    pub async fn embeddings(&self, n_components: usize) -> Result<EmbeddingTable, EngineError> {
        let table = match self {
            Reader::Decoder(model) => model.network.token_embedding(),
            #[cfg(feature = "families")]
            Reader::Encoder(model) => &model.network.token_embedding,
            #[cfg(feature = "families")]
            Reader::EncoderDecoder(model) => &model.network.token_embedding,
            #[cfg(feature = "families")]
            Reader::Recurrent(model) => &model.network.token_embedding,
        };
        let vectors = table.weight.val();
        self.intake().embeddings(vectors, n_components).await
    }

    /// Looks closer at a text and what was generated after it; what was read is not changed.
    ///
    /// # Errors
    /// [`EngineError::DoesNotApply`] if a model of this kind has nothing to answer with,
    /// [`EngineError::Internal`] for an index, a position or settings out of range, and those of
    /// [`Self::run`].
    #[cfg(feature = "families")]
    pub async fn inspect(
        &mut self,
        text: &str,
        generation: &[u32],
        inspection: &Inspection,
    ) -> Result<Finding, EngineError> {
        match self {
            Reader::Decoder(model) => model.inspect(text, generation, inspection).await,
            Reader::Encoder(model) => model.inspect(text, inspection).await,
            Reader::EncoderDecoder(model) => model.inspect(text, generation, inspection).await,
            Reader::Recurrent(model) => model.inspect(text, generation, inspection).await,
        }
    }
}

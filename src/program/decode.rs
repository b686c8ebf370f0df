//! `atlas trace` and `atlas generate` for a decoder of any family.

use burn::tensor::{Device, Int, Tensor, TensorData};
use serde_json::json;

use super::Failure;
use super::args::{GenerateArgs, InputArgs, TraceArgs};
use super::clock::now_s;
use super::generate::{draw, print, settings};
use super::model_folder::open_decoder;
use super::trace::{token_texts, wanted, write};
use crate::checkpoint::TensorSource;
use crate::engine::{LoadError, ModelFiles};
use crate::models::decoder::DecoderShape;
use crate::models::{Decoder, DecoderConfig};
use crate::nn::{KvCache, Recorder};
use crate::protocol::EngineError;
use crate::tokenizer::{self, Tokenizer};

/// A decoder with its tokenizer.
#[derive(Debug)]
pub struct OpenDecoder {
    /// Name of its folder.
    pub name: String,
    /// Its sizes.
    pub shape: DecoderShape,
    /// Its network.
    pub network: Decoder,
    /// Its tokenizer, if it came with one that we can read.
    pub tokenizer: Option<Box<dyn Tokenizer>>,
    /// Where it is.
    pub device: Device,
}

/// Writes the activations of one text, each a full array without a batch axis.
pub fn trace(args: &TraceArgs) -> Result<(), Failure> {
    let model = open_decoder(&args.model.model, args.device, args.input.ids.is_some())?;
    let ids = model.ids_of(&args.input, 0)?;
    let mut recorder = Recorder::new(wanted(args, model.shape.activations())?);
    model
        .network
        .forward(model.input(&ids), None, &mut recorder);
    let notes = [
        ("model", model.name.clone()),
        ("ids", json!(ids).to_string()),
        ("tokens", token_texts(model.tokenizer.as_deref(), &ids)),
    ];
    write(args, recorder.into_records(), notes)
}

/// Prints what the model writes.
pub fn generate(args: &GenerateArgs) -> Result<(), Failure> {
    let model = open_decoder(&args.model.model, args.device, args.input.ids.is_some())?;
    let prompt = model.ids_of(&args.input, args.max_new_tokens)?;
    let stop_at = model.shape.end_of_text.filter(|_| args.stop_at_eos);
    let mut cache = KvCache::new(model.shape.n_layers);
    let start_s = now_s();
    let ids = draw(
        &prompt,
        args.max_new_tokens,
        &settings(args),
        args.seed,
        stop_at,
        |ids| model.next_logits(ids, &mut cache),
    )?;
    print(args, &ids, model.tokenizer.as_deref(), now_s() - start_s);
    Ok(())
}

impl OpenDecoder {
    /// A decoder from a folder's files and weights.
    ///
    /// # Errors
    /// If a file is damaged, names another architecture, or does not fit the others.
    pub fn from_weights(
        files: &ModelFiles,
        weights: &dyn TensorSource,
        device: Device,
    ) -> Result<Self, LoadError> {
        let config = DecoderConfig::from_json(&files.config_json)?;
        let shape = config.shape();
        let json = files.tokenizer_json.as_deref();
        let tokenizer = json.map(tokenizer::open).transpose()?;
        match tokenizer
            .as_ref()
            .map_or(0, |tokenizer| tokenizer.vocab_size())
        {
            tokenizer if tokenizer > shape.vocab_size => {
                let model = shape.vocab_size;
                Err(LoadError::VocabularyMismatch { tokenizer, model })
            }
            _ => Ok(OpenDecoder {
                name: files.name.clone(),
                network: Decoder::from_weights(&config, weights, &device)?,
                shape,
                tokenizer,
                device,
            }),
        }
    }

    /// Logits of the token after the last one `[vocab]`; the cache holds a beginning of `ids`.
    fn next_logits(&self, ids: &[u32], cache: &mut KvCache) -> Result<Vec<f32>, Failure> {
        let new = self.input(&ids[cache.len()..]);
        let logits = self.network.forward(new, Some(cache), &mut Recorder::off());
        let [_, n_new, vocab] = logits.dims();
        let last = logits.narrow(1, n_new - 1, 1).reshape([vocab]);
        let values = last.into_data().try_into_vec::<f32>();
        values.map_err(|error| {
            let detail = format!("{error:?}");
            EngineError::DeviceLost { detail }.into()
        })
    }

    /// `[1, pos]` on the device.
    fn input(&self, ids: &[u32]) -> Tensor<2, Int> {
        let ids: Vec<i32> = ids.iter().map(|id| *id as i32).collect();
        let shape = [1, ids.len()];
        Tensor::from_data(TensorData::new(ids, shape), &self.device)
    }

    /// The ids as given, or those of the text, with room for `n_new` more.
    ///
    /// # Errors
    /// If there is no tokenizer for a text, an id is unknown, there is nothing to read, or more
    /// than the model can read.
    fn ids_of(&self, input: &InputArgs, n_new: usize) -> Result<Vec<u32>, Failure> {
        let ids = match (&input.ids, &input.text, &self.tokenizer) {
            (Some(ids), _, _) => ids.clone(),
            (None, Some(text), Some(tokenizer)) => {
                let tokens = tokenizer.encode_for_model(text).map_err(LoadError::from);
                let tokens = tokens.map_err(EngineError::from)?;
                tokens.iter().map(|token| token.id).collect()
            }
            (None, _, _) => {
                return Err(Failure::Arguments(
                    "this model has no tokenizer: use --ids".into(),
                ));
            }
        };
        let DecoderShape {
            vocab_size, n_ctx, ..
        } = self.shape;
        if let Some(id) = ids.iter().find(|id| **id as usize >= vocab_size) {
            return Err(EngineError::UnknownToken {
                id: *id,
                vocab_size,
            }
            .into());
        }
        match ids.len() {
            0 => Err(Failure::Arguments(
                "there is nothing to read: give at least one token".into(),
            )),
            actual if actual > n_ctx => Err(Failure::Arguments(format!(
                "{actual} tokens are more than the {n_ctx} this model can read"
            ))),
            // The last new token is not read any more.
            actual if actual + n_new > n_ctx + 1 => Err(Failure::Arguments(format!(
                "{actual} tokens read and {n_new} new ones are more than the {n_ctx} this model \
                 can read"
            ))),
            _ => Ok(ids),
        }
    }
}

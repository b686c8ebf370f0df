//! What every kind of model has around its network: text comes in as tokens and goes to the device
//! as ids.

use std::borrow::Cow;

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::read_back::read_values;
#[cfg(all(feature = "worker", feature = "families"))]
use super::tokenizer_program::open as open_tokenizer;
use super::{LoadError, ModelFiles};
use crate::projection::{Pca, collapsed};
use crate::protocol::{EmbeddingTable, EngineError, ModelInfo, TokenInfo, TraceUpdate};
#[cfg(not(all(feature = "worker", feature = "families")))]
use crate::tokenizer::open as open_tokenizer;
use crate::tokenizer::{Token, Tokenizer, id_bytes, read_ids};

/// Principal axes are those of at most so many vectors, evenly chosen.
const FITTED_ROWS: usize = 4096;
/// So many numbers of the vocabulary's vectors can be sent to the page and drawn.
const MOST_EMBEDDED: usize = 1 << 26;

/// A model's tokenizer, what is known of the model, and where it computes.
#[derive(Debug)]
pub struct Intake {
    /// Its tokenizer, if it came with one.
    pub tokenizer: Option<Box<dyn Tokenizer>>,
    /// What the page is told about it.
    pub info: ModelInfo,
    pub(super) device: Device,
}

impl Intake {
    /// Reads the tokenizer and completes `info` with the name, the vocabulary and the mask.
    ///
    /// # Errors
    /// If the tokenizer cannot be read, or has ids the model has no embedding for.
    pub(super) fn new(
        files: &ModelFiles,
        vocab_size: usize,
        info: ModelInfo,
        device: Device,
    ) -> Result<Self, LoadError> {
        let json = files.tokenizer_json.as_deref();
        let tokenizer = json.map(open_tokenizer).transpose()?;
        let bytes_of = |id| match &tokenizer {
            Some(tokenizer) => tokenizer.token_bytes(id).map(Cow::into_owned),
            None => Some(id_bytes(id)),
        };
        let vocabulary = (0..vocab_size as u32)
            .map(|id| bytes_of(id).unwrap_or_default())
            .collect();
        let mut mask = None;
        if let Some(tokenizer) = &tokenizer {
            let masks = ["[MASK]", "<mask>"];
            mask = masks.iter().find_map(|mask| tokenizer.id_of_added(mask));
            if tokenizer.vocab_size() > vocab_size {
                return Err(LoadError::VocabularyMismatch {
                    tokenizer: tokenizer.vocab_size(),
                    model: vocab_size,
                });
            }
        }
        let info = ModelInfo {
            name: files.name.clone(),
            vocabulary,
            mask,
            reads_ids: tokenizer.is_none(),
            ..info
        };
        Ok(Intake {
            tokenizer,
            info,
            device,
        })
    }

    /// The id of a token that is not made by merging, such as `[CLS]`.
    pub fn id_of_added(&self, content: &str) -> Option<u32> {
        self.tokenizer.as_ref()?.id_of_added(content)
    }

    /// Whether the id is a control token, which stands for no text.
    pub fn is_special(&self, id: u32) -> bool {
        let tokenizer = self.tokenizer.as_ref();
        let is_special = tokenizer.is_some_and(|tokenizer| tokenizer.is_special(id));
        is_special || Some(id) == self.info.end_of_text
    }

    /// The tokens of a text, all of them; control tokens written in it are recognised. Without
    /// a tokenizer the text is ids, as far as it is.
    ///
    /// # Errors
    /// [`EngineError::Checkpoint`] for a text that the tokenizer has no tokens for.
    pub(super) fn encode(&self, text: &str) -> Result<Vec<Token>, EngineError> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        Ok(match &self.tokenizer {
            None => read_ids(text, self.info.vocab_size()),
            Some(tokenizer) => tokenizer
                .encode_with_special(text)
                .map_err(LoadError::from)?,
        })
    }

    /// At most `max` tokens of what the model reads of a text, and how many there are in all: those
    /// of the text between the ones that the tokenizer's post-processor puts around it, or between
    /// those in `otherwise` if it has none.
    ///
    /// # Errors
    /// As [`Self::encode`].
    pub(super) fn read_as(
        &self,
        text: &str,
        otherwise: [Option<u32>; 2],
        max: usize,
    ) -> Result<(Vec<TokenInfo>, usize), EngineError> {
        let typed = self.encode(text)?;
        let otherwise = otherwise.each_ref().map(Option::as_slice);
        let around = self.tokenizer.as_ref().map(|tokenizer| tokenizer.around());
        let around = around.filter(|around| !around.concat().is_empty());
        let [before, after] = around.unwrap_or(otherwise);
        let total = before.len() + typed.len() + after.len();
        let room = max.saturating_sub(before.len() + after.len());
        let special = |at| move |id: &u32| self.token(*id, at, at);
        let mut tokens: Vec<TokenInfo> = before.iter().map(special(0)).collect();
        tokens.extend(self.placed(&typed, room));
        let end = tokens.last().map_or(0, |token| token.end);
        tokens.extend(after.iter().map(special(end)));
        Ok((tokens, total))
    }

    /// A token with its place in the text.
    pub(super) fn token(&self, id: u32, start: usize, end: usize) -> TokenInfo {
        let bytes = self.info.vocabulary.get(id as usize);
        TokenInfo {
            id,
            bytes: bytes.cloned().unwrap_or_default(),
            start,
            end,
        }
    }

    /// The first `room` of some tokens with their places in the text.
    pub(super) fn placed(&self, tokens: &[Token], room: usize) -> Vec<TokenInfo> {
        let tokens = tokens.iter().take(room);
        let placed = tokens.map(|token| self.token(token.id, token.start, token.end));
        placed.collect()
    }

    /// Appends as many of the generated ids as there is room for in `n_ctx` positions, their text
    /// behind that of the tokens before them.
    pub(super) fn go_on(&self, tokens: &mut Vec<TokenInfo>, generation: &[u32]) {
        let mut end = tokens.last().map_or(0, |token| token.end);
        let room = self.info.n_ctx.saturating_sub(tokens.len());
        for id in generation.iter().take(room) {
            let mut token = self.token(*id, end, end);
            if !self.is_special(*id) {
                // Ids are written with spaces between.
                end += usize::from(self.info.reads_ids && end > 0);
                end += token.bytes.len();
                token.end = end;
            }
            tokens.push(token);
        }
    }

    /// The ids of what a model that goes on with a text reads of it.
    ///
    /// # Errors
    /// As [`Self::encode`].
    pub fn ids_of(&self, text: &str) -> Result<Vec<u32>, EngineError> {
        let (tokens, _) = self.read_as(text, [None; 2], usize::MAX)?;
        Ok(ids_of(&tokens))
    }

    /// The tokens that a model which goes on with a text reads of it and of what was generated
    /// after it: an update without rows. A text with more tokens than the model can read is cut at
    /// the end; an empty one is read as the tokenizer's first token, or as `<|endoftext|>`.
    ///
    /// # Errors
    /// [`EngineError::UnknownToken`], and those of [`Self::encode`].
    pub(super) fn text_and_generation(
        &self,
        text: &str,
        generation: &[u32],
    ) -> Result<TraceUpdate, EngineError> {
        self.check(generation)?;
        let (mut tokens, total) = self.read_as(text, [None; 2], self.info.n_ctx)?;
        let typed_tokens = tokens.len();
        if typed_tokens == total {
            self.go_on(&mut tokens, generation);
        }
        let is_empty = text.is_empty() && generation.is_empty();
        let total_tokens = if is_empty {
            0
        } else {
            total + generation.len()
        };
        if tokens.is_empty() {
            tokens.push(self.token(self.info.end_of_text.unwrap_or(0), 0, 0));
        }
        Ok(TraceUpdate {
            tokens,
            total_tokens,
            typed_tokens,
            ..TraceUpdate::default()
        })
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

    /// Checks that the model knows every id.
    ///
    /// # Errors
    /// [`EngineError::UnknownToken`]
    pub(super) fn check(&self, ids: &[u32]) -> Result<(), EngineError> {
        let vocab_size = self.info.vocab_size();
        match ids.iter().find(|id| **id as usize >= vocab_size) {
            Some(id) => Err(EngineError::UnknownToken {
                id: *id,
                vocab_size,
            }),
            None => Ok(()),
        }
    }

    /// Checks that there is something to read, and that the model knows it.
    ///
    /// # Errors
    /// [`EngineError::UnknownToken`]; [`EngineError::Internal`] if there is nothing.
    pub(super) fn check_some(&self, ids: &[u32]) -> Result<(), EngineError> {
        match ids {
            [] => Err(internal("there is nothing to read")),
            _ => self.check(ids),
        }
    }

    /// Token embeddings `[vocab, d_model]` with their first `n_components` principal axes, those of
    /// [`FITTED_ROWS`] of them where there are more.
    ///
    /// # Errors
    /// [`EngineError::DoesNotApply`] if there are more than [`MOST_EMBEDDED`] numbers,
    /// [`EngineError::DeviceLost`] if the device stops answering.
    pub(super) async fn embeddings(
        &self,
        weight: Tensor<2>,
        n_components: usize,
    ) -> Result<EmbeddingTable, EngineError> {
        let [vocab_size, d_model] = weight.dims();
        if vocab_size * d_model > MOST_EMBEDDED {
            let what = "map of so many vectors".to_owned();
            return Err(EngineError::DoesNotApply { what });
        }
        let vectors = read_values(weight).await?;
        let untrained = collapsed(&vectors, d_model);
        let step = vocab_size.div_ceil(FITTED_ROWS).max(1);
        let mut fitted = Vec::new();
        for (id, vector) in vectors.chunks_exact(d_model).enumerate().step_by(step) {
            if untrained.binary_search(&id).is_err() {
                fitted.extend_from_slice(vector);
            }
        }
        let pca = Pca::fit(&fitted, d_model, n_components)
            .map_err(|error| internal(&error.to_string()))?;
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
}

/// The ids of some tokens.
pub(super) fn ids_of(tokens: &[TokenInfo]) -> Vec<u32> {
    tokens.iter().map(|token| token.id).collect()
}

/// How many of the first ids are the same.
pub(super) fn common_prefix(held: &[u32], new: &[u32]) -> usize {
    let pairs = held.iter().zip(new);
    pairs.take_while(|(held, new)| held == new).count()
}

pub(super) fn internal(detail: &str) -> EngineError {
    EngineError::Internal {
        detail: detail.to_owned(),
    }
}

//! From an inspection to its answer, of the other kinds of models.

use crate::engine::intake::ids_of;
use crate::engine::{Encoder, Recurrent, Translator};
use crate::nn::{KvCache, Recorder};
use crate::protocol::{EngineError, Finding, Inspection};

use super::does_not_apply;
use super::parameters::parameters;
use super::writing::{Memory, Network, Start, Writing};

impl Encoder {
    /// Looks closer at a text.
    ///
    /// # Errors
    /// [`EngineError::DoesNotApply`], and those of [`crate::engine::Session::inspect`].
    pub async fn inspect(
        &self,
        text: &str,
        inspection: &Inspection,
    ) -> Result<Finding, EngineError> {
        Ok(match inspection {
            Inspection::Parameters(slices) => Finding::Parameters(parameters(self, slices).await?),
            Inspection::Blanks { count } => Finding::Blanks(self.blanks(text, *count).await?),
            Inspection::LogitLens { count } if self.network.head.is_some() => {
                Finding::LogitLens(self.logit_lens(text, *count).await?)
            }
            _ => return Err(does_not_apply(inspection)),
        })
    }
}

impl Recurrent {
    /// Its parameters, or ways to go on with a text; nothing else there is to be asked applies to it.
    ///
    /// # Errors
    /// [`EngineError::DoesNotApply`], and those of [`crate::engine::Session::inspect`].
    pub async fn inspect(
        &self,
        text: &str,
        generation: &[u32],
        inspection: &Inspection,
    ) -> Result<Finding, EngineError> {
        match inspection {
            Inspection::Parameters(slices) => {
                return Ok(Finding::Parameters(parameters(self, slices).await?));
            }
            Inspection::Continuations { .. } => {}
            _ => return Err(does_not_apply(inspection)),
        }
        let update = self.intake.text_and_generation(text, generation)?;
        let ids = ids_of(&update.tokens);
        let (first, state) = self.before_last(&ids);
        let start = Start {
            ids: &ids,
            is_empty: update.total_tokens == 0,
            room: self.info().n_ctx.saturating_sub(update.total_tokens),
            first,
            memory: Memory::State(state),
        };
        let writing = Writing {
            network: Network::Recurrent(&self.network),
            intake: &self.intake,
        };
        let found = writing.continuations(start, inspection).await?;
        Ok(Finding::Continuations(found))
    }
}

impl Translator {
    /// Looks closer at a source and its target.
    ///
    /// # Errors
    /// [`EngineError::DoesNotApply`], and those of [`crate::engine::Session::inspect`].
    pub async fn inspect(
        &self,
        text: &str,
        generation: &[u32],
        inspection: &Inspection,
    ) -> Result<Finding, EngineError> {
        if let Inspection::Parameters(slices) = inspection {
            return Ok(Finding::Parameters(parameters(self, slices).await?));
        }
        let (source, tokens) = self.texts(text, generation)?;
        let (source, ids) = (ids_of(&source.0), ids_of(&tokens));
        let texts = (source.as_slice(), ids.as_slice());
        match *inspection {
            Inspection::Continuations { .. } => {}
            Inspection::LogitLens { count } => {
                return Ok(Finding::LogitLens(self.logit_lens(texts, count).await?));
            }
            Inspection::Attribution { position, target } => {
                let found = self.attribution(texts, position, target).await?;
                return Ok(Finding::Attribution(found));
            }
            Inspection::Neurons {
                position,
                count,
                promoted,
            } => {
                let found = self.neurons(texts, position, (count, promoted)).await?;
                return Ok(Finding::Neurons(found));
            }
            _ => return Err(does_not_apply(inspection)),
        }
        let source = self.intake.input(&[&source]);
        let source = self.network.read(source, None, &mut Recorder::off());
        let start = Start {
            ids: &ids,
            is_empty: false,
            room: self.info().n_ctx.saturating_sub(1 + generation.len()),
            first: 0,
            memory: Memory::Keys(KvCache::new(self.info().n_layers)),
        };
        let writing = Writing {
            network: Network::EncoderDecoder(&self.network, &source),
            intake: &self.intake,
        };
        let found = writing.continuations(start, inspection).await?;
        Ok(Finding::Continuations(found))
    }
}

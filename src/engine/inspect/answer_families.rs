//! From an inspection to its answer, of the other kinds of models.

use crate::engine::intake::ids_of;
use crate::engine::{Recurrent, Translator};
use crate::nn::{KvCache, Recorder};
use crate::protocol::{EngineError, Finding, Inspection};

use super::does_not_apply;
use super::writing::{Memory, Network, Start, Writing};

impl Recurrent {
    /// Ways to go on with a text; nothing else there is to be asked applies to it.
    ///
    /// # Errors
    /// [`EngineError::DoesNotApply`], and those of [`crate::engine::Session::inspect`].
    pub async fn inspect(
        &self,
        text: &str,
        generation: &[u32],
        inspection: &Inspection,
    ) -> Result<Finding, EngineError> {
        if !matches!(inspection, Inspection::Continuations { .. }) {
            return Err(does_not_apply(inspection));
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
    /// Ways to go on with the target of a source; nothing else there is to be asked applies to it.
    ///
    /// # Errors
    /// [`EngineError::DoesNotApply`], and those of [`crate::engine::Session::inspect`].
    pub async fn inspect(
        &self,
        text: &str,
        generation: &[u32],
        inspection: &Inspection,
    ) -> Result<Finding, EngineError> {
        if !matches!(inspection, Inspection::Continuations { .. }) {
            return Err(does_not_apply(inspection));
        }
        let (source, tokens) = self.texts(text, generation)?;
        let source = self.intake.input(&[&ids_of(&source.0)]);
        let source = self.network.read(source, None, &mut Recorder::off());
        let start = Start {
            ids: &ids_of(&tokens),
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

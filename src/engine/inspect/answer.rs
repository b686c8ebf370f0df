//! From an inspection to its answer.

use crate::engine::Session;
use crate::engine::intake::ids_of;
use crate::protocol::{EngineError, Finding, Inspection, TraceUpdate};

use super::parameters::parameters;
use super::writing::{Memory, Network, Start, Writing};
use super::{InspectError, does_not_apply};

impl Session {
    /// Looks closer at a text and the tokens generated after it.
    ///
    /// What the session has read is not changed: a later [`Self::run`] answers as if nothing had
    /// been asked. Positions that were read before are not read again, unless the logit lens looks
    /// at them for the first time.
    ///
    /// # Errors
    /// [`EngineError::UnknownToken`] for an id outside the vocabulary, [`EngineError::Internal`]
    /// for an index, a position or settings out of range, and those of [`Self::run`].
    pub async fn inspect(
        &mut self,
        text: &str,
        generation: &[u32],
        inspection: &Inspection,
    ) -> Result<Finding, EngineError> {
        Ok(self.answer(text, generation, inspection).await?)
    }

    async fn answer(
        &mut self,
        text: &str,
        generation: &[u32],
        inspection: &Inspection,
    ) -> Result<Finding, InspectError> {
        let TraceUpdate {
            tokens,
            total_tokens,
            ..
        } = self.intake.text_and_generation(text, generation)?;
        let ids = ids_of(&tokens);
        Ok(match inspection {
            Inspection::Parameters(slices) => Finding::Parameters(parameters(self, slices).await?),
            Inspection::LogitLens { count } => {
                Finding::LogitLens(self.logit_lens(&ids, *count).await?)
            }
            Inspection::Attribution { position, target } => {
                Finding::Attribution(self.attribution(&ids, *position, *target).await?)
            }
            Inspection::Neurons {
                position,
                count,
                promoted,
            } => Finding::Neurons(self.neurons(&ids, *position, *count, *promoted).await?),
            Inspection::Continuations { .. } => {
                // A text too long to be read whole has no room; an empty one is only read as the
                // end of another, which the next token does not follow.
                let first = self.known(&ids).min(ids.len() - 1);
                let mut cache = self.cache.clone();
                cache.truncate(first);
                let start = Start {
                    ids: &ids,
                    is_empty: total_tokens == 0,
                    room: self.info().n_ctx.saturating_sub(total_tokens),
                    first,
                    memory: Memory::Keys(cache),
                };
                let writing = Writing {
                    network: Network::Decoder(&self.network),
                    intake: &self.intake,
                };
                let found = writing.continuations(start, inspection).await?;
                Finding::Continuations(found)
            }
            Inspection::Side { .. } => {
                let room = self.info().n_ctx.saturating_sub(total_tokens);
                let side = self.side(&ids, total_tokens == 0, room, inspection).await?;
                Finding::Side(side)
            }
            Inspection::Blanks { .. } => {
                return Err(does_not_apply(inspection).into());
            }
            Inspection::HeadCharacters {
                sequences,
                half,
                seed,
            } => Finding::HeadCharacters(self.head_characters(*sequences, *half, *seed).await?),
        })
    }
}

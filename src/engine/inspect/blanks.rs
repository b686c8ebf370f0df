//! How well an encoder fills in each token of a text, hidden alone.
//!
//! Source: Salazar et al. 2020, "Masked Language Model Scoring", <https://arxiv.org/abs/1910.14659>.

use crate::engine::Encoder;
use crate::engine::intake::ids_of;
use crate::nn::Recorder;
use crate::protocol::{EngineError, FilledBlank, Inspection};

use super::does_not_apply;
use super::top::Likely;

/// Positions read at once; of the longest text 16 copies.
const POSITIONS_AT_ONCE: usize = 4096;

impl Encoder {
    /// For each token that is neither special nor a mask already, in order: what the model says
    /// stands there, the other tokens in sight. `count` of the most likely tokens are named.
    ///
    /// # Errors
    /// [`EngineError::DoesNotApply`] without a token that stands for a blank; those of
    /// [`Self::logits`].
    pub async fn blanks(&self, text: &str, count: usize) -> Result<Vec<FilledBlank>, EngineError> {
        let mask = self.info().mask;
        let mask = mask.ok_or_else(|| does_not_apply(&Inspection::Blanks { count }))?;
        let ids = ids_of(&self.tokens(text, self.info().n_ctx)?.0);
        let hidden: Vec<usize> = (0..ids.len())
            .filter(|position| !self.intake.is_special(ids[*position]))
            .collect();
        let mut blanks = Vec::with_capacity(hidden.len());
        for hidden in hidden.chunks((POSITIONS_AT_ONCE / ids.len().max(1)).max(1)) {
            let texts: Vec<Vec<u32>> = hidden
                .iter()
                .map(|position| {
                    let mut ids = ids.clone();
                    ids[*position] = mask;
                    ids
                })
                .collect();
            let rows: Vec<&[u32]> = texts.iter().map(Vec::as_slice).collect();
            let input = self.intake.input(&rows);
            let resid = self.network.encode(input.into(), &mut Recorder::off());
            let places = hidden.iter().enumerate();
            let places: Vec<usize> = places
                .map(|(row, position)| row * ids.len() + position)
                .collect();
            let logits = self.logits_at(resid, &places).await?;
            for (position, logits) in hidden.iter().zip(&logits) {
                let Likely { top, rank, p } = Likely::of(logits, ids[*position] as usize, count);
                blanks.push(FilledBlank {
                    position: *position,
                    p,
                    rank,
                    top,
                });
            }
        }
        Ok(blanks)
    }
}

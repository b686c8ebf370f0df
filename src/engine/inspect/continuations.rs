//! Ways to go on from the end of a text: greedy, drawn and by beam search, one batch per token.
//!
//! All start from the same keys and values. Hypotheses that are the same sequence of tokens are
//! run once, whichever of the three found them.

use burn::tensor::{Int, Tensor};

use crate::order::largest;
use crate::protocol::{Activation, Continuations, Inspection};
use crate::sampling::{Distribution, choose, draw_uniform};

use super::InspectError;
use super::beam::BeamSearch;
use super::top::{log_sum_exp, probability};
use super::writing::{Memory, Start, Writing};

/// Continuations that have been read, and what follows each.
struct Frontier {
    /// Tokens after the text, one list per row of the batch.
    paths: Vec<Vec<u32>>,
    /// `[row][vocab]`
    logits: Vec<Vec<f32>>,
    /// What the model remembers of each row.
    memory: Memory,
}

impl Writing<'_> {
    /// Answers an [`Inspection::Continuations`]: the three ways to go on from `start`; a way ends
    /// after the token that ends a text. The draw at position `p` depends on `(seed, p)` only, as in
    /// the page.
    pub async fn continuations(
        &self,
        start: Start<'_>,
        inspection: &Inspection,
    ) -> Result<Continuations, InspectError> {
        let Inspection::Continuations {
            settings,
            seed,
            n_tokens,
            beam_width,
        } = inspection
        else {
            return Ok(Continuations::default());
        };
        settings.check()?;
        let n_tokens = (*n_tokens).min(start.room);
        let end_of_text = self.intake.info.end_of_text;
        let before: &[u32] = if start.is_empty { &[] } else { start.ids };
        let (mut greedy, mut drawn) = (Vec::new(), Vec::new());
        let mut beam = BeamSearch::new(*beam_width, end_of_text);
        let goes_on = |way: &[(u32, f32)]| match way.last() {
            Some((id, _)) => Some(*id) != end_of_text,
            None => true,
        };

        let mut frontier = self.end_of(start).await?;
        for depth in 0..n_tokens {
            if goes_on(&greedy) {
                let logits = frontier.after(&path(&greedy))?;
                let best = largest(logits.iter().copied(), 1);
                let log_sum = log_sum_exp(logits);
                let with_p = |(id, logit)| (id as u32, probability(logit, log_sum));
                greedy.extend(best.into_iter().map(with_p));
            }
            if goes_on(&drawn) {
                let so_far = path(&drawn);
                let context = [before, &so_far].concat();
                let logits = frontier.after(&so_far)?;
                let distribution = Distribution::after(logits, &context, settings)?;
                let draw = choose(&distribution, draw_uniform(*seed, context.len() as u64));
                drawn.push((draw.id, distribution.p_kept()[draw.id as usize]));
            }
            let open = beam.open().iter().map(|hypothesis| beam.ids(*hypothesis));
            let log_p = open.map(|ids| Ok(log_probabilities(frontier.after(&ids)?)));
            let log_p = log_p.collect::<Result<Vec<_>, InspectError>>()?;
            beam.extend(&log_p);

            let mut next: Vec<Vec<u32>> = beam.open().iter().map(|open| beam.ids(*open)).collect();
            for way in [&greedy, &drawn] {
                let way_path = path(way);
                if goes_on(way) && !next.contains(&way_path) {
                    next.push(way_path);
                }
            }
            if depth + 1 == n_tokens || next.is_empty() {
                break;
            }
            frontier = self.read_next(frontier, next).await?;
        }
        Ok(Continuations {
            greedy,
            drawn,
            beams: beam.into_nodes(),
        })
    }

    /// The end of the text: one row, which has read everything.
    async fn end_of(&self, start: Start<'_>) -> Result<Frontier, InspectError> {
        let mut memory = start.memory;
        let logits = self.read(&[&start.ids[start.first..]], &mut memory).await?;
        if start.is_empty {
            memory.clear();
        }
        Ok(Frontier {
            paths: vec![Vec::new()],
            logits,
            memory,
        })
    }

    /// Reads the last token of every path on top of the row it continues.
    async fn read_next(
        &self,
        frontier: Frontier,
        paths: Vec<Vec<u32>>,
    ) -> Result<Frontier, InspectError> {
        let parents = paths.iter().map(|path| {
            let (_, parent) = path.split_last().unwrap_or((&0, &[]));
            frontier.row_of(parent).map(|row| row as i32)
        });
        let parents = parents.collect::<Result<Vec<i32>, _>>()?;
        let rows = Tensor::<1, Int>::from_ints(parents.as_slice(), &self.intake.device);
        let mut memory = frontier.memory;
        memory.select(&rows);
        let last: Vec<&[u32]> = paths
            .iter()
            .map(|path| &path[path.len().saturating_sub(1)..])
            .collect();
        Ok(Frontier {
            logits: self.read(&last, &mut memory).await?,
            paths,
            memory,
        })
    }
}

impl Frontier {
    fn row_of(&self, path: &[u32]) -> Result<usize, InspectError> {
        let row = self.paths.iter().position(|other| other == path);
        row.ok_or(InspectError::NotRecorded(Activation::Logits))
    }

    /// The logits of the token after `path`.
    fn after(&self, path: &[u32]) -> Result<&[f32], InspectError> {
        Ok(&self.logits[self.row_of(path)?])
    }
}

fn path(way: &[(u32, f32)]) -> Vec<u32> {
    way.iter().map(|(id, _)| *id).collect()
}

fn log_probabilities(logits: &[f32]) -> Vec<f64> {
    let log_sum = log_sum_exp(logits);
    let log_p = logits.iter().map(|logit| f64::from(*logit) - log_sum);
    log_p.collect()
}

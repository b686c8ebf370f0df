//! Everything a view shows of one next-token distribution.

use std::borrow::Cow;

use super::penalty::penalized;
use super::settings::{SamplingError, Settings};
use super::softmax::{most_likely, normalized, weights};
use crate::order::descending;

/// The next-token distribution at every stage of the filters, over the full vocabulary; the default is
/// that of a model that predicts no token.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Distribution {
    p_at_one: Vec<f32>,
    p: Vec<f32>,
    p_kept: Vec<f32>,
    order: Vec<u32>,
    cumulative: Vec<f64>,
}

impl Distribution {
    /// The distribution when nothing was there before that a penalty could be for: see
    /// [`Self::after`].
    ///
    /// # Shapes
    /// `logits`: `[vocab]`.
    ///
    /// # Errors
    /// [`SamplingError`] for settings out of range, no logits, or a logit that is
    /// not finite.
    pub fn new(logits: &[f32], settings: &Settings) -> Result<Self, SamplingError> {
        Self::after(logits, &[], settings)
    }

    /// Applies the repetition penalty for the tokens of `context`, then temperature, then top-k,
    /// then top-p, then min-p to the logits.
    ///
    /// Top-k keeps the k most likely tokens, the smaller ids of equal ones. Top-p
    /// then keeps, of these renormalised, the shortest prefix whose sum reaches
    /// p. Min-p then keeps what has at least that share of the most likely one's
    /// probability. One token is always kept. Greedy keeps only the most likely one and
    /// leaves `p` as penalty and temperature make it.
    ///
    /// # Shapes
    /// `logits`: `[vocab]`; `context`: any number of ids, as often and in any order.
    ///
    /// # Errors
    /// [`SamplingError`] for settings out of range, no logits, or a logit that is
    /// not finite.
    pub fn after(
        logits: &[f32],
        context: &[u32],
        settings: &Settings,
    ) -> Result<Self, SamplingError> {
        settings.check()?;
        let own_best = most_likely(logits)?;
        let at_one = weights(logits, own_best, 1.0);
        let logits = penalized(logits, context, settings.repetition_penalty);
        let is_own = matches!(logits, Cow::Borrowed(_));
        let best = if is_own {
            own_best
        } else {
            most_likely(&logits)?
        };
        // By logit and not by probability: far tokens whose probabilities are both 0 in f32 still
        // have an order.
        let order = descending(logits.iter().copied());
        let order: Vec<u32> = order.into_iter().map(|id| id as u32).collect();
        let tempered = match settings.temperature {
            1.0 if is_own => at_one.clone(),
            temperature => weights(&logits, best, temperature),
        };

        let by_rank = |rank: usize| tempered[order[rank] as usize];
        let mut kept = if settings.is_greedy() {
            1
        } else {
            settings.top_k.unwrap_or(usize::MAX).min(order.len())
        };
        if let Some(top_p) = settings.top_p.filter(|top_p| *top_p < 1.0) {
            let target = f64::from(top_p) * (0..kept).map(by_rank).sum::<f64>();
            let mut sum = 0.0;
            let reached = (0..kept).position(|rank| {
                sum += by_rank(rank);
                sum >= target
            });
            kept = reached.map_or(kept, |rank| rank + 1);
        }
        if let Some(min_p) = settings.min_p {
            let least = f64::from(min_p) * by_rank(0);
            let cut = (0..kept).position(|rank| by_rank(rank) < least);
            // The most likely one is never below its own share.
            kept = cut.map_or(kept, |rank| rank.max(1));
        }

        let mut cumulative: Vec<f64> = Vec::with_capacity(kept);
        let mut total = 0.0;
        for rank in 0..kept {
            total += by_rank(rank);
            cumulative.push(total);
        }
        // The last sum is `total` itself, so the last entry is exactly 1.
        cumulative.iter_mut().for_each(|sum| *sum /= total);
        let mut p_kept = vec![0.0; logits.len()];
        for rank in 0..kept {
            p_kept[order[rank] as usize] = (by_rank(rank) / total) as f32;
        }
        Ok(Self {
            p_at_one: normalized(&at_one),
            p: normalized(&tempered),
            p_kept,
            order,
            cumulative,
        })
    }

    /// Every token's probability as the model has it, at temperature 1 and without the penalty,
    /// by id.
    pub fn p_at_one(&self) -> &[f32] {
        &self.p_at_one
    }

    /// Every token's probability after penalty and temperature and before filters, by id.
    pub fn p(&self) -> &[f32] {
        &self.p
    }

    /// Every token's probability after the filters, renormalised, by id; 0 if cut.
    pub fn p_kept(&self) -> &[f32] {
        &self.p_kept
    }

    /// All ids, most likely first; equal ones by id.
    pub fn order(&self) -> &[u32] {
        &self.order
    }

    /// How many tokens the filters keep: the first of [`Self::order`].
    pub fn kept(&self) -> usize {
        self.cumulative.len()
    }

    /// For each kept token in order, where its segment of the line from 0 to 1 ends; the last is 1.
    pub fn cumulative(&self) -> &[f64] {
        &self.cumulative
    }

    /// The segment of the kept token at `rank`: from where to where on the line from 0 to 1.
    ///
    /// # Panics
    /// If `rank` is not below [`Self::kept`].
    pub fn interval(&self, rank: usize) -> (f64, f64) {
        let start = if rank == 0 {
            0.0
        } else {
            self.cumulative[rank - 1]
        };
        (start, self.cumulative[rank])
    }

    /// The summed probability (after penalty and temperature, before filters) of all but the `shown` most likely.
    pub fn rest_after(&self, shown: usize) -> f64 {
        self.order
            .iter()
            .skip(shown)
            .map(|id| f64::from(self.p[*id as usize]))
            .sum()
    }

    /// The place of a token among the most likely, 0 for the first; `None` for an unknown id.
    pub fn rank_of(&self, id: u32) -> Option<usize> {
        self.order.iter().position(|other| *other == id)
    }
}

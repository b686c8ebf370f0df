//! The normalisation of logits: pure functions on `&[f32]`.

use crate::order::largest;

/// `log sum_i exp(z_i)`, safe against overflow: `z_i - log_sum_exp` is the logarithm of a
/// probability.
pub fn log_sum_exp(logits: &[f32]) -> f64 {
    let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    // Each exponential in f32, their sum in f64.
    let terms = logits
        .iter()
        .map(|logit| f64::from((logit - highest).exp()));
    f64::from(highest) + terms.sum::<f64>().ln()
}

/// The probability of a logit among those whose [`log_sum_exp`] is given.
pub fn probability(logit: f32, log_sum_exp: f64) -> f32 {
    (f64::from(logit) - log_sum_exp).exp() as f32
}

/// What some logits say of one token.
pub struct Likely {
    /// The most likely tokens with their probabilities, most likely first.
    pub top: Vec<(u32, f32)>,
    /// How many tokens are more likely than it.
    pub rank: usize,
    /// Its probability.
    pub p: f32,
}

impl Likely {
    /// The `count` most likely tokens, and where `target` stands.
    pub fn of(logits: &[f32], target: usize, count: usize) -> Self {
        let log_sum = log_sum_exp(logits);
        let top = largest(logits.iter().copied(), count);
        let with_p = |(id, logit)| (id as u32, probability(logit, log_sum));
        let more = logits.iter().filter(|logit| **logit > logits[target]);
        Likely {
            top: top.into_iter().map(with_p).collect(),
            rank: more.count(),
            p: probability(logits[target], log_sum),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_sum_to_one_far_from_zero() {
        let logits = [1000.0, 1001.0, 999.0];
        let log_sum = log_sum_exp(&logits);
        let sum: f32 = logits.iter().map(|z| probability(*z, log_sum)).sum();
        assert!((sum - 1.0).abs() < 1e-6);
    }
}

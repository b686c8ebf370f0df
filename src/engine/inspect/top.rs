//! The largest of many numbers, and the normalisation of logits: pure functions on `&[f32]`.

/// The `count` largest values with their indices, largest first; of equal ones the smaller index.
///
/// One pass that keeps what is largest so far: `count` is small and the list is a vocabulary.
pub fn largest(values: impl IntoIterator<Item = f32>, count: usize) -> Vec<(u32, f32)> {
    let mut kept: Vec<(u32, f32)> = Vec::with_capacity(count.min(64) + 1);
    let mut least = f32::NEG_INFINITY;
    for (index, value) in (0u32..).zip(values) {
        if kept.len() == count && value.partial_cmp(&least) != Some(std::cmp::Ordering::Greater) {
            continue;
        }
        let place = kept.partition_point(|(_, other)| *other >= value);
        kept.insert(place, (index, value));
        kept.truncate(count);
        least = kept.last().map_or(f32::NEG_INFINITY, |(_, value)| *value);
    }
    kept
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn largest_first_and_smaller_indices_before_equals() {
        let values = [1.0, 3.0, 2.0, 3.0, -1.0];
        assert_eq!(largest(values, 3), [(1, 3.0), (3, 3.0), (2, 2.0)]);
        assert_eq!(largest(values, 9).len(), 5);
        assert!(largest(values, 0).is_empty());
    }

    #[test]
    fn probabilities_sum_to_one_far_from_zero() {
        let logits = [1000.0, 1001.0, 999.0];
        let log_sum = log_sum_exp(&logits);
        let sum: f32 = logits.iter().map(|z| probability(*z, log_sum)).sum();
        assert!((sum - 1.0).abs() < 1e-6);
    }
}

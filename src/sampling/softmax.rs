//! Softmax with temperature, safe against overflow.

use super::SamplingError;
use super::settings::check_temperature;

/// The probability of every token: `p_i = exp(z_i / t) / sum_j exp(z_j / t)`.
///
/// At temperature 0 the most likely token has 1 and every other 0; of equal
/// logits the smallest id is the most likely.
///
/// ```
/// use llm_atlas::sampling::softmax;
/// let p = softmax(&[0.0, 3f32.ln()], 1.0).unwrap();
/// assert!((p[0] - 0.25).abs() < 1e-6 && (p[1] - 0.75).abs() < 1e-6);
/// ```
///
/// # Shapes
/// `logits` and the result: `[vocab]`.
///
/// # Errors
/// [`SamplingError`] for no logits, a logit that is not finite, or a temperature
/// below 0.
pub fn softmax(logits: &[f32], temperature: f32) -> Result<Vec<f32>, SamplingError> {
    check_temperature(temperature)?;
    let weights = weights(logits, most_likely(logits)?, temperature);
    Ok(normalized(&weights))
}

/// The id of the highest logit, the smallest of equal ones, after checking that all are finite.
pub(super) fn most_likely(logits: &[f32]) -> Result<usize, SamplingError> {
    if let Some((id, value)) = logits
        .iter()
        .enumerate()
        .find(|(_, logit)| !logit.is_finite())
    {
        return Err(SamplingError::LogitNotFinite { id, value: *value });
    }
    let first = *logits.first().ok_or(SamplingError::NoLogits)?;
    let (best, _) = logits
        .iter()
        .enumerate()
        .fold((0, first), |best, (id, logit)| {
            if *logit > best.1 { (id, *logit) } else { best }
        });
    Ok(best)
}

/// `exp((z_i - z_max) / t)` for every token, in f64; at temperature 0 its limit.
pub(super) fn weights(logits: &[f32], most_likely: usize, temperature: f32) -> Vec<f64> {
    if temperature == 0.0 {
        return (0..logits.len())
            .map(|id| if id == most_likely { 1.0 } else { 0.0 })
            .collect();
    }
    let (highest, temperature) = (f64::from(logits[most_likely]), f64::from(temperature));
    logits
        .iter()
        .map(|logit| ((f64::from(*logit) - highest) / temperature).exp())
        .collect()
}

/// Weights divided by their sum.
pub(super) fn normalized(weights: &[f64]) -> Vec<f32> {
    let total: f64 = weights.iter().sum();
    weights
        .iter()
        .map(|weight| (weight / total) as f32)
        .collect()
}

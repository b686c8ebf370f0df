//! Attention weighted by what is there to be read: a weight on a vector of length 0 moves nothing.
//!
//! Source: Kobayashi et al. 2020, "Attention is Not Only a Weight".

/// `a_k |v_k|` for every key.
///
/// With `|v_k|` the length of the head's value this is how long each term of its weighted sum `z`
/// is; with the length of `v_k W_O` it is Kobayashi's measure, in the residual stream.
///
/// ```
/// use llm_atlas::attention_measures::{norm, value_weighted};
/// let norms = [norm(&[3.0, 4.0]), norm(&[0.0, 0.0])];
/// assert_eq!(value_weighted(&[0.5, 0.5], &norms), [2.5, 0.0]);
/// ```
///
/// # Shapes
/// `row`: `[key]`; `norms`: `[key]`, at least as long; returns `[key]`. It does not sum to 1.
pub fn value_weighted(row: &[f32], norms: &[f32]) -> Vec<f32> {
    let pairs = row.iter().zip(norms);
    pairs.map(|(weight, norm)| weight * norm).collect()
}

/// The Euclidean length of a vector.
pub fn norm(vector: &[f32]) -> f32 {
    vector.iter().map(|x| x * x).sum::<f32>().sqrt()
}

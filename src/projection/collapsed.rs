//! Vectors that training pushed into one direction.
//!
//! A token that never occurs in training is still pushed away at every step where it is not the
//! next one. With tied embeddings all such tokens end up at nearly the same place; they say nothing
//! about words, and would decide the first principal axis.

/// Cosine with the mean vector above which a vector counts as collapsed.
const COLLAPSED_COSINE: f32 = 0.95;

/// Returns the rows of a `[n, width]` matrix that point in the direction of the mean of all rows
/// (cosine above 0.95), in order. Usually none: a mean that is not dominated by such rows has no
/// row this near.
///
/// ```
/// use llm_atlas::projection::collapsed;
/// let words = [1.0, 0.0, -1.0, 0.2];
/// let unused = [3.0, 3.0, 3.0, 3.1, 3.1, 3.0];
/// assert_eq!(collapsed(&[&words[..], &unused[..]].concat(), 2), [2, 3, 4]);
/// assert!(collapsed(&words, 2).is_empty());
/// ```
pub fn collapsed(values: &[f32], width: usize) -> Vec<usize> {
    if width == 0 {
        return Vec::new();
    }
    let mut sum = vec![0.0f32; width];
    for row in values.chunks_exact(width) {
        sum.iter_mut()
            .zip(row)
            .for_each(|(sum, value)| *sum += value);
    }
    let norm = |vector: &[f32]| vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    let sum_norm = norm(&sum);
    let is_collapsed = |row: &[f32]| {
        let product: f32 = row.iter().zip(&sum).map(|(a, b)| a * b).sum();
        product > COLLAPSED_COSINE * norm(row) * sum_norm && sum_norm > 0.0
    };
    let rows = values.chunks_exact(width).enumerate();
    rows.filter(|(_, row)| is_collapsed(row))
        .map(|(index, _)| index)
        .collect()
}

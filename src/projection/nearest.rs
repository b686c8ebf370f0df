//! The nearest rows of a matrix, in the full space.

use super::ProjectionError;
use super::error::count_rows;

/// How alike two vectors are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// `a . b / (|a| |b|)`, from -1 to 1; 0 if a vector is zero.
    Cosine,
}

/// A row of the matrix and how alike it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbor {
    /// The row.
    pub index: usize,
    /// Its similarity to the query; larger is nearer.
    pub similarity: f32,
}

/// The `count` rows of `matrix` most similar to `query`, most similar first, equal ones by row.
///
/// The query's own row, if the matrix has it, comes with similarity 1: leave it out at the call.
///
/// ```
/// use llm_atlas::projection::{Metric, nearest};
/// let found = nearest(&[1.0, 0.0], &[0.0, 2.0, 3.0, 0.0, 1.0, 1.0], 2, Metric::Cosine).unwrap();
/// assert_eq!([found[0].index, found[1].index], [1, 2]);
/// ```
///
/// # Shapes
/// `query`: `[d]`; `matrix`: `[n, d]` row by row.
///
/// # Errors
/// [`ProjectionError`] if one is empty or not finite, or the matrix is not rows of `d`.
pub fn nearest(
    query: &[f32],
    matrix: &[f32],
    count: usize,
    metric: Metric,
) -> Result<Vec<Neighbor>, ProjectionError> {
    let width = query.len();
    count_rows(query, width)?;
    count_rows(matrix, width)?;
    let mut neighbors: Vec<Neighbor> = matrix
        .chunks_exact(width)
        .enumerate()
        .map(|(index, row)| Neighbor {
            index,
            similarity: similarity(query, row, metric),
        })
        .collect();
    let nearer = |a: &Neighbor, b: &Neighbor| {
        b.similarity
            .total_cmp(&a.similarity)
            .then(a.index.cmp(&b.index))
    };
    if count < neighbors.len() {
        neighbors.select_nth_unstable_by(count, nearer);
        neighbors.truncate(count);
    }
    neighbors.sort_unstable_by(nearer);
    Ok(neighbors)
}

fn similarity(a: &[f32], b: &[f32], metric: Metric) -> f32 {
    match metric {
        Metric::Cosine => {
            let norms = (dot(a, a) * dot(b, b)).sqrt();
            if norms == 0.0 {
                0.0
            } else {
                (dot(a, b) / norms).clamp(-1.0, 1.0) as f32
            }
        }
    }
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(a, b)| f64::from(*a) * f64::from(*b))
        .sum()
}

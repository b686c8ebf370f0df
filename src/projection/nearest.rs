//! The nearest rows of a matrix, in the full space.

use super::ProjectionError;
use super::error::count_rows;
use crate::order::largest;

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
    let rows = matrix.chunks_exact(width);
    Ok(nearest_of(
        rows.map(|row| similarity(query, row, metric)),
        count,
    ))
}

/// The rows of a matrix at unit length, to be asked often: finding who is near is then one
/// product per row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Directions {
    width: usize,
    rows: Vec<f32>,
}

impl Directions {
    /// The directions of the rows of `matrix`; a zero row has none and is near to nothing.
    ///
    /// # Shapes
    /// `matrix`: `[n, width]` row by row.
    ///
    /// # Errors
    /// [`ProjectionError`] as [`nearest`].
    pub fn new(matrix: &[f32], width: usize) -> Result<Self, ProjectionError> {
        count_rows(matrix, width)?;
        let mut rows = matrix.to_vec();
        for row in rows.chunks_exact_mut(width) {
            let norm = dot(row, row).sqrt();
            if norm > 0.0 {
                row.iter_mut()
                    .for_each(|x| *x = (f64::from(*x) / norm) as f32);
            }
        }
        Ok(Directions { width, rows })
    }

    /// The `count` rows nearest to `query` by cosine, as [`nearest`] finds them.
    ///
    /// ```
    /// use llm_atlas::projection::Directions;
    /// let rows = Directions::new(&[0.0, 2.0, 3.0, 0.0, 1.0, 1.0], 2).unwrap();
    /// let found = rows.nearest(&[1.0, 0.0], 2).unwrap();
    /// assert_eq!([found[0].index, found[1].index], [1, 2]);
    /// ```
    ///
    /// # Errors
    /// [`ProjectionError`] if the query is not a finite vector of the rows' width.
    pub fn nearest(&self, query: &[f32], count: usize) -> Result<Vec<Neighbor>, ProjectionError> {
        count_rows(query, self.width)?;
        let norm = (dot(query, query).sqrt() as f32).max(f32::MIN_POSITIVE);
        let rows = self.rows.chunks_exact(self.width);
        let similarities = rows.map(|row| (quick_dot(query, row) / norm).clamp(-1.0, 1.0));
        Ok(nearest_of(similarities, count))
    }
}

fn nearest_of(similarities: impl Iterator<Item = f32>, count: usize) -> Vec<Neighbor> {
    let found = largest(similarities, count).into_iter();
    let neighbor = |(index, similarity)| Neighbor { index, similarity };
    found.map(neighbor).collect()
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

/// A product in single precision with four sums side by side, which a processor adds at once.
fn quick_dot(a: &[f32], b: &[f32]) -> f32 {
    let (left, right) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f32 = left
        .remainder()
        .iter()
        .zip(right.remainder())
        .map(|(a, b)| a * b)
        .sum();
    let mut sums = [0.0f32; 4];
    for (a, b) in left.zip(right) {
        for i in 0..4 {
            sums[i] += a[i] * b[i];
        }
    }
    sums.iter().sum::<f32>() + rest
}

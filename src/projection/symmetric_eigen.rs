//! The largest eigenvalues of a symmetric matrix and their vectors.
//!
//! Subspace iteration: a few orthonormal vectors are multiplied by the matrix
//! and made orthonormal again; after each round a small eigenproblem inside
//! their span (Rayleigh and Ritz), solved by Jacobi rotations, sorts them.
//!
//! Source: Golub, Van Loan, "Matrix Computations", sections 8.2.4 and 8.5.

use crate::order::largest;

/// Vectors iterated beyond those asked for; they speed up convergence.
const GUARD_VECTORS: usize = 10;
/// Rounds between two Rayleigh-Ritz steps.
const ROUNDS_PER_CHECK: usize = 4;
const MAX_CHECKS: usize = 400;
/// `|A v - lambda v|` against the largest eigenvalue at which a vector counts as found.
const RESIDUAL_TOLERANCE: f64 = 1e-9;
const MAX_JACOBI_SWEEPS: usize = 40;
/// The part of a vector left after orthogonalising, below which it is only rounding error.
const DEPENDENT: f64 = 1e-10;

/// Eigenvalues and unit eigenvectors, largest eigenvalue first.
pub(super) struct Eigen {
    pub(super) values: Vec<f64>,
    /// `[count, d]`, one vector after another.
    pub(super) vectors: Vec<Vec<f64>>,
}

/// The `count` largest eigenpairs of a symmetric positive semidefinite matrix `[d, d]`.
///
/// The start is fixed, so equal matrices give equal results.
pub(super) fn largest_eigenpairs(matrix: &[f64], d: usize, count: usize) -> Eigen {
    let block = (count + GUARD_VECTORS).min(d);
    let mut basis: Vec<Vec<f64>> = (0..block).map(|index| start_vector(index, d)).collect();
    orthonormalize(&mut basis, d);
    let mut values = vec![0.0; block];
    for _ in 0..MAX_CHECKS {
        for _ in 1..ROUNDS_PER_CHECK {
            basis = multiply(matrix, &basis);
            orthonormalize(&mut basis, d);
        }
        let image = multiply(matrix, &basis);
        let (ritz_values, rotation) = ritz(&basis, &image);
        let vectors = combine(&basis, &rotation);
        let images = combine(&image, &rotation);
        let tolerance = RESIDUAL_TOLERANCE * ritz_values[0].abs();
        let found = (0..count).all(|index| {
            let residual = images[index].iter().zip(&vectors[index]);
            let squared: f64 = residual
                .map(|(image, v)| (image - ritz_values[index] * v).powi(2))
                .sum();
            squared.sqrt() <= tolerance
        });
        values = ritz_values;
        if found || block == d {
            basis = vectors;
            break;
        }
        basis = images;
        orthonormalize(&mut basis, d);
    }
    values.truncate(count);
    basis.truncate(count);
    Eigen {
        values,
        vectors: basis,
    }
}

/// A fixed vector without structure: the fractional parts of multiples of the golden ratio.
fn start_vector(index: usize, d: usize) -> Vec<f64> {
    (0..d)
        .map(|entry| {
            let angle = (index * d + entry + 1) as f64 * 0.618_033_988_749_894_9;
            let other = (entry + 1) as f64 * (index + 1) as f64 * 0.414_213_562_373_095_05;
            angle.fract() + other.fract() - 1.0
        })
        .collect()
}

/// `A v` for every vector.
fn multiply(matrix: &[f64], vectors: &[Vec<f64>]) -> Vec<Vec<f64>> {
    vectors
        .iter()
        .map(|vector| {
            let mut image = vec![0.0; vector.len()];
            // A is symmetric, so its rows weighted by the entries of v sum to A v.
            for (row, weight) in matrix.chunks_exact(vector.len()).zip(vector) {
                image
                    .iter_mut()
                    .zip(row)
                    .for_each(|(sum, entry)| *sum += weight * entry);
            }
            image
        })
        .collect()
}

/// Gram-Schmidt, twice for accuracy; a vector that depends on those before it becomes a unit axis.
fn orthonormalize(vectors: &mut [Vec<f64>], d: usize) {
    let mut next_axis = 0;
    for index in 0..vectors.len() {
        let (done, rest) = vectors.split_at_mut(index);
        let vector = &mut rest[0];
        while !make_orthonormal(vector, done) && next_axis < d {
            vector.fill(0.0);
            vector[next_axis] = 1.0;
            next_axis += 1;
        }
    }
}

/// Whether `vector` had a part outside the span of `done`; then it is that part, of length 1.
fn make_orthonormal(vector: &mut [f64], done: &[Vec<f64>]) -> bool {
    for _ in 0..2 {
        let before = dot(vector, vector).sqrt();
        for other in done {
            let along = dot(vector, other);
            vector
                .iter_mut()
                .zip(other)
                .for_each(|(entry, o)| *entry -= along * o);
        }
        let after = dot(vector, vector).sqrt();
        if after <= DEPENDENT * before || after == 0.0 {
            return false;
        }
        vector.iter_mut().for_each(|entry| *entry /= after);
    }
    true
}

/// Eigenvalues, largest first, and eigenvectors of the matrix `v_i . A v_j` in the span of the basis.
fn ritz(basis: &[Vec<f64>], image: &[Vec<f64>]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let size = basis.len();
    let mut small: Vec<Vec<f64>> = basis
        .iter()
        .map(|v| image.iter().map(|av| dot(v, av)).collect())
        .collect();
    let mut vectors: Vec<Vec<f64>> = (0..size)
        .map(|i| (0..size).map(|j| f64::from(u8::from(i == j))).collect())
        .collect();
    let scale: f64 = small.iter().map(|row| dot(row, row)).sum();
    for _ in 0..MAX_JACOBI_SWEEPS {
        let off: f64 = (0..size)
            .flat_map(|i| (0..i).map(move |j| (i, j)))
            .map(|(i, j)| small[i][j].powi(2))
            .sum();
        if off <= 1e-30 * scale {
            break;
        }
        for p in 0..size {
            for q in p + 1..size {
                rotate(&mut small, &mut vectors, p, q);
            }
        }
    }
    let found = largest((0..size).map(|index| small[index][index]), size);
    let order: Vec<usize> = found.into_iter().map(|(index, _)| index).collect();
    let values = order.iter().map(|index| small[*index][*index]).collect();
    (
        values,
        order
            .into_iter()
            .map(|index| vectors[index].clone())
            .collect(),
    )
}

/// One Jacobi rotation that makes entry (p, q) zero; `vectors` holds the eigenvectors as rows.
fn rotate(matrix: &mut [Vec<f64>], vectors: &mut [Vec<f64>], p: usize, q: usize) {
    if matrix[p][q] == 0.0 {
        return;
    }
    let theta = (matrix[q][q] - matrix[p][p]) / (2.0 * matrix[p][q]);
    let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let c = 1.0 / t.hypot(1.0);
    let s = t * c;
    for row in matrix.iter_mut() {
        (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
    }
    for rows in [matrix, vectors] {
        let (first, second) = rows.split_at_mut(q);
        for (a, b) in first[p].iter_mut().zip(&mut second[0]) {
            (*a, *b) = (c * *a - s * *b, s * *a + c * *b);
        }
    }
}

/// For every rotation vector the sum of the basis weighted by its entries.
fn combine(basis: &[Vec<f64>], rotation: &[Vec<f64>]) -> Vec<Vec<f64>> {
    rotation
        .iter()
        .map(|weights| {
            let mut sum = vec![0.0; basis[0].len()];
            for (vector, weight) in basis.iter().zip(weights) {
                sum.iter_mut()
                    .zip(vector)
                    .for_each(|(entry, v)| *entry += weight * v);
            }
            sum
        })
        .collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

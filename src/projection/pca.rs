//! Principal component analysis.
//!
//! With the mean m of n rows x, the axes are the eigenvectors of the covariance
//! `C = 1/n sum (x - m)(x - m)^T` with the largest eigenvalues, and an axis's
//! share of the variance is its eigenvalue divided by the trace of C.
//!
//! Source: Pearson 1901, "On Lines and Planes of Closest Fit to Systems of
//! Points in Space"; Hotelling 1933.

use super::ProjectionError;
use super::error::count_rows;
use super::symmetric_eigen::largest_eigenpairs;

/// Rows added to the covariance at once, so that it is read and written less often.
const ROWS_AT_ONCE: usize = 8;

/// A fitted projection onto the directions of largest variance.
#[derive(Debug, Clone, PartialEq)]
pub struct Pca {
    /// The mean of the rows, `[d]`.
    pub mean: Vec<f32>,
    /// The axes, orthonormal, largest variance first, `[k, d]` row by row.
    ///
    /// The entry of an axis that is largest without its sign is positive.
    pub components: Vec<f32>,
    /// The share of the total variance along each axis, `[k]`, each in 0 to 1.
    pub explained_variance_ratio: Vec<f32>,
}

impl Pca {
    /// The `k` main axes of `values`.
    ///
    /// If the rows vary in fewer than `k` directions, the axes left are
    /// orthonormal to the others and explain 0.
    ///
    /// ```
    /// use llm_atlas::projection::Pca;
    /// let pca = Pca::fit(&[1.0, 1.0, 2.0, 2.0, 3.0, 3.0], 2, 1).unwrap();
    /// assert_eq!(pca.mean, [2.0, 2.0]);
    /// assert!((pca.components[0] - 0.5f32.sqrt()).abs() < 1e-6);
    /// ```
    ///
    /// # Shapes
    /// `values`: `[n, d]` row by row, with `d = width`.
    ///
    /// # Errors
    /// [`ProjectionError`] if there is no row, the numbers are not rows of `width` or not
    /// finite, or `k` is larger than `width`.
    pub fn fit(values: &[f32], width: usize, k: usize) -> Result<Self, ProjectionError> {
        let rows = count_rows(values, width)?;
        if k > width {
            return Err(ProjectionError::TooManyComponents {
                components: k,
                width,
            });
        }
        let mean = mean_row(values, width, rows);
        let covariance = covariance(values, &mean, rows);
        let trace: f64 = covariance.iter().step_by(width + 1).sum();
        let eigen = largest_eigenpairs(&covariance, width, k);
        let ratio = |value: f64| {
            if trace > 0.0 {
                (value / trace).clamp(0.0, 1.0) as f32
            } else {
                0.0
            }
        };
        Ok(Self {
            mean: mean.into_iter().map(|entry| entry as f32).collect(),
            components: eigen
                .vectors
                .into_iter()
                .flat_map(with_fixed_sign)
                .collect(),
            explained_variance_ratio: eigen.values.into_iter().map(ratio).collect(),
        })
    }

    /// The coordinates of rows on the axes: `(x - mean) . axis`, `[n, k]` row by row.
    ///
    /// # Shapes
    /// `values`: `[n, d]`, with the `d` it was fitted with.
    ///
    /// # Errors
    /// [`ProjectionError`] if the numbers are none, not rows of `d`, or not finite.
    pub fn project(&self, values: &[f32]) -> Result<Vec<f32>, ProjectionError> {
        let width = self.mean.len();
        count_rows(values, width)?;
        let coordinate = |row: &[f32], axis: &[f32]| -> f32 {
            let centred = row
                .iter()
                .zip(&self.mean)
                .map(|(x, mean)| f64::from(*x) - f64::from(*mean));
            centred
                .zip(axis)
                .map(|(x, a)| x * f64::from(*a))
                .sum::<f64>() as f32
        };
        let rows = values.chunks_exact(width);
        Ok(rows
            .flat_map(|row| {
                self.components
                    .chunks_exact(width)
                    .map(move |axis| coordinate(row, axis))
            })
            .collect())
    }

    /// The number of axes.
    pub fn k(&self) -> usize {
        self.explained_variance_ratio.len()
    }
}

fn mean_row(values: &[f32], width: usize, rows: usize) -> Vec<f64> {
    let mut sums = vec![0.0; width];
    for row in values.chunks_exact(width) {
        sums.iter_mut()
            .zip(row)
            .for_each(|(sum, value)| *sum += f64::from(*value));
    }
    sums.iter_mut().for_each(|sum| *sum /= rows as f64);
    sums
}

/// The covariance of the rows, `[d, d]`; cost n d^2 / 2.
fn covariance(values: &[f32], mean: &[f64], rows: usize) -> Vec<f64> {
    let d = mean.len();
    let mut covariance = vec![0.0; d * d];
    // [ROWS_AT_ONCE, d]; the rows a last short chunk does not fill stay zero.
    let mut centred = vec![0.0; ROWS_AT_ONCE * d];
    for chunk in values.chunks(ROWS_AT_ONCE * d) {
        centred.fill(0.0);
        for (into, row) in centred.chunks_exact_mut(d).zip(chunk.chunks_exact(d)) {
            for ((entry, value), mean) in into.iter_mut().zip(row).zip(mean) {
                *entry = f64::from(*value) - mean;
            }
        }
        let row = |index: usize| &centred[index * d..(index + 1) * d];
        let [r0, r1, r2, r3, r4, r5, r6, r7]: [&[f64]; ROWS_AT_ONCE] = std::array::from_fn(row);
        for i in 0..d {
            let w: [f64; ROWS_AT_ONCE] = std::array::from_fn(|index| row(index)[i]);
            let sums = &mut covariance[i * d + i..(i + 1) * d];
            let columns = r0[i..].iter().zip(&r1[i..]).zip(&r2[i..]).zip(&r3[i..]);
            let more = r4[i..].iter().zip(&r5[i..]).zip(&r6[i..]).zip(&r7[i..]);
            for ((sum, (((a, b), c), e)), (((f, g), h), j)) in
                sums.iter_mut().zip(columns).zip(more)
            {
                *sum += (w[0] * a + w[1] * b + w[2] * c + w[3] * e)
                    + (w[4] * f + w[5] * g + w[6] * h + w[7] * j);
            }
        }
    }
    for i in 0..d {
        for j in i..d {
            let entry = covariance[i * d + j] / rows as f64;
            covariance[i * d + j] = entry;
            covariance[j * d + i] = entry;
        }
    }
    covariance
}

/// The axis or its opposite, whichever has a positive largest entry.
fn with_fixed_sign(axis: Vec<f64>) -> Vec<f32> {
    let largest = axis.iter().copied().fold(0.0f64, |best, entry| {
        if entry.abs() > best.abs() {
            entry
        } else {
            best
        }
    });
    let sign = if largest < 0.0 { -1.0 } else { 1.0 };
    axis.into_iter()
        .map(|entry| (sign * entry) as f32)
        .collect()
}

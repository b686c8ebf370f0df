//! PCA and neighbours against hand cases and their invariants.

use proptest::prelude::*;

use super::*;

/// Pseudo-random rows whose spread falls from dimension to dimension.
fn rows(n: usize, d: usize) -> Vec<f32> {
    let uniform = |index: usize| crate::sampling::draw_uniform(7, index as u64) as f32 - 0.5;
    (0..n * d)
        .map(|index| uniform(index) * (1.0 + 8.0 / (1.0 + (index % d) as f32)))
        .collect()
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn assert_orthonormal(pca: &Pca) {
    let d = pca.mean.len();
    let axes: Vec<&[f32]> = pca.components.chunks_exact(d).collect();
    for (i, a) in axes.iter().enumerate() {
        for (j, b) in axes.iter().enumerate() {
            let expected = if i == j { 1.0 } else { 0.0 };
            assert!(
                (dot(a, b) - expected).abs() < 1e-5,
                "axes {i} and {j}: {}",
                dot(a, b)
            );
        }
    }
}

#[test]
fn a_hand_case() {
    // Covariance [[2, 1], [1, 2]]: eigenvalues 3 and 1, axes (1, 1) and (1, -1) over sqrt 2.
    let s = 3f32.sqrt();
    let points = [s + 5.0, s + 5.0, 5.0 - s, 5.0 - s, 6.0, 4.0, 4.0, 6.0];
    let pca = Pca::fit(&points, 2, 2).expect("valid");
    let half = 0.5f32.sqrt();
    let close = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5);
    assert!(close(&pca.mean, &[5.0, 5.0]));
    assert!(
        close(&pca.components[..2], &[half, half]),
        "{:?}",
        pca.components
    );
    assert!(
        (pca.components[2].abs() - half).abs() < 1e-5
            && (pca.components[2] + pca.components[3]).abs() < 1e-5
    );
    assert!(close(&pca.explained_variance_ratio, &[0.75, 0.25]));
    let projected = pca.project(&points).expect("valid");
    assert!(close(&projected[..2], &[6f32.sqrt(), 0.0]), "{projected:?}");
}

#[test]
fn axes_are_orthonormal_and_sorted_and_the_sign_is_fixed() {
    let (n, d) = (300, 24);
    let pca = Pca::fit(&rows(n, d), d, 5).expect("valid");
    assert_orthonormal(&pca);
    assert!(pca.explained_variance_ratio.is_sorted_by(|a, b| a >= b));
    for axis in pca.components.chunks_exact(d) {
        let largest = axis
            .iter()
            .copied()
            .max_by(|a, b| a.abs().total_cmp(&b.abs()))
            .expect("entries");
        assert!(largest > 0.0);
    }
}

#[test]
fn the_variance_of_the_projection_is_what_was_explained() {
    let (n, d) = (200, 10);
    let values = rows(n, d);
    let pca = Pca::fit(&values, d, 3).expect("valid");
    let projected = pca.project(&values).expect("valid");
    let total: f32 = values
        .chunks_exact(d)
        .flatten()
        .zip(pca.mean.iter().cycle())
        .map(|(x, m)| (x - m).powi(2))
        .sum();
    for (k, ratio) in pca.explained_variance_ratio.iter().enumerate() {
        let along: f32 = projected.chunks_exact(3).map(|row| row[k].powi(2)).sum();
        assert!((along / total - ratio).abs() < 1e-4);
    }
    let all = Pca::fit(&values, d, d).expect("valid");
    assert!((all.explained_variance_ratio.iter().sum::<f32>() - 1.0).abs() < 1e-4);
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let d = 16;
    let values = rows(100, d);
    let reversed: Vec<f32> = values.chunks_exact(d).rev().flatten().copied().collect();
    let (a, b) = (
        Pca::fit(&values, d, 3).expect("valid"),
        Pca::fit(&reversed, d, 3).expect("valid"),
    );
    assert!(
        a.components
            .iter()
            .zip(&b.components)
            .all(|(a, b)| (a - b).abs() < 1e-4)
    );
}

#[test]
fn rows_that_vary_in_few_directions_still_give_axes() {
    for values in [
        vec![3.0; 12],
        vec![1.0, 2.0, 3.0],
        [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]].concat(),
    ] {
        let pca = Pca::fit(&values, 3, 3).expect("valid");
        assert_orthonormal(&pca);
        assert!(
            pca.explained_variance_ratio[1..]
                .iter()
                .all(|ratio| ratio.abs() < 1e-6)
        );
        assert!(
            pca.project(&values)
                .expect("valid")
                .iter()
                .all(|value| value.is_finite())
        );
    }
    let few = Pca::fit(&rows(5, 128), 128, 3).expect("valid");
    assert_orthonormal(&few);
    assert!(few.explained_variance_ratio[2] > 0.0);
}

#[test]
fn bad_shapes_are_refused() {
    assert_eq!(Pca::fit(&[], 2, 1), Err(ProjectionError::Empty));
    assert_eq!(Pca::fit(&[1.0], 0, 0), Err(ProjectionError::Empty));
    assert_eq!(
        Pca::fit(&[1.0; 5], 2, 1),
        Err(ProjectionError::NotRows {
            length: 5,
            width: 2
        })
    );
    assert_eq!(
        Pca::fit(&[1.0; 4], 2, 3),
        Err(ProjectionError::TooManyComponents {
            components: 3,
            width: 2
        })
    );
    assert_eq!(
        Pca::fit(&[1.0, 1.0, f32::NAN, 1.0], 2, 1),
        Err(ProjectionError::NotFinite { row: 1 })
    );
    assert!(nearest(&[1.0, 2.0], &[1.0; 3], 1, Metric::Cosine).is_err());
}

#[test]
fn nearest_rows_come_by_similarity_then_by_row() {
    let matrix = [1.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0, 0.0, 2.0, 0.0, 1.0, 1.0];
    let found = nearest(&[3.0, 0.0], &matrix, 10, Metric::Cosine).expect("valid");
    let indices: Vec<usize> = found.iter().map(|neighbor| neighbor.index).collect();
    assert_eq!(indices, [0, 4, 5, 1, 3, 2]);
    assert_eq!((found[0].similarity, found[5].similarity), (1.0, -1.0));
    assert_eq!(
        nearest(&[3.0, 0.0], &matrix, 2, Metric::Cosine).expect("valid"),
        found[..2]
    );
    assert_eq!(
        nearest(&[3.0, 0.0], &matrix, 0, Metric::Cosine).expect("valid"),
        []
    );
}

/// Prints what the bundled model's vocabulary costs; with all values equally spread, the slowest case.
#[test]
#[allow(clippy::disallowed_methods, reason = "tests run natively")]
fn the_vocabulary_of_the_bundled_model_prints_its_time() {
    for (name, values) in [("falling", rows(2048, 128)), ("flat", rows(2048 * 128, 1))] {
        let start = std::time::Instant::now();
        let pca = Pca::fit(&values, 128, 3).expect("valid");
        eprintln!(
            "2,048 x 128, {name} spread: {:.1} ms",
            start.elapsed().as_secs_f64() * 1e3
        );
        assert_orthonormal(&pca);
    }
}

proptest! {
    #[test]
    fn any_rows_give_orthonormal_axes(values in prop::collection::vec(-100.0f32..100.0, 6..120)) {
        let d = 6;
        let whole = values.len() / d * d;
        let pca = Pca::fit(&values[..whole], d, 3).expect("valid");
        assert_orthonormal(&pca);
        prop_assert!(pca.explained_variance_ratio.iter().all(|ratio| (0.0..=1.0).contains(ratio)));
    }
}

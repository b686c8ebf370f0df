//! A matrix times one position, its numbers read once from front to back.
//!
//! One position has nothing to share between the rows of a product: it takes as long as the matrix
//! takes to come out of memory, if the loop around it is short.
//!
//! Neither function is inlined: where it is called, code is made small and not of vectors.

/// Rows of a matrix that are added in one pass over the sums.
const ROWS_AT_ONCE: usize = 4;
/// Sums of a dot product that run beside each other, four vectors of them.
const LANES: usize = 16;

/// Adds `x W` to `sums`.
///
/// # Shapes
/// - `x`: `[d_input]`
/// - `matrix`: `W` `[d_input, d_output]`, row-major
/// - `sums`: `[d_output]`
///
/// Rows or numbers that have no partner are left out.
#[inline(never)]
pub fn add_rows_product(x: &[f32], matrix: &[f32], sums: &mut [f32]) {
    let width = sums.len();
    if width == 0 {
        return;
    }
    let mut inputs = x.chunks_exact(ROWS_AT_ONCE);
    let mut rows = matrix.chunks_exact(ROWS_AT_ONCE * width);
    for (x, rows) in inputs.by_ref().zip(rows.by_ref()) {
        let (first, rest) = rows.split_at(width);
        let (second, rest) = rest.split_at(width);
        let (third, fourth) = rest.split_at(width);
        let each = first.iter().zip(second).zip(third).zip(fourth);
        for (sum, (((a, b), c), d)) in sums.iter_mut().zip(each) {
            *sum += (x[0] * a + x[1] * b) + (x[2] * c + x[3] * d);
        }
    }
    let left = rows.remainder().chunks_exact(width);
    for (x, row) in inputs.remainder().iter().zip(left) {
        for (sum, number) in sums.iter_mut().zip(row) {
            *sum += x * number;
        }
    }
}

/// Adds `x W^T` to `sums`: the dot product of `x` with every row.
///
/// # Shapes
/// - `x`: `[d_input]`
/// - `matrix`: `W` `[d_output, d_input]`, row-major
/// - `sums`: `[d_output]`
///
/// Rows or numbers that have no partner are left out.
#[inline(never)]
pub fn add_columns_product(x: &[f32], matrix: &[f32], sums: &mut [f32]) {
    if x.is_empty() {
        return;
    }
    for (sum, row) in sums.iter_mut().zip(matrix.chunks_exact(x.len())) {
        *sum += dot(x, row);
    }
}

#[inline(always)]
fn dot(x: &[f32], y: &[f32]) -> f32 {
    let (mut left, mut right) = (x.chunks_exact(LANES), y.chunks_exact(LANES));
    let mut lanes = [0.0; LANES];
    for (x, y) in left.by_ref().zip(right.by_ref()) {
        for (lane, (x, y)) in lanes.iter_mut().zip(x.iter().zip(y)) {
            *lane += x * y;
        }
    }
    let rest: f32 = left
        .remainder()
        .iter()
        .zip(right.remainder())
        .map(|(x, y)| x * y)
        .sum();
    // Halves onto each other: vectors while there are whole ones.
    let mut width = LANES;
    while width > 1 {
        width /= 2;
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
    }
    lanes[0] + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize, from: usize) -> Vec<f32> {
        (from..from + count)
            .map(|i| ((i * 37 + 11) % 101) as f32 / 50.0 - 1.0)
            .collect()
    }

    /// Widths that fill vectors and that do not.
    #[test]
    fn both_are_the_products_by_definition() {
        for d_input in [1, 3, 4, 16, 33, 128] {
            for d_output in [1, 5, 16, 130] {
                let x = numbers(d_input, 3);
                let matrix = numbers(d_input * d_output, 1000);
                let bias = numbers(d_output, 7);
                let turned: Vec<f32> = (0..d_input * d_output)
                    .map(|i| matrix[i % d_input * d_output + i / d_input])
                    .collect();
                let (mut by_rows, mut by_columns) = (bias.clone(), bias.clone());
                add_rows_product(&x, &matrix, &mut by_rows);
                add_columns_product(&x, &turned, &mut by_columns);
                for (output, bias) in bias.iter().enumerate() {
                    let terms =
                        (0..d_input).map(|i| f64::from(x[i] * matrix[i * d_output + output]));
                    let expected = f64::from(*bias) + terms.sum::<f64>();
                    for sum in [by_rows[output], by_columns[output]] {
                        let error = (f64::from(sum) - expected).abs();
                        assert!(error < 1e-5, "{d_input} x {d_output}: {sum} for {expected}");
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_times_nothing_is_nothing() {
        add_rows_product(&[], &[], &mut []);
        let mut sums = [1.0, 2.0];
        add_rows_product(&[], &[], &mut sums);
        add_columns_product(&[], &[], &mut sums);
        assert_eq!(sums, [1.0, 2.0]);
    }
}

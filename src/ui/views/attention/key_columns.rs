//! How wide each key's column is. In a short text all are equal; in a long one the columns that
//! get the most attention from the rows in view stay readable and share the rest of the width
//! with the others, which become thin. No column is left out and their order stays.

use crate::order::descending;
use crate::ui::views::ViewInput;
use crate::ui::views::rows::RowWindow;

/// Narrowest column of equal ones, pixels.
const NARROWEST_EQUAL: f64 = 3.0;
/// Width of a column that stays readable among thin ones, pixels.
const READABLE: f64 = 11.0;
/// Share of the width that thin columns have together.
const THIN_SHARE: f64 = 0.4;

/// Where the columns of a pattern begin and end, from the left edge of the pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyColumns {
    /// Left edge of each column, and the right edge of the last one.
    edges: Vec<f64>,
}

impl KeyColumns {
    /// `n` equal columns.
    fn equal(n: usize, width: f64) -> Self {
        let edges = (0..=n).map(|key| width * key as f64 / n.max(1) as f64);
        KeyColumns {
            edges: edges.collect(),
        }
    }

    /// Columns for the chosen head: equal ones if they can be read, else as wide as what they get
    /// deserves.
    pub fn new(input: &ViewInput<'_>, rows: &RowWindow, width: f64) -> Self {
        let n = input.keys().len();
        if width >= NARROWEST_EQUAL * n as f64 {
            return Self::equal(n, width);
        }
        let mut most = vec![0.0_f32; n];
        for query in rows.positions() {
            let pattern = input.pattern(input.layer(), input.head(), query);
            for (most, weight) in most.iter_mut().zip(pattern.unwrap_or_default()) {
                *most = most.max(*weight);
            }
        }
        Self::by_weight(&most, width)
    }

    /// Columns of which those with the largest `weights` are readable.
    fn by_weight(weights: &[f32], width: f64) -> Self {
        let n = weights.len();
        let thin = width * THIN_SHARE / n.max(1) as f64;
        let count = ((width - thin * n as f64) / (READABLE - thin)) as usize;
        let mut widths = vec![thin; n];
        for key in descending(weights.iter().copied()).into_iter().take(count) {
            widths[key] = READABLE;
        }
        let scale = width / widths.iter().sum::<f64>().max(1e-9);
        let mut at = 0.0;
        let mut edges = vec![0.0];
        edges.extend(widths.iter().map(|width| {
            at += width * scale;
            at
        }));
        KeyColumns { edges }
    }

    /// Left edge of a column.
    pub fn left(&self, key: usize) -> f64 {
        self.edges.get(key).copied().unwrap_or_default()
    }

    /// Width of a column.
    pub fn width(&self, key: usize) -> f64 {
        self.left(key + 1) - self.left(key)
    }

    /// Middle of a column.
    pub fn middle(&self, key: usize) -> f64 {
        (self.left(key) + self.left(key + 1)) / 2.0
    }

    /// Whether all columns are as wide as each other.
    pub fn are_equal(&self) -> bool {
        let widest = self.edges.windows(2).map(|edge| edge[1] - edge[0]);
        widest.fold(0.0, f64::max) - self.narrowest() < 1e-6
    }

    /// Width of the narrowest column.
    pub fn narrowest(&self) -> f64 {
        let widths = self.edges.windows(2).map(|edge| edge[1] - edge[0]);
        widths.fold(f64::INFINITY, f64::min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_at_stays_readable_and_nothing_is_left_out() {
        let mut weights = vec![0.001_f32; 256];
        weights[3] = 0.7;
        weights[200] = 0.2;
        let columns = KeyColumns::by_weight(&weights, 280.0);
        assert!(columns.width(3) > 10.0 && columns.width(200) > 10.0);
        assert!((columns.left(256) - 280.0).abs() < 1e-6);
        assert!(columns.narrowest() > 0.2);
        assert!((0..256).all(|key| columns.left(key) < columns.left(key + 1)));
    }

    #[test]
    fn few_columns_are_equal() {
        let columns = KeyColumns::equal(4, 100.0);
        assert_eq!((columns.left(1), columns.width(3)), (25.0, 25.0));
        assert_eq!(columns.middle(0), 12.5);
    }
}

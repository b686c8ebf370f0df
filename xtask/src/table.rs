//! Measured numbers as a table, each beside the number to reach.

use std::fmt;

/// One measured number.
pub struct Row {
    /// What was measured, with its unit.
    pub name: String,
    /// The number, as it is to be read.
    pub measured: String,
    /// What it should be.
    pub target: String,
}

/// Rows under one heading.
#[derive(Default)]
pub struct Table {
    rows: Vec<Row>,
}

impl Table {
    /// Adds a row.
    pub fn add(
        &mut self,
        name: impl Into<String>,
        measured: impl Into<String>,
        target: impl Into<String>,
    ) {
        self.rows.push(Row {
            name: name.into(),
            measured: measured.into(),
            target: target.into(),
        });
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |cell: fn(&Row) -> &str| {
            self.rows
                .iter()
                .map(|row| cell(row).chars().count())
                .max()
                .unwrap_or(0)
        };
        let name = width(|row| &row.name);
        let measured = width(|row| &row.measured).max("measured".len());
        writeln!(f, "{:<name$}  {:>measured$}  to reach", "", "measured")?;
        for row in &self.rows {
            writeln!(
                f,
                "{:<name$}  {:>measured$}  {}",
                row.name, row.measured, row.target
            )?;
        }
        Ok(())
    }
}

/// The value below which a share of the values lies, by the nearest rank; `None` of no values.
///
/// `quantile(&[3.0, 1.0, 2.0], 0.5)` is 2: the median.
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_by_nearest_rank() {
        let values: Vec<f64> = (1..=20).rev().map(f64::from).collect();
        assert_eq!(quantile(&values, 0.5), Some(10.0));
        assert_eq!(quantile(&values, 0.95), Some(19.0));
        assert_eq!(quantile(&values, 0.0), Some(1.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn columns_align() {
        let mut table = Table::default();
        table.add("first heatmap, s", "1.2", "<= 2");
        table.add("page, MB", "0.31", "<= 0.9");
        let lines: Vec<String> = table.to_string().lines().map(String::from).collect();
        assert_eq!(lines[1], "first heatmap, s       1.2  <= 2");
        assert_eq!(lines[2], "page, MB              0.31  <= 0.9");
    }
}

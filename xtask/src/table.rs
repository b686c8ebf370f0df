//! Measured numbers as a table, each beside the number to reach.

use std::fmt;

use serde_json::{Value, json};

/// What a number should be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// Printed only.
    None,
    /// The median at most this.
    AtMost(f64),
    /// The median at most the first, the 95th percentile at most the second.
    MedianAndP95(f64, f64),
}

/// One measured number.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// Its unit.
    pub unit: &'static str,
    /// What it should be.
    pub target: Target,
    /// One number per run; none if it could not be measured.
    pub values: Vec<f64>,
    /// What one has to know to read it.
    pub note: String,
}

impl Row {
    /// A number measured once per run.
    pub fn new(name: impl Into<String>, unit: &'static str, values: Vec<f64>) -> Row {
        Row {
            name: name.into(),
            unit,
            target: Target::None,
            values,
            note: String::new(),
        }
    }

    /// The same with a number to reach.
    pub fn target(self, target: Target) -> Row {
        Row { target, ..self }
    }

    /// The same with a note.
    pub fn note(self, note: impl Into<String>) -> Row {
        Row {
            note: note.into(),
            ..self
        }
    }

    /// Whether the target is reached; `None` without a target or without numbers.
    pub fn is_reached(&self) -> Option<bool> {
        let median = quantile(&self.values, 0.5)?;
        match self.target {
            Target::None => None,
            Target::AtMost(limit) => Some(median <= limit),
            Target::MedianAndP95(limit, limit_95) => {
                Some(median <= limit && quantile(&self.values, 0.95)? <= limit_95)
            }
        }
    }

    /// As data, with every value.
    pub fn to_json(&self) -> Value {
        let at = |share| quantile(&self.values, share);
        let (median, p95) = match self.target {
            Target::None => (None, None),
            Target::AtMost(limit) => (Some(limit), None),
            Target::MedianAndP95(limit, limit_95) => (Some(limit), Some(limit_95)),
        };
        json!({
            "name": self.name, "unit": self.unit, "note": self.note,
            "target": { "median": median, "p95": p95 }, "is_reached": self.is_reached(),
            "min": at(0.0), "median": at(0.5), "p95": at(0.95), "runs": self.values.len(),
            "values": self.values,
        })
    }

    fn cells(&self) -> [String; COLUMNS] {
        let at = |share| quantile(&self.values, share).map_or_else(String::new, written);
        let is_single = self.values.len() < 2;
        let only_of_many = |cell: String| if is_single { String::new() } else { cell };
        let target = match self.target {
            Target::None => String::new(),
            Target::AtMost(limit) => format!("<= {}", written(limit)),
            Target::MedianAndP95(limit, limit_95) => {
                format!("<= {}, p95 <= {}", written(limit), written(limit_95))
            }
        };
        let reached = match self.is_reached() {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        let median = if self.values.is_empty() {
            "not measured".to_string()
        } else {
            format!("{} {}", at(0.5), self.unit)
        };
        [
            self.name.clone(),
            target,
            median.trim_end().to_string(),
            only_of_many(at(0.0)),
            only_of_many(at(0.95)),
            only_of_many(written(mean(&self.values))),
            self.values.len().to_string(),
            reached.to_string(),
            self.note.clone(),
        ]
    }
}

/// Rows in the order in which they were measured; displayed as Markdown.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The rows.
    pub rows: Vec<Row>,
}

const COLUMNS: usize = 9;
const HEAD: [&str; COLUMNS] = [
    "", "to reach", "median", "min", "p95", "mean", "runs", "reached", "",
];

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<[String; COLUMNS]> = std::iter::once(HEAD.map(String::from))
            .chain(self.rows.iter().map(Row::cells))
            .collect();
        let widths: [usize; COLUMNS] = std::array::from_fn(|column| {
            let cells = lines.iter().map(|line| line[column].chars().count());
            cells.max().unwrap_or(0)
        });
        for (index, line) in lines.iter().enumerate() {
            for (column, cell) in line.iter().enumerate() {
                let width = widths[column];
                if is_text(column) {
                    write!(f, "| {cell:<width$} ")?;
                } else {
                    write!(f, "| {cell:>width$} ")?;
                }
            }
            writeln!(f, "|")?;
            if index == 0 {
                for (column, width) in widths.iter().enumerate() {
                    let end = if is_text(column) { "-" } else { ":" };
                    write!(f, "|{}{end}", "-".repeat(width + 1))?;
                }
                writeln!(f, "|")?;
            }
        }
        Ok(())
    }
}

/// Whether a column holds words.
fn is_text(column: usize) -> bool {
    column == 0 || column == COLUMNS - 1
}

/// A number with three digits that count.
fn written(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-3 {
        return format!("{value:.1e}");
    }
    let decimals = match value.abs() {
        v if v >= 100.0 || v == 0.0 => 0,
        v if v >= 10.0 => 1,
        v if v >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.decimals$}")
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
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
    fn target_is_reached_by_median_and_p95() {
        let row = |values: &[f64]| {
            Row::new("keystroke", "ms", values.to_vec()).target(Target::MedianAndP95(16.0, 33.0))
        };
        assert_eq!(row(&[10.0, 12.0, 30.0]).is_reached(), Some(true));
        assert_eq!(row(&[10.0, 12.0, 34.0]).is_reached(), Some(false));
        assert_eq!(row(&[17.0, 18.0, 19.0]).is_reached(), Some(false));
        assert_eq!(row(&[]).is_reached(), None);
    }

    #[test]
    fn columns_align() {
        let table = Table {
            rows: vec![
                Row::new("first heatmap", "s", vec![1.25, 1.5]).target(Target::AtMost(2.0)),
                Row::new("page", "MB", vec![0.31]).note("gzip"),
                Row::new("memory", "MB", Vec::new()),
            ],
        };
        let text = table.to_string();
        let lines: Vec<&str> = text.lines().collect();
        let cells = |line: &str| {
            let cells = line.trim_matches('|').split('|');
            cells
                .map(|cell| cell.trim().to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            cells(lines[2]),
            [
                "first heatmap",
                "<= 2.00",
                "1.25 s",
                "1.25",
                "1.50",
                "1.38",
                "2",
                "yes",
                ""
            ]
        );
        assert_eq!(cells(lines[3])[..3], ["page", "", "0.310 MB"]);
        assert_eq!(cells(lines[3])[8], "gzip");
        assert_eq!(cells(lines[4])[2], "not measured");
        let width = lines[0].chars().count();
        assert!(lines.iter().all(|line| line.chars().count() == width));
    }
}

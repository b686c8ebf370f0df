//! What a first visit transfers, with gzip, counted in files.

use std::path::Path;

use crate::{
    failure::Result,
    site::{self, Group},
    table::{Row, Target},
};

/// One row per group of files, and the totals of the issue.
///
/// # Errors
/// When a file cannot be read.
pub fn measure(dist: &Path) -> Result<Vec<Row>> {
    let groups = site::visit(dist)?;
    let zipped = |name: &str| -> f64 {
        let of_name = groups.iter().filter(|group| group.name == name);
        of_name.map(|group| megabytes(group.gzip_bytes)).sum()
    };
    let mut rows: Vec<Row> = groups.iter().map(row).collect();
    let code = zipped("page") + zipped("processor engine");
    rows.extend([
        Row::new("page and processor engine", "MB", vec![code])
            .target(Target::AtMost(0.9))
            .note("gzip"),
        Row::new(
            "first visit up to the first heatmap",
            "MB",
            vec![code + zipped("weights") + zipped("tokenizer and configuration")],
        )
        .target(Target::AtMost(3.5))
        .note("gzip, with weights and tokenizer"),
    ]);
    Ok(rows)
}

fn row(group: &Group) -> Row {
    let row = Row::new(group.name, "MB", vec![megabytes(group.gzip_bytes)]);
    let row = row.note(format!("gzip; {:.2} MB raw", megabytes(group.plain_bytes)));
    if group.name.starts_with("WebGPU") {
        row.target(Target::AtMost(2.5))
    } else {
        row
    }
}

fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

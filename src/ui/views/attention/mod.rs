//! One attention head, large: as a heatmap, and as lines between tokens.

mod heatmap;
mod key_columns;
mod key_names;
mod lines;
mod strings;

use crate::protocol::{ModelInfo, Site, TraceSpec};

pub use heatmap::{PatternFrame, draw_pattern};
pub use key_columns::KeyColumns;
pub use key_names::{KeyNames, name_diagonal};
pub use lines::draw_lines;

use super::attended::no_attention;
use super::{Focus, View, ViewInput};

/// The chosen head as a heatmap.
pub const VIEW: View = View {
    name: "attention",
    title: |language| strings::of(language).title,
    panel: None,
    why_not: no_attention,
    spec,
    inspections: |_| Vec::new(),
    draw: heatmap::draw,
    describe,
};

/// The chosen head as lines between two columns of tokens.
pub const LINES: View = View {
    name: "attention_lines",
    title: |language| strings::of(language).lines_title,
    panel: None,
    why_not: no_attention,
    spec,
    inspections: |_| Vec::new(),
    draw: lines::draw,
    describe,
};

fn spec(model: &ModelInfo, focus: &Focus) -> TraceSpec {
    focus.stage_of(model, Site::Pattern).into_iter().collect()
}

/// What the chosen token attends to in the chosen head, as one sentence with its number.
pub fn describe(input: &ViewInput<'_>) -> String {
    strings::of(input.language).describe(input)
}

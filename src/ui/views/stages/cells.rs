//! The numbers of one stage's heatmap, gathered into the cells there is room for.

use crate::color_scale::{Ink, attention_step, diverging_step, text_on_attention};
use crate::ui::views::Measure;
use crate::ui::views::matrix::{columns_for, strongest};
use crate::ui::views::rows::RowWindow;

use super::Stage;
use super::numbers::Numbers;

/// A heatmap before it is drawn.
pub struct Cells {
    /// Columns of a row.
    pub columns: usize,
    /// Index of the number a cell shows and the number; no number where nothing may be looked at.
    pub values: Vec<(usize, Option<f32>)>,
    /// The number at the end of the scale.
    pub largest: f32,
    /// Whether they run from below zero to above.
    pub is_signed: bool,
}

impl Cells {
    /// Those of the rows in view, `width` wide.
    pub fn new(stage: Stage, numbers: &Numbers<'_>, at: (&RowWindow, f64)) -> Self {
        let (rows, width) = at;
        let (n, pair) = (numbers.n_keys, numbers.pair);
        let columns = match stage {
            Stage::Result => columns_for(numbers.d_head, width),
            _ => columns_for(n, width),
        };
        let weights = match stage {
            Stage::Weights => numbers.weight_rows(rows.positions()),
            _ => Vec::new(),
        };
        let mut values = Vec::with_capacity(rows.shown * columns);
        for query in rows.positions() {
            let row: Vec<Option<f32>> = match stage {
                Stage::Scores => (0..n).map(|key| Some(numbers.dot(query, key))).collect(),
                Stage::Scaled => (0..n).map(|key| numbers.scaled(query, key)).collect(),
                Stage::Masked => some(numbers.scores[query]),
                Stage::Weights => some(&weights[query - rows.first]),
                Stage::Result => some(numbers.results[query]),
            };
            let length = if stage == Stage::Result { row.len() } else { n };
            // The lit pair is shown even where a cell speaks for several.
            let lit = (query == pair.0 && stage != Stage::Result).then_some(pair.1);
            let held: Vec<f32> = row.into_iter().map_while(|value| value).collect();
            values.extend(grouped(&held, length, columns, lit));
        }
        let largest = values
            .iter()
            .filter_map(|(_, value)| *value)
            .fold(0.0f32, |a, v| a.max(v.abs()));
        let is_share = stage == Stage::Weights && numbers.measure != Measure::ValueWeighted;
        Cells {
            columns,
            values,
            largest: if is_share { 1.0 } else { largest },
            is_signed: stage != Stage::Weights,
        }
    }

    /// The colour of a number.
    pub fn ink(&self, value: f32) -> Ink {
        if self.is_signed {
            Ink::Diverging(diverging_step(value, self.largest))
        } else {
            Ink::Attention(attention_step(value / self.largest.max(1e-9)))
        }
    }

    /// The colour of a number written on its cell.
    pub fn ink_of_text(&self, value: f32) -> Ink {
        match self.ink(value) {
            Ink::Diverging(1..=2 | 8..=9) => Ink::TextInverse,
            Ink::Attention(step) => text_on_attention(step),
            _ => Ink::Text1,
        }
    }
}

fn some(row: &[f32]) -> Vec<Option<f32>> {
    row.iter().copied().map(Some).collect()
}

/// `row` in `columns` cells, `length` numbers wide; what is missing at its end has no number.
fn grouped(
    row: &[f32],
    length: usize,
    columns: usize,
    lit: Option<usize>,
) -> impl Iterator<Item = (usize, Option<f32>)> {
    (0..columns).map(move |column| {
        let from = column * length / columns;
        let to = (column + 1) * length / columns;
        let shown = row.get(from..to.min(row.len())).unwrap_or_default();
        match lit.filter(|key| (from..to).contains(key)) {
            Some(key) => (key, row.get(key).copied()),
            None => match strongest(shown, 1).first() {
                Some((index, value)) => (from + index, Some(*value)),
                None => (from, None),
            },
        }
    })
}

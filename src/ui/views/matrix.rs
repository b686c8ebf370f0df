//! Vectors as rows of cells: the heatmaps inside opened parts, and a vector as a strip.

use crate::color_scale::{Ink, diverging_step};
use crate::protocol::{Activation, Trace};
use crate::ui::components::scene::{Mark, Matrix, Rect, Scene};

use super::rows::RowWindow;

/// The numbers of a vector that are drawn in `columns` cells.
///
/// If there are more numbers than cells, a cell shows the one of its group that is farthest from
/// zero: a number the model computed, not a mean of some.
///
/// ```
/// use llm_atlas::ui::views::matrix::strongest;
/// assert_eq!(strongest(&[1.0, -3.0, 2.0, 0.5], 2), [(1, -3.0), (2, 2.0)]);
/// assert_eq!(strongest(&[1.0, 2.0], 2), [(0, 1.0), (1, 2.0)]);
/// ```
pub fn strongest(vector: &[f32], columns: usize) -> Vec<(usize, f32)> {
    let columns = columns.min(vector.len());
    (0..columns)
        .map(|column| {
            let (from, to) = (
                column * vector.len() / columns,
                (column + 1) * vector.len() / columns,
            );
            (from..to)
                .map(|i| (i, vector[i]))
                .reduce(|a, b| if b.1.abs() > a.1.abs() { b } else { a })
                .unwrap_or((from, vector[from]))
        })
        .collect()
}

/// How many cells a row of `length` numbers gets in `width` pixels: none narrower than 2 pixels.
pub fn columns_for(length: usize, width: f64) -> usize {
    let fitting = ((width / 2.0) as usize).max(1);
    if length <= fitting {
        return length;
    }
    // Groups of equal size, so that no cell speaks for more numbers than another.
    let group = length.div_ceil(fitting);
    length.div_ceil(group)
}

/// A vector as a strip of diverging cells over `-largest..=largest`.
pub fn draw_strip(
    scene: &mut Scene,
    rect: Rect,
    cells: &[(usize, f32)],
    largest: f32,
    opacity: f64,
) {
    if cells.is_empty() {
        return;
    }
    let ink = |&(_, value): &(usize, f32)| Some(Ink::Diverging(diverging_step(value, largest)));
    scene.marks.push(Mark::Cells {
        rect,
        rows: 1,
        columns: cells.len(),
        inks: cells.iter().map(ink).collect(),
        gap: 0.0,
        opacity,
    });
}

/// The rows of `activation` in view as a heatmap; returns the value at the ends of its scale.
///
/// Rows are as high as the tokens' rows less `gap`, so that they stay in line with them.
pub fn draw_matrix(
    scene: &mut Scene,
    trace: &Trace,
    activation: Activation,
    rows: &RowWindow,
    (x, width): (f64, f64),
) -> Option<f32> {
    let length = trace.row(activation, rows.first)?.len();
    let columns = columns_for(length, width);
    let mut cells = Vec::with_capacity(rows.shown * columns);
    for position in rows.positions() {
        let row = trace.row(activation, position)?;
        cells.extend(strongest(row, columns));
    }
    if columns == 0 || cells.len() != rows.shown * columns {
        return None;
    }
    let largest = cells.iter().fold(0.0f32, |a, (_, v)| a.max(v.abs()));
    let gap = (rows.pitch * 0.18).min(5.0);
    for (i, row) in cells.chunks(columns).enumerate() {
        let y = rows.top + rows.pitch * i as f64 + gap / 2.0;
        let rect = Rect::new(x, y, width, rows.pitch - gap);
        draw_strip(scene, rect, row, largest, 0.0);
    }
    scene.matrices.push(Matrix {
        rect: Rect::new(x, rows.top, width, rows.pitch * rows.shown as f64),
        activation,
        head: None,
        is_read: true,
        looks_back: false,
        first_position: rows.first,
        rows: rows.shown,
        columns,
        cells,
    });
    Some(largest)
}

/// How many numbers one cell of such a heatmap speaks for.
pub fn group_size(length: usize, width: f64) -> usize {
    length.div_ceil(columns_for(length, width).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_cover_every_number_once() {
        for length in [1, 7, 128, 512, 768, 3072] {
            for width in [10.0, 66.0, 180.0] {
                let columns = columns_for(length, width);
                assert!(columns >= 1 && columns <= length);
                let vector: Vec<f32> = (0..length).map(|i| i as f32).collect();
                let cells = strongest(&vector, columns);
                assert_eq!(cells.len(), columns);
                assert_eq!(cells.last(), Some(&(length - 1, (length - 1) as f32)));
            }
        }
    }
}

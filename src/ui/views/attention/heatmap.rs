//! The pattern of one head: rows look, columns are looked at. Where tokens look back only, the keys
//! are named on the diagonal; else above their columns.

use crate::color_scale::{Ink, attention_step, text_on_attention};
use crate::ui::components::scene::{Mark, Paint, Rect, Scene, Text};
use crate::ui::components::text_width::{shortened, text_width};
use crate::ui::views::attended::labels_of;
use crate::ui::views::number::decimal;
use crate::ui::views::rows::{LOWEST_ROW, RowWindow};
use crate::ui::views::{Target, ViewInput};

use super::KeyColumns;
use super::key_names::{KeyNames, name_diagonal};

/// Widest cell, pixels.
const WIDEST_CELL: f64 = 64.0;
/// Cells narrower than this follow each other without a gap, as one strip per row.
const NARROWEST_WITH_GAP: f64 = 6.0;

/// The large heatmap, query tokens at the left.
pub fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    let Some(chosen) = input.chosen_query() else {
        return scene;
    };
    let (labels, code) = (labels_of(input.queries()), input.size(12.5));
    let widest = labels
        .iter()
        .map(|l| text_width(l, code, true))
        .fold(24.0, f64::max);
    let left = widest.min(input.width * 0.24).min(120.0) + 10.0;
    let (n, keys) = (labels.len(), input.keys().len());
    let width = (input.width - left - 1.0).min(keys as f64 * WIDEST_CELL);
    let names = (!input.looks_back()).then(|| KeyNames::new(input, width, input.width - left));
    let above = names.as_ref().map_or(0.0, KeyNames::height);
    let fits = (input.height - above) / n as f64 >= LOWEST_ROW;
    let top = above + if fits { 0.0 } else { 16.0 };
    let rows = RowWindow::new(n, input.height - top, top, chosen, 34.0);
    if let Some(above) = rows.words_above(input.language) {
        let y = top - 5.0;
        let text = Text::new(left, y, input.size(11.0), Ink::Text3, above);
        scene.text(text);
    }
    for position in rows.positions() {
        let y = rows.y(position) + code * 0.35;
        let is_lit = input.lit_query() == Some(position);
        let ink = if is_lit { Ink::Text1 } else { Ink::Text2 };
        let label = shortened(&labels[position], code, true, left - 10.0);
        scene.text(
            Text::new(left - 8.0, y, code, ink, label)
                .end()
                .code()
                .strong_if(is_lit),
        );
        let row = Rect::new(
            0.0,
            rows.y(position) - rows.pitch / 2.0,
            left - 4.0,
            rows.pitch,
        );
        scene.hit(row, input.query_target(position), None);
    }
    let area = Rect::new(left, rows.top, width, rows.bottom() - rows.top);
    let gap = if rows.pitch < 18.0 { 1.0 } else { 2.0 };
    let frame = PatternFrame {
        area,
        columns: KeyColumns::new(input, &rows, area.width),
        gap,
        cell_height: rows.pitch - gap,
        offset: 0.0,
    };
    draw_pattern(&mut scene, input, &rows, &frame);
    match names {
        Some(names) => names.draw(&mut scene, input, &frame, above - 3.0, Ink::Surface0),
        None => {
            let right = input.width.min(area.right() + 60.0);
            name_diagonal(&mut scene, input, &rows, &frame, right, Ink::Surface0);
        }
    }
    scene
}

/// Where the cells of a pattern lie.
pub struct PatternFrame {
    /// All cells, those of hidden rows left out.
    pub area: Rect,
    /// How it is shared between the keys.
    pub columns: KeyColumns,
    /// Gap between two cells of a row.
    pub gap: f64,
    /// Height of a cell.
    pub cell_height: f64,
    /// How far the middle of the cells lies below the middle of their row.
    pub offset: f64,
}

impl PatternFrame {
    fn cell(&self, rows: &RowWindow, query: usize, key: usize) -> Rect {
        let width = self.columns.width(key);
        let gap = self.gap.min(width * 0.2);
        Rect::new(
            self.area.x + self.columns.left(key) + gap / 2.0,
            rows.y(query) + self.offset - self.cell_height / 2.0,
            width - gap,
            self.cell_height,
        )
    }
}

/// The cells of the chosen head, hatched where nothing may be looked at, with the numbers of the
/// lit row where they fit.
pub fn draw_pattern(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    rows: &RowWindow,
    frame: &PatternFrame,
) {
    let (layer, head) = (input.layer(), input.head());
    let narrowest = frame.columns.narrowest();
    let radius = if narrowest < 8.0 { 0.0 } else { 2.0 };
    let chosen = input
        .chosen_query()
        .and_then(|query| Some((query, input.chosen_key(query)?)));
    let is_strip = frame.columns.are_equal() && narrowest < NARROWEST_WITH_GAP;
    let mut outlines = Vec::new();
    for query in rows.positions() {
        let Some(pattern) = input.pattern(layer, head, query) else {
            return;
        };
        if is_strip {
            strip(scene, rows, frame, query, pattern);
        }
        for (key, &weight) in pattern.iter().enumerate() {
            let cell = frame.cell(rows, query, key);
            if !is_strip {
                let step = attention_step(weight);
                scene.rect(cell, radius, Paint::fill(Ink::Attention(step)));
            }
            let target = Target::Cell {
                layer,
                head,
                query,
                key,
            };
            let is_hovered = input.focus.hovered.as_ref() == Some(&target);
            if Some((query, key)) == chosen {
                outlines.push((cell, Ink::Text1, if narrowest < 8.0 { 1.0 } else { 1.5 }));
            } else if is_hovered {
                outlines.push((cell, Ink::AttentionLine, 1.0));
            }
            if input.lit_query() == Some(query) || is_hovered {
                write_weight(scene, input, cell, weight, is_hovered);
            }
            let width = frame.columns.width(key);
            let x = frame.area.x + frame.columns.left(key);
            let whole = Rect::new(x, rows.y(query) - rows.pitch / 2.0, width, rows.pitch);
            scene.hit(whole, target, input.weight(layer, head, (query, key)));
        }
        if input.looks_back() {
            mask(scene, rows, frame, query);
        }
    }
    for (cell, ink, line) in outlines {
        scene.rect(cell, radius, Paint::stroke(ink, line));
    }
}

/// The weights of one row side by side.
fn strip(scene: &mut Scene, rows: &RowWindow, frame: &PatternFrame, query: usize, pattern: &[f32]) {
    let width = frame.columns.left(pattern.len());
    let first = frame.cell(rows, query, 0);
    scene.marks.push(Mark::Cells {
        rect: Rect::new(frame.area.x, first.y, width, first.height),
        rows: 1,
        columns: pattern.len(),
        inks: pattern
            .iter()
            .map(|weight| Some(Ink::Attention(attention_step(*weight))))
            .collect(),
        gap: 0.0,
        opacity: 0.0,
    });
}

/// The hatch right of the diagonal: cell by cell while cells are wide, else in one piece.
fn mask(scene: &mut Scene, rows: &RowWindow, frame: &PatternFrame, query: usize) {
    let n = rows.total;
    if query + 1 >= n {
        return;
    }
    if frame.columns.narrowest() < 12.0 {
        let first = frame.cell(rows, query, query + 1);
        let width = frame.area.right() - first.x;
        scene.hatch(Rect { width, ..first });
        return;
    }
    for key in query + 1..n {
        scene.hatch(frame.cell(rows, query, key));
    }
}

fn write_weight(scene: &mut Scene, input: &ViewInput<'_>, cell: Rect, weight: f32, always: bool) {
    let size = input.size(11.0);
    let long = decimal(f64::from(weight), 2);
    let short = long.trim_start_matches('0').to_owned();
    let text = if text_width(&long, size, false) + 4.0 <= cell.width {
        long
    } else {
        short
    };
    let fits = text_width(&text, size, false) <= cell.width && size <= cell.height + 1.0;
    // Small weights stay unwritten at rest: the row is read by its large ones.
    if fits && (always || weight >= 0.045) {
        let (x, y) = (
            cell.x + cell.width / 2.0,
            cell.y + cell.height / 2.0 + size * 0.35,
        );
        let ink = text_on_attention(attention_step(weight));
        scene.text(Text::new(x, y, size, ink, text).middle());
    }
}

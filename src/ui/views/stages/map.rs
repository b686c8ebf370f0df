//! One stage as a heatmap with its title and the lit pair.

use std::ops::Range;

use crate::color_scale::Ink;
use crate::protocol::Site;
use crate::ui::components::scene::{Mark, Matrix, Paint, Rect, Scene, Text};
use crate::ui::components::shape::straight;
use crate::ui::components::text_width::{shortened, text_width};
use crate::ui::views::number::decimal;
use crate::ui::views::rows::RowWindow;
use crate::ui::views::{Measure, ViewInput, norm};

use super::cells::Cells;
use super::foot::foot;
use super::numbers::Numbers;
use super::{Stage, strings};

/// Where a stage's heatmap lies.
pub struct Place {
    pub stage: Stage,
    pub rect: Rect,
}

/// Room for title and subtitle.
pub fn above(input: &ViewInput<'_>) -> f64 {
    34.0 * input.type_scale
}

/// Draws a stage.
pub fn draw_stage(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    numbers: &Numbers<'_>,
    rows: &RowWindow,
    place: &Place,
) {
    let (rect, norm_width) = match place.stage {
        Stage::Result => {
            let norm_width = (place.rect.width * 0.26).min(40.0);
            let width = place.rect.width - norm_width - 4.0;
            (
                Rect {
                    width,
                    ..place.rect
                },
                norm_width,
            )
        }
        _ => (place.rect, 0.0),
    };
    title(scene, input, numbers, place);
    let cells = Cells::new(place.stage, numbers, (rows, rect.width));
    draw_cells(scene, &cells, rows, rect, numbers.words.is_some());
    if place.stage == Stage::Weights
        && let Some(words) = &numbers.words
    {
        let edges = words.iter().map(|word| word.start);
        part_words(scene, rows, rect, edges.skip(1));
    }
    write_cells(scene, input, &cells, rows, rect);
    light_row(scene, numbers, rows, (place.stage, place.rect));
    if place.stage == Stage::Result {
        let x = place.rect.right() - norm_width;
        draw_norms(scene, numbers, rows, (x, norm_width));
    } else {
        light_pair(scene, numbers, rows, (place.stage, rect));
    }
    point(
        scene,
        numbers,
        &cells,
        rows,
        (place.stage, rect),
        numbers.measure,
        input.looks_back(),
    );
    let below = (place.stage, rect, place.rect.width);
    foot(scene, input, numbers, &cells, below);
}

fn title(scene: &mut Scene, input: &ViewInput<'_>, numbers: &Numbers<'_>, place: &Place) {
    let words = strings::of(input.language);
    let (name, about) = words.stage(place.stage, input, numbers);
    let (x, y, room) = (
        place.rect.x,
        place.rect.y - above(input),
        place.rect.width + 10.0,
    );
    let (size, small) = (input.size(12.5), input.size(11.0));
    let name = if text_width(&name, size, false) * 1.08 <= room {
        name
    } else {
        let short = words.short_stage(place.stage, input, numbers);
        shortened(&short, size, false, room)
    };
    scene.text(Text::new(x, y + size, size, Ink::Text1, name).strong());
    if text_width(about, small, false) <= room {
        scene.text(Text::new(x, y + size * 2.2, small, Ink::Text3, about));
    }
}

fn draw_cells(scene: &mut Scene, cells: &Cells, rows: &RowWindow, rect: Rect, is_merged: bool) {
    let has_mask = cells.values.iter().any(|(_, value)| value.is_none());
    let gap = if rows.pitch < 9.0 || rect.width / (cells.columns as f64) < 7.0 || is_merged {
        0.0
    } else {
        1.0
    };
    let inks: Vec<Option<Ink>> = cells
        .values
        .iter()
        .map(|(_, value)| value.map(|value| cells.ink(value)))
        .collect();
    if has_mask && gap == 0.0 {
        // The cells cover the hatch wherever a pair is possible.
        scene.hatch(rect);
    } else if has_mask {
        for (i, row) in cells.values.chunks(cells.columns).enumerate() {
            let first = row.iter().position(|(_, value)| value.is_none());
            let Some(first) = first else { continue };
            let x = rect.x + rect.width * first as f64 / cells.columns as f64;
            let y = rect.y + rows.pitch * i as f64;
            scene.hatch(Rect::new(x, y, rect.right() - x, rows.pitch - gap));
        }
    }
    scene.marks.push(Mark::Cells {
        rect,
        rows: rows.shown,
        columns: cells.columns,
        inks,
        gap,
        opacity: 0.0,
    });
}

/// Lines of the page's surface between words.
fn part_words(
    scene: &mut Scene,
    rows: &RowWindow,
    rect: Rect,
    edges: impl Iterator<Item = usize> + Clone,
) {
    let column = rect.width / rows.total.max(1) as f64;
    let width = (rows.pitch.min(column) * 0.14).min(1.5);
    let paint = || Paint::stroke(Ink::Surface0, width);
    for edge in edges {
        let x = rect.x + column * edge as f64;
        scene.path(straight((x, rect.y), (x, rect.bottom())), paint());
        if rows.contains(edge) {
            let y = rows.y(edge) - rows.pitch / 2.0;
            scene.path(straight((rect.x, y), (rect.right(), y)), paint());
        }
    }
}

/// The numbers themselves where all of them fit.
fn write_cells(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    cells: &Cells,
    rows: &RowWindow,
    rect: Rect,
) {
    let (size, width) = (input.size(11.0), rect.width / cells.columns.max(1) as f64);
    if cells.columns > 8 || rows.pitch < size + 2.0 {
        return;
    }
    let digits = usize::from(!cells.is_signed) + 1;
    let texts: Vec<(usize, String, Ink)> = cells
        .values
        .iter()
        .enumerate()
        .filter_map(|(i, (_, value))| {
            let value = (*value)?;
            let text = decimal(f64::from(value), digits);
            Some((i, text, cells.ink_of_text(value)))
        })
        .collect();
    let fits = |(_, text, _): &(usize, String, Ink)| text_width(text, size, false) + 3.0 <= width;
    if !texts.iter().all(fits) {
        return;
    }
    for (i, text, ink) in texts {
        let x = rect.x + width * ((i % cells.columns) as f64 + 0.5);
        let y = rect.y + rows.pitch * ((i / cells.columns) as f64 + 0.5) + size * 0.35;
        scene.text(Text::new(x, y, size, ink, text).middle());
    }
}

/// The lit token, or all of its word where words are shown.
fn unit(numbers: &Numbers<'_>, stage: Stage, position: usize) -> Range<usize> {
    match stage {
        Stage::Weights => numbers.unit(position),
        _ => position..position + 1,
    }
}

/// A frame around the lit row.
fn light_row(
    scene: &mut Scene,
    numbers: &Numbers<'_>,
    rows: &RowWindow,
    (stage, rect): (Stage, Rect),
) {
    let unit = unit(numbers, stage, numbers.pair.0);
    let (top, bottom) = span(rows, unit.start, unit.end);
    let frame = Rect::new(
        rect.x - 2.0,
        top - 1.0,
        rect.width + 4.0,
        bottom - top + 2.0,
    );
    scene.rect(frame, 2.0, Paint::stroke(Ink::Line3, 1.0));
}

/// A frame around the lit pair.
fn light_pair(
    scene: &mut Scene,
    numbers: &Numbers<'_>,
    rows: &RowWindow,
    (stage, rect): (Stage, Rect),
) {
    let (query, key) = (
        unit(numbers, stage, numbers.pair.0),
        unit(numbers, stage, numbers.pair.1),
    );
    let (top, bottom) = span(rows, query.start, query.end);
    let column = rect.width / numbers.n_keys as f64;
    let width = (column * key.len() as f64).max(3.0);
    let x = (rect.x + column * key.start as f64).min(rect.right() - width);
    let cell = Rect::new(x, top, width, (bottom - top).max(3.0));
    scene.rect(cell, 1.5, Paint::stroke(Ink::Text1, 1.5));
}

/// Upper and lower edge of some rows, as far as they are in view.
fn span(rows: &RowWindow, first: usize, end: usize) -> (f64, f64) {
    let (first, last) = (
        first.max(rows.first),
        end.min(rows.first + rows.shown).max(1) - 1,
    );
    (
        rows.y(first) - rows.pitch / 2.0,
        rows.y(last.max(first)) + rows.pitch / 2.0,
    )
}

/// How long each row's result is.
fn draw_norms(scene: &mut Scene, numbers: &Numbers<'_>, rows: &RowWindow, (x, width): (f64, f64)) {
    let norms: Vec<f32> = rows.positions().map(|p| norm(numbers.results[p])).collect();
    let largest = norms.iter().copied().fold(1e-9, f32::max);
    let gap = (rows.pitch * 0.2).min(4.0);
    for (position, length) in rows.positions().zip(norms) {
        let y = rows.y(position) - rows.pitch / 2.0 + gap / 2.0;
        let long = f64::from(length / largest) * (width - 2.0);
        let bar = Rect::new(x, y, long.max(0.6), rows.pitch - gap);
        let is_lit = position == numbers.pair.0;
        scene.rect(bar, 0.0, Paint::fill(Ink::Value).dim_if(!is_lit));
    }
}

/// Makes every cell a place that can be pointed at.
fn point(
    scene: &mut Scene,
    numbers: &Numbers<'_>,
    cells: &Cells,
    rows: &RowWindow,
    (stage, rect): (Stage, Rect),
    measure: Measure,
    looks_back: bool,
) {
    let is_plain = measure == Measure::Pattern && numbers.words.is_none();
    let (site, is_read) = match stage {
        Stage::Scores => (Site::Scores, false),
        Stage::Scaled | Stage::Masked => (Site::Scores, true),
        Stage::Weights => (Site::Pattern, is_plain),
        Stage::Result => (Site::Z, true),
    };
    let number = |(index, value): &(usize, Option<f32>)| (*index, value.unwrap_or(0.0));
    scene.matrices.push(Matrix {
        rect,
        activation: numbers.attention.at(numbers.head.0, site),
        head: Some(numbers.head.1),
        is_read,
        looks_back: looks_back && stage != Stage::Result,
        first_position: rows.first,
        rows: rows.shown,
        columns: cells.columns,
        cells: cells.values.iter().map(number).collect(),
    });
}

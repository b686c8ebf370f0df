//! A recurrent model's state over time: one row per token, one column per unit.
//!
//! Source: Hochreiter and Schmidhuber 1997, "Long Short-Term Memory"; Karpathy, Johnson and Fei-Fei
//! 2015, "Visualizing and Understanding Recurrent Networks" (single units over a text).

mod strings;

use crate::color_scale::{Ink, SCALE_STEPS};
use crate::derivation::Array;
use crate::protocol::{Activation, CellSite, ModelInfo, TraceSpec};
use crate::ui::components::scene::{Mark, Paint, Rect, Scene, Text};
use crate::ui::components::shape::straight;
use crate::ui::components::text_width::{shortened, text_width, wrapped};

use super::matrix::{columns_for, draw_matrix, group_size};
use super::number::decimal;
use super::rows::{LOWEST_ROW, RowWindow};
use super::waiting::draw_waiting;
use super::{Focus, NormScale, Target, View, ViewInput, norm};

/// The state over time.
pub const VIEW: View = View {
    name: "cells",
    title: |language| strings::of(language).title,
    panel: Some("cells"),
    why_not: |model, language| strings::of(language).why_not(model.architecture),
    spec,
    inspections: |_| Vec::new(),
    draw,
    describe: |input| strings::of(input.language).describe(input),
};

/// Room for the lengths at the right, pixels.
const LENGTHS: f64 = 58.0;
/// Height of a line below the drawing, in units of its type size.
const LINE: f64 = 1.45;

/// What is drawn: one site of the chosen layer.
pub(super) fn shown(model: &ModelInfo, focus: &Focus) -> Activation {
    Activation::Cell {
        layer: focus.layer_of(model),
        site: focus.cell,
    }
}

fn spec(model: &ModelInfo, focus: &Focus) -> TraceSpec {
    std::iter::once(shown(model, focus)).collect()
}

/// Whether its numbers are shares between 0 and 1.
fn is_gate(site: CellSite) -> bool {
    matches!(
        site,
        CellSite::InputGate | CellSite::ForgetGate | CellSite::OutputGate
    )
}

/// The number the pointer is on: position, unit and value.
fn hovered(input: &ViewInput<'_>) -> Option<(usize, usize, f32)> {
    let Some(Target::Number(quantity)) = &input.focus.hovered else {
        return None;
    };
    let activation = shown(input.model, input.focus);
    if quantity.array != Array::Activation(activation) {
        return None;
    }
    let (position, unit) = (quantity.index()[0], quantity.index()[1]);
    let value = *input.trace.row(activation, position)?.get(unit)?;
    Some((position, unit, value))
}

fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    let Some(chosen) = input.chosen() else {
        return scene;
    };
    let (words, scale) = (strings::of(input.language), input.type_scale);
    let (code, small) = (input.size(12.5), input.size(11.0));
    let labels = input.labels();
    let widest = labels.iter().map(|label| text_width(label, code, true));
    let widest = widest.fold(24.0, f64::max);
    let left = widest.min(input.width * 0.24).min(120.0) + 22.0;
    let right = input.width - LENGTHS * scale;
    let foot = wrapped(words.foot(input), small, false, input.width);
    let below = 30.0 * scale + foot.len() as f64 * small * LINE + 2.0;
    let top = 34.0 * scale;
    let rows = RowWindow::new(
        labels.len(),
        (input.height - top - below).max(LOWEST_ROW),
        top,
        chosen,
        30.0,
    );
    let activation = shown(input.model, input.focus);
    name_columns(&mut scene, input, &rows, (left, right));
    name_rows(&mut scene, input, &rows, left);
    match draw_matrix(
        &mut scene,
        input.trace,
        activation,
        &rows,
        (left, right - left),
    ) {
        None => draw_waiting(&mut scene, input, (left, top)),
        Some(largest) => {
            lengths(&mut scene, input, &rows, right + 8.0);
            light(&mut scene, input, &rows, (left, right));
            let length = input.model.d_hidden;
            let y = rows.bottom() + 7.0 * scale;
            let cell = (length, group_size(length, right - left));
            legend(&mut scene, input, (left, y), largest, cell);
        }
    }
    let mut y = rows.bottom() + 30.0 * scale + small;
    for line in foot {
        scene.text(Text::new(0.0, y, small, Ink::Text3, line));
        y += small * LINE;
    }
    scene
}

/// What the columns are, and what the bars beside them are.
fn name_columns(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    rows: &RowWindow,
    (left, right): (f64, f64),
) {
    let (words, scale) = (strings::of(input.language), input.type_scale);
    let (size, small) = (input.size(12.5), input.size(11.0));
    let title = words.what(input.focus.cell, input.focus.layer_of(input.model));
    let title = shortened(&title, size, false, input.width - left);
    scene.text(Text::new(left, 11.0 * scale, size, Ink::Text1, title).strong());
    let y = 27.0 * scale;
    let first = words.unit(0);
    let last = input.model.d_hidden.to_string();
    scene.text(Text::new(left, y, small, Ink::Text3, first));
    scene.text(Text::new(right, y, small, Ink::Text3, last).end());
    let x = right + 8.0;
    scene.text(Text::new(x, y, small, Ink::Text3, words.length));
    if let Some(text) = rows.words_above(input.language) {
        scene.text(Text::new(left - 8.0, y, small, Ink::Text3, text).end());
    }
}

fn name_rows(scene: &mut Scene, input: &ViewInput<'_>, rows: &RowWindow, left: f64) {
    let (labels, hues) = (input.labels(), input.hues());
    let size = input.size(12.5).min(rows.pitch);
    for position in rows.positions() {
        let (y, is_lit) = (rows.y(position), input.is_lit(position));
        let height = (rows.pitch - 3.0).min(22.0 * input.type_scale);
        let chip = Rect::new(0.0, y - height / 2.0, left - 8.0, height);
        let mut paint = Paint::fill(Ink::Category(hues[position]));
        if input.chosen() == Some(position) {
            paint = paint.outlined(Ink::Text1, 1.5);
        } else if input.hovered_token() == Some(position) {
            paint = paint.outlined(Ink::CategoryMark(hues[position]), 1.0);
        }
        scene.rect(chip, 3.0, paint);
        let label = shortened(&labels[position], size, true, left - 18.0);
        let text = Text::new(left - 13.0, y + size * 0.35, size, Ink::Text1, label);
        scene.text(text.code().end().strong_if(is_lit));
        scene.hit(chip, Target::Token(position), None);
    }
}

/// How long the vector is after each token; the arrow of time runs down beside it.
fn lengths(scene: &mut Scene, input: &ViewInput<'_>, rows: &RowWindow, x: f64) {
    let activation = shown(input.model, input.focus);
    let length = |position| input.trace.row(activation, position).map_or(0.0, norm);
    let all: Vec<f32> = (0..input.trace.len()).map(length).collect();
    let scale = NormScale::new(all.iter().copied(), (input.width - x - 2.0).max(4.0));
    let gap = (rows.pitch * 0.3).min(8.0);
    for position in rows.positions() {
        let y = rows.y(position) - (rows.pitch - gap) / 2.0;
        let bar = Rect::new(x, y, scale.px(all[position]), rows.pitch - gap);
        let is_lit = input.is_lit(position);
        let ink = if is_lit { Ink::RailOn } else { Ink::Rail };
        scene.rect(bar, 1.5, Paint::fill(ink));
        if is_lit && rows.pitch >= 14.0 {
            let text = decimal(f64::from(all[position]), 2);
            let size = input.size(11.0);
            let at = (x + 3.0, rows.y(position) + size * 0.35);
            let fits = text_width(&text, size, false) + 8.0 <= scale.px(all[position]);
            let ink = if fits { Ink::TextInverse } else { Ink::Text1 };
            scene.text(Text::new(at.0, at.1, size, ink, text).strong());
        }
    }
}

/// A frame around the lit row, and one around the number that is pointed at, down its unit.
fn light(scene: &mut Scene, input: &ViewInput<'_>, rows: &RowWindow, (left, right): (f64, f64)) {
    if let Some(position) = input.path().filter(|position| rows.contains(*position)) {
        let y = rows.y(position) - rows.pitch / 2.0 + 0.5;
        let frame = Rect::new(left - 2.0, y, right - left + 4.0, rows.pitch - 1.0);
        scene.rect(frame, 3.0, Paint::stroke(Ink::Text1, 1.5));
    }
    let Some((position, unit, _)) = hovered(input) else {
        return;
    };
    let columns = columns_for(input.model.d_hidden, right - left);
    let width = (right - left) / columns.max(1) as f64;
    let x = left + width * (unit * columns / input.model.d_hidden.max(1)) as f64;
    let edges = [x, x + width.max(2.0)];
    for x in edges {
        let line = straight((x, rows.top), (x, rows.bottom()));
        scene.path(line, Paint::stroke(Ink::Line3, 0.8));
    }
    if rows.contains(position) {
        let cell = Rect::new(
            x,
            rows.y(position) - rows.pitch / 2.0,
            width.max(2.0),
            rows.pitch,
        );
        scene.rect(cell, 0.0, Paint::stroke(Ink::Text1, 1.5));
    }
}

/// The colours with the numbers at their ends, and the number that is pointed at.
fn legend(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    (x, y): (f64, f64),
    largest: f32,
    (length, group): (usize, usize),
) {
    let (words, size, scale) = (
        strings::of(input.language),
        input.size(11.0),
        input.type_scale,
    );
    let end = decimal(f64::from(largest), 2);
    // A gate is never below 0: its scale is the upper half.
    let first = if is_gate(input.focus.cell) { 5 } else { 1 };
    let low = if first == 5 {
        "0".to_owned()
    } else {
        format!("−{end}")
    };
    let base = y + 9.0 * scale;
    let mut at = x + text_width(&low, size, false) + 5.0;
    scene.text(Text::new(x, base, size, Ink::Text3, low));
    let steps = SCALE_STEPS - first + 1;
    let width = 9.0 * scale * f64::from(steps);
    scene.marks.push(Mark::Cells {
        rect: Rect::new(at, y, width, 9.0 * scale),
        rows: 1,
        columns: usize::from(steps),
        inks: (first..=SCALE_STEPS)
            .map(|step| Some(Ink::Diverging(step)))
            .collect(),
        gap: 0.0,
        opacity: 0.0,
    });
    at += width + 5.0;
    let after = at + text_width(&end, size, false) + 16.0;
    scene.text(Text::new(at, base, size, Ink::Text3, end));
    let (text, ink) = match hovered(input) {
        Some((position, unit, value)) => (words.number(input, position, unit, value), Ink::Text1),
        None => (words.cell(length, group), Ink::Text3),
    };
    let text = shortened(&text, size, false, input.width - after);
    scene.text(Text::new(after, base, size, ink, text));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derivation::Quantity;
    use crate::protocol::Architecture;
    use crate::ui::i18n::Language;
    use crate::ui::views::fixture::Fixture;

    #[test]
    fn the_number_under_the_pointer_is_said() {
        let mut fixture = Fixture::of(Architecture::Recurrent, 9, (2, 4), Language::En);
        let cell = |layer| Activation::Cell {
            layer,
            site: CellSite::Hidden,
        };
        let value = fixture.trace.row(cell(1), 3).unwrap()[17];
        let at = |layer| Target::Number(Quantity::activation(cell(layer), &[3, 17]));
        fixture.focus.hovered = Some(at(1));
        let input = fixture.input(600.0, 300.0);
        assert_eq!(hovered(&input), Some((3, 17, value)));
        let said = decimal(f64::from(value), 3);
        let is_said = |mark: &Mark| matches!(mark, Mark::Text(text) if text.text.contains(&said));
        assert!(draw(&input).marks.iter().any(is_said));
        // Of another layer it is not in this picture.
        fixture.focus.hovered = Some(at(0));
        assert_eq!(hovered(&fixture.input(600.0, 300.0)), None);
    }
}

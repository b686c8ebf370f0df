//! The logit lens: what the model would say after each block, read off the residual stream
//! through the final norm and the unembedding.
//!
//! Source: nostalgebraist 2020, "interpreting GPT: the logit lens".

mod card;
mod path;
mod strings;

use crate::color_scale::Ink;
use crate::protocol::{
    Activation, Attention, Finding, Inspection, LensPrediction, LogitLens, ModelInfo, Site,
    TraceSpec,
};
use crate::ui::components::scene::{Paint, Rect, Scene, Text};
use crate::ui::components::text_width::{shortened, text_width, wrapped};

use super::number::count;
use super::rows::{LOWEST_ROW, RowWindow};
use super::token_label::quoted;
use super::waiting::draw_waiting;
use super::{Focus, Target, View, ViewInput, token_label};

/// The logit lens.
pub const VIEW: View = View {
    name: "lens",
    title: |language| strings::of(language).title,
    panel: Some("lens"),
    why_not: |model, language| strings::of(language).why_not(model.architecture),
    spec,
    inspections: |_| vec![inspection()],
    draw,
    describe: |input| strings::of(input.language).describe(input, lens(input)),
};

/// How many tokens are listed for each place.
const LISTED: usize = 5;

fn spec(model: &ModelInfo, _: &Focus) -> TraceSpec {
    (0..=model.n_layers)
        .map(|depth| stream(model, depth))
        .collect()
}

fn inspection() -> Inspection {
    Inspection::LogitLens { count: LISTED }
}

/// The residual stream after `depth` blocks.
pub(super) fn stream(model: &ModelInfo, depth: usize) -> Activation {
    let stack = Attention::of_stream(model.architecture);
    match depth.checked_sub(1) {
        Some(layer) if depth == model.n_layers => stack.at(layer, Site::ResidPost),
        _ => stack.at(depth, Site::ResidPre),
    }
}

/// The answer, if it is about this text and this model.
fn lens<'a>(input: &ViewInput<'a>) -> Option<&'a LogitLens> {
    let Some(Finding::LogitLens(lens)) = input.findings.get(&inspection()) else {
        return None;
    };
    let fits = |row: &Vec<LensPrediction>| row.len() == input.model.n_layers + 1;
    (lens.at.len() == input.trace.len() && lens.at.iter().all(fits)).then_some(lens)
}

/// The most likely tokens at a position after some blocks; none before they are known.
pub(super) fn listed<'a>(input: &ViewInput<'a>, position: usize, depth: usize) -> &'a [(u32, f32)] {
    let row = lens(input).and_then(|lens| lens.at.get(position));
    row.and_then(|row| row.get(depth))
        .map_or(&[], |prediction| &prediction.top)
}

/// A place of the table in words.
pub(super) fn place(input: &ViewInput<'_>, position: usize, depth: usize) -> String {
    let token = input.trace.tokens().get(position);
    let token = token.map_or(String::new(), |token| quoted(&token.bytes));
    strings::of(input.language).place(&token, depth)
}

/// The lit token: the one pointed at by itself or by one of its predictions, else the chosen one.
fn lit(input: &ViewInput<'_>) -> Option<usize> {
    match input.focus.hovered {
        Some(Target::Prediction { position, .. }) if position < input.trace.len() => Some(position),
        _ => input.path(),
    }
}

fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    let Some(lit) = lit(input) else {
        return scene;
    };
    let table = Table::new(input);
    table.name_columns(&mut scene, input);
    table.name_rows(&mut scene, input, lit);
    let lens = lens(input);
    match lens {
        Some(lens) => table.fill(&mut scene, input, lens, lit),
        None => draw_waiting(&mut scene, input, (table.left + 6.0, table.rows.top + 1.0)),
    }
    let size = input.size(11.0);
    let below = table.rows.bottom() + 4.0;
    path::draw(&mut scene, input, &table, (lit, lens), below);
    let legend = legend(input);
    let y = below + path::height(input) + size + 3.0;
    for (i, line) in legend.into_iter().enumerate() {
        let y = y + size * 1.4 * i as f64;
        scene.text(Text::new(0.0, y, size, Ink::Text3, line));
    }
    if let (Some(lens), Some(Target::Prediction { position, depth })) = (lens, &input.focus.hovered)
        && let Some(prediction) = lens.at.get(*position).and_then(|row| row.get(*depth))
    {
        let cell = table.cell(*position, *depth);
        card::draw(&mut scene, input, (*position, *depth), prediction, cell);
    }
    scene
}

/// What the table means, in lines.
fn legend(input: &ViewInput<'_>) -> Vec<String> {
    let words = strings::of(input.language);
    wrapped(words.legend, input.size(11.0), false, input.width)
}

/// Tokens down, depth across.
struct Table {
    rows: RowWindow,
    /// The first column begins here.
    left: f64,
    /// Width of a column.
    column: f64,
    columns: usize,
}

impl Table {
    fn new(input: &ViewInput<'_>) -> Self {
        let (scale, size) = (input.type_scale, input.size(12.5));
        let labels = input.labels();
        let widest = labels.iter().map(|label| text_width(label, size, true));
        let least = if input.width < 500.0 { 40.0 } else { 76.0 };
        let left = widest
            .fold(least * scale, f64::max)
            .min(input.width * 0.2)
            .min(110.0)
            + 16.0;
        let columns = input.model.n_layers + 1;
        let top = 20.0 * scale;
        let legend = legend(input).len() as f64 * input.size(11.0) * 1.4;
        let room = input.height - top - path::height(input) - legend - 8.0 * scale;
        let room = room.max(LOWEST_ROW);
        let chosen = input.chosen().unwrap_or(0);
        Table {
            rows: RowWindow::new(labels.len(), room, top, chosen, 26.0 * scale),
            left,
            column: (input.width - left) / columns as f64,
            columns,
        }
    }

    fn cell(&self, position: usize, depth: usize) -> Rect {
        Rect::new(
            self.left + self.column * depth as f64 + 1.0,
            self.rows.y(position) - self.rows.pitch / 2.0 + 0.5,
            (self.column - 2.0).max(1.0),
            self.rows.pitch - 1.0,
        )
    }

    /// Middle of a column.
    fn x(&self, depth: usize) -> f64 {
        self.left + self.column * (depth as f64 + 0.5)
    }

    fn name_columns(&self, scene: &mut Scene, input: &ViewInput<'_>) {
        let (words, size) = (strings::of(input.language), input.size(11.0));
        let is_wide = self.column >= 50.0 * input.type_scale;
        for depth in 0..self.columns {
            let name = words.column(depth, is_wide);
            let text = Text::new(self.x(depth), size + 1.0, size, Ink::Text3, name);
            scene.text(text.middle());
        }
        if self.rows.hidden_above() > 0 {
            let above = format!("↑ {}", count(self.rows.hidden_above()));
            scene.text(Text::new(0.0, size + 1.0, size, Ink::Text3, above));
        }
    }

    fn name_rows(&self, scene: &mut Scene, input: &ViewInput<'_>, lit: usize) {
        let (labels, hues, size) = (input.labels(), input.hues(), input.size(12.5));
        for position in self.rows.positions() {
            let (y, is_lit) = (self.rows.y(position), position == lit);
            let row = Rect::new(0.0, y - self.rows.pitch / 2.0, self.left, self.rows.pitch);
            let chip = Rect::new(0.0, row.y + 0.5, self.left - 6.0, row.height - 1.0);
            let mut paint = Paint::fill(Ink::Category(hues[position]));
            if Some(position) == input.chosen() {
                paint = paint.outlined(Ink::Text1, 1.5);
            }
            scene.rect(chip, 3.0, paint);
            let label = shortened(&labels[position], size, true, self.left - 14.0);
            let text = Text::new(self.left - 11.0, y + size * 0.35, size, Ink::Text1, label);
            scene.text(text.end().code().strong_if(is_lit));
            scene.hit(row, Target::Token(position), None);
        }
    }

    fn fill(&self, scene: &mut Scene, input: &ViewInput<'_>, lens: &LogitLens, lit: usize) {
        for position in self.rows.positions() {
            for depth in 0..self.columns {
                let cell = self.cell(position, depth);
                let prediction = &lens.at[position][depth];
                draw_prediction(scene, input, cell, prediction);
                let target = Target::Prediction { position, depth };
                if input.focus.hovered.as_ref() == Some(&target) {
                    scene.rect(cell, 2.0, Paint::stroke(Ink::Line3, 1.0));
                }
                let pitch = self.rows.pitch;
                let whole = Rect::new(cell.x - 1.0, cell.y - 0.5, self.column, pitch);
                scene.hit(whole, target, None);
            }
        }
        let y = self.rows.y(lit);
        if self.rows.contains(lit) {
            let row = Rect::new(
                self.left - 0.5,
                y - self.rows.pitch / 2.0 - 0.5,
                self.column * self.columns as f64,
                self.rows.pitch + 1.0,
            );
            scene.rect(row, 3.0, Paint::stroke(Ink::Line3, 1.0));
        }
    }
}

/// One prediction: its most likely token on a ground as dark as it is likely, and the place of
/// the final answer if another token leads.
fn draw_prediction(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    cell: Rect,
    prediction: &LensPrediction,
) {
    let Some(&(id, p)) = prediction.top.first() else {
        return;
    };
    // Text stays readable up to half of the ink, in both themes.
    let opacity = 0.05 + 0.43 * f64::from(p.clamp(0.0, 1.0));
    scene.rect(cell, 2.0, Paint::fill(Ink::Text2).opacity(opacity));
    let small = input.size(11.0);
    let size = input.size(if cell.width < 60.0 { 11.0 } else { 12.5 });
    let leads = prediction.rank == 0;
    let rank = if leads {
        String::new()
    } else {
        count(prediction.rank + 1)
    };
    let rank_width = text_width(&rank, small, false);
    let has_rank = !leads && cell.width >= rank_width + size * 0.6 * 4.0 + 8.0;
    let room = cell.width - 6.0 - if has_rank { rank_width + 5.0 } else { 0.0 };
    let bytes = input.model.vocabulary.get(id as usize);
    let label = bytes.map_or(String::new(), |bytes| token_label(bytes).text);
    let label = beginning(&label, size, room);
    let y = cell.y + cell.height / 2.0;
    let text = Text::new(cell.x + 3.0, y + size * 0.35, size, Ink::Text1, label);
    scene.text(text.code().strong_if(leads));
    if has_rank {
        let text = Text::new(
            cell.right() - 3.0,
            y + small * 0.35,
            small,
            Ink::Text1,
            rank,
        );
        scene.text(text.end());
    }
}

/// A token as far as there is room; in a very narrow cell its first letters alone.
fn beginning(label: &str, size: f64, room: f64) -> String {
    if room >= 4.5 * size {
        return shortened(label, size, true, room);
    }
    let mut kept = String::new();
    for letter in label.chars().skip_while(|letter| *letter == '·') {
        if text_width(&kept, size, true) + text_width(&letter.to_string(), size, true) > room + 2.0
        {
            break;
        }
        kept.push(letter);
    }
    kept
}

//! One row per head: a thumbnail, its name, and four measures.

use crate::color_scale::{Ink, attention_step};
use crate::ui::components::scene::{Mark, Paint, Rect, Scene, Text};
use crate::ui::components::shape::straight;
use crate::ui::components::text_width::{shortened, text_width, wrapped};
use crate::ui::views::number::{count, decimal};
use crate::ui::views::rows::RowWindow;
use crate::ui::views::{HeadOrder, Target, ViewInput};

use super::{here, measures, order, sample, strings};

/// Height of a line of the foot, in units of its type size.
const LINE: f64 = 1.4;
/// The lowest row, pixels: its letters are small.
const LOWEST: f64 = 12.5;
/// Most cells along a side of a thumbnail.
const THUMBNAIL_CELLS: usize = 12;

/// The table.
pub fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    if input.trace.is_empty() {
        return scene;
    }
    let (scale, heads) = (input.type_scale, order(input));
    let chosen = (input.layer(), input.head());
    let chosen_row = heads.iter().position(|head| *head == chosen).unwrap_or(0);
    let top = 20.0 * scale;
    let foot = foot_lines(input);
    let foot_height = foot.len() as f64 * input.size(11.0) * LINE + 6.0 * scale;
    let room = input.height - top - foot_height;
    let rows = RowWindow::with_lowest(LOWEST, heads.len(), (top, room), chosen_row, 24.0 * scale);
    let columns = Columns::new(input);
    let shown: Vec<Row> = rows
        .positions()
        .map(|i| Row::new(input, heads[i]))
        .collect();
    let largest = largest(input, &shown);
    columns.name(&mut scene, input, &rows);
    for (i, row) in rows.positions().zip(&shown) {
        columns.draw_row(&mut scene, input, &rows, (i, row), &largest);
    }
    draw_foot(&mut scene, input, foot);
    scene
}

/// One head with its measures here and over the sample.
struct Row {
    at: (usize, usize),
    here: [Option<f32>; 4],
    sample: Option<[f32; 4]>,
}

impl Row {
    fn new(input: &ViewInput<'_>, at: (usize, usize)) -> Self {
        let index = at.0 * input.model.n_heads + at.1;
        Row {
            at,
            here: here(input, at.0, at.1),
            sample: sample(input).map(|sample| measures(&sample[index])),
        }
    }
}

/// The end of each column's scale: 1 for shares of attention, else the largest number.
fn largest(input: &ViewInput<'_>, rows: &[Row]) -> [f32; 4] {
    let mut largest = [1.0f32, 1.0, 1e-6, 1e-6];
    let sample = sample(input).into_iter().flatten().map(measures);
    let here = rows
        .iter()
        .map(|row| row.here.map(Option::unwrap_or_default));
    for measures in sample.chain(here) {
        for (end, value) in largest.iter_mut().zip(measures).skip(2) {
            *end = end.max(value);
        }
    }
    largest
}

/// Where the columns begin and how wide they are.
struct Columns {
    thumbnail: f64,
    name: f64,
    left: f64,
    width: f64,
    is_wide: bool,
}

impl Columns {
    fn new(input: &ViewInput<'_>) -> Self {
        let is_wide = input.width >= 520.0 * input.type_scale;
        let name_width = if is_wide { 104.0 } else { 34.0 } * input.type_scale;
        let thumbnail = 24.0 * input.type_scale;
        let left = thumbnail + name_width + 8.0;
        Columns {
            thumbnail: 1.0,
            name: thumbnail + 4.0,
            left,
            width: (input.width - left) / 4.0,
            is_wide,
        }
    }

    fn name(&self, scene: &mut Scene, input: &ViewInput<'_>, rows: &RowWindow) {
        let (words, size) = (strings::of(input.language), input.size(11.0));
        let height = rows.top - 2.0;
        let heading = |order: HeadOrder, x: f64, width: f64, scene: &mut Scene| {
            let is_sorted = order == input.focus.sort_heads;
            let name = words.column(order, self.is_wide);
            let mark = match order {
                HeadOrder::Entropy if is_sorted => " ↑",
                HeadOrder::Place => "",
                _ if is_sorted => " ↓",
                _ => "",
            };
            let ink = if is_sorted { Ink::Text1 } else { Ink::Text3 };
            let name = shortened(&format!("{name}{mark}"), size, false, width);
            scene.text(Text::new(x, size + 1.0, size, ink, name).strong_if(is_sorted));
            scene.hit(Rect::new(x, 0.0, width, height), Target::Order(order), None);
        };
        let before = self.left - self.thumbnail - 8.0;
        heading(HeadOrder::Place, self.thumbnail, before, scene);
        for (i, order) in HeadOrder::ALL.into_iter().skip(1).enumerate() {
            let x = self.left + self.width * i as f64;
            heading(order, x, self.width - 10.0, scene);
        }
    }

    fn draw_row(
        &self,
        scene: &mut Scene,
        input: &ViewInput<'_>,
        rows: &RowWindow,
        (i, row): (usize, &Row),
        largest: &[f32; 4],
    ) {
        let (layer, head) = row.at;
        let y = rows.y(i);
        let whole = Rect::new(0.0, y - rows.pitch / 2.0, input.width, rows.pitch);
        let is_chosen = row.at == (input.layer(), input.head());
        let target = Target::Head { layer, head };
        if is_chosen {
            let ring = Rect::new(0.5, whole.y + 0.5, whole.width - 1.0, whole.height - 1.0);
            scene.rect(ring, 3.0, Paint::stroke(Ink::Text1, 1.5));
        } else if input.focus.hovered.as_ref() == Some(&target) {
            let ring = Rect::new(0.5, whole.y + 0.5, whole.width - 1.0, whole.height - 1.0);
            scene.rect(ring, 3.0, Paint::stroke(Ink::Line3, 1.0));
        }
        let side = (rows.pitch - 3.0).min(20.0 * input.type_scale);
        let at = Rect::new(self.thumbnail + 2.0, y - side / 2.0, side, side);
        draw_thumbnail(scene, input, row.at, at);
        let size = input.size(12.5);
        let words = strings::of(input.language);
        let name = if self.is_wide {
            words.head(layer, head)
        } else {
            format!("{}.{}", layer + 1, head + 1)
        };
        let text = Text::new(self.name, y + size * 0.35, size, Ink::Text1, name);
        scene.text(text.strong_if(is_chosen));
        for (column, (here, end)) in row.here.iter().zip(largest).enumerate() {
            let x = self.left + self.width * column as f64;
            let sample = row.sample.map(|sample| sample[column]);
            let ink = if column < 2 {
                Ink::AttentionLine
            } else {
                Ink::Neuron
            };
            let bar = Bar {
                x,
                y,
                width: self.width - 10.0,
                height: (rows.pitch * 0.44).min(9.0),
                end: *end,
                ink,
            };
            bar.draw(scene, input, *here, sample);
        }
        scene.hit(whole, target, None);
    }
}

/// A measure as a bar with its number; the sample as a tick, and as a second number where it fits.
struct Bar {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    end: f32,
    ink: Ink,
}

impl Bar {
    fn draw(
        &self,
        scene: &mut Scene,
        input: &ViewInput<'_>,
        here: Option<f32>,
        sample: Option<f32>,
    ) {
        let size = input.size(11.0);
        let digits = if self.end < 9.95 { 2 } else { 1 };
        let number = |value: f32| decimal(f64::from(value), digits);
        let room = text_width("00.0", size, false) + 4.0;
        let has_sample = self.width >= 3.2 * room;
        let base = self.y + size * 0.35;
        let text = here.map_or("–".to_owned(), number);
        scene.text(Text::new(self.x, base, size, Ink::Text1, text));
        let left = self.x + room;
        let right = self.x + self.width - if has_sample { room } else { 0.0 };
        let length = |value: f32| {
            let share = f64::from(value / self.end).clamp(0.0, 1.0);
            (right - left).max(0.0) * share
        };
        let (top, bottom) = (self.y - self.height / 2.0, self.y + self.height / 2.0);
        let track = Rect::new(left, self.y - 0.5, (right - left).max(0.0), 1.0);
        scene.rect(track, 0.0, Paint::fill(Ink::Line1));
        if let Some(here) = here {
            let bar = Rect::new(left, top, length(here).max(0.6), self.height);
            scene.rect(bar, 0.0, Paint::fill(self.ink).opacity(0.8));
        }
        let Some(sample) = sample else { return };
        let x = left + length(sample);
        let tick = || straight((x, top - 2.0), (x, bottom + 2.0));
        scene.path(tick(), Paint::stroke(Ink::Surface0, 3.5));
        scene.path(tick(), Paint::stroke(Ink::Text1, 1.5));
        if has_sample {
            let x = self.x + self.width;
            scene.text(Text::new(x, base, size, Ink::Text3, number(sample)).end());
        }
    }
}

/// The pattern as a small triangle; where several pairs share a cell, their largest weight.
fn draw_thumbnail(scene: &mut Scene, input: &ViewInput<'_>, at: (usize, usize), rect: Rect) {
    let n = input.trace.len();
    let side = n.min(THUMBNAIL_CELLS);
    let mut largest = vec![None; side * side];
    for query in 0..n {
        let Some(pattern) = input.trace.pattern(at.0, at.1, query) else {
            return;
        };
        for (key, weight) in pattern.iter().enumerate() {
            let cell: &mut Option<f32> = &mut largest[query * side / n * side + key * side / n];
            *cell = Some(cell.map_or(*weight, |other| other.max(*weight)));
        }
    }
    let ink = |weight: f32| Ink::Attention(attention_step(weight));
    scene.marks.push(Mark::Cells {
        rect,
        rows: side,
        columns: side,
        inks: largest.into_iter().map(|weight| weight.map(ink)).collect(),
        gap: 0.0,
        opacity: 0.0,
    });
}

/// The best induction head, what induction is, and what bar and tick are.
fn foot_lines(input: &ViewInput<'_>) -> Vec<(String, Ink)> {
    let (words, size) = (strings::of(input.language), input.size(11.0));
    let heads = input.model.n_layers * input.model.n_heads;
    let is_high = input.height >= 240.0 * input.type_scale;
    let texts = [
        (words.best(input), Ink::Text2),
        (words.meaning().to_owned(), Ink::Text3),
        (words.legend(&count(heads)), Ink::Text3),
    ];
    let texts = texts.into_iter().take(if is_high { 3 } else { 1 });
    texts
        .flat_map(|(text, ink)| {
            let lines = wrapped(&text, size, false, input.width);
            lines.into_iter().map(move |line| (line, ink))
        })
        .collect()
}

/// Draws them at the bottom.
fn draw_foot(scene: &mut Scene, input: &ViewInput<'_>, lines: Vec<(String, Ink)>) {
    let size = input.size(11.0);
    let mut y = input.height - 3.0;
    for (line, ink) in lines.into_iter().rev() {
        scene.text(Text::new(0.0, y, size, ink, line));
        y -= size * LINE;
    }
}

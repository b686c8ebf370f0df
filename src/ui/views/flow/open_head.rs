//! The open block with one head: queries come straight, keys go down and up into their columns,
//! values run under their rows and are carried, by attention, into the stream.

use crate::color_scale::Ink;
use crate::protocol::{Activation, Architecture, Site};
use crate::ui::components::scene::{Paint, Rect, Scene, Segment, Text};
use crate::ui::components::shape::{circle, curve, lens, ribbon, route, straight};
use crate::ui::components::text_width::{shortened, text_width};
use crate::ui::views::attention::{
    KeyColumns, KeyNames, PatternFrame, draw_lines, draw_pattern, name_diagonal,
};
use crate::ui::views::matrix::strongest;
use crate::ui::views::{NormScale, OpenPart, Target, ViewInput};

use super::columns::Columns;
use super::layout::Layout;
use super::strings;
use super::trunk::Norms;

/// A key or value that gets at least this much attention is on the path.
const ON_PATH: f32 = 0.12;
/// Weights below this carry nothing that could be seen.
const FAINTEST: f32 = 0.04;
/// Widest cell of the pattern, pixels.
const WIDEST_CELL: f64 = 64.0;
/// Narrower columns have lines of their own only if they are on the path, pixels.
const NARROWEST_COLUMN: f64 = 5.0;
/// How many bars the neurons of one token are drawn as.
const NEURON_BARS: usize = 18;

/// Everything inside the sheet.
pub fn draw(scene: &mut Scene, input: &ViewInput<'_>, layout: &Layout, norms: &Norms) {
    let Some(sheet) = layout.sheet else { return };
    let head = OpenHead::new(input, layout, Columns::new(sheet));
    let (from, to) = head.columns.pattern;
    let width = (to - from).min(layout.rows.total as f64 * WIDEST_CELL);
    let area = Rect::new(
        from,
        layout.rows.top,
        width,
        layout.rows.bottom() - layout.rows.top,
    );
    let ground = Rect::new(
        from - 3.0,
        area.y - 2.0,
        area.width + 6.0,
        area.height + 2.0,
    );
    scene.rect(ground, 0.0, Paint::fill(Ink::Surface1));
    head.values(scene, norms);
    if layout.open == OpenPart::Lines {
        head.queries(scene, norms);
        head.lines(scene);
    } else {
        head.keys(scene);
        head.queries(scene, norms);
        head.heatmap(scene, area);
    }
    head.carried(scene);
    head.mlp(scene, norms);
    head.norms(scene);
    head.names(scene);
}

struct OpenHead<'a> {
    input: &'a ViewInput<'a>,
    layout: &'a Layout,
    columns: Columns,
    cell_height: f64,
    query_scale: NormScale,
    key_scale: NormScale,
    value_scale: NormScale,
}

impl<'a> OpenHead<'a> {
    fn new(input: &'a ViewInput<'a>, layout: &'a Layout, columns: Columns) -> Self {
        let (pitch, measure) = (layout.rows.pitch, layout.measure());
        let scale = |site: Site, width: f64| {
            let norms = (0..input.trace.len()).map(|position| input.head_norm(site, position));
            NormScale::new(norms, width)
        };
        OpenHead {
            input,
            layout,
            columns,
            cell_height: (pitch - 8.0).max(pitch * 0.7),
            query_scale: scale(Site::Q, measure * 0.26),
            key_scale: scale(Site::K, (measure * 0.11).min(3.2)),
            value_scale: scale(Site::V, measure * 0.2),
        }
    }

    /// The weights as cells, with the keys named on the diagonal.
    fn heatmap(&self, scene: &mut Scene, area: Rect) {
        let frame = PatternFrame {
            area,
            columns: KeyColumns::new(self.input, &self.layout.rows, area.width),
            gap: 2.0,
            cell_height: self.cell_height - 1.0,
            offset: -1.0,
        };
        let rows = &self.layout.rows;
        draw_pattern(scene, self.input, rows, &frame);
        if self.input.looks_back() {
            let right = self.columns.value - 4.0;
            name_diagonal(scene, self.input, rows, &frame, right, Ink::Surface1);
            return;
        }
        let reach = self.columns.value - 4.0 - area.x;
        let names = KeyNames::new(self.input, area.width, reach);
        names.draw(scene, self.input, &frame, area.y - 5.0, Ink::Surface1);
    }

    /// The weights as lines, from each query at the left to the keys it looks at, named at the
    /// right.
    fn lines(&self, scene: &mut Scene) {
        let (input, rows) = (self.input, &self.layout.rows);
        let (labels, size) = (input.labels(), input.size(12.5).min(rows.pitch - 2.0));
        let (from, to) = self.columns.pattern;
        let room = (to - from) * 0.4;
        let widest = rows
            .positions()
            .map(|position| text_width(&labels[position], size, true))
            .fold(0.0, f64::max);
        let keys = to - widest.min(room);
        draw_lines(scene, input, rows, (from, keys - 6.0));
        for position in rows.positions() {
            let is_on = input.is_lit(position) || self.is_on_path(position);
            let ink = if is_on { Ink::Text1 } else { Ink::Text3 };
            let label = shortened(&labels[position], size, true, room);
            let at = (keys, rows.y(position) + size * 0.36);
            let text = Text::new(at.0, at.1, size, ink, label).code();
            scene.text(text.halo(Ink::Surface1));
        }
    }

    /// Attention of the lit token to `key`; 0 where it may not look.
    fn lit_weight(&self, key: usize) -> f32 {
        let input = self.input;
        let pattern = input
            .path()
            .and_then(|query| input.pattern(input.layer(), input.head(), query));
        pattern.and_then(|row| row.get(key)).copied().unwrap_or(0.0)
    }

    /// Whether the lit token gives `key` much of its attention, or no other key more.
    fn is_on_path(&self, key: usize) -> bool {
        let input = self.input;
        let strongest = input.path().and_then(|query| input.chosen_key(query));
        self.lit_weight(key) > ON_PATH || strongest == Some(key)
    }

    /// Values run below the cells of their row.
    fn value_y(&self, position: usize) -> f64 {
        let rows = &self.layout.rows;
        if rows.contains(position) {
            rows.y(position) + self.cell_height / 2.0 + 2.2
        } else {
            rows.y(position)
        }
    }

    fn values(&self, scene: &mut Scene, norms: &Norms) {
        let (columns, rows) = (&self.columns, &self.layout.rows);
        for position in rows.positions() {
            let width = self.value_scale.px(self.input.head_norm(Site::V, position));
            let (y, below) = (rows.y(position), self.value_y(position));
            let start = y + norms.width(position, self.input.layer()) / 4.0;
            let is_on = self.is_on_path(position);
            let mut path = ribbon((columns.query, start), 2.0, (columns.split, below), width);
            path.extend(bar(columns.split, columns.value, below, width));
            let paint = Paint::fill(Ink::Value).dim_if(!is_on);
            scene.path(path, paint.opacity(if is_on { 0.8 } else { 1.0 }));
        }
    }

    /// A key goes down its own lane and up into its column. Lanes are nested, the first token
    /// innermost, so no two cross. In a long text only those on the path are drawn: side by side
    /// the others would be one red area.
    fn keys(&self, scene: &mut Scene) {
        let (columns, rows) = (&self.columns, &self.layout.rows);
        let (shown, below) = (rows.shown.max(1) as f64, rows.bottom());
        let (lane_left, lane_right) = columns.lanes;
        let width = (columns.pattern.1 - columns.pattern.0).min(WIDEST_CELL * rows.total as f64);
        let key_columns = KeyColumns::new(self.input, rows, width);
        for position in rows.positions().rev() {
            let i = (position - rows.first) as f64 + 0.5;
            let y = rows.y(position);
            let lane = lane_right - i * (lane_right - lane_left) / shown;
            let under = below + 5.0 + i * 26.0 / shown;
            let into = columns.pattern.0 + key_columns.middle(position);
            let is_on = self.is_on_path(position);
            if !is_on && key_columns.narrowest() < NARROWEST_COLUMN {
                continue;
            }
            let width = self.key_scale.px(self.input.head_norm(Site::K, position));
            let start = (columns.query, y);
            let mut path = curve(start, (columns.split, y + 3.0));
            let corners = [
                (columns.split, y + 3.0),
                (lane, y + 3.0),
                (lane, under),
                (into, under),
                (into, below - 3.0),
            ];
            path.extend(route(&corners, 4.0).into_iter().skip(1));
            let paint = Paint::stroke(Ink::Key, width).dim_if(!is_on);
            scene.path(path, paint.opacity(if is_on { 0.85 } else { 1.0 }));
        }
    }

    fn queries(&self, scene: &mut Scene, norms: &Norms) {
        let (columns, rows) = (&self.columns, &self.layout.rows);
        for position in rows.positions() {
            let width = self.query_scale.px(self.input.head_norm(Site::Q, position));
            let y = rows.y(position);
            let start = y - norms.width(position, self.input.layer()) / 4.0;
            let is_lit = self.input.is_lit(position);
            let middle = y - 1.5;
            let mut path = ribbon((columns.query, start), 2.0, (columns.split, middle), width);
            path.extend(bar(columns.split, columns.pattern.0 - 2.0, middle, width));
            let paint = Paint::fill(Ink::Query).dim_if(!is_lit);
            scene.path(path, paint.opacity(if is_lit { 0.9 } else { 1.0 }));
        }
    }

    /// What is carried from each value to each row: the width is the weight.
    fn carried(&self, scene: &mut Scene) {
        let (input, columns, rows) = (self.input, &self.columns, &self.layout.rows);
        let thickest = 11.0 * (self.layout.measure() / 34.0).clamp(0.6, 1.0);
        for query in input.lit_last(rows.positions()) {
            let pattern = input.pattern(input.layer(), input.head(), query);
            let is_lit = input.is_lit(query);
            for (key, &weight) in pattern.unwrap_or_default().iter().enumerate() {
                if weight < FAINTEST {
                    continue;
                }
                let weight = f64::from(weight);
                let width = weight * if is_lit { thickest } else { thickest * 0.36 };
                let opacity = if is_lit { 0.28 + 0.6 * weight } else { 0.13 };
                let path = curve(
                    (columns.value, self.value_y(key)),
                    (columns.out, rows.y(query)),
                );
                let paint = Paint::stroke(Ink::AttentionLine, width.max(0.4));
                scene.path(path, paint.opacity(opacity));
            }
        }
        let radius = (rows.pitch * 0.2).clamp(4.0, 6.5);
        for position in rows.positions() {
            let y = rows.y(position);
            let dot = circle(columns.value, self.value_y(position), 2.6 * radius / 6.5);
            scene.path(dot, Paint::fill(Ink::Value));
            plus(
                scene,
                (columns.out + 3.0, y),
                radius,
                input.is_lit(position),
            );
        }
    }

    fn mlp(&self, scene: &mut Scene, norms: &Norms) {
        let (input, rows) = (self.input, &self.layout.rows);
        let (left, right) = self.columns.mlp;
        let layer = input.layer();
        let activation = Activation::block(layer, Site::MlpPost);
        let bars = |position| {
            let row = input.trace.row(activation, position).unwrap_or_default();
            strongest(row, NEURON_BARS)
        };
        let all: Vec<Vec<(usize, f32)>> = rows.positions().map(bars).collect();
        let largest = all
            .iter()
            .flatten()
            .fold(1e-9f32, |a, (_, v)| a.max(v.abs()));
        for (position, neurons) in rows.positions().zip(all) {
            let (y, is_lit) = (rows.y(position), input.is_lit(position));
            let half = norms.mlp.px(input.norm(layer, Site::MlpOut, position));
            let opacity = if is_lit { 0.8 } else { 0.34 };
            let shape = lens(left, right, y, half);
            scene.path(shape, Paint::fill(Ink::Neuron).opacity(opacity));
            let width = (right - left) * 0.4 / NEURON_BARS as f64;
            for (i, (_, value)) in neurons.into_iter().enumerate() {
                let x = left + (right - left) * 0.3 + width * i as f64;
                let strength = f64::from(value.abs() / largest);
                let rect = Rect::new(x, y - half * 0.6, width + 0.1, half * 1.2);
                scene.rect(
                    rect,
                    0.0,
                    Paint::fill(Ink::Surface2).opacity((1.0 - strength.powi(2)).max(0.01)),
                );
            }
        }
        let whole = Rect::new(left - 4.0, 30.0, right - left + 8.0, rows.bottom() - 30.0);
        scene.hit(whole, Target::Part(OpenPart::Mlp), None);
    }

    /// Where the stream is normalised: behind the attention and behind the MLP, in a family that
    /// does so (post-norm). Source: Vaswani et al. 2017, section 3.1.
    fn norms(&self, scene: &mut Scene) {
        if self.input.model.architecture != Architecture::Encoder {
            return;
        }
        let (rows, columns) = (&self.layout.rows, &self.columns);
        let half = (rows.pitch * 0.26).clamp(3.0, 9.0);
        for position in rows.positions() {
            let y = rows.y(position);
            for x in [columns.mlp.0 - 3.0, columns.mlp.1 + 4.0] {
                let line = straight((x, y - half), (x, y + half));
                scene.path(line, Paint::stroke(Ink::Text2, 1.6));
            }
        }
    }

    fn names(&self, scene: &mut Scene) {
        let (words, columns) = (strings::of(self.input.language), &self.columns);
        let y = self.layout.rows.top - self.layout.above - 22.0;
        let size = self.input.size(12.5);
        let name = |x, ink, text| Text::new(x, y, size, ink, text).strong();
        scene.text(name(columns.query, Ink::Query, words.query));
        scene.text(name(columns.pattern.0, Ink::AttentionLine, words.attention));
        let is_lines = self.layout.open == OpenPart::Lines;
        let value = if is_lines {
            columns.value + 16.0
        } else {
            columns.pattern.1 + 6.0
        };
        scene.text(name(value, Ink::Value, words.value).end());
        scene.text(name(columns.out + 8.0, Ink::Text2, words.carried).end());
        let mlp = (columns.mlp.0 + columns.mlp.1) / 2.0 + 2.0;
        scene.text(name(mlp, Ink::Text2, words.mlp).middle());
        let below = self.layout.rows.bottom() + 30.0;
        if is_lines {
            scene.text(name(columns.pattern.1, Ink::Key, words.key).end());
            return;
        }
        let key = Text::new(columns.query, below, size, Ink::Key, words.key);
        scene.text(key.strong());
        // It ends inside the open block, however narrow that is.
        let needed = super::legend::scale_width(self.input) + 6.0;
        let right = self.layout.sheet.map_or(self.input.width, |sheet| sheet.1);
        let left = columns.value.min(right - needed);
        let top = self.layout.rows.bottom() + 3.0;
        super::legend::draw_scale(scene, self.input, (left, top));
    }
}

/// The place where something is added to the stream.
pub fn plus(scene: &mut Scene, (x, y): (f64, f64), radius: f64, is_lit: bool) {
    let edge = if is_lit { Ink::RailOn } else { Ink::Rail };
    let paint = Paint::fill(Ink::Surface1).outlined(edge, 1.4);
    scene.path(circle(x, y, radius), paint);
    let arm = radius * 0.46;
    let mut cross = straight((x - arm, y), (x + arm, y));
    cross.extend(straight((x, y - arm), (x, y + arm)));
    scene.path(cross, Paint::stroke(Ink::Text3, 1.0));
}

/// A straight piece of a ribbon.
fn bar(left: f64, right: f64, y: f64, width: f64) -> Vec<Segment> {
    vec![
        Segment::Move(left, y - width / 2.0),
        Segment::Line(right, y - width / 2.0),
        Segment::Line(right, y + width / 2.0),
        Segment::Line(left, y + width / 2.0),
        Segment::Close,
    ]
}

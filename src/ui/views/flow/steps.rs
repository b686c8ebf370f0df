//! The path of a recurrent model: each token goes through the layers to the right, and in each
//! layer one state is handed down from step to step. Widths are norms of what is carried.

use crate::color_scale::Ink;
use crate::protocol::{Activation, CellSite, ModelInfo, TraceSpec};
use crate::ui::components::scene::{Paint, Rect, Scene, Segment, Text};
use crate::ui::components::shape::circle;
use crate::ui::views::matrix::{draw_matrix, group_size};
use crate::ui::views::number::decimal;
use crate::ui::views::rows::RowWindow;
use crate::ui::views::{NormScale, Target, ViewInput};

use super::pieces::{Texts, chips, ground, heading, norm_at, strips};
use super::{fan, strings, trunk};

/// Width the picture was designed for.
const DESIGN_WIDTH: f64 = 1090.0;
/// Narrower drawings have no embedding strips and no candidates.
const COMPACT_WIDTH: f64 = 700.0;

fn cell(layer: usize, site: CellSite) -> Activation {
    Activation::Cell { layer, site }
}

/// The embedding, and of each layer the cell and the hidden state.
pub fn spec(model: &ModelInfo) -> TraceSpec {
    let states = |layer| [CellSite::Cell, CellSite::Hidden].map(|site| cell(layer, site));
    let states = (0..model.n_layers).flat_map(states);
    states.chain([Activation::Embed]).collect()
}

/// The picture.
pub fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    let Some(chosen) = input.chosen() else {
        return scene;
    };
    let is_compact = input.width < COMPACT_WIDTH;
    let (top, below) = if is_compact {
        (26.0, 8.0)
    } else {
        (64.0, 44.0)
    };
    let n = input.trace.len();
    let rows = RowWindow::new(n, input.height - top - below, top, chosen, 56.0);
    let texts = Texts {
        tokens: input.trace.tokens(),
        rows,
        target: Target::Token,
        lit: input.path(),
    };
    let places = Places::new(input, is_compact);
    for position in rows.positions() {
        let y = rows.y(position) - rows.pitch / 2.0;
        let row = Rect::new(0.0, y, places.end, rows.pitch);
        scene.hit(row, Target::Token(position), None);
    }
    let picture = Picture::new(input, &texts, &places);
    for layer in 0..places.layers.len() {
        picture.ground(&mut scene, layer, is_compact);
    }
    picture.rails(&mut scene);
    for layer in 0..places.layers.len() {
        picture.chain(&mut scene, layer);
        picture.states(&mut scene, layer);
    }
    chips(&mut scene, input, &texts, places.chips);
    if is_compact {
        return scene;
    }
    strips(
        &mut scene,
        input,
        &texts,
        Activation::Embed,
        places.embedding,
    );
    picture.names(&mut scene);
    let last = n - 1;
    let y = rows.y(last).min(rows.bottom());
    let thick = picture.stream_px(last, input.model.n_layers);
    fan::open(&mut scene, input, (places.end, y), thick);
    scene
}

/// Where everything lies from left to right.
struct Places {
    chips: (f64, f64),
    embedding: (f64, f64),
    layers: Vec<(f64, f64)>,
    end: f64,
}

impl Places {
    fn new(input: &ViewInput<'_>, is_compact: bool) -> Self {
        let (chips, embedding, left, end) = if is_compact {
            let label = 72.0 * input.type_scale;
            ((0.0, label), (label, label), label + 14.0, input.width)
        } else {
            let x = |design: f64| design * input.width / DESIGN_WIDTH;
            (
                (x(6.0), x(102.0)),
                (x(108.0), x(174.0)),
                x(204.0),
                x(1024.0),
            )
        };
        let count = input.model.n_layers.max(1) as f64;
        let slot = (end - left) / count;
        let gap = (slot * 0.12).min(30.0);
        let layer = |layer: usize| {
            let start = left + slot * layer as f64;
            (start, start + slot - gap)
        };
        Places {
            chips,
            embedding,
            layers: (0..input.model.n_layers).map(layer).collect(),
            end,
        }
    }
}

struct Picture<'a> {
    input: &'a ViewInput<'a>,
    texts: &'a Texts<'a>,
    places: &'a Places,
    /// From the norm of a cell to the width of the chain.
    chain_scale: NormScale,
    /// From the norm of an embedding or a hidden state to the width of a row.
    stream_scale: NormScale,
}

impl<'a> Picture<'a> {
    fn new(input: &'a ViewInput<'a>, texts: &'a Texts<'a>, places: &'a Places) -> Self {
        let (n, layers) = (input.trace.len(), input.model.n_layers);
        let measure = texts.rows.pitch.min(36.0);
        let chain = (0..layers).flat_map(|layer| {
            (0..n).map(move |at| norm_at(input, cell(layer, CellSite::Cell), at))
        });
        let stream =
            (0..=layers).flat_map(|depth| (0..n).map(move |at| norm_at(input, carried(depth), at)));
        Picture {
            input,
            texts,
            places,
            chain_scale: NormScale::new(chain, (measure * 0.5).min(15.0)),
            stream_scale: NormScale::new(stream, measure * 0.3),
        }
    }

    /// Width of a row after `depth` layers.
    fn stream_px(&self, position: usize, depth: usize) -> f64 {
        self.stream_scale
            .px(norm_at(self.input, carried(depth), position))
    }

    /// Where a layer's chain runs, and its heatmap.
    fn inside(&self, layer: usize) -> (f64, (f64, f64)) {
        let (left, right) = self.places.layers[layer];
        let width = right - left;
        let chain = left + (width * 0.16).clamp(10.0, 34.0);
        (
            chain,
            (chain + (width * 0.1).clamp(9.0, 24.0), right - width * 0.05),
        )
    }

    fn ground(&self, scene: &mut Scene, layer: usize, is_compact: bool) {
        let (left, right) = self.places.layers[layer];
        let rows = &self.texts.rows;
        let around = if is_compact { 6.0 } else { 14.0 };
        let extent = (rows.top - around, rows.bottom() + around);
        ground(scene, self.input, layer, (left, right), extent);
        let words = strings::of(self.input.language);
        let is_wide = right - left > 46.0;
        let size = self.input.size(if is_compact { 12.5 } else { 14.0 });
        let name = words.layer(layer, is_wide);
        let text = Text::new((left + right) / 2.0, 14.0, size, Ink::Text1, name);
        scene.text(text.strong().middle());
    }

    /// The rows from the embedding to the end.
    fn rails(&self, scene: &mut Scene) {
        let rows = &self.texts.rows;
        let start = self.places.chips.1.max(self.places.embedding.1) + 6.0;
        for position in rows.positions() {
            let mut knots = vec![(start, self.stream_px(position, 0))];
            for (layer, &(_, right)) in self.places.layers.iter().enumerate() {
                let (chain, (from, _)) = self.inside(layer);
                knots.push((chain, self.stream_px(position, layer)));
                knots.push((from, self.stream_px(position, layer + 1)));
                knots.push((right, self.stream_px(position, layer + 1)));
            }
            let last = self.stream_px(position, self.places.layers.len());
            knots.push((self.places.end, last));
            let path = trunk::band(&knots, rows.y(position));
            scene.path(path, self.texts.rail(position));
        }
    }

    /// The state handed down: as wide as the cell is long. What the lit token knows is vivid.
    fn chain(&self, scene: &mut Scene, layer: usize) {
        let (rows, (x, _)) = (&self.texts.rows, self.inside(layer));
        let lit = self.texts.lit.unwrap_or(usize::MAX);
        let width = |at| {
            let norm = norm_at(self.input, cell(layer, CellSite::Cell), at);
            self.chain_scale.px(norm)
        };
        for position in rows.positions().skip(1) {
            let (from, to) = (rows.y(position - 1), rows.y(position));
            let (a, b) = (width(position - 1), width(position));
            let path = vec![
                Segment::Move(x - a / 2.0, from),
                Segment::Line(x + a / 2.0, from),
                Segment::Line(x + b / 2.0, to),
                Segment::Line(x - b / 2.0, to),
                Segment::Close,
            ];
            let ink = if position <= lit {
                Ink::RailOn
            } else {
                Ink::Rail
            };
            let paint = Paint::fill(ink).opacity(if position <= lit { 0.75 } else { 1.0 });
            scene.path(path, paint);
        }
        let radius = (rows.pitch * 0.2).clamp(3.0, 6.5);
        for position in rows.positions() {
            let edge = if position <= lit {
                Ink::RailOn
            } else {
                Ink::Line2
            };
            let paint = Paint::fill(Ink::Surface1).outlined(edge, 1.4);
            scene.path(circle(x, rows.y(position), radius), paint);
        }
    }

    /// The hidden state after each step, number by number.
    fn states(&self, scene: &mut Scene, layer: usize) {
        let (_, (left, right)) = self.inside(layer);
        let activation = cell(layer, CellSite::Hidden);
        let rows = &self.texts.rows;
        draw_matrix(
            scene,
            self.input.trace,
            activation,
            rows,
            (left, right - left),
        );
        if let Some(position) = self.texts.lit.filter(|at| rows.contains(*at)) {
            let gap = (rows.pitch * 0.18).min(5.0);
            let y = rows.y(position) - (rows.pitch - gap) / 2.0;
            let frame = Rect::new(
                left - 1.5,
                y - 1.5,
                right - left + 3.0,
                rows.pitch - gap + 3.0,
            );
            scene.rect(frame, 2.0, Paint::stroke(Ink::Text1, 1.5));
        }
    }

    fn names(&self, scene: &mut Scene) {
        let (input, rows) = (self.input, &self.texts.rows);
        let words = strings::of(input.language);
        let (small, size) = (input.size(11.0), input.size(14.0));
        let (left, right) = self.places.chips;
        let below = match rows.hidden_above() {
            0 => rows.total.to_string(),
            hidden => words.hidden_above(rows.total, hidden),
        };
        let title = Text::new(left, 14.0, size, Ink::Text1, words.tokens);
        scene.text(title.strong());
        scene.text(Text::new(left, 31.0, small, Ink::Text3, below));
        let middle = (self.places.embedding.0 + self.places.embedding.1) / 2.0;
        let x = middle.max(right + 20.0);
        heading(scene, input, (x, 14.0), words.embedding, words.word);
        for layer in 0..self.places.layers.len() {
            let (chain, (from, to)) = self.inside(layer);
            let y = rows.top - 20.0;
            let text = Text::new(chain, y, small, Ink::Text2, words.cell);
            scene.text(text.strong().middle());
            let text = Text::new(to, y, small, Ink::Text2, words.hidden);
            scene.text(text.strong().end());
            if layer == 0 {
                let group = group_size(input.model.d_hidden, to - from);
                let text = words.cells_of(input.model.d_hidden, group);
                scene.text(Text::new(
                    from,
                    rows.bottom() + 26.0,
                    small,
                    Ink::Text3,
                    text,
                ));
            }
        }
        let number = |scale: &NormScale| decimal(f64::from(scale.largest), 1);
        let [chain, row] =
            words.chain_width(&number(&self.chain_scale), &number(&self.stream_scale));
        let x = self.places.layers.last().map_or(left, |layer| layer.0);
        let lines = [
            (chain, self.chain_scale.width),
            (row, self.stream_scale.width),
        ];
        for (i, (text, width)) in lines.into_iter().enumerate() {
            let y = rows.bottom() + 22.0 + 14.0 * i as f64;
            let width = width.min(13.0);
            let sample = Rect::new(x, y - width / 2.0, 18.0, width);
            scene.rect(sample, 0.0, Paint::fill(Ink::RailOn).opacity(0.75));
            scene.text(Text::new(x + 26.0, y + 4.0, small, Ink::Text3, text));
        }
    }
}

/// What goes to the right after `depth` layers.
fn carried(depth: usize) -> Activation {
    match depth.checked_sub(1) {
        None => Activation::Embed,
        Some(layer) => cell(layer, CellSite::Hidden),
    }
}

//! Tokens, their embeddings, and the residual stream that runs from them to the right.

use crate::color_scale::Ink;
use crate::protocol::{Activation, ModelInfo, Site};
use crate::ui::components::scene::{Paint, Rect, Scene, Segment, Text};
use crate::ui::components::shape::straight;
use crate::ui::components::text_width::{shortened, text_width};
use crate::ui::views::matrix::{columns_for, draw_strip, strongest};
use crate::ui::views::{NormScale, OpenPart, Target, ViewInput};

use super::columns::Columns;
use super::layout::Layout;
use super::strings;

/// Norms of the residual stream, all drawn by one factor.
pub struct Norms {
    /// `[position in view][depth]`: before the first block, after each block.
    stream: Vec<Vec<f32>>,
    /// From norm to width.
    pub scale: NormScale,
    /// From the norm of an MLP's output to half the height of its lens, for all blocks.
    pub mlp: NormScale,
    first: usize,
}

impl Norms {
    /// The norms of the rows in view; the scale is that of all rows.
    pub fn new(input: &ViewInput<'_>, layout: &Layout) -> Self {
        let of = |position: usize| {
            let mut depths = vec![input.norm(0, Site::ResidPre, position)];
            let after = |layer| input.norm(layer, Site::ResidPost, position);
            depths.extend((0..input.model.n_layers).map(after));
            depths
        };
        let all: Vec<Vec<f32>> = (0..input.trace.len()).map(of).collect();
        let mlp = (0..input.model.n_layers).flat_map(|layer| {
            (0..input.trace.len()).map(move |position| input.norm(layer, Site::MlpOut, position))
        });
        let mlp = NormScale::new(mlp, layout.measure() * 0.34);
        let scale = NormScale::new(all.iter().flatten().copied(), layout.measure() * 0.28);
        Norms {
            stream: all[layout.rows.positions()].to_vec(),
            scale,
            mlp,
            first: layout.rows.first,
        }
    }

    /// Width of the stream of `position` after `depth` blocks.
    pub fn width(&self, position: usize, depth: usize) -> f64 {
        let row = position
            .checked_sub(self.first)
            .and_then(|row| self.stream.get(row));
        let norm = row.and_then(|depths| depths.get(depth)).copied();
        self.scale.px(norm.unwrap_or(0.0))
    }
}

/// The stream that the MLP reads: behind the norm where there is one, the one that attention reads
/// where the two stand side by side.
pub fn stream_between(model: &ModelInfo) -> Site {
    match (model.block.is_post_norm, model.block.is_parallel) {
        (true, _) => Site::Ln1,
        (_, true) => Site::ResidPre,
        _ => Site::ResidMid,
    }
}

/// The rails, below everything else. Under the open head they are a hairline: the sheet shows
/// what is added to them, not what replaces them.
pub fn draw_rails(scene: &mut Scene, input: &ViewInput<'_>, layout: &Layout, norms: &Norms) {
    let last = input.predicted().unwrap_or(0);
    for position in layout.rows.positions() {
        let y = layout.rows.y(position);
        let is_lit = input.is_lit(position);
        let (ink, opacity) = if is_lit {
            (Ink::RailOn, 0.75)
        } else {
            (Ink::Rail, 1.0)
        };
        let paint = Paint::fill(ink).opacity(opacity);
        let mut knots = vec![(layout.stream, norms.width(position, 0))];
        for (layer, &(left, right)) in layout.blocks.iter().enumerate() {
            let (before, after) = (
                norms.width(position, layer),
                norms.width(position, layer + 1),
            );
            knots.push((left, before));
            if layout.is_open(layer) {
                let (from, to) = match layout.open {
                    OpenPart::Attention | OpenPart::Lines => {
                        let columns = Columns::new((left, right));
                        (columns.query, columns.value)
                    }
                    _ => (left + 8.0, right - 34.0),
                };
                knots.push((from, before));
                scene.path(band(&knots, y), paint);
                let hair = straight((from, y), (to, y));
                scene.path(hair, Paint::stroke(ink, 1.0).opacity(0.6));
                let mid = norms
                    .scale
                    .px(input.norm(layer, stream_between(input.model), position));
                if matches!(layout.open, OpenPart::Attention | OpenPart::Lines) {
                    let columns = Columns::new((left, right));
                    knots = vec![(to, before), (columns.out, before), (columns.mlp.0, mid)];
                } else {
                    knots = vec![(to, mid), (right - 14.0, mid)];
                }
            }
            knots.push((right, after));
        }
        let depth = layout.blocks.len();
        let end = norms.width(position, depth);
        let stop = layout.blocks.last().map_or(layout.stream, |block| block.1);
        if layout.stream_end > stop + 1.0 {
            knots.push((layout.stream_end, end));
        }
        scene.path(band(&knots, y), paint);
        if position != last && !layout.is_compact && layout.open != OpenPart::Logits {
            fade(scene, layout, y, end, ink);
        }
    }
}

/// Behind the last block only the token that makes the prediction goes on; the others end.
fn fade(scene: &mut Scene, layout: &Layout, y: f64, width: f64, ink: Ink) {
    const STEPS: usize = 5;
    let step = 26.0 * layout.unit / STEPS as f64;
    for i in 0..STEPS {
        let x = layout.stream_end + step * i as f64;
        let rect = Rect::new(x, y - width / 2.0, step, width);
        let opacity = 1.0 - (i as f64 + 0.5) / STEPS as f64;
        scene.rect(rect, 0.0, Paint::fill(ink).opacity(opacity * 0.8));
    }
}

/// A band along `y` through knots `(x, width)`.
pub fn band(knots: &[(f64, f64)], y: f64) -> Vec<Segment> {
    let mut path = Vec::with_capacity(knots.len() * 2 + 2);
    let Some(&(x0, w0)) = knots.first() else {
        return path;
    };
    path.push(Segment::Move(x0, y - w0 / 2.0));
    let mut side = |from: (f64, f64), to: (f64, f64), sign: f64| {
        let (a, b) = (y + sign * from.1 / 2.0, y + sign * to.1 / 2.0);
        let middle = (from.0 + to.0) / 2.0;
        path.push(if (a - b).abs() < 0.01 {
            Segment::Line(to.0, b)
        } else {
            Segment::Cubic(middle, a, middle, b, to.0, b)
        });
    };
    for pair in knots.windows(2) {
        side(pair[0], pair[1], -1.0);
    }
    let mut back = *knots.last().unwrap_or(&(x0, w0));
    side(back, back, 1.0);
    for &knot in knots.iter().rev().skip(1) {
        side(back, knot, 1.0);
        back = knot;
    }
    path.push(Segment::Close);
    path
}

/// The chips of the tokens.
pub fn draw_tokens(scene: &mut Scene, input: &ViewInput<'_>, layout: &Layout) {
    let (labels, hues) = (input.labels(), input.hues());
    let words = strings::of(input.language);
    let (left, right) = layout.chips;
    let code = input.size(12.5);
    if !layout.is_compact {
        let below = match layout.rows.hidden_above() {
            0 => labels.len().to_string(),
            hidden => words.hidden_above(labels.len(), hidden),
        };
        // At the right like the tokens, unless that would run into the next title.
        let taken = text_width(words.embedding, input.size(15.5), false).max(text_width(
            words.word_and_position,
            input.size(11.0),
            false,
        ));
        let next = (layout.embedding.0 + layout.embedding.1 - taken) / 2.0;
        let is_narrow = layout.open != OpenPart::Embedding && right + 6.0 > next;
        let lines = [
            (14.0, 14.0, Ink::Text1, words.tokens.to_owned()),
            (31.0, 11.0, Ink::Text3, below),
        ];
        for (y, size, ink, text) in lines {
            let x = if is_narrow { left } else { right - 6.0 };
            let text = Text::new(x, y, input.size(size), ink, text).strong_if(size > 12.0);
            scene.text(if is_narrow { text } else { text.end() });
        }
    }
    let height = (layout.rows.pitch - 4.0)
        .min(22.0 * input.type_scale)
        .max(11.0);
    for position in layout.rows.positions() {
        let y = layout.rows.y(position);
        let hue = hues[position];
        let rect = Rect::new(left, y - height / 2.0, right - left, height);
        let mut paint = Paint::fill(Ink::Category(hue));
        if input.chosen() == Some(position) {
            paint = paint.outlined(Ink::Text1, 1.5);
        } else if input.hovered_token() == Some(position) {
            paint = paint.outlined(Ink::CategoryMark(hue), 1.0);
        }
        scene.rect(rect, 3.0, paint);
        let size = code.min(height);
        let label = shortened(&labels[position], size, true, right - left - 10.0);
        let text = Text::new(right - 6.0, y + size * 0.36, size, Ink::Text1, label);
        scene.text(text.code().end());
        scene.hit(rect, Target::Token(position), None);
    }
}

/// Word and position as two strips per row; nothing if the embedding is open.
pub fn draw_embedding(scene: &mut Scene, input: &ViewInput<'_>, layout: &Layout) {
    if layout.open == OpenPart::Embedding {
        return;
    }
    let words = strings::of(input.language);
    let (left, right) = layout.embedding;
    let parts = [Activation::Embed, Activation::PosEmbed];
    let has_position = input.trace.row(Activation::PosEmbed, 0).is_some();
    let width = if has_position {
        (right - left) * 0.43
    } else {
        right - left
    };
    let length = input.model.d_model;
    let columns = columns_for(length, width);
    let vector = |activation, position| input.trace.row(activation, position);
    let mut largest = 0.0f32;
    for activation in parts {
        for position in layout.rows.positions() {
            let row = vector(activation, position).unwrap_or_default();
            largest = row.iter().fold(largest, |a, x| a.max(x.abs()));
        }
    }
    let height = (layout.rows.pitch * 0.5).clamp(6.0, 14.0);
    for position in layout.rows.positions() {
        let y = layout.rows.y(position);
        let opacity = if input.is_lit(position) { 1.0 } else { 0.55 };
        for (activation, x) in parts.into_iter().zip([left, right - width]) {
            let Some(row) = vector(activation, position) else {
                continue;
            };
            let rect = Rect::new(x, y - height / 2.0, width, height);
            draw_strip(scene, rect, &strongest(row, columns), largest, opacity);
        }
        if has_position && !layout.is_compact {
            let size = input.size(11.0);
            let plus = Text::new((left + right) / 2.0, y + 4.0, size, Ink::Text3, "+");
            scene.text(plus.middle());
        }
    }
    if !layout.is_compact {
        let middle = (left + right) / 2.0;
        // Where the drawing is narrow the next title is near.
        let room = layout
            .blocks
            .first()
            .map_or(f64::MAX, |block| 2.0 * (block.0 - middle));
        let wide = text_width(words.embedding, input.size(14.0), false) * 1.06;
        let (size, small) = (input.size(14.0 * (room / wide).min(1.0)), input.size(11.0));
        let title = Text::new(middle, 14.0, size, Ink::Text1, words.embedding);
        scene.text(title.strong().middle());
        let below = if has_position {
            words.word_and_position
        } else {
            words.word
        };
        // How many tokens are out of sight may need the place.
        let begin = middle - text_width(below, small, false) / 2.0;
        let taken = match layout.rows.hidden_above() {
            0 => 0.0,
            hidden => text_width(
                &words.hidden_above(input.labels().len(), hidden),
                small,
                false,
            ),
        };
        if layout.chips.0 + taken + 6.0 < begin {
            scene.text(Text::new(middle, 31.0, small, Ink::Text3, below).middle());
        }
        let whole = Rect::new(left, 0.0, right - left, layout.rows.bottom());
        scene.hit(whole, Target::Part(OpenPart::Embedding), None);
    }
}

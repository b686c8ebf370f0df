//! The terms in the order of computation, each beginning where the one before it ends; beneath,
//! how long the residual stream is after each block.

use crate::color_scale::Ink;
use crate::protocol::{Attribution, Component, ModelInfo};
use crate::ui::components::scene::{Paint, Rect, Scene, Segment, Text};
use crate::ui::components::shape::{circle, straight};
use crate::ui::components::text_width::text_width;
use crate::ui::views::number::decimal;
use crate::ui::views::{ViewInput, norm};

use super::list::signed;
use super::{head_of, stream, strings};

/// Draws it into `area`.
pub fn draw(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    attribution: Option<&Attribution>,
    area: Rect,
) {
    let scale = input.type_scale;
    let (names, line) = (16.0 * scale, 34.0 * scale);
    if area.height < names + line + 40.0 * scale {
        return;
    }
    // The name of the lower line stands left of everything.
    let margin = text_width(strings::of(input.language).norm, input.size(11.0), false) + 10.0;
    let area = Rect::new(area.x + margin, area.y, area.width - margin, area.height);
    let steps = Rect::new(area.x, area.y, area.width, area.height - names - line - 4.0);
    let parts = Parts::new(input.model, area);
    for (i, (from, to)) in parts.spans().into_iter().enumerate() {
        if i > 0 {
            let edge = straight((from, steps.y), (from, steps.bottom()));
            scene.path(edge, Paint::stroke(Ink::Line1, 1.0));
        }
        let size = input.size(11.0);
        let name = strings::of(input.language).part(i, input.model.n_layers, to - from);
        let y = steps.bottom() + size + 2.0;
        if text_width(&name, size, false) <= to - from + 4.0 {
            scene.text(Text::new((from + to) / 2.0, y, size, Ink::Text3, name).middle());
        }
    }
    if let Some(attribution) = attribution {
        draw_steps(scene, input, attribution, steps);
    }
    draw_norms(scene, input, &parts, (area.bottom() - line, line));
}

/// Where the embedding, each block and the final norm begin and end.
struct Parts {
    area: Rect,
    n_layers: usize,
    /// Terms before the first block, of each block, and after the last one.
    terms: [usize; 3],
}

impl Parts {
    fn new(model: &ModelInfo, area: Rect) -> Self {
        let block = &model.block;
        // A block that looks across has heads for that, too.
        let n_heads = (1 + usize::from(model.architecture.has_source())) * model.n_heads;
        let biases = [block.has_attention_bias, block.has_mlp_bias].map(usize::from);
        Parts {
            area,
            n_layers: model.n_layers,
            terms: [
                1 + usize::from(model.has_position_embeddings()),
                n_heads + 1 + biases[0] + biases[1],
                usize::from(!block.is_rms_norm),
            ],
        }
    }

    fn spans(&self) -> Vec<(f64, f64)> {
        let [before, per_layer, after] = self.terms;
        let terms = (before + self.n_layers * per_layer + after) as f64;
        let x = |term: usize| self.area.x + self.area.width * term as f64 / terms;
        let start = |layer: usize| x(before + layer * per_layer);
        let block = |layer: usize| (start(layer), start(layer + 1));
        let mut spans = vec![(x(0), x(before))];
        spans.extend((0..self.n_layers).map(block));
        spans
    }
}

fn draw_steps(scene: &mut Scene, input: &ViewInput<'_>, attribution: &Attribution, area: Rect) {
    let mut sums = vec![0.0f64];
    for (_, term) in &attribution.terms {
        sums.push(sums[sums.len() - 1] + f64::from(*term));
    }
    let low = sums.iter().copied().fold(0.0, f64::min);
    let high = sums.iter().copied().fold(0.0, f64::max);
    let size = input.size(11.0);
    let (top, bottom) = (area.y + size + 2.0, area.bottom() - 2.0);
    let y = |sum: f64| bottom - (sum - low) / (high - low).max(1e-9) * (bottom - top);
    let width = area.width / attribution.terms.len().max(1) as f64;
    let zero = straight((area.x, y(0.0)), (area.right(), y(0.0)));
    scene.path(zero, Paint::stroke(Ink::Line2, 1.0));
    let gap = (width * 0.14).min(2.0);
    for (i, (component, term)) in attribution.terms.iter().enumerate() {
        let (a, b) = (y(sums[i]), y(sums[i + 1]));
        let x = area.x + width * i as f64;
        let target = head_of(*component, input.model);
        let is_lit = target.is_some() && input.focus.hovered == target;
        let bar = Rect::new(
            x + gap / 2.0,
            a.min(b),
            (width - gap).max(0.5),
            (a - b).abs().max(1.0),
        );
        let mut paint = Paint::fill(ink_of(*component, f64::from(*term)));
        if is_lit {
            paint = paint.outlined(Ink::Text1, 1.5);
        }
        scene.rect(bar, 0.0, paint);
        if let Some(target) = target {
            scene.hit(Rect::new(x, area.y, width, area.height), target, None);
        }
    }
    let end = y(sums[sums.len() - 1]);
    let logit = decimal(sums[sums.len() - 1], 2);
    let base = (end - 3.0).max(area.y + size);
    let text = Text::new(area.right(), base, size, Ink::Text1, logit).end();
    scene.text(text.strong().halo(Ink::Surface0));
}

/// Biases are drawn as what they are: they say nothing about this text.
fn ink_of(component: Component, value: f64) -> Ink {
    match component {
        Component::AttentionBias { .. } | Component::MlpBias { .. } | Component::FinalBias => {
            Ink::Line3
        }
        _ => signed(value),
    }
}

/// The residual stream's length before the first block and after each.
fn draw_norms(scene: &mut Scene, input: &ViewInput<'_>, parts: &Parts, (top, height): (f64, f64)) {
    let Some(position) = input.chosen() else {
        return;
    };
    let norms: Option<Vec<f64>> = (0..=parts.n_layers)
        .map(|depth| {
            let row = input.trace.row(stream(input.model, depth), position)?;
            Some(f64::from(norm(row)))
        })
        .collect();
    let Some(norms) = norms else { return };
    let size = input.size(11.0);
    let largest = norms.iter().copied().fold(1e-9, f64::max);
    let (upper, lower) = (top + size + 5.0, top + height - 3.0);
    let points: Vec<(f64, f64)> = parts
        .spans()
        .into_iter()
        .zip(&norms)
        .map(|((from, to), norm)| ((from + to) / 2.0, lower - norm / largest * (lower - upper)))
        .collect();
    let step = |(i, &(x, y)): (usize, &(f64, f64))| match i {
        0 => Segment::Move(x, y),
        _ => Segment::Line(x, y),
    };
    let path = points.iter().enumerate().map(step).collect();
    scene.path(path, Paint::stroke(Ink::RailOn, 1.5));
    let column = parts.area.width / points.len() as f64;
    let name = strings::of(input.language).norm;
    let margin = text_width(name, size, false) + 10.0;
    let middle = (upper + lower) / 2.0 + 2.0;
    let left = parts.area.x - margin;
    scene.text(Text::new(left, middle, size, Ink::Text2, name));
    let every = (text_width("00.00", size, false) / column).ceil().max(1.0) as usize;
    for (i, (&(x, y), norm)) in points.iter().zip(&norms).rev().enumerate() {
        scene.path(circle(x, y, 2.2), Paint::fill(Ink::RailOn));
        let text = decimal(*norm, 1);
        if i.is_multiple_of(every) {
            scene.text(Text::new(x, top + size, size, Ink::Text2, text).middle());
        }
    }
}

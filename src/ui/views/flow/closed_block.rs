//! A closed block: what its attention moved between the rows, and one lens per row for its MLP.

use crate::color_scale::Ink;
use crate::protocol::{Attention, Site};
use crate::ui::components::scene::{Paint, Rect, Scene, Text};
use crate::ui::components::shape::{curve, lens};
use crate::ui::components::text_width::text_width;
use crate::ui::views::numbered::Numbered;
use crate::ui::views::{Target, ViewInput};

use super::layout::Layout;
use super::strings;
use super::trunk::Norms;

/// Weights of the lit row below this are not drawn.
const FAINTEST_LIT: f32 = 0.08;
/// Weights of the other rows below this are not drawn.
const FAINTEST: f32 = 0.3;

/// A block with the gap behind it, in widths of the block.
pub const BLOCK_AND_GAP: f64 = 1.23;

/// The grounds of the closed blocks with their names, and the places to open them.
pub fn draw_backgrounds(scene: &mut Scene, input: &ViewInput<'_>, layout: &Layout) {
    let words = strings::of(input.language);
    let chosen = layout.is_compact.then_some(input.layer());
    for (layer, &(left, right)) in layout.blocks.iter().enumerate() {
        if layout.is_open(layer) {
            continue;
        }
        let top = layout.rows.top - if layout.is_compact { 6.0 } else { 14.0 };
        let bottom = layout.bottom + if layout.is_compact { 6.0 } else { 14.0 };
        let rect = Rect::new(left, top, right - left, bottom - top);
        let mut paint = Paint::fill(Ink::Surface2);
        if input.focus.hovered == Some(Target::Block(layer)) {
            paint = paint.outlined(Ink::Line3, 1.0);
        }
        scene.rect(rect, 6.0, paint);
        let is_wide = right - left > 46.0 && !layout.is_compact;
        let size = input.size(if is_wide { 14.0 } else { 12.5 });
        let numbered = Numbered {
            pitch: (right - left) * BLOCK_AND_GAP,
            room: text_width("00", size, false) + 4.0,
            chosen,
        };
        if is_wide || numbered.names(layer) {
            let name = words.block(layer, is_wide);
            let text = Text::new((left + right) / 2.0, 14.0, size, Ink::Text1, name);
            scene.text(text.strong().middle());
        }
        let whole = Rect::new(left, 0.0, right - left, bottom);
        scene.hit(whole, Target::Block(layer), None);
    }
}

/// The lines and lenses inside a closed block.
pub fn draw(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    layout: &Layout,
    norms: &Norms,
    layer: usize,
) {
    let (left, right) = layout.blocks[layer];
    let width = right - left;
    let from = left + width * 0.04;
    let to = left + width * 0.46;
    let order = input.lit_last(layout.rows.positions());
    for &query in &order {
        let is_lit = input.is_lit(query);
        let faintest = if is_lit { FAINTEST_LIT } else { FAINTEST };
        let strongest = strongest_heads(input, Attention::Own, layer, query);
        for (key, &weight) in strongest.iter().enumerate() {
            if weight < faintest || key == query {
                continue;
            }
            let weight = f64::from(weight);
            let opacity = weight * if is_lit { 0.95 } else { 0.3 };
            scene.path(
                curve((from, layout.rows.y(key)), (to, layout.rows.y(query))),
                Paint::stroke(Ink::AttentionLine, (weight * 2.6).max(0.5)).opacity(opacity),
            );
        }
    }
    for position in layout.rows.positions() {
        let half = norms.mlp.px(input.norm(layer, Site::MlpOut, position));
        let opacity = if input.is_lit(position) { 0.8 } else { 0.34 };
        scene.path(
            lens(
                left + width * 0.54,
                left + width * 0.96,
                layout.rows.y(position),
                half,
            ),
            Paint::fill(Ink::Neuron).opacity(opacity),
        );
    }
}

/// For each key, the largest weight any head of the block gives it.
pub fn strongest_heads(
    input: &ViewInput<'_>,
    attention: Attention,
    layer: usize,
    query: usize,
) -> Vec<f32> {
    let visible = attention.n_visible(input.model, input.trace, query);
    let mut strongest = vec![0.0f32; visible];
    let activation = attention.at(layer, Site::Pattern);
    for head in 0..input.model.n_heads {
        let pattern = input.trace.head_row(activation, head, query);
        for (largest, weight) in strongest.iter_mut().zip(pattern.unwrap_or_default()) {
            *largest = largest.max(*weight);
        }
    }
    strongest
}

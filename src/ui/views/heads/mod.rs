//! All attention heads at once, each as a small picture of its pattern.

mod strings;

use crate::color_scale::{Ink, attention_step};
use crate::protocol::{ModelInfo, TraceSpec};
use crate::ui::components::scene::{Mark, Paint, Rect, Scene, Text};
use crate::ui::components::text_width::text_width;

use super::attended::no_attention;
use super::numbered::Numbered;
use super::{Focus, Target, View, ViewInput};

/// The grid of all heads.
pub const VIEW: View = View {
    name: "heads",
    title: |language| strings::of(language).title,
    panel: Some("heads"),
    why_not: no_attention,
    spec,
    inspections: |_| Vec::new(),
    draw,
    describe,
};

fn spec(model: &ModelInfo, focus: &Focus) -> TraceSpec {
    focus.patterns_of(model).into_iter().collect()
}

/// All heads: one row per block, one column per head.
fn draw(input: &ViewInput<'_>) -> Scene {
    let (model, words) = (input.model, strings::of(input.language));
    let mut scene = Scene::new(input.width, input.height);
    let small = input.size(11.0);
    let is_wide = input.width / model.n_heads.max(1) as f64 >= 56.0;
    let (left, top) = (if is_wide { 46.0 } else { 18.0 } * input.type_scale, 18.0);
    let slot = ((input.width - left - 3.0) / model.n_heads.max(1) as f64)
        .min((input.height - top - 3.0) / input.n_layers().max(1) as f64)
        .max(4.0);
    let size = slot * 0.85;
    let numbered = |room, chosen| Numbered {
        pitch: slot,
        room: if is_wide { 0.0 } else { room },
        chosen: Some(chosen),
    };
    let columns = numbered(
        text_width(&model.n_heads.to_string(), small, false) + 3.0,
        input.head(),
    );
    let rows = numbered(small, input.layer());
    for head in (0..model.n_heads).filter(|head| columns.names(*head)) {
        let x = left + slot * head as f64 + size / 2.0;
        let name = words.head(head, is_wide);
        scene.text(Text::new(x, 11.0, small, Ink::Text3, name).middle());
    }
    for layer in 0..input.n_layers() {
        let y = top + slot * layer as f64;
        if rows.names(layer) {
            let name = words.block(layer, is_wide);
            let middle = y + size / 2.0 + 4.0;
            scene.text(Text::new(0.0, middle, small, Ink::Text3, name));
        }
        for head in 0..model.n_heads {
            let at = Rect::new(left + slot * head as f64, y, size, size);
            draw_head_pattern(&mut scene, input, (layer, head), at);
            if (layer, head) == (input.layer(), input.head()) {
                let ring = Rect::new(at.x - 2.5, at.y - 2.5, size + 5.0, size + 5.0);
                scene.rect(ring, 4.0, Paint::stroke(Ink::Text1, 1.5));
            } else if input.focus.hovered == Some(Target::Head { layer, head }) {
                let ring = Rect::new(at.x - 2.0, at.y - 2.0, size + 4.0, size + 4.0);
                scene.rect(ring, 3.0, Paint::stroke(Ink::Line3, 1.0));
            }
            let around = (slot - size) / 2.0;
            let whole = Rect::new(at.x - around, at.y - around, slot, slot);
            scene.hit(whole, Target::Head { layer, head }, None);
        }
    }
    scene
}

/// One head as a square of `size` pixels, for a button of its own.
pub fn head_thumbnail(input: &ViewInput<'_>, layer: usize, head: usize, size: f64) -> Scene {
    let mut scene = Scene::new(size, size);
    let at = Rect::new(0.0, 0.0, size, size);
    draw_head_pattern(&mut scene, input, (layer, head), at);
    scene.hit(at, Target::Head { layer, head }, None);
    scene
}

fn draw_head_pattern(scene: &mut Scene, input: &ViewInput<'_>, at: (usize, usize), rect: Rect) {
    let (n, keys) = (input.queries().len(), input.keys().len());
    if n == 0 || keys == 0 {
        return;
    }
    let mut inks = vec![None; n * keys];
    for query in 0..n {
        let Some(pattern) = input.pattern(at.0, at.1, query) else {
            return;
        };
        for (key, weight) in pattern.iter().enumerate() {
            inks[query * keys + key] = Some(Ink::Attention(attention_step(*weight)));
        }
    }
    if input.looks_back() {
        // The cells cover the hatch wherever a weight is possible.
        scene.hatch(rect);
    }
    scene.marks.push(Mark::Cells {
        rect,
        rows: n,
        columns: keys,
        inks,
        gap: 0.0,
        opacity: 0.0,
    });
}

fn describe(input: &ViewInput<'_>) -> String {
    let words = strings::of(input.language);
    let heads = (input.n_layers(), input.model.n_heads);
    words.describe(heads, (input.layer(), input.head()))
}

//! The stream that makes the prediction opens into the candidates: the last token's, or a blank's.

use crate::color_scale::Ink;
use crate::ui::components::scene::{Paint, Rect, Scene, Text};
use crate::ui::components::shape::ribbon;
use crate::ui::views::prediction::candidate_rows;
use crate::ui::views::{OpenPart, Target, ViewInput};

use super::layout::Layout;
use super::strings;
use super::trunk::Norms;

/// From the end of the stream to the candidates' rows, which lie at the same heights in the
/// prediction when that is drawn as high as the flow.
pub fn draw(scene: &mut Scene, input: &ViewInput<'_>, layout: &Layout, norms: &Norms) {
    let Some(last) = input.predicted() else {
        return;
    };
    let start = layout.sheet.filter(|_| layout.open == OpenPart::Logits);
    let from = start.map_or(layout.stream_end, |sheet| sheet.1);
    let y = layout.rows.y(last).min(layout.bottom);
    let thick = norms.width(last, input.model.n_layers);
    open(scene, input, (from, y), thick);
}

/// From a point of a stream `thick` pixels wide to the candidates.
pub fn open(scene: &mut Scene, input: &ViewInput<'_>, (from, y): (f64, f64), thick: f64) {
    let words = strings::of(input.language);
    let thick = thick.max(4.0);
    let rows = candidate_rows(input);
    let total: f64 = rows.iter().map(|row| row.p).sum();
    let mut before = 0.0;
    for row in &rows {
        let share = row.p / total.max(1e-9);
        let middle = before + share / 2.0;
        before += share;
        if !row.is_kept() || row.id.is_none() {
            continue;
        }
        let (ink, opacity) = if row.is_drawn {
            (Ink::Draw, 0.6)
        } else {
            (Ink::RailOn, 0.38)
        };
        scene.path(
            ribbon(
                (from, y + (middle - 0.5) * thick * 0.9),
                (share * thick).max(0.8),
                (input.width - 2.0, row.middle()),
                (row.p * 20.0).clamp(1.2, row.height),
            ),
            Paint::fill(ink).opacity(opacity),
        );
    }
    let x = (from + input.width) / 2.0;
    let size = input.size(11.0);
    scene.text(Text::new(x, 31.0, size, Ink::Text3, words.logits).middle());
    let whole = Rect::new(from, 18.0, input.width - from, scene.height - 18.0);
    scene.hit(whole, Target::Part(OpenPart::Logits), None);
}

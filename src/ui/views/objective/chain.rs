//! What a step of a recurrent model sees: its token and the state of the step before.

use crate::color_scale::Ink;
use crate::ui::components::scene::{Paint, Rect, Scene, Segment, Text};
use crate::ui::components::shape::{circle, straight};
use crate::ui::components::text_width::{shortened, text_width, wrapped};
use crate::ui::views::rows::RowWindow;
use crate::ui::views::{Target, ViewInput};

use super::strings;

/// The tokens, and beside them the states handed down from step to step.
pub fn draw(scene: &mut Scene, input: &ViewInput<'_>, area: Rect) {
    let (words, scale) = (strings::of(input.language), input.type_scale);
    let (small, size) = (input.size(11.0), input.size(12.5));
    let name = shortened(words.chain, size, false, area.width);
    let base = area.y + size;
    scene.text(Text::new(area.x, base, size, Ink::Text1, name).strong());
    let means = wrapped(words.chain_means, small, false, area.width);
    let below = means.len() as f64 * small * 1.35 + 8.0;
    let top = base + 7.0 * scale;
    let n = input.trace.len();
    let lit = input.path().unwrap_or(0);
    let height = (area.bottom() - below - top).max(14.0);
    let rows = RowWindow::new(n, height, top, lit, 26.0 * scale);
    let labels = input.labels();
    let widest = labels.iter().map(|label| text_width(label, size, true));
    let chip = widest.fold(24.0, f64::max).min(area.width * 0.4) + 14.0;
    let radius = (rows.pitch * 0.28).min(6.5);
    let state = area.x + chip + 46.0 * scale;
    let hues = input.hues();
    for position in rows.positions() {
        let y = rows.y(position);
        // What a step knows came down the chain from all before it.
        let is_known = position <= lit;
        let ink = if is_known { Ink::RailOn } else { Ink::Rail };
        let height = (rows.pitch - 3.0).min(21.0 * scale);
        let rect = Rect::new(area.x, y - height / 2.0, chip, height);
        let mut paint = Paint::fill(Ink::Category(hues[position]));
        if position == lit {
            paint = paint.outlined(Ink::Text1, 1.5);
        }
        scene.rect(rect, 3.0, paint);
        let label_size = size.min(height);
        let label = shortened(&labels[position], label_size, true, chip - 10.0);
        let (x, base) = (area.x + chip - 6.0, y + label_size * 0.35);
        let text = Text::new(x, base, label_size, Ink::Text1, label);
        scene.text(text.code().end().strong_if(position == lit));
        arrow(
            scene,
            (area.x + chip + 5.0, y),
            (state - radius - 2.0, y),
            ink,
        );
        if position > rows.first {
            let above = rows.y(position - 1) + radius;
            arrow(scene, (state, above), (state, y - radius - 1.0), ink);
        }
        let fill = if is_known { Ink::RailOn } else { Ink::Surface1 };
        let paint = Paint::fill(fill).outlined(ink, 1.4);
        scene.path(circle(state, y, radius), paint);
        let width = (state + radius + 4.0 - area.x).min(area.width);
        let row = Rect::new(area.x, y - rows.pitch / 2.0, width, rows.pitch);
        scene.hit(row, Target::Token(position), None);
    }
    let mut y = rows.bottom() + 4.0;
    for line in means {
        y += small * 1.35;
        scene.text(Text::new(area.x, y, small, Ink::Text3, line));
    }
}

/// A straight arrow, along or down.
fn arrow(scene: &mut Scene, from: (f64, f64), to: (f64, f64), ink: Ink) {
    scene.path(straight(from, to), Paint::stroke(ink, 1.4));
    let is_down = to.0 == from.0;
    let head = if is_down {
        vec![
            Segment::Move(to.0 - 3.0, to.1 - 4.0),
            Segment::Line(to.0, to.1),
            Segment::Line(to.0 + 3.0, to.1 - 4.0),
        ]
    } else {
        vec![
            Segment::Move(to.0 - 4.0, to.1 - 3.0),
            Segment::Line(to.0, to.1),
            Segment::Line(to.0 - 4.0, to.1 + 3.0),
        ]
    };
    scene.path(head, Paint::stroke(ink, 1.4));
}

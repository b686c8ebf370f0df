//! The line from 0 to 1: every token that can be drawn holds a piece as long as its probability.

use crate::color_scale::Ink;
use crate::sampling::Draw;
use crate::ui::components::scene::{Paint, Rect, Scene, Segment, Text};
use crate::ui::components::shape::{ribbon, straight};
use crate::ui::views::ViewInput;
use crate::ui::views::number::decimal;

use super::Columns;
use super::rows::{CandidateRow, extent};

pub fn draw(scene: &mut Scene, input: &ViewInput<'_>, rows: &[CandidateRow], columns: &Columns) {
    let (top, bottom) = extent(input);
    let y = |share: f64| top + (bottom - top) * share;
    let distribution = input.distribution;
    for row in rows.iter().filter(|row| row.is_kept()) {
        let (from, to) = match row.id {
            Some(_) if row.rank < distribution.kept() => distribution.interval(row.rank),
            // The others lie behind the shown ones, around the drawn one if it is among them.
            _ => (distribution.interval(row.rank.saturating_sub(1)).1, 1.0),
        };
        let (ink, opacity) = if row.is_drawn {
            (Ink::Draw, 0.3)
        } else {
            (Ink::Line2, 0.34)
        };
        scene.path(
            ribbon(
                (columns.percent_end + 8.0, row.middle()),
                row.height * 0.5,
                (columns.line, y((from + to) / 2.0)),
                y(to) - y(from),
            ),
            Paint::fill(ink).opacity(opacity),
        );
    }
    segments(scene, input, columns, &y);
    if let Some(draw) = input.draw {
        marker(scene, input, draw, columns, y(draw.u));
    }
    ticks(scene, input, columns, &y);
}

/// The pieces of the line. Pieces too short to be parted are drawn as one.
fn segments(scene: &mut Scene, input: &ViewInput<'_>, columns: &Columns, y: &dyn Fn(f64) -> f64) {
    let drawn = input
        .draw
        .and_then(|draw| input.distribution.rank_of(draw.id));
    let mut piece = |from: f64, to: f64, is_drawn: bool| {
        let gap = if to - from > 2.0 { 0.5 } else { 0.0 };
        let height = (to - from - 2.0 * gap).max(0.6);
        let rect = Rect::new(columns.line, from + gap, columns.line_width, height);
        let ink = if is_drawn { Ink::Draw } else { Ink::Line2 };
        scene.rect(rect, 0.0, Paint::fill(ink));
    };
    let mut merged_from = None;
    let kept = input.distribution.kept();
    for rank in 0..kept {
        let (from, to) = input.distribution.interval(rank);
        let (from, to) = (y(from), y(to));
        let is_drawn = drawn == Some(rank);
        if to - from < 1.2 && !is_drawn {
            merged_from.get_or_insert(from);
            if rank + 1 == kept {
                piece(merged_from.take().unwrap_or(from), to, false);
            }
            continue;
        }
        if let Some(start) = merged_from.take() {
            piece(start, from, false);
        }
        piece(from, to, is_drawn);
    }
}

fn marker(scene: &mut Scene, input: &ViewInput<'_>, draw: &Draw, columns: &Columns, y: f64) {
    let (left, right) = (columns.line, columns.line + columns.line_width);
    let line = straight((left - 8.0, y), (right + 4.0, y));
    scene.path(line, Paint::stroke(Ink::Text1, 1.6));
    let arrow = vec![
        Segment::Move(left - 3.0, y),
        Segment::Line(left - 10.0, y - 4.5),
        Segment::Line(left - 10.0, y + 4.5),
        Segment::Close,
    ];
    scene.path(arrow, Paint::fill(Ink::Text1));
    let text = decimal(draw.u, 2);
    scene.text(Text::new(right + 5.0, y + 4.0, input.size(11.0), Ink::Draw, text).strong());
}

/// The ends and quarters of the line, except where the drawn number is written.
fn ticks(scene: &mut Scene, input: &ViewInput<'_>, columns: &Columns, y: &dyn Fn(f64) -> f64) {
    let size = input.size(11.0);
    for (share, text) in [
        (0.0, "0"),
        (0.25, "0.25"),
        (0.5, "0.5"),
        (0.75, "0.75"),
        (1.0, "1"),
    ] {
        let is_free = input
            .draw
            .is_none_or(|draw| (y(draw.u) - y(share)).abs() > size + 2.0);
        if is_free {
            let x = columns.line + columns.line_width + 5.0;
            scene.text(Text::new(x, y(share) + 4.0, size, Ink::Text3, text));
        }
    }
}

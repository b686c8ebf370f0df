//! One bar per candidate: its probability at the set temperature, with a tick for temperature 1.

use crate::color_scale::Ink;
use crate::protocol::Activation;
use crate::ui::components::scene::{Paint, Rect, Scene, Source, Text};
use crate::ui::components::shape::{circle, straight};
use crate::ui::components::text_width::{shortened, text_width};
use crate::ui::views::number::{count, percent};
use crate::ui::views::{Target, ViewInput, token_label};

use super::rows::CandidateRow;
use super::{Columns, strings};

pub fn draw(scene: &mut Scene, input: &ViewInput<'_>, rows: &[CandidateRow], columns: &Columns) {
    // The rest is a sum over many tokens: it has a number, not a bar that would set the scale.
    let single = rows.iter().filter(|row| row.id.is_some());
    let largest = single
        .map(|row| row.p.max(row.p_at_one))
        .fold(1e-9, f64::max);
    for row in rows {
        label(scene, input, row, columns);
        if row.id.is_some() {
            bar(scene, row, columns, largest);
        }
        share(scene, input, row, columns);
        if let Some(id) = row.id {
            let whole = Rect::new(0.0, row.y, columns.percent_end, row.height);
            if input.focus.hovered == Some(Target::Candidate(id)) {
                let edge = Rect::new(1.0, row.y + 1.0, whole.width - 1.0, row.height - 2.0);
                scene.rect(edge, 3.0, Paint::stroke(Ink::Line3, 1.0));
            }
            scene.hit(whole, Target::Candidate(id), logit(input, id));
        }
    }
    cut_line(scene, rows, columns);
    legend(scene, input, rows, columns);
}

fn label(scene: &mut Scene, input: &ViewInput<'_>, row: &CandidateRow, columns: &Columns) {
    let size = input.size(12.5);
    let y = row.middle() + size * 0.36;
    let Some(id) = row.id else {
        let rest = strings::of(input.language).rest(&count(row.count));
        scene.text(Text::new(6.0, y, size, Ink::Text3, rest));
        return;
    };
    let bytes = input.model.vocabulary.get(id as usize);
    let text = bytes.map_or(String::new(), |bytes| token_label(bytes).text);
    let text = shortened(&text, size, true, columns.label_end - 4.0);
    if row.is_penalized {
        let left = columns.label_end - text_width(&text, size, true) - 7.0;
        said_before(scene, left.max(3.0), row.middle());
    }
    let ink = ink_of(row, Ink::Text1);
    let text = Text::new(columns.label_end, y, size, ink, text)
        .code()
        .end();
    scene.text(text.strong_if(row.is_drawn));
}

fn bar(scene: &mut Scene, row: &CandidateRow, columns: &Columns, largest: f64) {
    let length = |p: f64| columns.bar_width * p / largest;
    let rect = Rect::new(
        columns.bar,
        row.middle() - row.height * 0.27,
        length(row.p).max(1.5),
        row.height * 0.54,
    );
    if row.is_kept() {
        let ink = if row.is_drawn { Ink::Draw } else { Ink::Text2 };
        scene.rect(rect, 1.5, Paint::fill(ink));
    } else {
        scene.hatch(rect);
        scene.rect(rect, 1.5, Paint::stroke(Ink::Line2, 0.8));
    }
    let x = columns.bar + length(row.p_at_one);
    let (from, to) = (
        row.middle() - row.height * 0.36,
        row.middle() + row.height * 0.36,
    );
    scene.path(
        straight((x, from), (x, to)),
        Paint::stroke(Ink::Surface0, 3.0),
    );
    scene.path(straight((x, from), (x, to)), Paint::stroke(Ink::Line3, 1.0));
}

/// A small ring: this token was in the text already.
fn said_before(scene: &mut Scene, x: f64, y: f64) {
    scene.path(circle(x, y, 2.4), Paint::stroke(Ink::Text2, 1.2));
}

fn share(scene: &mut Scene, input: &ViewInput<'_>, row: &CandidateRow, columns: &Columns) {
    let size = input.size(12.5);
    let y = row.middle() + size * 0.36;
    let ink = ink_of(row, Ink::Text1);
    let text = Text::new(columns.percent_end, y, size, ink, percent(row.p)).end();
    scene.text(text.strong_if(row.is_drawn));
}

fn ink_of(row: &CandidateRow, kept: Ink) -> Ink {
    if row.is_drawn {
        Ink::Draw
    } else if row.is_kept() {
        kept
    } else {
        Ink::Text3
    }
}

/// The dotted line between the candidates that can be drawn and those that cannot.
fn cut_line(scene: &mut Scene, rows: &[CandidateRow], columns: &Columns) {
    if let Some(cut) = rows.iter().find(|row| !row.is_kept()) {
        let line = straight((0.0, cut.y), (columns.percent_end, cut.y));
        scene.path(line, Paint::stroke(Ink::Line3, 1.0).dashed());
    }
}

fn legend(scene: &mut Scene, input: &ViewInput<'_>, rows: &[CandidateRow], columns: &Columns) {
    let words = strings::of(input.language);
    let Some(last) = rows.last() else { return };
    let (x, size) = (columns.bar - 58.0 * input.type_scale, input.size(11.0));
    let (mut y, left) = (last.y + last.height + 11.0, x.max(2.0));
    if rows.iter().any(|row| !row.is_kept()) {
        let sample = Rect::new(left, y, 14.0, 10.0);
        scene.hatch(sample);
        scene.rect(sample, 0.0, Paint::stroke(Ink::MaskLine, 0.6));
        scene.text(Text::new(left + 20.0, y + 9.0, size, Ink::Text3, words.cut));
        y += 16.0;
    }
    let tick = straight((left + 7.0, y), (left + 7.0, y + 11.0));
    scene.path(tick, Paint::stroke(Ink::Line3, 1.0));
    let has_penalty = input.settings.repetition_penalty != 1.0;
    let at_one = if has_penalty {
        words.unpenalized
    } else {
        words.at_one
    };
    let text = Text::new(left + 20.0, y + 9.0, size, Ink::Text3, at_one);
    scene.text(text);
    if has_penalty && rows.iter().any(|row| row.is_penalized) {
        let x = left + 34.0 + text_width(at_one, size, false);
        said_before(scene, x, y + 5.0);
        let text = Text::new(x + 8.0, y + 9.0, size, Ink::Text3, words.said_before);
        scene.text(text);
    }
}

/// The logit the probability was computed from.
fn logit(input: &ViewInput<'_>, id: u32) -> Option<Source> {
    let position = input.predicted()?;
    Some(Source {
        activation: Activation::Logits,
        index: vec![position, id as usize],
        value: *input
            .trace
            .row(Activation::Logits, position)?
            .get(id as usize)?,
    })
}

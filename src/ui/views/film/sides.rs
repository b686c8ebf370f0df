//! Draws what two steps make of the text, side by side: candidates, one head, a continuation.

use crate::color_scale::{Ink, attention_step};
use crate::protocol::{Finding, Side};
use crate::ui::components::scene::{Mark, Paint, Rect, Scene, Text};
use crate::ui::components::shape::straight;
use crate::ui::components::text_width::{shortened, wrapped};
use crate::ui::views::number::percent;
use crate::ui::views::{ViewInput, token_label};

use super::{asked, steps, strings};

pub fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    let words = strings::of(input.language);
    let steps = steps(input);
    let gap = 28.0 * input.type_scale;
    let width = ((input.width - gap) / 2.0).max(40.0);
    for (column, step) in steps.iter().enumerate() {
        let room = Rect::new(column as f64 * (width + gap), 0.0, width, input.height);
        let is_page = column == 0;
        let title = words.side_title(input, *step);
        side(
            &mut scene,
            input,
            room,
            &title,
            found(input, *step),
            is_page,
        );
    }
    let middle = width + gap / 2.0;
    if !steps.is_empty() {
        let line = straight((middle, 0.0), (middle, input.height - 2.0));
        scene.path(line, Paint::stroke(Ink::Line1, 1.0));
    }
    if steps.len() == 1 {
        let size = input.size(12.5);
        let mut y = size;
        for line in wrapped(words.hint, size, false, width) {
            let line = shortened(&line, size, false, width);
            scene.text(Text::new(width + gap, y, size, Ink::Text3, line));
            y += 17.0 * input.type_scale;
        }
    }
    scene
}

/// Whether a side has little room, as on a phone.
fn is_narrow(width: f64) -> bool {
    width < 230.0
}

/// The answer about a step, once it is there.
pub fn found<'a>(input: &ViewInput<'a>, step: Option<usize>) -> Option<&'a Side> {
    match input.findings.get(&asked(input, step)?) {
        Some(Finding::Side(side)) => Some(side),
        _ => None,
    }
}

/// What was drawn, as text.
pub fn drawn_text(input: &ViewInput<'_>, side: &Side) -> String {
    let vocabulary = &input.model.vocabulary;
    let ids = side.drawn.iter().map(|(id, _)| *id);
    let ids = ids.filter(|id| Some(*id) != input.model.end_of_text);
    let bytes = ids.filter_map(|id| vocabulary.get(id as usize)).flatten();
    let bytes: Vec<u8> = bytes.copied().collect();
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(&chunk.valid().replace('\n', " ↵ "));
        if !chunk.invalid().is_empty() {
            text.push_str(&token_label(chunk.invalid()).text);
        }
    }
    text
}

fn side(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    room: Rect,
    title: &str,
    found: Option<&Side>,
    is_page: bool,
) {
    let words = strings::of(input.language);
    let (size, small, scale) = (input.size(12.5), input.size(11.0), input.type_scale);
    let title = shortened(title, size, false, room.width);
    let ink = if is_page { Ink::Text1 } else { Ink::Text2 };
    scene.text(Text::new(room.x, size, size, ink, title).strong());
    let Some(found) = found else {
        let text = shortened(words.waiting, size, false, room.width);
        scene.text(Text::new(
            room.x,
            size + 20.0 * scale,
            size,
            Ink::Text3,
            text,
        ));
        return;
    };
    let top = 24.0 * scale;
    let line = 17.0 * scale;
    let lines = wrapped(&drawn_text(input, found), size, false, room.width);
    let text_lines = lines.len().clamp(1, 3) as f64;
    let below = room.height - line * text_lines - 18.0 * scale;
    let share = if is_narrow(room.width) { 0.3 } else { 0.38 };
    let square = (below - top - 4.0).min(room.width * share).max(10.0);
    head(
        scene,
        found,
        Rect::new(room.right() - square, top, square, square),
    );
    let bars = Rect::new(room.x, top, room.width - square - 16.0 * scale, below - top);
    candidates(scene, input, found, bars);
    let mut y = below + 12.0 * scale;
    scene.text(Text::new(room.x, y, small, Ink::Text3, words.drawn));
    y += line;
    let mut lines: Vec<String> = lines;
    if lines.len() > 3 {
        lines.truncate(3);
        lines[2].push('…');
    }
    for text in lines {
        let text = shortened(&text, size, false, room.width);
        scene.text(Text::new(
            room.x,
            y.min(room.bottom()),
            size,
            Ink::Draw,
            text,
        ));
        y += line;
    }
}

/// The most likely next tokens as bars from 0 to 1.
fn candidates(scene: &mut Scene, input: &ViewInput<'_>, side: &Side, room: Rect) {
    let (size, scale) = (input.size(12.5), input.type_scale);
    let pitch = 19.0 * scale;
    let fitting = (room.height / pitch) as usize;
    let number_width = 44.0 * scale;
    // Where there is no room for bars the numbers say it.
    let has_bars = room.width > 150.0 * scale;
    let label_width = if has_bars {
        (room.width * 0.42).min(74.0 * scale)
    } else {
        (room.width - number_width).max(8.0)
    };
    let track = (room.width - label_width - number_width - 12.0).max(2.0);
    for (row, (id, p)) in side.top.iter().take(fitting).enumerate() {
        let base = room.y + pitch * row as f64 + size;
        let bytes = input.model.vocabulary.get(*id as usize);
        let label = bytes.map_or(String::new(), |bytes| token_label(bytes).text);
        let label = shortened(&label, size, true, label_width);
        scene.text(Text::new(room.x, base, size, Ink::Text1, label).code());
        if has_bars {
            let left = room.x + label_width + 6.0;
            let bar = Rect::new(left, base - size * 0.55, track, 6.0 * scale);
            scene.rect(bar, 2.0, Paint::fill(Ink::Surface2));
            let width = (track * f64::from(*p)).clamp(0.6, track);
            scene.rect(Rect { width, ..bar }, 2.0, Paint::fill(Ink::Text2));
        }
        let text = percent(f64::from(*p));
        scene.text(Text::new(room.right(), base, size, Ink::Text2, text).end());
    }
}

/// The chosen head's pattern, hatched where nothing may be looked at.
fn head(scene: &mut Scene, side: &Side, rect: Rect) {
    let n = side.pattern.len();
    if n == 0 {
        return;
    }
    let mut inks = vec![None; n * n];
    for (query, row) in side.pattern.iter().enumerate() {
        for (key, weight) in row.iter().enumerate().take(n) {
            inks[query * n + key] = Some(Ink::Attention(attention_step(*weight)));
        }
    }
    scene.hatch(rect);
    scene.marks.push(Mark::Cells {
        rect,
        rows: n,
        columns: n,
        inks,
        gap: 0.0,
        opacity: 0.0,
    });
}

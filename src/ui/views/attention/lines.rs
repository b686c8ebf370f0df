//! The same pattern as lines: from the tokens that look to those they look at.

use crate::color_scale::Ink;
use crate::ui::components::scene::{Paint, Rect, Scene, Text};
use crate::ui::components::shape::curve;
use crate::ui::components::text_width::{shortened, text_width};
use crate::ui::views::attended::labels_and_hues;
use crate::ui::views::rows::RowWindow;
use crate::ui::views::{Target, ViewInput, alignment};

use super::strings;

/// Weights below this are not drawn as lines.
const FAINTEST: f32 = 0.02;

/// Two columns of tokens; the width and opacity of a line are the weight.
pub fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    if input.is_across() {
        return alignment::draw(input);
    }
    let Some(chosen) = input.chosen_query() else {
        return scene;
    };
    // Who looks and who is looked at are one text here.
    let (labels, hues) = labels_and_hues(input.queries());
    let code = input.size(12.5);
    let words = strings::of(input.language);
    let widest = labels
        .iter()
        .map(|l| text_width(l, code, true))
        .fold(24.0, f64::max)
        + 16.0;
    let column = widest.min(input.width * 0.34);
    let (left, right) = (column, input.width - column);
    let rows = RowWindow::new(labels.len(), input.height - 20.0, 20.0, chosen, 34.0);

    let small = input.size(11.0);
    scene.text(Text::new(left - 8.0, 11.0, small, Ink::Text3, words.query).end());
    scene.text(Text::new(right + 8.0, 11.0, small, Ink::Text3, words.key));
    if let Some(above) = rows.words_above(input.language) {
        scene.text(Text::new(input.width / 2.0, 11.0, small, Ink::Text3, above).middle());
    }
    draw_lines(&mut scene, input, &rows, (left, right));
    let height = (rows.pitch - 4.0).min(24.0);
    for position in rows.positions() {
        let y = rows.y(position);
        for (x, is_query) in [(0.0, true), (right, false)] {
            let chip = Rect::new(x, y - height / 2.0, column, height);
            let mut paint = Paint::fill(Ink::Category(hues[position]));
            if is_query && position == chosen {
                paint = paint.outlined(Ink::Text1, 1.5);
            } else if input.focus.hovered == Some(input.query_target(position)) {
                paint = paint.outlined(Ink::CategoryMark(hues[position]), 1.0);
            }
            scene.rect(inset(chip, 1.0), 3.0, paint);
            let label = shortened(&labels[position], code, true, column - 12.0);
            let (text_x, base) = (
                if is_query { left - 8.0 } else { right + 8.0 },
                y + code * 0.35,
            );
            let text = Text::new(text_x, base, code, Ink::Text1, label).code();
            scene.text(if is_query { text.end() } else { text });
            scene.hit(chip, input.query_target(position), None);
        }
    }
    scene
}

/// The lines of the chosen head between two columns of tokens. The lit row comes last, so that it
/// lies on top.
pub fn draw_lines(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    rows: &RowWindow,
    (left, right): (f64, f64),
) {
    for query in input.lit_query_last(rows.positions()) {
        lines_of(scene, input, rows, query, (left, right));
    }
}

fn lines_of(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    rows: &RowWindow,
    query: usize,
    (left, right): (f64, f64),
) {
    let is_lit = input.lit_query() == Some(query);
    let (layer, head) = (input.layer(), input.head());
    let Some(pattern) = input.pattern(layer, head, query) else {
        return;
    };
    for (key, &weight) in pattern.iter().enumerate() {
        if weight < FAINTEST {
            continue;
        }
        let weight = f64::from(weight);
        let width = weight * if is_lit { 11.0 } else { 5.0 };
        let opacity = if is_lit { 0.3 + 0.6 * weight } else { 0.14 };
        scene.path(
            curve((left, rows.y(query)), (right, rows.y(key))),
            Paint::stroke(Ink::AttentionLine, width).opacity(opacity),
        );
        if query == input.chosen_query().unwrap_or(query) && rows.contains(key) {
            let at = Rect::new(
                right - 14.0,
                rows.y(key) - rows.pitch / 2.0,
                14.0,
                rows.pitch,
            );
            let target = Target::Cell {
                layer,
                head,
                query,
                key,
            };
            scene.hit(at, target, input.weight(layer, head, (query, key)));
        }
    }
}

fn inset(rect: Rect, by: f64) -> Rect {
    Rect::new(
        rect.x + by,
        rect.y,
        (rect.width - 2.0 * by).max(0.0),
        rect.height,
    )
}

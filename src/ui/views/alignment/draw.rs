//! The tokens of both texts and the lines between them: a line is as thick as its weight.

use crate::color_scale::Ink;
use crate::protocol::{Attention, Site};
use crate::ui::components::scene::{Paint, Rect, Scene, Source, Text};
use crate::ui::components::text_width::{shortened, text_width};
use crate::ui::views::attended::labels_and_hues;
use crate::ui::views::number::whole_percent;
use crate::ui::views::rows::words_above;
use crate::ui::views::waiting::draw_waiting;
use crate::ui::views::{Target, ViewInput};

use super::sides::Sides;
use super::{Links, Lit, strings};

/// Weights below this are not drawn.
const FAINTEST: f32 = 0.02;
/// The same while all tokens' lines are drawn.
const FAINTEST_AT_REST: f32 = 0.05;
/// Weights from which a token's share is written beside it.
const WRITTEN: f32 = 0.05;

/// Two rows of tokens with lines between them.
pub fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    if input.trace.is_empty() || input.trace.source().is_empty() {
        return scene;
    }
    let (words, small, scale) = (
        strings::of(input.language),
        input.size(11.0),
        input.type_scale,
    );
    let links = Links::new(input);
    let lit = Lit::new(input);
    let chosen = match lit {
        Lit::Target(target) => target,
        _ => input.chosen().unwrap_or(0),
    };
    // Above the source its name, and room for the shares; below the target its name.
    let (top, below) = (34.0 * scale, 20.0 * scale);
    let sides = Sides::new(input, top, (input.height - below).max(top + 40.0), chosen);
    let caption = words.which(&links);
    let names = if sides.are_rows {
        [(0.0, 11.0 * scale), (0.0, sides.bottom + 15.0 * scale)]
    } else {
        [(0.0, 11.0 * scale), (input.width, 11.0 * scale)]
    };
    let [(x, y), (to_x, to_y)] = names;
    scene.text(Text::new(x, y, small, Ink::Text3, words.source));
    let target = Text::new(to_x, to_y, small, Ink::Text3, words.target);
    scene.text(if sides.are_rows { target } else { target.end() });
    let (x, y) = match sides.are_rows {
        true => (input.width, 11.0 * scale),
        false => (input.width, sides.bottom + 15.0 * scale),
    };
    let caption = shortened(&caption, small, false, input.width * 0.8);
    scene.text(Text::new(x, y, small, Ink::Text3, caption).end());
    if let Some(text) = words_above(sides.hidden, input.language) {
        scene.text(Text::new(input.width / 2.0, top - 8.0, small, Ink::Text3, text).middle());
    }
    if links.weights.is_empty() {
        draw_waiting(&mut scene, input, (0.0, input.height / 2.0));
        return scene;
    }
    draw_lines(&mut scene, &links, &sides, lit);
    draw_chips(&mut scene, input, &links, &sides, lit);
    scene
}

/// The lines, those of the lit token last so that they lie on top.
fn draw_lines(scene: &mut Scene, links: &Links, sides: &Sides, lit: Lit) {
    let is_rest = lit == Lit::All;
    for is_on in [false, true] {
        for (target, row) in links.weights.iter().enumerate() {
            for (source, &weight) in row.iter().enumerate() {
                let faintest = if is_rest { FAINTEST_AT_REST } else { FAINTEST };
                if weight < faintest || lit.has(target, source) != is_on {
                    continue;
                }
                let Some(path) = sides.line(target, source) else {
                    continue;
                };
                let weight = f64::from(weight);
                let (width, opacity) = match (is_on, is_rest) {
                    (true, true) => (weight * 7.0, 0.12 + 0.62 * weight),
                    (true, false) => (weight * 11.0, 0.3 + 0.6 * weight),
                    (false, _) => (weight * 5.0, 0.1),
                };
                let paint = Paint::stroke(Ink::AttentionLine, width.max(0.5));
                scene.path(path, paint.opacity(opacity));
            }
        }
    }
}

fn draw_chips(scene: &mut Scene, input: &ViewInput<'_>, links: &Links, sides: &Sides, lit: Lit) {
    let texts = [
        (input.trace.source(), &sides.source, true),
        (input.trace.tokens(), &sides.target, false),
    ];
    for (tokens, chips, is_source) in texts {
        let (labels, hues) = labels_and_hues(tokens);
        for (position, chip) in chips.iter().enumerate() {
            let Some(rect) = *chip else { continue };
            let (target, is_lit) = match is_source {
                true => (Target::SourceToken(position), lit == Lit::Source(position)),
                false => (Target::Token(position), lit == Lit::Target(position)),
            };
            let mut paint = Paint::fill(Ink::Category(hues[position]));
            if is_lit {
                paint = paint.outlined(Ink::Text1, 1.5);
            }
            scene.rect(rect, 3.0, paint);
            let size = input.size(12.5).min(rect.height);
            let label = shortened(&labels[position], size, true, rect.width - 8.0);
            let (x, y) = (
                rect.x + rect.width / 2.0,
                rect.y + rect.height / 2.0 + size * 0.35,
            );
            let text = Text::new(x, y, size, Ink::Text1, label).code().middle();
            scene.text(text.strong_if(is_lit));
            scene.hit(rect, target, None);
            // What the lit token's lines carry, written at their other ends.
            let pair = match (lit, is_source) {
                (Lit::Target(target), true) => (target, position),
                (Lit::Source(source), false) => (position, source),
                _ => continue,
            };
            write_share(scene, input, links, sides, pair, (rect, is_source));
        }
    }
}

/// The weight of a pair beside a chip, which can be pointed at while it is one head's.
fn write_share(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    links: &Links,
    sides: &Sides,
    pair: (usize, usize),
    (chip, is_source): (Rect, bool),
) {
    let weight = links.weight(pair.0, pair.1);
    if weight < WRITTEN {
        return;
    }
    let size = input.size(11.0);
    let share = whole_percent(f64::from(weight));
    let width = text_width(&share, size, false);
    let middle = chip.x + chip.width / 2.0;
    let (x, y) = match (sides.are_rows, is_source) {
        (true, true) => (middle - width / 2.0, chip.y - 5.0),
        (true, false) => (middle - width / 2.0, chip.bottom() + size + 3.0),
        (false, true) => (chip.right() + 6.0, chip.y + chip.height / 2.0 + size * 0.35),
        (false, false) => (
            chip.x - width - 6.0,
            chip.y + chip.height / 2.0 + size * 0.35,
        ),
    };
    let text = Text::new(x, y, size, Ink::AttentionLine, share).strong();
    scene.text(text.halo(Ink::Surface0));
    let (Some(head), true) = (links.head, input.is_across()) else {
        return;
    };
    let source = Source {
        activation: Attention::Cross.at(links.layer, Site::Pattern),
        index: vec![head, pair.0, pair.1],
        value: weight,
    };
    let target = Target::Cell {
        layer: links.layer,
        head,
        query: pair.0,
        key: pair.1,
    };
    let rect = Rect::new(x.max(0.0), y - size, width, size * 1.2);
    scene.hit(rect, target, Some(source));
}

//! The largest terms, all others summed, and the logit beneath the line.

use crate::color_scale::Ink;
use crate::derivation::Quantity;
use crate::order::descending;
use crate::protocol::Attribution;
use crate::ui::components::scene::{Paint, Rect, Scene, Source, Text};
use crate::ui::components::shape::straight;
use crate::ui::components::text_width::{shortened, text_width};
use crate::ui::views::Target;
use crate::ui::views::ViewInput;
use crate::ui::views::number::decimal;

use super::{head_of, strings};

/// Draws the list into `area`.
pub fn draw(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    attribution: &Attribution,
    logit: &Source,
    area: Rect,
) {
    let (words, size) = (strings::of(input.language), input.size(12.5));
    let line = input.size(16.0);
    let fitting = ((area.height - 4.0) / line) as usize;
    // Two rows are the rest and the sum.
    let shown = fitting
        .saturating_sub(2)
        .clamp(1, attribution.terms.len().max(1));
    let term = |i: &usize| attribution.terms[*i].1;
    let order = descending(attribution.terms.iter().map(|(_, term)| term.abs()));
    let (listed, rest) = order.split_at(shown.min(order.len()));
    let rest_sum: f64 = rest.iter().map(|i| f64::from(term(i))).sum();
    let mut rows: Vec<(String, f64, Option<Target>)> = listed
        .iter()
        .map(|i| {
            let (component, value) = attribution.terms[*i];
            (
                words.component(component),
                f64::from(value),
                head_of(component, input.model),
            )
        })
        .collect();
    if !rest.is_empty() {
        rows.push((words.rest(rest.len()), rest_sum, None));
    }
    let names = rows.iter().map(|row| text_width(&row.0, size, false));
    let name_width = names.fold(0.0, f64::max).min(area.width * 0.46) + 8.0;
    let number_width = text_width("−00.00", size, false) + 4.0;
    let room = (area.width - name_width - number_width - 4.0).max(1.0);
    // One scale to both sides; zero stands where both just fit.
    let low = rows.iter().map(|row| row.1).fold(0.0, f64::min);
    let high = rows.iter().map(|row| row.1).fold(0.0, f64::max);
    let pixels = room / (high - low).max(1e-9);
    let zero = area.x + name_width - low * pixels;
    let mut y = area.y;
    let top = y;
    for (i, (name, value, target)) in rows.iter().enumerate() {
        let base = y + line * 0.72;
        let is_rest = target.is_none() && i == listed.len();
        let ink = if is_rest { Ink::Text3 } else { Ink::Text1 };
        let is_lit = target.is_some() && input.focus.hovered == *target;
        let name = shortened(name, size, false, name_width - 6.0);
        scene.text(Text::new(area.x, base, size, ink, name).strong_if(is_lit));
        let length = (value.abs() * pixels).max(0.6);
        let x = if *value < 0.0 { zero - length } else { zero };
        let bar = Rect::new(x, y + line * 0.2, length, line * 0.6);
        scene.rect(bar, 1.0, Paint::fill(signed(*value)));
        let number = Text::new(area.right(), base, size, ink, decimal(*value, 2));
        scene.text(number.end());
        if let Some(target) = target {
            let row = Rect::new(area.x, y, area.width, line);
            if is_lit {
                let paint = Paint::stroke(Ink::Line3, 1.0);
                scene.rect(
                    Rect::new(row.x, row.y, row.width, row.height - 1.0),
                    3.0,
                    paint,
                );
            }
            scene.hit(row, target.clone(), None);
        }
        y += line;
    }
    let axis = straight((zero, top), (zero, y));
    scene.path(axis, Paint::stroke(Ink::Line2, 1.0));
    let rule = straight((area.x, y + 1.5), (area.right(), y + 1.5));
    scene.path(rule, Paint::stroke(Ink::Line3, 1.0));
    let base = y + 3.0 + line * 0.75;
    let sum: f64 = attribution
        .terms
        .iter()
        .map(|(_, term)| f64::from(*term))
        .sum();
    let name = shortened(words.sum, size, false, area.width - number_width);
    scene.text(Text::new(area.x, base, size, Ink::Text1, name).strong());
    let number = Text::new(area.right(), base, size, Ink::Text1, decimal(sum, 2));
    scene.text(number.end().strong());
    let whole = Rect::new(
        area.x,
        y + 3.0,
        area.width,
        line.min(input.height - y - 3.0).max(0.0),
    );
    scene.hit(
        whole,
        Target::Number(Quantity::activation(logit.activation, &logit.index)),
        Some(logit.clone()),
    );
}

/// The colour of a term.
pub fn signed(value: f64) -> Ink {
    Ink::Diverging(if value < 0.0 { 2 } else { 8 })
}

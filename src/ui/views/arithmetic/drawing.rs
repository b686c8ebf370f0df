//! The arithmetic as a picture: vectors as strips and what they make, bar by bar.

use crate::color_scale::{Ink, attention_step};
use crate::derivation::{
    Array, Bend, Derivation, Evaluated, Factor, Operation, Quantity, Slice, Step, Term, evaluate,
};
use crate::protocol::{Attention, Site};
use crate::ui::components::scene::{Mark, Paint, Rect, Scene, Segment, Source, Text};
use crate::ui::components::shape::{circle, straight};
use crate::ui::components::text_width::shortened;
use crate::ui::views::matrix::{columns_for, draw_strip, strongest};
use crate::ui::views::{Target, ViewInput};

use super::math::figure;
use super::names::{is_weight, vector, word};
use super::strings::of as strings;
use super::{links, parameters, shown};

/// Height of a named strip.
const STRIP: f64 = 38.0;
/// Height of the bars with their name.
const BARS: f64 = 62.0;
/// Height of the curve of a bend.
const CURVE: f64 = 110.0;
/// Height of one of the bars of a sum.
const BAR: f64 = 22.0;

/// What there is to draw, at a type scale of 1; 0 if the formula says it all.
pub fn drawing_height(input: &ViewInput<'_>) -> f64 {
    let height = drawn(input).map_or(0.0, |made| match made.operation {
        Operation::Dot { .. } | Operation::WeightedSum { .. } | Operation::Gate { .. } => {
            2.0 * multiplied(&made.operation).len() as f64 * STRIP + BARS
        }
        Operation::Carry { kept, .. } => (2 + kept.iter().count()) as f64 * BAR,
        Operation::Softmax { .. } | Operation::Norm { .. } => STRIP + BARS,
        Operation::Bend { .. } => CURVE,
        Operation::Sum(terms) => (1 + terms.iter().flatten().count()) as f64 * BAR,
        _ => 0.0,
    });
    height * input.type_scale
}

/// The step that is drawn: of an attention weight the product of query and key.
fn drawn(input: &ViewInput<'_>) -> Option<Derivation> {
    let made = links(&shown(input)?, input);
    made.into_iter().next()
}

/// The pairs of vectors an operation multiplies.
fn multiplied(operation: &Operation) -> Vec<[Slice; 2]> {
    match *operation {
        Operation::Dot { left, right, .. } => vec![[left, right]],
        Operation::WeightedSum { weights, values } => vec![[weights, values]],
        Operation::Gate { now, before, .. } => [Some(now), before].into_iter().flatten().collect(),
        _ => Vec::new(),
    }
}

pub fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    let Some(made) = drawn(input) else {
        return scene;
    };
    let numbers = parameters(&made, input);
    let Some(evaluated) = numbers.and_then(|numbers| evaluate(&made, input.trace, numbers)) else {
        return scene;
    };
    let words = strings(input.language);
    let strip = STRIP * input.type_scale;
    let terms = &evaluated.terms;
    let left = || -> Vec<Factor> { terms.iter().map(|term| term.left).collect() };
    let bars = |top: f64| {
        let height = (input.height - top).clamp(24.0, BARS * input.type_scale);
        Rect::new(0.0, top, input.width, height)
    };
    match made.operation {
        Operation::Dot { .. } | Operation::WeightedSum { .. } | Operation::Gate { .. } => {
            let pairs = multiplied(&made.operation);
            let (mut first, mut top) = (0, 0.0);
            for [l, r] in &pairs {
                let own = &terms[first..first + l.len()];
                let factors: Vec<Factor> = own.iter().map(|term| term.left).collect();
                draw_vector(&mut scene, input, top, l, &factors);
                let factors: Vec<Factor> = own.iter().filter_map(|term| term.right).collect();
                draw_vector(&mut scene, input, top + strip, r, &factors);
                (first, top) = (first + l.len(), top + 2.0 * strip);
            }
            let name = match pairs[..] {
                [[l, r]] => words.products(&l, &r),
                _ => words.both_products.to_owned(),
            };
            let products = terms.iter().map(|term| term.product);
            draw_bars(&mut scene, input, &name, products, bars(top));
        }
        Operation::Softmax { row, .. } => {
            draw_vector(&mut scene, input, 0.0, &row, &left());
            let shares = terms.iter().map(|term| term.product);
            draw_bars(&mut scene, input, words.shares, shares, bars(strip));
        }
        Operation::Norm { input: x, .. } => {
            draw_vector(&mut scene, input, 0.0, &x, &left());
            let mean = evaluated.lines.iter().find(|line| line.step == Step::Mean);
            let mean = mean.map_or(0.0, |line| line.value);
            let distances = terms.iter().map(|term| f64::from(term.left.value) - mean);
            draw_bars(&mut scene, input, words.distances, distances, bars(strip));
        }
        Operation::Bend { function, .. } => draw_bend(&mut scene, input, function, &evaluated),
        Operation::Sum(_) | Operation::Carry { .. } => {
            draw_sum(&mut scene, input, &made.of, terms, evaluated.value);
        }
        _ => {}
    }
    scene
}

fn caption(scene: &mut Scene, input: &ViewInput<'_>, y: f64, ink: Ink, text: &str) {
    let size = input.size(12.5);
    let text = shortened(text, size, false, input.width);
    let is_strong = ink != Ink::Text2;
    scene.text(Text::new(0.0, y + size - 1.0, size, ink, text).strong_if(is_strong));
}

/// The colour a vector is named in.
fn ink_of(array: Array) -> Ink {
    let stage = match array {
        Array::Activation(activation) => Attention::stage_of(activation),
        _ => None,
    };
    match stage {
        Some((.., Site::Q)) => Ink::Query,
        Some((.., Site::K)) => Ink::Key,
        Some((.., Site::V)) => Ink::Value,
        Some((.., Site::Pattern)) => Ink::AttentionLine,
        _ => Ink::Text2,
    }
}

/// A vector with its name as a strip of cells, each of which can be opened.
fn draw_vector(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    top: f64,
    slice: &Slice,
    factors: &[Factor],
) {
    let scale = input.type_scale;
    caption(
        scene,
        input,
        top,
        ink_of(slice.array),
        &vector(slice, input),
    );
    let rect = Rect::new(0.0, top + 17.0 * scale, input.width, 15.0 * scale);
    let values: Vec<f32> = factors.iter().map(|factor| factor.value).collect();
    let cells = strongest(&values, columns_for(values.len(), rect.width));
    if is_weight(slice.array) {
        let ink = |(_, weight): &(usize, f32)| Some(Ink::Attention(attention_step(*weight)));
        scene.marks.push(Mark::Cells {
            rect,
            rows: 1,
            columns: cells.len(),
            inks: cells.iter().map(ink).collect(),
            gap: 0.0,
            opacity: 0.0,
        });
    } else {
        let largest = values.iter().fold(0.0f32, |a, x| a.max(x.abs()));
        draw_strip(scene, rect, &cells, largest, 0.0);
    }
    let width = rect.width / cells.len().max(1) as f64;
    for (i, (place, value)) in cells.into_iter().enumerate() {
        let quantity = factors[place].quantity;
        let source = match quantity.array {
            Array::Activation(activation) => Some(Source {
                activation,
                index: quantity.index().to_vec(),
                value,
            }),
            _ => None,
        };
        let cell = Rect::new(rect.x + width * i as f64, rect.y, width, rect.height);
        scene.hit(cell, Target::Number(quantity), source);
    }
}

/// One bar per number, up or down from zero.
fn draw_bars(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    name: &str,
    numbers: impl Iterator<Item = f64>,
    area: Rect,
) {
    caption(scene, input, area.y, Ink::Text2, name);
    let above = 16.0 * input.type_scale;
    let area = Rect::new(
        area.x,
        area.y + above,
        area.width,
        area.height - above - 2.0,
    );
    let numbers: Vec<f32> = numbers.map(|number| number as f32).collect();
    let bars = strongest(&numbers, columns_for(numbers.len(), area.width));
    let (mut low, mut high) = (0.0f32, 0.0f32);
    for (_, number) in &bars {
        (low, high) = (low.min(*number), high.max(*number));
    }
    let span = f64::from((high - low).max(1e-9));
    let zero = area.y + area.height * f64::from(high.max(0.0)) / span;
    let zero = if high <= low { area.bottom() } else { zero };
    let width = area.width / bars.len().max(1) as f64;
    for (i, (_, number)) in bars.into_iter().enumerate() {
        let height = (f64::from(number.abs()) / span * area.height).max(0.5);
        let y = if number > 0.0 { zero - height } else { zero };
        let gap = (width * 0.1).min(0.6);
        let x = area.x + width * i as f64 + gap;
        let ink = Ink::Diverging(if number > 0.0 { 8 } else { 2 });
        let rect = Rect::new(x, y, width - 2.0 * gap, height);
        scene.rect(rect, 0.0, Paint::fill(ink));
    }
    let axis = straight((area.x, zero), (area.right(), zero));
    scene.path(axis, Paint::stroke(Ink::Line2, 1.0));
}

/// The curve of the bend, with the point this number is at.
fn draw_bend(scene: &mut Scene, input: &ViewInput<'_>, bend: Bend, evaluated: &Evaluated) {
    const STEPS: usize = 96;
    let Some(Term { left, .. }) = evaluated.terms.first() else {
        return;
    };
    let x = f64::from(left.value);
    let reach = x.abs().max(3.0) * 1.1;
    let (low, high) = (-0.3 * reach.min(1.0), reach);
    let size = input.size(11.0);
    let area = Rect::new(
        0.0,
        4.0,
        input.width,
        (CURVE * input.type_scale).min(input.height) - 8.0,
    );
    let place = |x: f64, y: f64| {
        (
            area.x + area.width * (x + reach) / (2.0 * reach),
            area.bottom() - area.height * (y - low) / (high - low),
        )
    };
    let axis = Paint::stroke(Ink::Line2, 1.0);
    scene.path(straight(place(-reach, 0.0), place(reach, 0.0)), axis);
    scene.path(straight(place(0.0, low), place(0.0, high)), axis);
    let point = |i: usize| {
        let x = reach * (2.0 * i as f64 / STEPS as f64 - 1.0);
        place(x, bend.apply(x))
    };
    let line = |i: usize| match (i, point(i)) {
        (0, (x, y)) => Segment::Move(x, y),
        (_, (x, y)) => Segment::Line(x, y),
    };
    let curve = (0..=STEPS).map(line).collect();
    scene.path(curve, Paint::stroke(Ink::Neuron, 2.0));
    let at = place(x, evaluated.value);
    let guide = Paint::stroke(Ink::Line3, 1.0).dashed();
    scene.path(straight(place(x, 0.0), at), guide);
    scene.path(straight(place(0.0, evaluated.value), at), guide);
    scene.path(circle(at.0, at.1, 4.0), Paint::fill(Ink::Text1));
    let label = format!("{} → {}", figure(x), figure(evaluated.value));
    let text = Text::new(0.0, area.y + size, size, Ink::Text2, label);
    scene.text(text);
}

/// Some numbers or products of two and their sum, each as a bar from zero.
fn draw_sum(scene: &mut Scene, input: &ViewInput<'_>, of: &Quantity, terms: &[Term], value: f64) {
    let (row, size) = (BAR * input.type_scale, input.size(12.5));
    let names = 150.0 * input.type_scale;
    let room = (input.width - names).max(20.0);
    let name = |quantity: &Quantity| word(quantity.array, input.language).to_owned();
    let bar = |term: &Term| {
        let left = name(&term.left.quantity);
        let both = term
            .right
            .map(|right| format!("{left} × {}", name(&right.quantity)));
        (both.unwrap_or(left), term.product)
    };
    let bars: Vec<(String, f64)> = terms.iter().map(bar).chain([(name(of), value)]).collect();
    let largest = bars
        .iter()
        .fold(1e-9f64, |a, (_, number)| a.max(number.abs()));
    let zero = names + room / 2.0;
    for (i, (name, number)) in bars.iter().enumerate() {
        let y = row * i as f64;
        let name = shortened(name, size, false, names - 8.0);
        scene.text(Text::new(0.0, y + size + 1.0, size, Ink::Text2, name));
        let width = (number.abs() / largest * room / 2.0).max(0.5);
        let x = if *number < 0.0 { zero - width } else { zero };
        let ink = Ink::Diverging(if *number > 0.0 { 8 } else { 2 });
        let rect = Rect::new(x, y + 4.0, width, row - 8.0);
        scene.rect(rect, 0.0, Paint::fill(ink));
    }
    let axis = straight((zero, 0.0), (zero, row * bars.len() as f64));
    scene.path(axis, Paint::stroke(Ink::Line2, 1.0));
}

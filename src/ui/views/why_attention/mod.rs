//! The arithmetic of one attention weight: query times key, number by number, then the softmax.

mod strings;

use crate::color_scale::Ink;
use crate::protocol::{Activation, ModelInfo, Site, TraceSpec};
use crate::ui::components::scene::{Paint, Rect, Scene, Source, Text};
use crate::ui::components::shape::straight;
use crate::ui::components::text_width::{shortened, text_width};

use super::matrix::{columns_for, draw_strip, strongest};
use super::number::decimal;
use super::token_label::quoted;
use super::{Focus, Target, View, ViewInput};

/// Why the chosen weight is what it is.
pub const VIEW: View = View {
    name: "why_attention",
    title: |language| strings::of(language).title,
    panel: Some("why"),
    spec,
    inspections: |_| Vec::new(),
    draw,
    describe: |input| strings::of(input.language).describe(Sum::new(input).as_ref()),
};

fn spec(model: &ModelInfo, focus: &Focus) -> TraceSpec {
    let layer = focus.layer.min(model.n_layers.saturating_sub(1));
    [Site::Q, Site::K, Site::Scores, Site::Pattern]
        .into_iter()
        .map(|site| Activation::block(layer, site))
        .collect()
}

/// Title and subtitle for the chosen weight: its number, and which token looks at which.
pub fn heading(input: &ViewInput<'_>) -> Option<(String, String)> {
    let sum = Sum::new(input)?;
    Some(strings::of(input.language).heading(&sum))
}

/// Every number between query and weight, from the trace.
struct Sum<'a> {
    query: &'a [f32],
    key: &'a [f32],
    /// Positions that look and are looked at.
    at: (usize, usize),
    /// The tokens, quoted.
    tokens: (String, String),
    products: Vec<f32>,
    /// Query times key, summed.
    dot: f64,
    /// As the model scaled it, before the mask.
    score: f32,
    weight: f32,
    /// `exp(score)` and the sum over all keys; with the largest score subtracted if they would
    /// be unreadable.
    fraction: (f64, f64),
    is_shifted: bool,
    d_head: usize,
}

impl<'a> Sum<'a> {
    fn new(input: &ViewInput<'a>) -> Option<Self> {
        let (layer, head) = (input.layer(), input.head());
        let at = pair(input)?;
        let row = |site, position| {
            let activation = Activation::block(layer, site);
            input.trace.head_row(activation, head, position)
        };
        let (query, key) = (row(Site::Q, at.0)?, row(Site::K, at.1)?);
        let scores = row(Site::Scores, at.0)?;
        let products: Vec<f32> = query.iter().zip(key).map(|(q, k)| q * k).collect();
        let score = *scores.get(at.1)?;
        let largest = scores.iter().copied().fold(f32::MIN, f32::max);
        let fraction = |shift: f32| {
            let exp = |s: f32| f64::from(s - shift).exp();
            (exp(score), scores.iter().map(|s| exp(*s)).sum::<f64>())
        };
        let plain = fraction(0.0);
        let is_shifted = !(1.0..100_000.0).contains(&plain.1);
        let name = |position: usize| {
            let token = input.trace.tokens().get(position);
            token.map_or(String::new(), |token| quoted(&token.bytes))
        };
        Some(Sum {
            query,
            key,
            at,
            tokens: (name(at.0), name(at.1)),
            dot: products.iter().map(|p| f64::from(*p)).sum(),
            products,
            score,
            weight: *row(Site::Pattern, at.0)?.get(at.1)?,
            fraction: if is_shifted { fraction(largest) } else { plain },
            is_shifted,
            d_head: query.len(),
        })
    }
}

/// The cell under the pointer if it is of this head, else the chosen one.
fn pair(input: &ViewInput<'_>) -> Option<(usize, usize)> {
    if let Some(Target::Cell {
        layer,
        head,
        query,
        key,
    }) = input.focus.hovered
        && (layer, head) == (input.layer(), input.head())
        && query < input.trace.len()
        && key <= query
    {
        return Some((query, key));
    }
    let query = input.chosen()?;
    Some((query, input.chosen_key(query)?))
}

fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    let Some(sum) = Sum::new(input) else {
        return scene;
    };
    let words = strings::of(input.language);
    let scale = input.type_scale;
    // Three numbers below, two strips above; the products take what is left.
    let (strip, row) = (40.0 * scale, 21.0 * scale);
    let bars = (input.height - 2.0 * strip - 3.0 * row - 2.0).clamp(30.0, 90.0);
    let vectors = [
        (
            words.query_of(&sum.tokens.0),
            Ink::Query,
            Site::Q,
            sum.at.0,
            sum.query,
        ),
        (
            words.key_of(&sum.tokens.1),
            Ink::Key,
            Site::K,
            sum.at.1,
            sum.key,
        ),
    ];
    let mut y = 0.0;
    for (name, ink, site, position, vector) in vectors {
        caption(&mut scene, input, y, ink, &name, true);
        let rect = Rect::new(0.0, y + 17.0 * scale, input.width, 15.0 * scale);
        vector_strip(&mut scene, input, rect, (site, position), vector);
        y += strip;
    }
    caption(&mut scene, input, y, Ink::Text2, words.products, false);
    let area = Rect::new(0.0, y + 16.0 * scale, input.width, bars - 18.0 * scale);
    product_bars(&mut scene, &sum.products, area);
    y += bars;
    let digits = if sum.is_shifted { 3 } else { 1 };
    let (top, bottom) = sum.fraction;
    let weight = decimal(f64::from(sum.weight), 2);
    let fraction = format!(
        "{} / {} = {weight}",
        decimal(top, digits),
        decimal(bottom, digits)
    );
    let lines = [
        (words.sum.to_owned(), decimal(sum.dot, 2)),
        (words.divided(sum.d_head), decimal(f64::from(sum.score), 2)),
        (words.softmax(sum.at.0 + 1, sum.is_shifted), fraction),
    ];
    let size = input.size(12.5);
    for (i, (name, number)) in lines.into_iter().enumerate() {
        let (base, is_result) = (y + size, i == 2);
        let room = input.width - text_width(&number, size, false) * 1.1 - 8.0;
        let name = shortened(&name, size, false, room);
        scene.text(Text::new(0.0, base, size, Ink::Text2, name));
        let ink = if is_result {
            Ink::AttentionLine
        } else {
            Ink::Text1
        };
        let text = Text::new(input.width, base, size, ink, number);
        scene.text(text.end().strong_if(is_result));
        y += row;
    }
    scene
}

fn caption(scene: &mut Scene, input: &ViewInput<'_>, y: f64, ink: Ink, text: &str, strong: bool) {
    let size = input.size(12.5);
    let text = shortened(text, size, false, input.width);
    scene.text(Text::new(0.0, y + size - 1.0, size, ink, text).strong_if(strong));
}

fn vector_strip(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    rect: Rect,
    (site, position): (Site, usize),
    vector: &[f32],
) {
    let cells = strongest(vector, columns_for(vector.len(), rect.width));
    let largest = vector.iter().fold(0.0f32, |a, x| a.max(x.abs()));
    draw_strip(scene, rect, &cells, largest, 0.0);
    let width = rect.width / cells.len().max(1) as f64;
    for (i, (index, value)) in cells.into_iter().enumerate() {
        let source = Source {
            activation: Activation::block(input.layer(), site),
            index: vec![input.head(), position, index],
            value,
        };
        let cell = Rect::new(rect.x + width * i as f64, rect.y, width, rect.height);
        scene.hit(cell, Target::Number { position, index }, Some(source));
    }
}

/// One bar per product, up or down from zero.
fn product_bars(scene: &mut Scene, products: &[f32], area: Rect) {
    let (mut low, mut high) = (0.0f32, 0.0f32);
    for product in products {
        (low, high) = (low.min(*product), high.max(*product));
    }
    let span = f64::from((high - low).max(1e-9));
    let zero = area.y + area.height * f64::from(high.max(0.0)) / span;
    let zero = if high <= low { area.bottom() } else { zero };
    let width = area.width / products.len().max(1) as f64;
    for (i, &product) in products.iter().enumerate() {
        let height = (f64::from(product.abs()) / span * area.height).max(0.5);
        let y = if product > 0.0 { zero - height } else { zero };
        let gap = (width * 0.1).min(0.6);
        let rect = Rect::new(
            area.x + width * i as f64 + gap,
            y,
            width - 2.0 * gap,
            height,
        );
        let ink = Ink::Diverging(if product > 0.0 { 8 } else { 2 });
        scene.rect(rect, 0.0, Paint::fill(ink));
    }
    let axis = straight((area.x, zero), (area.right(), zero));
    scene.path(axis, Paint::stroke(Ink::Line2, 1.0));
}

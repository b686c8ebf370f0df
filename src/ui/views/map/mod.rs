//! Where tokens lie in the space of the model's vectors, on the plane of largest variance.

mod labels;
mod landscape;
mod plane;
mod strings;

use crate::color_scale::Ink;
use crate::protocol::{
    Activation, Architecture, Attention, CellSite, ModelInfo, Site, Stack, StackPart, TokenInfo,
    TraceSpec,
};
use crate::ui::components::scene::Segment;
use crate::ui::components::scene::{Paint, Rect, Scene, Text};
use crate::ui::components::shape::{circle, straight};

use super::attended::labels_and_hues;
use super::{Focus, Target, View, ViewInput, norm, token_label};
use labels::{Labels, Place};
use plane::Plane;

pub use landscape::Landscape;

/// The embedding map.
pub const VIEW: View = View {
    name: "map",
    title: |language| strings::of(language).title,
    panel: Some("map"),
    why_not: |_, _| None,
    spec,
    inspections: |_| Vec::new(),
    draw,
    describe: |input| strings::of(input.language).describe(input),
};

/// How many neighbours are drawn.
const NEIGHBORS: usize = 4;

fn spec(model: &ModelInfo, focus: &Focus) -> TraceSpec {
    let depths = 0..=deepest(model, focus);
    depths.map(|depth| after(model, focus, depth)).collect()
}

/// How many blocks or layers the vectors can be followed through.
fn deepest(model: &ModelInfo, focus: &Focus) -> usize {
    match (model.architecture, focus.attention_of(model)) {
        (Architecture::EncoderDecoder, Some(Attention::Source)) => model.n_encoder_layers,
        // A state of another width is no place in the space of the words.
        (Architecture::Recurrent, _) if model.d_hidden != model.d_model => 0,
        _ => model.n_layers,
    }
}

/// The vectors after `depth` blocks or layers; the word vectors for 0.
fn after(model: &ModelInfo, focus: &Focus, depth: usize) -> Activation {
    let stack = match (model.architecture, focus.attention_of(model)) {
        (Architecture::EncoderDecoder, Some(Attention::Source)) => Some(Stack::Encoder),
        (Architecture::EncoderDecoder, _) => Some(Stack::Decoder),
        _ => None,
    };
    let site = Site::ResidPost;
    match (depth.checked_sub(1), stack) {
        (None, None) => Activation::Embed,
        (None, Some(stack)) => Activation::InStack(stack, StackPart::Embed),
        (Some(layer), Some(stack)) => Activation::in_stack(stack, layer, site),
        (Some(layer), None) if model.architecture == Architecture::Recurrent => Activation::Cell {
            layer,
            site: CellSite::Hidden,
        },
        (Some(layer), None) => Activation::block(layer, site),
    }
}

/// The text whose tokens are drawn: a source while its own attention is meant.
fn tokens<'a>(input: &ViewInput<'a>) -> &'a [TokenInfo] {
    match input.attention() {
        Some(Attention::Source) => input.trace.source(),
        _ => input.trace.tokens(),
    }
}

/// What a token is called where it can be pointed at.
fn target(input: &ViewInput<'_>, at: usize) -> Target {
    match input.attention() {
        Some(Attention::Source) => Target::SourceToken(at),
        _ => Target::Token(at),
    }
}

/// A token's vector after `depth` blocks; its word vector for 0.
///
/// The stream grows from block to block, and what a vector means lies in its direction. Behind
/// the first block a vector is therefore drawn at the mean length of the word vectors.
fn vector(input: &ViewInput<'_>, table: &Landscape, depth: usize, at: usize) -> Option<Vec<f32>> {
    let activation = after(input.model, input.focus, depth);
    let row = input.trace.row(activation, at)?;
    if depth == 0 {
        return Some(row.to_vec());
    }
    let factor = table.mean_norm / norm(row).max(1e-9);
    Some(row.iter().map(|x| x * factor).collect())
}

fn depth(input: &ViewInput<'_>) -> usize {
    let deepest = deepest(input.model, input.focus);
    input.focus.map_layer.min(deepest)
}

/// The tokens nearest in direction to what is pointed at, or to the lit token: its point, then
/// their ids.
pub(super) fn neighbors(input: &ViewInput<'_>) -> Option<(String, Vec<f32>, Vec<u32>)> {
    let table = input.embeddings?;
    let (bytes, own, query) = match input.focus.hovered {
        Some(Target::Vocabulary(id)) => {
            let id = id as usize;
            let row = table
                .vectors
                .get(id * table.d_model..(id + 1) * table.d_model)?;
            (input.model.vocabulary.get(id)?.clone(), id, row.to_vec())
        }
        _ => {
            let at = input.lit_query()?;
            let token = tokens(input).get(at)?;
            let query = vector(input, table, depth(input), at)?;
            (token.bytes.clone(), token.id as usize, query)
        }
    };
    let mut ids = table.nearest(&query, NEIGHBORS + 1)?;
    ids.retain(|id| *id as usize != own);
    ids.truncate(NEIGHBORS);
    Some((super::token_label::quoted(&bytes), query, ids))
}

fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    let words = strings::of(input.language);
    let Some(table) = input.embeddings else {
        let at = (input.width / 2.0, input.height / 2.0);
        let text = Text::new(at.0, at.1, input.size(12.5), Ink::Text3, words.waiting);
        scene.text(text.middle());
        return scene;
    };
    let depth = depth(input);
    let points: Vec<Option<Vec<f32>>> = (0..tokens(input).len())
        .map(|at| vector(input, table, depth, at))
        .collect();
    let path: Vec<Vec<f32>> = input.lit_query().map_or(Vec::new(), |at| {
        (0..=deepest(input.model, input.focus))
            .filter_map(|depth| vector(input, table, depth, at))
            .collect()
    });
    let others = points.iter().flatten().chain(&path).map(Vec::as_slice);
    let Some(plane) = Plane::new(table, others, (input.width, input.height)) else {
        return scene;
    };
    scene.backdrop = Some(table.backdrop(plane.frame(), || draw_vocabulary(&plane)));
    let mut labels = Labels::new(input.width, input.height);
    let path: Vec<(f64, f64)> = path.iter().map(|v| plane.place(v)).collect();
    for &(x, y) in path.iter().skip(1) {
        labels.block(Rect::new(x - 7.0, y - 7.0, 14.0, 14.0));
    }
    let tokens = token_points(input, &plane, &points, depth);
    for &(_, (x, y)) in &tokens {
        labels.block(Rect::new(x - 4.5, y - 4.5, 9.0, 9.0));
    }
    draw_neighbors(&mut scene, input, table, &plane, &mut labels);
    draw_path(&mut scene, &path);
    draw_tokens(&mut scene, input, &tokens, &mut labels);
    scene
}

fn draw_vocabulary(plane: &Plane<'_>) -> Scene {
    let mut scene = Scene::new(plane.frame().size.0, plane.frame().size.1);
    for (id, (x, y)) in plane.vocabulary() {
        let dot = Rect::new(x - 1.1, y - 1.1, 2.2, 2.2);
        scene.rect(dot, 0.0, Paint::fill(Ink::Line3).opacity(0.42));
        let around = plane.clipped(Rect::new(x - 4.0, y - 4.0, 8.0, 8.0));
        scene.hit(around, Target::Vocabulary(id), None);
    }
    scene
}

/// The typed tokens' places. At depth 0 the same token has one place.
fn token_points(
    input: &ViewInput<'_>,
    plane: &Plane<'_>,
    points: &[Option<Vec<f32>>],
    depth: usize,
) -> Vec<(usize, (f64, f64))> {
    let tokens = tokens(input);
    let mut kept: Vec<(usize, (f64, f64))> = Vec::new();
    for (at, point) in points.iter().enumerate() {
        let Some(point) = point else { continue };
        if depth == 0
            && let Some(same) = kept
                .iter_mut()
                .find(|(other, _)| tokens[*other].id == tokens[at].id)
        {
            // The lit one stands for the others.
            if input.lit_query() == Some(at) {
                same.0 = at;
            }
            continue;
        }
        kept.push((at, plane.place(point)));
    }
    kept
}

fn draw_neighbors(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    table: &Landscape,
    plane: &Plane<'_>,
    labels: &mut Labels,
) {
    let Some((name, from, ids)) = neighbors(input) else {
        return;
    };
    let size = input.size(11.0);
    let from = plane.place(&from);
    for id in ids {
        let at = id as usize * table.d_model;
        let Some(row) = table.vectors.get(at..at + table.d_model) else {
            continue;
        };
        let (x, y) = plane.place(row);
        scene.path(straight(from, (x, y)), Paint::stroke(Ink::Line3, 1.0));
        // A word of the text has its own dot and name there.
        let is_typed = |token: &TokenInfo| token.id == id;
        if depth(input) == 0 && self::tokens(input).iter().any(is_typed) {
            continue;
        }
        scene.path(circle(x, y, 2.6), Paint::fill(Ink::Text3));
        let bytes = input.model.vocabulary.get(id as usize);
        let text = bytes.map_or(String::new(), |bytes| token_label(bytes).text);
        if let Some(place) = labels.place(&text, size, (x, y), 5.0, false) {
            write(scene, place, text, size, Ink::Text2);
        }
    }
    if let Some(Target::Vocabulary(_)) = input.focus.hovered {
        scene.path(circle(from.0, from.1, 3.4), Paint::fill(Ink::Text1));
        if let Some(place) = labels.place(&name, input.size(12.5), from, 6.0, true) {
            write(scene, place, name, input.size(12.5), Ink::Text1);
        }
    }
}

/// The lit token's way through the blocks: 1 is after the first.
fn draw_path(scene: &mut Scene, path: &[(f64, f64)]) {
    let mut line = Vec::with_capacity(path.len());
    for (i, &(x, y)) in path.iter().enumerate() {
        line.push(if i == 0 {
            Segment::Move(x, y)
        } else {
            Segment::Line(x, y)
        });
    }
    if line.len() > 1 {
        scene.path(line, Paint::stroke(Ink::Text1, 1.5));
    }
    for (i, &(x, y)) in path.iter().enumerate().skip(1) {
        let paint = Paint::fill(Ink::Surface0).outlined(Ink::Text1, 1.3);
        scene.path(circle(x, y, 6.5), paint);
        let number = Text::new(x, y + 3.5, 9.5, Ink::Text1, i.to_string());
        scene.text(number.middle());
    }
}

fn draw_tokens(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    tokens: &[(usize, (f64, f64))],
    labels: &mut Labels,
) {
    let (texts, hues) = labels_and_hues(self::tokens(input));
    let (size, lit) = (input.size(12.5), input.lit_query());
    // The lit token first: it is always named.
    let (mut order, others): (Vec<_>, Vec<_>) = tokens.iter().partition(|(at, _)| lit == Some(*at));
    order.extend(others);
    let named: Vec<Option<Place>> = order
        .iter()
        .map(|(at, point)| labels.place(&texts[*at], size, *point, 8.0, lit == Some(*at)))
        .collect();
    for (&(at, (x, y)), place) in order.iter().zip(named).rev() {
        let edge = if lit == Some(at) {
            Ink::Text1
        } else {
            Ink::Surface0
        };
        let paint = Paint::fill(Ink::CategoryMark(hues[at])).outlined(edge, 1.2);
        scene.path(circle(x, y, 4.5), paint);
        let dot = Rect::new(x - 6.0, y - 6.0, 12.0, 12.0);
        let mut around = dot;
        if let Some(place) = place {
            around = place.rect;
            write(scene, place, texts[at].clone(), size, Ink::Text1);
        }
        let inside = Rect::new(0.0, 0.0, scene.width, scene.height);
        for rect in [dot, around] {
            scene.hit(plane::clip(rect, &inside), target(input, at), None);
        }
    }
}

fn write(scene: &mut Scene, place: Place, text: String, size: f64, ink: Ink) {
    let text = Text::new(place.x, place.y, size, ink, text);
    scene.text(text.code().halo(Ink::Surface0));
}

//! Who wrote this logit: what each part of the model added to it, as a list of the largest terms
//! and as a waterfall in the order of computation.
//!
//! Source: Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits" (the residual
//! stream is a sum); direct logit attribution as in TransformerLens.

mod list;
mod strings;
mod waterfall;

use crate::color_scale::Ink;
use crate::order;
use crate::protocol::{
    Activation, Attribution, Component, Finding, Inspection, ModelInfo, TraceSpec,
};
use crate::ui::components::scene::{Rect, Scene, Source, Text};
use crate::ui::components::text_width::shortened;

use super::lens::stream;
use super::reading::largest;
use super::waiting::draw_waiting;
use super::{Focus, Target, View, ViewInput};

/// The terms of one logit.
pub const VIEW: View = View {
    name: "attribution",
    title: |language| strings::of(language).title,
    panel: Some("attribution"),
    why_not: |model, language| strings::of(language).why_not(model.architecture),
    spec,
    inspections: |input| inspection(input).into_iter().collect(),
    draw,
    describe: |input| strings::of(input.language).describe(input, attribution(input)),
};

/// How many tokens one can ask about by name.
const CANDIDATES: usize = 10;

fn spec(model: &ModelInfo, _: &Focus) -> TraceSpec {
    let streams = (0..=model.n_layers).map(|depth| stream(model, depth));
    streams.chain([Activation::Logits]).collect()
}

/// The token whose logit is taken apart: the chosen one, or the most likely after the chosen token.
pub fn target(input: &ViewInput<'_>) -> Option<u32> {
    let row = input.trace.row(Activation::Logits, input.chosen()?)?;
    let chosen = input.focus.target.filter(|id| (*id as usize) < row.len());
    chosen.or_else(|| largest(row).map(|id| id as u32))
}

/// The most likely tokens after the chosen one, most likely first.
pub fn candidates(input: &ViewInput<'_>) -> Vec<u32> {
    let row = input
        .chosen()
        .and_then(|position| input.trace.row(Activation::Logits, position));
    let Some(row) = row else { return Vec::new() };
    let ids = order::largest(row.iter().copied(), CANDIDATES);
    ids.into_iter().map(|(id, _)| id as u32).collect()
}

fn inspection(input: &ViewInput<'_>) -> Option<Inspection> {
    Some(Inspection::Attribution {
        position: input.chosen()?,
        target: target(input)?,
    })
}

fn attribution<'a>(input: &ViewInput<'a>) -> Option<&'a Attribution> {
    match input.findings.get(&inspection(input)?) {
        Some(Finding::Attribution(attribution)) => Some(attribution),
        _ => None,
    }
}

/// The logit and where it is from.
fn logit(input: &ViewInput<'_>) -> Option<Source> {
    let (position, id) = (input.chosen()?, target(input)? as usize);
    Some(Source {
        activation: Activation::Logits,
        index: vec![position, id],
        value: *input.trace.row(Activation::Logits, position)?.get(id)?,
    })
}

fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    let Some(logit) = logit(input) else {
        return scene;
    };
    let (words, size, scale) = (
        strings::of(input.language),
        input.size(12.5),
        input.type_scale,
    );
    let found = attribution(input);
    let title = words.heading(input, &logit, found.map(|found| found.terms.len()));
    let title = shortened(&title, size, false, input.width);
    scene.text(Text::new(0.0, size, size, Ink::Text1, title));
    let top = 22.0 * scale;
    let height = (input.height - top).max(20.0);
    let is_narrow = input.width < 520.0 * scale;
    let (left, right) = if is_narrow {
        let split = if input.height >= 330.0 * scale {
            0.5
        } else {
            1.0
        };
        (
            Rect::new(0.0, top, input.width, height * split),
            Rect::new(
                0.0,
                top + height * split + 10.0,
                input.width,
                (height * (1.0 - split) - 10.0).max(0.0),
            ),
        )
    } else {
        let width = (input.width * 0.44).min(330.0 * scale);
        (
            Rect::new(0.0, top, width, height),
            Rect::new(width + 24.0, top, input.width - width - 24.0, height),
        )
    };
    match found {
        Some(found) => {
            list::draw(&mut scene, input, found, &logit, left);
            waterfall::draw(&mut scene, input, Some(found), right);
        }
        None => {
            draw_waiting(&mut scene, input, (left.x, left.y));
            waterfall::draw(&mut scene, input, None, right);
        }
    }
    scene
}

/// The head a term is of, as something that can be pointed at. Where a block has two attentions a
/// head's number alone does not say which.
fn head_of(component: Component, model: &ModelInfo) -> Option<Target> {
    match component {
        _ if model.architecture.has_source() => None,
        Component::Head { layer, head } => Some(Target::Head { layer, head }),
        _ => None,
    }
}

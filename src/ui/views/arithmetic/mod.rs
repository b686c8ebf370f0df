//! The arithmetic of any number of the model: the formula, the same with its numbers, the terms.
//!
//! What is said and drawn is worked out here from [`crate::derivation`]; the shell writes it as
//! HTML and MathML, where every number can be opened in turn.

mod drawing;
mod formula;
pub mod math;
mod names;
mod panel;
pub mod picker;
mod strings;
mod terms;

#[cfg(test)]
mod tests;

pub use drawing::drawing_height;
pub use names::{name_of, word};
pub use panel::{Crumb, LineRow, Panel, panel};
pub use strings::{Strings, of as strings};
pub use terms::{FEW, Row, TermTable};

use crate::derivation::{
    Array, Derivation, Quantity, Reading, activations_ahead, derive, needed_activations,
};
use crate::protocol::{Activation, Finding, Inspection, ModelInfo, Site, Trace, TraceSpec};

use super::{Focus, View, ViewInput};

/// The arithmetic of the chosen attention weight, or of the number that was opened.
pub const VIEW: View = View {
    name: "arithmetic",
    title: |language| strings(language).title,
    panel: Some("why"),
    why_not: |model, language| strings(language).why_not(model.architecture),
    spec,
    inspections,
    draw: drawing::draw,
    describe: |input| match panel(input, FEW) {
        Some(panel) => panel.in_words(input.language),
        None => strings(input.language).waiting.to_owned(),
    },
};

fn spec(model: &ModelInfo, focus: &Focus) -> TraceSpec {
    let layer = focus.layer.min(model.n_layers.saturating_sub(1));
    let weight = Quantity::activation(Activation::block(layer, Site::Pattern), &[0; 3]);
    let shown = focus.path.last().copied().unwrap_or(weight);
    let links = chain(&shown);
    // One step ahead, so that an operand opens without a run of the model.
    let mut spec = links.iter().fold(TraceSpec::default(), |spec, link| {
        spec.union(&needed_activations(link, model))
            .union(&activations_ahead(link, model))
    });
    // Which weight is the chosen one is told by the pattern.
    spec.0.insert(Activation::block(layer, Site::Pattern));
    spec
}

fn inspections(input: &ViewInput<'_>) -> Vec<Inspection> {
    let made = shown(input)
        .map(|shown| links(&shown, input))
        .unwrap_or_default();
    let wanted = made.iter().filter_map(asked_parameters);
    wanted.collect()
}

/// What the engine has to be asked for a derivation's parameters; `None` if it has none.
fn asked_parameters(made: &Derivation) -> Option<Inspection> {
    let slices = made.parameters();
    (!slices.is_empty()).then_some(Inspection::Parameters(slices))
}

/// A derivation's parameters, once they are there.
fn parameters<'a>(made: &Derivation, input: &ViewInput<'a>) -> Option<&'a [Vec<f32>]> {
    match asked_parameters(made) {
        None => Some(&[]),
        Some(asked) => match input.findings.get(&asked)? {
            Finding::Parameters(numbers) => Some(numbers),
            _ => None,
        },
    }
}

/// The steps that are shown together with a number, in order; the last one is its own. An
/// attention weight is shown from the product of query and key on.
pub fn chain(quantity: &Quantity) -> Vec<Quantity> {
    let index = quantity.index();
    match quantity.array {
        Array::Activation(Activation::Block { layer, site }) => {
            let raw = Quantity::new(Array::RawScores(layer), index);
            let masked = Quantity::new(Array::MaskedScores(layer), index);
            let score = Quantity::activation(Activation::block(layer, Site::Scores), index);
            match site {
                Site::Scores => vec![raw, *quantity],
                Site::Pattern => vec![raw, score, masked, *quantity],
                _ => vec![*quantity],
            }
        }
        _ => vec![*quantity],
    }
}

/// The derivations of a number's chain.
fn links(quantity: &Quantity, input: &ViewInput<'_>) -> Vec<Derivation> {
    let ids: Vec<u32> = input.trace.tokens().iter().map(|token| token.id).collect();
    let reading = Reading {
        model: input.model,
        ids: &ids,
        temperature: input.settings.temperature,
    };
    let made = chain(quantity).into_iter();
    made.filter_map(|link| derive(&link, &reading).ok())
        .collect()
}

/// The attention weight whose arithmetic is shown when nothing was opened: the chosen head's, of
/// the chosen token at the chosen key.
pub fn home(model: &ModelInfo, trace: &Trace, focus: &Focus) -> Option<Quantity> {
    let layer = focus.layer.min(model.n_layers.saturating_sub(1));
    let head = focus.head.min(model.n_heads.saturating_sub(1));
    let query = focus.chosen_in(model, trace)?;
    let key = focus.key_of(model, trace, query)?;
    let pattern = Activation::block(layer, Site::Pattern);
    Some(Quantity::activation(pattern, &[head, query, key]))
}

/// The number whose arithmetic is shown. While nothing was opened, a weight of the chosen head
/// under the pointer is.
pub fn shown(input: &ViewInput<'_>) -> Option<Quantity> {
    if let Some(last) = input.focus.path.last() {
        return Some(*last);
    }
    if let Some((query, key)) = input.hovered_pair() {
        let (layer, head) = (input.layer(), input.head());
        let pattern = Activation::block(layer, Site::Pattern);
        return Some(Quantity::activation(pattern, &[head, query, key]));
    }
    home(input.model, input.trace, input.focus)
}

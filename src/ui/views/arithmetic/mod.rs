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
pub use names::{is_weight, name_of, word};
pub use panel::{Crumb, LineRow, Panel, panel};
pub use strings::{Strings, of as strings};
pub use terms::{FEW, Row, TermTable};

use crate::derivation::{
    Array, Derivation, Quantity, Reading, activations_ahead, derive, ids_of, needed_activations,
};
use crate::protocol::{Attention, Finding, Inspection, ModelInfo, Site, Trace, TraceSpec};

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
    let Some(pattern) = focus.stage_of(model, Site::Pattern) else {
        return TraceSpec::default();
    };
    let weight = Quantity::activation(pattern, &[0; 3]);
    let shown = focus.path.last().copied().unwrap_or(weight);
    let links = chain(&shown, model);
    // One step ahead, so that an operand opens without a run of the model.
    let mut spec = links.iter().fold(TraceSpec::default(), |spec, link| {
        spec.union(&needed_activations(link, model))
            .union(&activations_ahead(link, model))
    });
    // Which weight is the chosen one is told by the pattern.
    spec.0.insert(pattern);
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
pub fn chain(quantity: &Quantity, model: &ModelInfo) -> Vec<Quantity> {
    let index = quantity.index();
    let mut links = Vec::new();
    if let Array::Activation(activation) = quantity.array
        && let Some((attention, layer, site)) = Attention::stage_of(activation)
    {
        let is_weight = site == Site::Pattern;
        if model.block.is_scaled && (is_weight || site == Site::Scores) {
            links.push(Quantity::new(Array::RawScores(attention, layer), index));
        }
        if is_weight {
            links.push(Quantity::activation(
                attention.at(layer, Site::Scores),
                index,
            ));
        }
        if is_weight && attention.looks_back_only(model.architecture) {
            links.push(Quantity::new(Array::MaskedScores(attention, layer), index));
        }
    }
    links.push(*quantity);
    links
}

/// The derivations of a number's chain.
fn links(quantity: &Quantity, input: &ViewInput<'_>) -> Vec<Derivation> {
    let [ids, source] = ids_of(input.trace);
    let reading = Reading {
        model: input.model,
        ids: &ids,
        source: &source,
        temperature: input.settings.temperature,
    };
    let made = chain(quantity, input.model).into_iter();
    made.filter_map(|link| derive(&link, &reading).ok())
        .collect()
}

/// The attention weight whose arithmetic is shown when nothing was opened: the chosen head's, of
/// the chosen token at the chosen key.
pub fn home(model: &ModelInfo, trace: &Trace, focus: &Focus) -> Option<Quantity> {
    let head = focus.head.min(model.n_heads.saturating_sub(1));
    let query = focus.chosen_query(model, trace)?;
    let key = focus.key_of(model, trace, query)?;
    let pattern = focus.stage_of(model, Site::Pattern)?;
    Some(Quantity::activation(pattern, &[head, query, key]))
}

/// The number whose arithmetic is shown. While nothing was opened, a weight of the chosen head
/// under the pointer is.
pub fn shown(input: &ViewInput<'_>) -> Option<Quantity> {
    if let Some(last) = input.focus.path.last() {
        return Some(*last);
    }
    if let Some((query, key)) = input.hovered_pair() {
        let pattern = input.focus.stage_of(input.model, Site::Pattern)?;
        let index = [input.head(), query, key];
        return Some(Quantity::activation(pattern, &index));
    }
    home(input.model, input.trace, input.focus)
}

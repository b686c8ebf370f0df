//! The arithmetic of any number of the model: the formula, the same with its numbers, the terms.
//!
//! What is said and drawn is worked out here from [`crate::derivation`]; the shell writes it as
//! HTML and MathML, where every number can be opened in turn.

mod drawing;
mod filled;
mod formula;
pub mod math;
mod names;
mod panel;
pub mod picker;
mod strings;
mod symbols;
mod terms;

#[cfg(test)]
mod tests;

pub use drawing::drawing_height;
pub use names::{is_weight, layer_word, name_of, word};
pub use panel::{Crumb, LineRow, Panel, panel};
pub use strings::{Strings, of as strings};
pub use terms::{FEW, Row, TermTable};

use crate::derivation::{
    Array, Derivation, Quantity, Reading, activations_ahead, derive, ids_of, needed_activations,
};
use crate::protocol::{
    Activation, Attention, CellSite, Finding, Inspection, ModelInfo, Site, Trace, TraceSpec,
};

use super::matrix::strongest;
use super::{Focus, Target, View, ViewInput, cells};

/// The arithmetic of the chosen attention weight or unit, or of the number that was opened.
pub const VIEW: View = View {
    name: "arithmetic",
    title: |language| strings(language).title,
    panel: Some("why"),
    why_not: |_, _| None,
    spec,
    inspections,
    draw: drawing::draw,
    describe: |input| match panel(input, FEW) {
        Some(panel) => panel.in_words(input.language),
        None => strings(input.language).waiting.to_owned(),
    },
};

fn spec(model: &ModelInfo, focus: &Focus) -> TraceSpec {
    let first = beginning(model, focus);
    // Of a unit: at a step that has one before it.
    let any = Quantity::activation(
        first,
        if first.is_per_head() {
            &[0; 3]
        } else {
            &[1, 0]
        },
    );
    let shown = focus.path.last().copied().unwrap_or(any);
    let links = chain(&shown, model);
    // One step ahead, so that an operand opens without a run of the model.
    let mut spec = links.iter().fold(TraceSpec::default(), |spec, link| {
        spec.union(&needed_activations(link, model))
            .union(&activations_ahead(link, model))
    });
    // Which weight is the chosen one is told by the pattern, which unit by the state.
    spec.0.insert(first);
    spec
}

/// The activation that a number of is shown when nothing was opened: the attention weights that are
/// looked at, or what is drawn of a recurrent model's cells.
fn beginning(model: &ModelInfo, focus: &Focus) -> Activation {
    let pattern = focus.stage_of(model, Site::Pattern);
    pattern.unwrap_or_else(|| cells::shown(model, focus))
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
/// attention weight is shown from the product of query and key on, a hidden state from its cell on.
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
    if let Array::Activation(Activation::Cell {
        layer,
        site: CellSite::Hidden,
    }) = quantity.array
    {
        let site = CellSite::Cell;
        links.push(Quantity::activation(
            Activation::Cell { layer, site },
            index,
        ));
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

/// The number whose arithmetic is shown when nothing was opened: the attention weight of the chosen
/// head, of the chosen token at the chosen key; in a recurrent model the unit farthest from zero
/// after the chosen token.
pub fn home(model: &ModelInfo, trace: &Trace, focus: &Focus) -> Option<Quantity> {
    let first = beginning(model, focus);
    let query = focus.chosen_query(model, trace)?;
    if !first.is_per_head() {
        let (unit, _) = *strongest(trace.row(first, query)?, 1).first()?;
        return Some(Quantity::activation(first, &[query, unit]));
    }
    let head = focus.head.min(model.n_heads.saturating_sub(1));
    let key = focus.key_of(model, trace, query)?;
    Some(Quantity::activation(first, &[head, query, key]))
}

/// Whether the pointer is on a number that is shown while nothing was opened: a weight of the chosen
/// head, in a recurrent model a number of the cells that are drawn.
pub fn is_pointed_at(model: &ModelInfo, focus: &Focus) -> bool {
    match &focus.hovered {
        Some(Target::Cell { layer, head, .. }) => (*layer, *head) == (focus.layer, focus.head),
        Some(Target::Number(number)) => {
            let first = beginning(model, focus);
            !first.is_per_head() && number.array == Array::Activation(first)
        }
        _ => false,
    }
}

/// The number whose arithmetic is shown. While nothing was opened, one under the pointer is
/// ([`is_pointed_at`]).
pub fn shown(input: &ViewInput<'_>) -> Option<Quantity> {
    if let Some(last) = input.focus.path.last() {
        return Some(*last);
    }
    if let Some((query, key)) = input.hovered_pair() {
        let pattern = input.focus.stage_of(input.model, Site::Pattern)?;
        let index = [input.head(), query, key];
        return Some(Quantity::activation(pattern, &index));
    }
    if let Some(Target::Number(number)) = &input.focus.hovered
        && is_pointed_at(input.model, input.focus)
    {
        return Some(*number);
    }
    home(input.model, input.trace, input.focus)
}

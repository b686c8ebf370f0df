//! What every head does, as numbers: on this text and on a sample of random sequences.
//!
//! Source: Olsson et al. 2022, "In-context Learning and Induction Heads"; Clark et al. 2019, "What
//! Does BERT Look At?".

mod strings;
mod table;

use crate::attention_measures::{distance, entropy_bits, induction, previous_token};
use crate::order::descending;
use crate::protocol::{Activation, Finding, HeadCharacter, Inspection, ModelInfo, Site, TraceSpec};

use crate::ui::components::export::{Datum, Value};

use super::{Focus, HeadOrder, View, ViewInput};

/// All heads with their measures.
pub const VIEW: View = View {
    name: "characters",
    title: |language| strings::of(language).title,
    panel: Some("characters"),
    why_not: |model, language| strings::of(language).why_not(model.architecture),
    spec,
    inspections: |_| vec![inspection()],
    draw: table::draw,
    describe: |input| strings::of(input.language).describe(input),
};

/// What an order of the heads is called.
pub fn order_name(input: &ViewInput<'_>, order: HeadOrder) -> &'static str {
    strings::of(input.language).column(order, true)
}

/// Sequences of the sample.
const SEQUENCES: usize = 8;
/// Random tokens in each, said twice.
const HALF: usize = 24;

fn spec(model: &ModelInfo, _: &Focus) -> TraceSpec {
    let pattern = |layer| Activation::block(layer, Site::Pattern);
    (0..model.n_layers).map(pattern).collect()
}

fn inspection() -> Inspection {
    Inspection::HeadCharacters {
        sequences: SEQUENCES,
        half: HALF,
        seed: 0,
    }
}

/// The measures over the sample, head by head, once they are there.
fn sample<'a>(input: &ViewInput<'a>) -> Option<&'a [HeadCharacter]> {
    let Some(Finding::HeadCharacters(characters)) = input.findings.get(&inspection()) else {
        return None;
    };
    let heads = input.model.n_layers * input.model.n_heads;
    (characters.len() == heads).then_some(characters)
}

/// The rows of one head, one per query.
fn rows<'a>(input: &ViewInput<'a>, layer: usize, head: usize) -> Vec<&'a [f32]> {
    let row = |query| input.trace.pattern(layer, head, query);
    (0..input.trace.len()).map_while(row).collect()
}

fn ids(input: &ViewInput<'_>) -> Vec<u32> {
    input.trace.tokens().iter().map(|token| token.id).collect()
}

/// One measure of a head on this text; `None` where this text cannot show it, for example when no
/// token is said twice.
fn measure(rows: &[&[f32]], ids: &[u32], column: usize) -> Option<f32> {
    match column {
        0 => previous_token(rows),
        1 => induction(rows, ids),
        2 => entropy_bits(rows),
        _ => distance(rows),
    }
}

/// The measures of one head on this text: previous token, induction, entropy, distance.
fn here(input: &ViewInput<'_>, layer: usize, head: usize) -> [Option<f32>; 4] {
    let (rows, ids) = (rows(input, layer, head), ids(input));
    [0, 1, 2, 3].map(|column| measure(&rows, &ids, column))
}

/// The measures on this text, for a table; what this text cannot show is left out.
pub fn data(input: &ViewInput<'_>) -> Vec<Datum> {
    let names = ["previous_token", "induction", "entropy_bits", "distance"];
    let of_head = |(layer, head)| {
        let named = names.into_iter().zip(here(input, layer, head));
        named.filter_map(move |(name, value)| {
            Some(Datum {
                name: format!("characters.here.{name}"),
                indices: vec![layer, head],
                value: Value::Number(value?),
            })
        })
    };
    heads(input).into_iter().flat_map(of_head).collect()
}

/// The same four of a head of the sample.
fn measures(character: &HeadCharacter) -> [f32; 4] {
    [
        character.previous_token,
        character.induction,
        character.entropy,
        character.distance,
    ]
}

/// Every head, block by block.
fn heads(input: &ViewInput<'_>) -> Vec<(usize, usize)> {
    let n_heads = input.model.n_heads;
    (0..input.model.n_layers)
        .flat_map(|layer| (0..n_heads).map(move |head| (layer, head)))
        .collect()
}

/// The heads, block by block or sorted by a measure on this text; by the sample where this text
/// cannot show it.
fn order(input: &ViewInput<'_>) -> Vec<(usize, usize)> {
    let heads = heads(input);
    let column = match input.focus.sort_heads {
        HeadOrder::Place => return heads,
        HeadOrder::PreviousToken => 0,
        HeadOrder::Induction => 1,
        HeadOrder::Entropy => 2,
        HeadOrder::Distance => 3,
    };
    let (ids, sample) = (ids(input), sample(input));
    let value = |i: usize, (layer, head): (usize, usize)| {
        let here = measure(&rows(input, layer, head), &ids, column);
        let sample = || sample.map(|sample| measures(&sample[i])[column]);
        here.or_else(sample).unwrap_or(0.0)
    };
    // The sharpest first.
    let is_rising = input.focus.sort_heads == HeadOrder::Entropy;
    let sign = if is_rising { -1.0 } else { 1.0 };
    let valued = heads.iter().enumerate();
    let order = descending(valued.map(|(i, head)| sign * value(i, *head)));
    order.into_iter().map(|i| heads[i]).collect()
}

/// A head and its number.
type Scored = ((usize, usize), f32);

/// The head that attends most to what followed the same token before: on this text, and over the
/// sample.
fn best_induction(input: &ViewInput<'_>) -> (Option<Scored>, Option<Scored>) {
    let ids = ids(input);
    let best = |scores: Vec<Scored>| {
        let better = |a: Scored, b: Scored| if b.1 > a.1 { b } else { a };
        scores.into_iter().reduce(better)
    };
    let here = heads(input).into_iter().filter_map(|(layer, head)| {
        let score = induction(&rows(input, layer, head), &ids)?;
        Some(((layer, head), score))
    });
    let sample = sample(input).into_iter().flatten();
    let sample = heads(input)
        .into_iter()
        .zip(sample.map(|character| character.induction));
    (best(here.collect()), best(sample.collect()))
}

//! What every head does, as numbers: on this text and on a sample of random sequences.
//!
//! Source: Olsson et al. 2022, "In-context Learning and Induction Heads"; Clark et al. 2019, "What
//! Does BERT Look At?".

mod strings;
mod table;

use crate::attention_measures::{distance, entropy_bits, induction, previous_token};
use crate::protocol::{Activation, Finding, HeadCharacter, Inspection, ModelInfo, Site, TraceSpec};

use super::{Focus, HeadOrder, View, ViewInput};

/// All heads with their measures.
pub const VIEW: View = View {
    name: "characters",
    title: |language| strings::of(language).title,
    panel: Some("characters"),
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

/// The measures of one head on this text: previous token, induction, entropy, distance. `None`
/// where this text cannot show one, for example when no token is said twice.
fn here(input: &ViewInput<'_>, layer: usize, head: usize) -> [Option<f32>; 4] {
    let row = |query| input.trace.pattern(layer, head, query);
    let rows: Vec<&[f32]> = (0..input.trace.len()).map_while(row).collect();
    let ids: Vec<u32> = input.trace.tokens().iter().map(|token| token.id).collect();
    [
        previous_token(&rows),
        induction(&rows, &ids),
        entropy_bits(&rows),
        distance(&rows),
    ]
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

/// The heads, block by block or sorted by a measure over the sample.
fn order(input: &ViewInput<'_>) -> Vec<(usize, usize)> {
    let n_heads = input.model.n_heads;
    let heads =
        (0..input.model.n_layers).flat_map(|layer| (0..n_heads).map(move |head| (layer, head)));
    let mut heads: Vec<(usize, usize)> = heads.collect();
    let column = match input.focus.sort_heads {
        HeadOrder::Place => return heads,
        HeadOrder::PreviousToken => 0,
        HeadOrder::Induction => 1,
        HeadOrder::Entropy => 2,
        HeadOrder::Distance => 3,
    };
    if let Some(sample) = sample(input) {
        let of =
            |&(layer, head): &(usize, usize)| measures(&sample[layer * n_heads + head])[column];
        heads.sort_by(|a, b| of(b).total_cmp(&of(a)));
        if input.focus.sort_heads == HeadOrder::Entropy {
            heads.reverse();
        }
    }
    heads
}

/// The head that attends most to what followed the same token before, over the sample.
fn best_induction(input: &ViewInput<'_>) -> Option<((usize, usize), f32)> {
    let n_heads = input.model.n_heads.max(1);
    let best = sample(input)?
        .iter()
        .enumerate()
        .max_by(|a, b| a.1.induction.total_cmp(&b.1.induction));
    best.map(|(i, character)| ((i / n_heads, i % n_heads), character.induction))
}

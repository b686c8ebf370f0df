//! What a place in a drawing is called, for someone who hears it.

use super::arithmetic::name_of;
use super::film::words;
use super::number::{decimal, percent};
use super::{OpenPart, Target, ViewInput, characters, lens, token_label};
use crate::protocol::{Architecture, TokenInfo};
use crate::ui::components::scene::Hit;

/// The place in words: what it stands for and, if it shows one number, which and how much.
pub fn spoken(input: &ViewInput<'_>, hit: &Hit) -> String {
    let name = target_name(input, &hit.target);
    match &hit.source {
        Some(source) => {
            let index: Vec<String> = source.index.iter().map(usize::to_string).collect();
            let value = decimal(f64::from(source.value), 4);
            format!(
                "{name}: {value} ({}[{}])",
                source.activation,
                index.join(", ")
            )
        }
        None => name,
    }
}

fn target_name(input: &ViewInput<'_>, target: &Target) -> String {
    let pick = |en: String, ko: String| input.language.pick(en, ko);
    let label = |tokens: &[TokenInfo], position: usize| -> String {
        let label = tokens
            .get(position)
            .map(|token| token_label(&token.bytes).text);
        label.unwrap_or_default()
    };
    let id = |id: u32| -> String {
        let bytes = input.model.vocabulary.get(id as usize);
        bytes
            .map(|bytes| token_label(bytes).text)
            .unwrap_or_default()
    };
    match target {
        Target::Token(position) => {
            let (number, text) = (position + 1, label(input.trace.tokens(), *position));
            pick(
                format!("token {number}, {text}"),
                format!("토큰 {number}, {text}"),
            )
        }
        Target::SourceToken(position) => {
            let (number, text) = (position + 1, label(input.trace.source(), *position));
            pick(
                format!("source token {number}, {text}"),
                format!("원문 토큰 {number}, {text}"),
            )
        }
        Target::Head { layer, head } => {
            let (layer, head) = (layer + 1, head + 1);
            pick(
                format!("block {layer}, head {head}"),
                format!("블록 {layer}, 헤드 {head}"),
            )
        }
        Target::Cell { query, key, .. } => {
            let (query, key) = (label(input.queries(), *query), label(input.keys(), *key));
            pick(
                format!("{query} looks at {key}"),
                format!("{query} → {key}"),
            )
        }
        Target::Block(layer) => {
            let layer = layer + 1;
            pick(format!("block {layer}"), format!("블록 {layer}"))
        }
        Target::Part(part) => part_name(input, *part).to_owned(),
        Target::Candidate(candidate) => {
            let p = input.distribution.p().get(*candidate as usize);
            let p = p.map_or(String::new(), |p| percent(f64::from(*p)));
            let text = id(*candidate);
            match input.model.architecture {
                Architecture::Encoder => {
                    pick(format!("token {text}, {p}"), format!("토큰 {text}, {p}"))
                }
                _ => pick(
                    format!("next token {text}, {p}"),
                    format!("다음 토큰 {text}, {p}"),
                ),
            }
        }
        Target::Vocabulary(known) => id(*known),
        Target::Prediction { position, depth } => prediction_name(input, *position, *depth),
        Target::Order(order) => {
            let name = characters::order_name(input, *order);
            pick(format!("sort by {name}"), format!("{name} 순으로 정렬"))
        }
        Target::Step(step) => words(input.language).step(*step),
        Target::Number(quantity) => name_of(quantity, input),
    }
}

/// Where a prediction was read, and its most likely tokens.
fn prediction_name(input: &ViewInput<'_>, position: usize, depth: usize) -> String {
    let listed = lens::listed(input, position, depth);
    let named = listed.iter().map(|(id, p)| {
        let bytes = input.model.vocabulary.get(*id as usize);
        let label = bytes.map_or(String::new(), |bytes| token_label(bytes).text);
        format!("{label} {}", percent(f64::from(*p)))
    });
    let named: Vec<String> = named.collect();
    format!(
        "{}: {}",
        lens::place(input, position, depth),
        named.join(", ")
    )
}

fn part_name(input: &ViewInput<'_>, part: OpenPart) -> &'static str {
    let (en, ko) = match part {
        OpenPart::Embedding => ("open the embeddings", "임베딩 열기"),
        OpenPart::Attention => ("open the attention", "어텐션 열기"),
        OpenPart::Lines => ("attention as lines", "선으로 보기"),
        OpenPart::Mlp => ("open the MLP", "MLP 열기"),
        OpenPart::Logits => ("open the logits", "로짓 열기"),
        OpenPart::None => ("fold", "접기"),
    };
    input.language.pick(en, ko)
}

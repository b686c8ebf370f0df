//! The chosen head as a table of numbers: the equivalent of its drawing.

use yew::prelude::*;

use crate::protocol::{Attention, ModelInfo, Site, TokenInfo, Trace};
use crate::ui::components::part::drawn_by;
use crate::ui::i18n::Language;
use crate::ui::state::Shared;

use super::sentences::word;
use super::words::words;

/// Up to this many tokens the table is always there, for screen readers; above, when asked for.
const ALWAYS_UP_TO: usize = 24;

/// The table. What may not be looked at is an empty cell.
#[derive(PartialEq)]
pub struct AttentionTable {
    /// The model.
    pub model: Shared<ModelInfo>,
    /// Its numbers.
    pub trace: Shared<Trace>,
    /// The attention that is meant, if there is any.
    pub attention: Option<Attention>,
    /// The chosen block, from 0.
    pub layer: usize,
    /// The chosen head, from 0.
    pub head: usize,
    /// Language.
    pub language: Language,
    /// Whether it can be seen.
    pub is_shown: bool,
}

drawn_by!(AttentionTable, use_attention_table);

#[hook]
fn use_attention_table(props: &AttentionTable) -> Html {
    let (trace, layer, head) = (&props.trace, props.layer, props.head);
    let Some(attention) = props.attention else {
        return Html::default();
    };
    let (queries, keys) = (attention.queries(trace), attention.keys(trace));
    if !props.is_shown && queries.len().max(keys.len()) > ALWAYS_UP_TO {
        return Html::default();
    }
    let words = words(props.language);
    let name_of = |token: &TokenInfo| word(&props.model, token.id);
    let names: Vec<String> = keys.iter().map(name_of).collect();
    let class = classes!(
        "attention-table",
        (!props.is_shown).then_some("visually-hidden")
    );
    let pattern = attention.at(layer, Site::Pattern);
    let name = pattern.to_string();
    let caption = format!(
        "{}: {} {}, {} {}",
        words.attention,
        words.block,
        layer + 1,
        words.head,
        head + 1
    );
    let row = |query: usize| {
        let weights = trace.head_row(pattern, head, query).unwrap_or_default();
        weights.iter().enumerate().map(move |(key, weight)| {
            let index = format!("{head},{query},{key}");
            html! { <td data-index={index}>{ format!("{weight:.4}") }</td> }
        })
    };
    html! {
        <div {class} tabindex={props.is_shown.then_some("0")}>
            <table data-testid="attention-table" data-activation={name}>
                <caption>{ caption }</caption>
                <thead>
                    <tr><td />{ for names.iter().map(|name| html! { <th scope="col">{ name.clone() }</th> }) }</tr>
                </thead>
                <tbody>
                    { for queries.iter().enumerate().map(|(query, token)| html! {
                        <tr><th scope="row">{ name_of(token) }</th>{ for row(query) }</tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}

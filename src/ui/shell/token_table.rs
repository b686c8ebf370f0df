//! The tokens of the text as a table, for a narrow screen: id, bytes, embedding.

use yew::prelude::*;

use crate::color_scale::{Ink, diverging_step};
use crate::protocol::Activation;
use crate::ui::components::part::drawn_by;
use crate::ui::state::Action;
use crate::ui::views::{token_hues, token_label};

use super::scene_view::Drawn;
use super::words::words;

/// How many numbers of the embedding are shown.
const SHOWN: usize = 24;

/// The table.
#[derive(PartialEq)]
pub struct TokenTable {
    /// What is drawn.
    pub drawn: Drawn,
    /// Says what was done.
    pub act: Callback<Action>,
}

drawn_by!(TokenTable, use_token_table);

#[hook]
fn use_token_table(props: &TokenTable) -> Html {
    let drawn = &props.drawn;
    let words = words(drawn.language);
    let tokens = drawn.trace.tokens();
    let hues = token_hues(tokens);
    let chosen = drawn.focus.token.unwrap_or(tokens.len().saturating_sub(1));
    let row = |index: usize| {
        let token = &tokens[index];
        let hex: Vec<String> = token.bytes.iter().map(|b| format!("{b:02X}")).collect();
        let act = props.act.clone();
        let choose =
            Callback::from(move |_: MouseEvent| act.emit(Action::ChooseToken(Some(index))));
        html! {
            <tr key={index} aria-selected={(index == chosen).to_string()} onclick={choose}>
                <th scope="row" class={format!("code hue-{}", hues[index])}>{ token_label(&token.bytes).text }</th>
                <td class="number">{ token.id }</td>
                <td class="code">{ hex.join(" ") }<small>{ format!("{}–{}", token.start, token.end) }</small></td>
                <td>{ props.bars(index) }</td>
            </tr>
        }
    };
    html! {
        <table class="token-table">
            <thead><tr>{ for words.token_columns.iter().map(|name| html! { <th scope="col">{ *name }</th> }) }</tr></thead>
            <tbody>{ for (0..tokens.len()).map(row) }</tbody>
        </table>
    }
}

impl TokenTable {
    /// The first numbers of the token's embedding, as cells of colour.
    fn bars(&self, index: usize) -> Html {
        let Some(vector) = self.drawn.trace.row(Activation::Embed, index) else {
            return Html::default();
        };
        let largest = vector
            .iter()
            .fold(0.0f32, |max, value| max.max(value.abs()));
        html! {
            <span class="strip" aria-hidden="true">
                { for vector.iter().take(SHOWN).map(|value| {
                    let ink = Ink::Diverging(diverging_step(*value, largest));
                    html! { <i style={format!("background:{}", ink.css_value())} /> }
                }) }
            </span>
        }
    }
}

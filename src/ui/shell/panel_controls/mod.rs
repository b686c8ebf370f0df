//! What a panel has besides its drawings: switches and selects, one file per panel.

pub mod attentions;
mod attribution;
mod cells;
mod characters;
mod stages;

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::ui::state::Action;
use crate::ui::views::LookChange;

use super::scene_view::Drawn;

/// The controls of a panel that has any; they stand right of its title.
pub fn panel_controls(panel: &str, drawn: &Drawn, act: &Callback<Action>) -> Html {
    match panel {
        "alignment" => attentions::alignment(drawn, act),
        "cells" => cells::controls(drawn, act),
        "attribution" => attribution::controls(drawn, act),
        "characters" => characters::controls(drawn, act),
        "stages" => stages::controls(drawn, act),
        _ => Html::default(),
    }
}

/// One choice of a select: its value in the address, its name, and whether it is chosen.
struct Choice {
    value: String,
    name: String,
    is_chosen: bool,
}

/// A select that changes what the panels show. `change` reads a value.
fn select(
    id: &'static str,
    label: String,
    choices: Vec<Choice>,
    act: &Callback<Action>,
    change: impl Fn(&str) -> Option<LookChange> + 'static,
) -> Html {
    let act = act.clone();
    let choose = Callback::from(move |event: Event| {
        let select = event.target_dyn_into::<HtmlSelectElement>();
        if let Some(change) = select.and_then(|select| change(&select.value())) {
            act.emit(Action::Look(change));
        }
    });
    html! {
        <label class="map-layer look">
            <select data-testid={id} aria-label={label} onchange={choose}>
                { for choices.into_iter().map(|choice| html! {
                    <option value={choice.value} selected={choice.is_chosen}>{ choice.name }</option>
                }) }
            </select>
        </label>
    }
}

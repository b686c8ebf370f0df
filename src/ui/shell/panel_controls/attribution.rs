//! Who wrote this logit: the token whose logit it is.

use yew::prelude::*;

use crate::ui::state::Action;
use crate::ui::views::{LookChange, candidates, token_label};

use super::super::scene_view::Drawn;
use super::{Choice, select};

/// The select of the most likely tokens, and of the chosen one if it is none of them.
pub fn controls(drawn: &Drawn, act: &Callback<Action>) -> Html {
    let input = drawn.input(0.0, 0.0);
    let chosen = drawn.focus.target;
    let mut ids: Vec<Option<u32>> = candidates(&input).into_iter().map(Some).collect();
    // The most likely one is meant when none is chosen, whichever it comes to be.
    if let Some(first) = ids.first_mut() {
        *first = None;
    }
    let most_likely = candidates(&input).first().copied();
    if chosen.is_some() && !ids.contains(&chosen) {
        ids.push(chosen);
    }
    let name = |id: Option<u32>| {
        let bytes = id
            .or(most_likely)
            .and_then(|id| drawn.model.vocabulary.get(id as usize));
        let label = bytes.map_or(String::new(), |bytes| token_label(bytes).text);
        match id {
            Some(_) => label,
            None => drawn.language.pick(
                format!("most likely: {label}"),
                format!("가장 높은 것: {label}"),
            ),
        }
    };
    let choices = ids.into_iter().map(|id| Choice {
        value: id.map_or(String::new(), |id| id.to_string()),
        name: name(id),
        is_chosen: id == chosen,
    });
    let read = |value: &str| Some(LookChange::Target(value.parse().ok()));
    let label = drawn.language.pick("Logit of", "로짓의 토큰").to_owned();
    select("target", label, choices.collect(), act, read)
}

//! Attention in stages: which measure is drawn, and whether tokens are merged to words.

use web_sys::MouseEvent;
use yew::prelude::*;

use crate::protocol::Attention;
use crate::ui::state::Action;
use crate::ui::views::{LookChange, Measure};

use super::super::scene_view::Drawn;
use super::{Choice, select};

/// The select and the switch.
pub fn controls(drawn: &Drawn, act: &Callback<Action>) -> Html {
    // Of one text only.
    if drawn.focus.attention_of(&drawn.model) == Some(Attention::Cross) {
        return Html::default();
    }
    let (focus, pick) = (&drawn.focus, |en, ko| drawn.language.pick(en, ko));
    let name = |measure| match measure {
        Measure::Pattern => pick("attention weight", "어텐션 가중치"),
        Measure::ValueWeighted => pick("weight × |value|", "가중치 × |값|"),
        Measure::Rollout => pick("attention rollout", "어텐션 롤아웃"),
    };
    let choices = Measure::ALL.map(|measure| Choice {
        value: measure.name().to_owned(),
        name: name(measure).to_owned(),
        is_chosen: measure == focus.measure,
    });
    let read = |value: &str| {
        let measure = Measure::ALL.into_iter().find(|m| m.name() == value)?;
        Some(LookChange::Measure(measure))
    };
    let label = pick("Fourth stage shows", "네 번째 단계에 보일 것").to_owned();
    let (act_merge, merges) = (act.clone(), focus.merges_words);
    let toggle = Callback::from(move |_: MouseEvent| {
        act_merge.emit(Action::Look(LookChange::MergeWords(!merges)));
    });
    html! {
        <span class="row toggles">
            <button class="quiet toggle" data-testid="merge-words" aria-pressed={merges.to_string()} onclick={toggle}>
                { pick("words", "단어로") }
            </button>
            { select("measure", label, choices.into(), act, read) }
        </span>
    }
}

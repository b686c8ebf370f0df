//! Which attention is meant, for a model with more than one; and the lines of an alignment.

use web_sys::MouseEvent;
use yew::prelude::*;

use crate::protocol::Attention;
use crate::ui::i18n::Language;
use crate::ui::state::Action;
use crate::ui::views::{Focus, LookChange};

use super::super::scene_view::Drawn;

/// A button for each attention of the model, the meant one pressed; nothing if there is one only.
pub fn attention_switch(
    all: &'static [Attention],
    meant: Option<Attention>,
    language: Language,
    act: &Callback<Action>,
) -> Html {
    if all.len() < 2 {
        return Html::default();
    }
    let button = |attention: &Attention| {
        let attention = *attention;
        let act = act.clone();
        let choose = Callback::from(move |_: MouseEvent| {
            act.emit(Action::Look(LookChange::Attention(attention)));
        });
        let name = match attention {
            Attention::Own => language.pick("own", "자신"),
            Attention::Source => language.pick("source", "원문 안"),
            Attention::Target => language.pick("target", "번역 안"),
            Attention::Cross => language.pick("target to source", "번역에서 원문으로"),
        };
        html! {
            <button class="quiet toggle" data-testid="attention-kind" data-attention={attention.name()}
                aria-pressed={(meant == Some(attention)).to_string()} onclick={choose}>{ name }</button>
        }
    };
    html! { <>{ for all.iter().map(button) }</> }
}

/// Whether the lines are the mean over the heads.
pub fn alignment(drawn: &Drawn, act: &Callback<Action>) -> Html {
    if !drawn.model.architecture.has_source() {
        return Html::default();
    }
    let Focus { merges_heads, .. } = drawn.focus;
    let act = act.clone();
    let toggle = Callback::from(move |_: MouseEvent| {
        act.emit(Action::Look(LookChange::MergeHeads(!merges_heads)));
    });
    html! {
        <span class="row toggles">
            <button class="quiet toggle" data-testid="merge-heads" aria-pressed={merges_heads.to_string()}
                onclick={toggle}>{ drawn.language.pick("mean of the heads", "헤드 평균") }</button>
        </span>
    }
}

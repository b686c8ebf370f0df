//! Why this token: the drawn number and the stretch it fell into.

use web_sys::MouseEvent;
use yew::prelude::*;

use crate::ui::components::part::drawn_by;
use crate::ui::state::{Action, Sampling};
use crate::ui::views::korean::{Particle, with_particle};

use super::say::written;
use super::scene_view::Drawn;
use super::sentences::{why_draw, word, written_title};
use super::words::words;

/// The panel.
#[derive(PartialEq)]
pub struct WhyDraw {
    /// What is drawn.
    pub drawn: Drawn,
    /// How the next token is drawn.
    pub sampling: Sampling,
    /// Whether a token can be added.
    pub can_add: bool,
    /// Whether the key of colours is shown.
    pub has_key: bool,
    /// Says what was done.
    pub act: Callback<Action>,
}

drawn_by!(WhyDraw, use_why_draw);

#[hook]
fn use_why_draw(props: &WhyDraw) -> Html {
    let (drawn, next) = (&props.drawn, &props.drawn.next);
    let Some(token) = next.token().or(next.written) else {
        return Html::default();
    };
    let words = words(drawn.language);
    let token_word = word(&drawn.model, token);
    let is_written = next.written.is_some();
    let title = match is_written {
        false => drawn.language.pick(
            format!("Why “{token_word}”"),
            format!(
                "{} 나온 까닭",
                with_particle(&format!("“{token_word}”"), Particle::Subject)
            ),
        ),
        true => written_title(&drawn.model, &token_word, drawn.language),
    };
    // What a translation starts with is no token of it.
    let before = usize::from(drawn.model.architecture.has_source());
    let (number, seed) = (next.position + 1 - before, props.sampling.seed);
    let which = match next.draw {
        Some(_) => drawn.language.pick(
            format!("token {number}, seed {seed}"),
            format!("{number}번째 토큰, 시드 {seed}"),
        ),
        None => drawn
            .language
            .pick(format!("token {number}"), format!("{number}번째 토큰")),
    };
    let take_word = drawn.language.pick(
        format!("Take “{token_word}”"),
        format!("“{token_word}” 넣기"),
    );
    let say = |action: Action| {
        let act = props.act.clone();
        Callback::from(move |_: MouseEvent| act.emit(action.clone()))
    };
    // Nobody asks, offers or hands over where nothing is attended to.
    let unused = if drawn.model.architecture.attends() {
        0
    } else {
        3
    };
    let colours = ["query", "key", "value", "text-1", "text-1"];
    html! {
        <div class="why-draw">
            <h2>{ title }<span class="sub">{ which }</span></h2>
            <p data-testid="why-draw">{ written(&why_draw(&drawn.model, next, drawn.language)) }</p>
            if !is_written {
                <div class="row">
                    <button class="button" data-testid="take" disabled={!props.can_add} onclick={say(Action::Take(token))}>
                        { take_word }
                    </button>
                    if next.draw.is_some() {
                        <button class="button" onclick={say(Action::NextSeed)}>{ words.next_seed }</button>
                    }
                </div>
            }
            if props.has_key {
                <dl class="key">
                    { for words.key.iter().zip(colours).skip(unused).map(|((name, meaning), colour)| html! {
                        <><dt style={format!("color:var(--{colour})")}>{ *name }</dt><dd>{ *meaning }</dd></>
                    }) }
                </dl>
            }
        </div>
    }
}

//! Generation: step, play, stop, undo, speed, and how the next token is drawn.

use web_sys::{HtmlInputElement, HtmlSelectElement, MouseEvent};
use yew::prelude::*;

use crate::ui::components::part::{drawn_by, part};
use crate::ui::components::read_number;
use crate::ui::i18n::Language;
use crate::ui::state::{Action, Sampling, SamplingChange};

use super::slider::{SLIDER_STEPS, position_of_top_k, short_number, top_k_at};
use super::words::words;

/// Speeds that can be chosen, tokens per second.
const SPEEDS: [f64; 6] = [1.0, 2.0, 4.0, 8.0, 16.0, 30.0];

/// Step, play, stop, undo, speed, greedy.
#[derive(PartialEq)]
pub struct PlayButtons {
    /// Whether tokens are being generated.
    pub is_playing: bool,
    /// Whether a token can be added.
    pub can_add: bool,
    /// Whether there is something to take back.
    pub can_undo: bool,
    /// Whether what is written beside a source has come to its end.
    pub is_over: bool,
    /// Tokens per second.
    pub speed: f64,
    /// Greedy or not.
    pub is_greedy: bool,
    /// Whether a step fills a blank.
    pub fills_blanks: bool,
    /// Only undo, play and step, large.
    pub is_dock: bool,
    /// Language.
    pub language: Language,
    /// Says what was done.
    pub act: Callback<Action>,
}

drawn_by!(PlayButtons, use_play_buttons);

#[hook]
fn use_play_buttons(props: &PlayButtons) -> Html {
    let words = words(props.language);
    let say = |action: Action| {
        let act = props.act.clone();
        Callback::from(move |_: MouseEvent| act.emit(action.clone()))
    };
    let why_not = match props.fills_blanks {
        true => props
            .language
            .pick("There is no blank to fill.", "채울 빈칸이 없습니다."),
        false => props.language.pick(
            "It is finished: undo, or change the text.",
            "끝까지 썼습니다. 되돌리거나 글을 바꿔 보세요.",
        ),
    };
    let step = html! {
        <button class="button main" data-testid="step" title={if props.can_add { "Ctrl+Enter, ⌘+Enter" } else { why_not }} disabled={!props.can_add}
            onclick={say(Action::Step)}>
            <svg viewBox="0 0 12 12" aria-hidden="true"><path d="M2 1l6 5-6 5zM9 1h2v10H9z" /></svg>
            { if props.fills_blanks { props.language.pick("Fill", "채우기") } else { words.step } }
        </button>
    };
    let (play_action, play_word, play_icon) = if props.is_playing {
        (Action::Stop, words.pause, "M2 1h3v10H2zM7 1h3v10H7z")
    } else {
        (Action::Play, words.play, "M2 1l9 5-9 5z")
    };
    let play = html! {
        <button class="button" data-testid="play" title={(!props.can_add).then_some(why_not)} aria-pressed={props.is_playing.to_string()}
            disabled={!props.can_add && !props.is_playing} onclick={say(play_action)}>
            <svg viewBox="0 0 12 12" aria-hidden="true"><path d={play_icon} /></svg>{ play_word }
        </button>
    };
    let stop = html! {
        <button class="button square" data-testid="stop" title={format!("{} (Escape)", words.stop)}
            aria-label={words.stop} disabled={!props.is_playing} onclick={say(Action::Stop)}>
            <svg viewBox="0 0 12 12" aria-hidden="true"><path d="M2 2h8v8H2z" /></svg>
        </button>
    };
    let undo = html! {
        <button class={classes!("button", props.is_dock.then_some("square"))} data-testid="undo" aria-label={words.undo}
            aria-disabled={(!props.can_undo).then_some("true")}
            onclick={say(Action::Undo)}>
            <svg viewBox="0 0 12 12" aria-hidden="true">
                <path d="M5 1L1 4.5 5 8V5.6c3 0 4.6 1 5.5 3.9C10.9 5.5 8.6 3.3 5 3.3z" />
            </svg>
            if !props.is_dock { { words.undo } }
        </button>
    };
    if props.is_dock {
        // A finger cannot ask a button why it is idle.
        return html! {
            <>
                if props.is_over { <p class="hint" data-testid="why-idle">{ why_not }</p> }
                <div class="row">{ undo }{ stop }{ play }{ step }</div>
            </>
        };
    }
    html! {
        <div class="row">
            { step }{ play }{ stop }{ undo }
            { part(Extras {
                speed: props.speed, is_greedy: props.is_greedy, language: props.language, act: props.act.clone()
            }) }
        </div>
    }
}

/// Speed and greedy.
#[derive(PartialEq)]
pub struct Extras {
    /// Tokens per second.
    pub speed: f64,
    /// Greedy or not.
    pub is_greedy: bool,
    /// Language.
    pub language: Language,
    /// Says what was done.
    pub act: Callback<Action>,
}

drawn_by!(Extras, use_extras);

#[hook]
fn use_extras(props: &Extras) -> Html {
    let words = words(props.language);
    let set_speed = {
        let act = props.act.clone();
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            if let Some(speed) = select.and_then(|select| read_number(&select.value())) {
                act.emit(Action::SetSpeed(speed));
            }
        })
    };
    let toggle_greedy = {
        let (act, is_greedy) = (props.act.clone(), props.is_greedy);
        let change = SamplingChange::Greedy(!is_greedy);
        Callback::from(move |_: MouseEvent| act.emit(Action::Sample(change)))
    };
    html! {
        <>
            <select class="speed" data-testid="speed" title={words.tokens_per_second} aria-label={words.tokens_per_second} onchange={set_speed}>
                { for SPEEDS.iter().map(|speed| html! {
                    <option value={speed.to_string()} selected={*speed == props.speed}>
                        { format!("{speed}{}", words.per_second) }
                    </option>
                }) }
            </select>
            <span class="grow" />
            <button class="quiet toggle" data-testid="greedy" aria-pressed={props.is_greedy.to_string()}
                onclick={toggle_greedy}>{ words.greedy }</button>
        </>
    }
}

/// Temperature, top-k, top-p, seed. Each slider has its number beside it, which can be typed.
#[derive(PartialEq)]
pub struct Sliders {
    /// How the next token is drawn.
    pub sampling: Sampling,
    /// Number of token ids.
    pub vocab_size: usize,
    /// Language.
    pub language: Language,
    /// Says what was done.
    pub act: Callback<Action>,
}

drawn_by!(Sliders, use_sliders);

#[hook]
fn use_sliders(props: &Sliders) -> Html {
    let words = words(props.language);
    let sampling = props.sampling;
    let vocab_size = props.vocab_size;
    let temperature = |value: f64| Some(SamplingChange::Temperature(value as f32));
    let top_p = |value: f64| Some(SamplingChange::TopP(value as f32));
    let top_k = |value: f64| (value >= 0.0).then_some(SamplingChange::TopK(value as usize));
    let top_k_slider =
        move |value: f64| Some(SamplingChange::TopK(top_k_at(value as u32, vocab_size)));
    let steps = SLIDER_STEPS.to_string();
    let position = position_of_top_k(sampling.top_k, vocab_size).to_string();
    let (share_t, share_p) = (sampling.temperature / 2.0, (sampling.top_p - 0.05) / 0.95);
    let share_k = position_of_top_k(sampling.top_k, vocab_size) as f32 / SLIDER_STEPS as f32;
    let fill = |share: f32| format!("--fill:{:.1}%", share * 100.0);
    let is_off = sampling.top_k == 0;
    html! {
        <div class="sliders">
            <div class="slider">
                <label for="temperature">{ words.temperature }</label>
                <input id="temperature" data-testid="temperature" type="number" min="0" max="2" step="0.05"
                    value={short_number(sampling.temperature)} onchange={heard(&props.act, temperature)} />
                <input type="range" data-testid="temperature-slider" aria-label={words.temperature} min="0" max="2" step="0.05"
                    style={fill(share_t)} value={short_number(sampling.temperature)} oninput={heard_now(&props.act, temperature)} />
            </div>
            <div class={classes!("slider", is_off.then_some("is-off"))}>
                <label for="top-k">{ words.top_k }</label>
                if is_off { <span class="off" aria-hidden="true">{ words.off }</span> }
                <input id="top-k" data-testid="top-k" type="number" min="0" max={vocab_size.to_string()} step="1"
                    value={sampling.top_k.to_string()} onchange={heard(&props.act, top_k)} />
                <input type="range" data-testid="top-k-slider" aria-label={words.top_k} min="0" max={steps} step="1"
                    aria-valuetext={if is_off { words.off.to_owned() } else { sampling.top_k.to_string() }} style={fill(share_k)} value={position}
                    oninput={heard_now(&props.act, top_k_slider)} />
            </div>
            <div class="slider">
                <label for="top-p">{ words.top_p }</label>
                <input id="top-p" data-testid="top-p" type="number" min="0.05" max="1" step="0.05"
                    value={short_number(sampling.top_p)} onchange={heard(&props.act, top_p)} />
                <input type="range" data-testid="top-p-slider" aria-label={words.top_p} min="0.05" max="1" step="0.05"
                    style={fill(share_p)} value={short_number(sampling.top_p)} oninput={heard_now(&props.act, top_p)} />
            </div>
            { part(Seed { seed: sampling.seed, language: props.language, act: props.act.clone() }) }
            { part(More { sampling, language: props.language, act: props.act.clone() }) }
        </div>
    }
}

/// Min-p and repetition penalty, folded away. The word that unfolds them is strong while one of
/// them is on.
#[derive(PartialEq)]
struct More {
    sampling: Sampling,
    language: Language,
    act: Callback<Action>,
}

drawn_by!(More, use_more);

#[hook]
fn use_more(props: &More) -> Html {
    let words = words(props.language);
    let sampling = props.sampling;
    let min_p = |value: f64| Some(SamplingChange::MinP(value as f32));
    let repetition = |value: f64| Some(SamplingChange::RepetitionPenalty(value as f32));
    let fill = |share: f32| format!("--fill:{:.1}%", share * 100.0);
    let (has_min_p, has_penalty) = (sampling.min_p > 0.0, sampling.repetition_penalty > 1.0);
    let off = |is_on: bool| {
        html! { if !is_on { <span class="off" aria-hidden="true">{ words.off }</span> } }
    };
    let spoken = |is_on: bool, value: f32| {
        if is_on {
            short_number(value)
        } else {
            words.off.to_owned()
        }
    };
    html! {
        <details class="more">
            <summary class={classes!("quiet", (has_min_p || has_penalty).then_some("is-on"))} data-testid="more-sampling">
                { words.more }
            </summary>
            <div class="more-sliders">
                <div class={classes!("slider", (!has_min_p).then_some("is-off"))}>
                    <label for="min-p">{ words.min_p }</label>
                    { off(has_min_p) }
                    <input id="min-p" data-testid="min-p" type="number" min="0" max="1" step="0.01"
                        value={short_number(sampling.min_p)} onchange={heard(&props.act, min_p)} />
                    <input type="range" data-testid="min-p-slider" aria-label={words.min_p} min="0" max="1" step="0.01"
                        aria-valuetext={spoken(has_min_p, sampling.min_p)} style={fill(sampling.min_p)}
                        value={short_number(sampling.min_p)} oninput={heard_now(&props.act, min_p)} />
                </div>
                <div class={classes!("slider", (!has_penalty).then_some("is-off"))}>
                    <label for="repetition">{ words.repetition }</label>
                    { off(has_penalty) }
                    <input id="repetition" data-testid="repetition" type="number" min="1" max="2" step="0.05"
                        value={short_number(sampling.repetition_penalty)} onchange={heard(&props.act, repetition)} />
                    <input type="range" data-testid="repetition-slider" aria-label={words.repetition} min="1" max="2" step="0.05"
                        aria-valuetext={spoken(has_penalty, sampling.repetition_penalty)} style={fill(sampling.repetition_penalty - 1.0)}
                        value={short_number(sampling.repetition_penalty)} oninput={heard_now(&props.act, repetition)} />
                </div>
            </div>
        </details>
    }
}

/// The seed, and a button to the next one.
#[derive(PartialEq)]
pub struct Seed {
    /// The seed.
    pub seed: u64,
    /// Language.
    pub language: Language,
    /// Says what was done.
    pub act: Callback<Action>,
}

drawn_by!(Seed, use_seed);

#[hook]
fn use_seed(props: &Seed) -> Html {
    let words = words(props.language);
    let set = {
        let act = props.act.clone();
        Callback::from(move |event: Event| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            if let Some(Ok(seed)) = input.map(|input| input.value().trim().parse()) {
                act.emit(Action::Sample(SamplingChange::Seed(seed)));
            }
        })
    };
    let next = {
        let act = props.act.clone();
        Callback::from(move |_: MouseEvent| act.emit(Action::NextSeed))
    };
    html! {
        <div class="slider seed">
            <label for="seed">{ words.seed }</label>
            <button class="quiet" data-testid="next-seed" title={words.next_seed} aria-label={words.next_seed}
                onclick={next}>{ "+1" }</button>
            <input id="seed" data-testid="seed" inputmode="numeric" pattern="[0-9]*" value={props.seed.to_string()}
                onchange={set} />
        </div>
    }
}

fn change_of(
    input: Option<HtmlInputElement>,
    change: impl Fn(f64) -> Option<SamplingChange>,
) -> Option<SamplingChange> {
    change(read_number(&input?.value())?)
}

/// Tells of a number once it has been typed.
fn heard(
    act: &Callback<Action>,
    change: impl Fn(f64) -> Option<SamplingChange> + 'static,
) -> Callback<Event> {
    let act = act.clone();
    Callback::from(move |event: Event| {
        if let Some(change) = change_of(event.target_dyn_into(), &change) {
            act.emit(Action::Sample(change));
        }
    })
}

/// Tells of a slider while it moves.
fn heard_now(
    act: &Callback<Action>,
    change: impl Fn(f64) -> Option<SamplingChange> + 'static,
) -> Callback<InputEvent> {
    let act = act.clone();
    Callback::from(move |event: InputEvent| {
        if let Some(change) = change_of(event.target_dyn_into(), &change) {
            act.emit(Action::Sample(change));
        }
    })
}

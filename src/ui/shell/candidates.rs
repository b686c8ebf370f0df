//! The candidates as buttons, exactly over the rows of the drawing, and the three most likely as
//! buttons of their own on a phone.

use web_sys::{Element, KeyboardEvent, MouseEvent};
use yew::prelude::*;

use crate::derivation::{Array, Quantity};
use crate::ui::components::part::{drawn_by, part};
use crate::ui::state::Action;
use crate::ui::views::Target;
use crate::ui::views::arithmetic::strings;
use crate::ui::views::prediction::{CandidateRow, candidate_rows};

use super::prompt::step_focus;
use super::scene_view::{Drawn, SceneView, use_width};
use super::sentences::{percent, word};
use super::words::words;

/// The distribution of the next token, each bar a button.
#[derive(PartialEq)]
pub struct Candidates {
    /// What is drawn.
    pub drawn: Drawn,
    /// Room in height, CSS pixels.
    pub height: f64,
    /// Whether a token can be added.
    pub can_add: bool,
    /// Says what was done.
    pub act: Callback<Action>,
}

drawn_by!(Candidates, use_candidates);

#[hook]
fn use_candidates(props: &Candidates) -> Html {
    let node = use_node_ref();
    let width = use_width(&node);
    let rows = candidate_rows(&props.drawn.input(width, props.height));
    let words = words(props.drawn.language);
    let hearing = use_memo(props.act.clone(), Hearing::new);
    let on_pointer_move = {
        let (act, last) = (props.act.clone(), props.drawn.focus.hovered.clone());
        Callback::from(move |event: PointerEvent| {
            let under = candidate_of(event.target_dyn_into()).map(Target::Candidate);
            if under != last {
                act.emit(Action::Hover(under));
            }
        })
    };
    html! {
        <div ref={node} class="candidates">
            { part(SceneView {
                has_buttons: true, view: "prediction", drawn: props.drawn.clone(), height: props.height,
                act: props.act.clone()
            }) }
            <div role="list" class="rows" aria-label={words.next_token} onclick={hearing.on_click.clone()}
                onkeydown={hearing.on_key_down.clone()} onfocusin={hearing.on_focus.clone()}
                onfocusout={hearing.on_leave.reform(|_: FocusEvent| ())} onpointermove={on_pointer_move}
                onpointerleave={hearing.on_leave.reform(|_: PointerEvent| ())}>
                { for rows.iter().enumerate().map(|(place, row)| props.row(place, row)) }
            </div>
        </div>
    }
}

/// What the rows hear for all of their buttons.
struct Hearing {
    on_click: Callback<MouseEvent>,
    on_focus: Callback<FocusEvent>,
    on_leave: Callback<()>,
    on_key_down: Callback<KeyboardEvent>,
}

impl Hearing {
    fn new(act: &Callback<Action>) -> Self {
        let (click, focus, leave) = (act.clone(), act.clone(), act.clone());
        Hearing {
            on_click: Callback::from(move |event: MouseEvent| {
                let element: Option<Element> = event.target_dyn_into();
                let name = element
                    .as_ref()
                    .and_then(|e| e.get_attribute("data-quantity"));
                if let Some(Ok(number)) = name.map(|name| name.parse()) {
                    click.emit(Action::Inquire(number));
                } else if let Some(id) = candidate_of(element) {
                    click.emit(Action::Take(id));
                }
            }),
            on_focus: Callback::from(move |event: FocusEvent| {
                let id = candidate_of(event.target_dyn_into());
                focus.emit(Action::Hover(id.map(Target::Candidate)));
            }),
            on_leave: Callback::from(move |()| leave.emit(Action::Hover(None))),
            on_key_down: Callback::from(|event: KeyboardEvent| match event.key().as_str() {
                "ArrowDown" | "ArrowRight" => step_focus(&event, 1),
                "ArrowUp" | "ArrowLeft" => step_focus(&event, -1),
                _ => {}
            }),
        }
    }
}

/// The token a row's button stands for.
fn candidate_of(element: Option<Element>) -> Option<u32> {
    let button = element?.closest("[data-testid=candidate]").ok()??;
    button.get_attribute("data-id")?.parse().ok()
}

impl Candidates {
    fn row(&self, place: usize, row: &CandidateRow) -> Html {
        let Some(id) = row.id else {
            return self.rest(row);
        };
        let name = word(&self.drawn.model, id);
        let label = format!("{name} {}", percent(row.p as f32));
        let style = format!("top:{}px;height:{}px", row.y, row.height);
        let tab_index = if place == 0 { "0" } else { "-1" };
        html! {
            <div role="listitem">
                <button {style} tabindex={tab_index} data-testid="candidate" data-id={id.to_string()}
                    data-p={(row.p as f32).to_string()} data-p-kept={(row.p_kept as f32).to_string()}
                    data-drawn={row.is_drawn.to_string()} data-penalized={row.is_penalized.to_string()} disabled={!self.can_add} aria-label={label} />
                { self.why(id, row) }
            </div>
        }
    }

    /// The percentage as a button: it opens the arithmetic of the probability.
    fn why(&self, id: u32, row: &CandidateRow) -> Html {
        let settings = &self.drawn.next.settings;
        let is_tempered = settings.temperature != 1.0 && settings.temperature > 0.0;
        let array = match is_tempered {
            true => Array::TemperedProbabilities,
            false => Array::Probabilities,
        };
        let drawn = &self.drawn;
        let position = drawn.focus.predicted(&drawn.model, &drawn.trace);
        let number = Quantity::new(array, &[position.unwrap_or_default(), id as usize]);
        let scale = self.drawn.type_scale;
        let (right, width) = (34.0 * scale + 43.0, 50.0 * scale);
        let style = format!(
            "top:{}px;height:{}px;left:auto;right:{right}px;width:{width}px",
            row.y, row.height
        );
        let why = strings(self.drawn.language).why(&percent(row.p as f32));
        html! {
            <button {style} class="why-number" tabindex="-1" data-testid="candidate-why" title={why.clone()}
                data-quantity={number.to_string()} aria-label={why} />
        }
    }

    /// All other tokens together.
    fn rest(&self, row: &CandidateRow) -> Html {
        let words = words(self.drawn.language);
        html! {
            <div role="listitem" class="visually-hidden" data-testid="rest" data-p={(row.p as f32).to_string()}
                data-p-kept={(row.p_kept as f32).to_string()} data-count={row.count.to_string()}>
                { format!("{}: {}", words.others, percent(row.p as f32)) }
            </div>
        }
    }
}

/// The three most likely tokens in one line; the drawn one is always among them.
#[derive(PartialEq)]
pub struct TopThree {
    /// What is drawn.
    pub drawn: Drawn,
    /// Says what was done.
    pub act: Callback<Action>,
}

drawn_by!(TopThree, use_top_three);

#[hook]
fn use_top_three(props: &TopThree) -> Html {
    let next = &props.drawn.next;
    let distribution = &next.distribution;
    let mut ids: Vec<u32> = distribution.order().iter().copied().take(3).collect();
    if let Some(token) = next.token().filter(|token| !ids.contains(token)) {
        ids.pop();
        ids.push(token);
    }
    let largest = ids
        .iter()
        .map(|id| distribution.p()[*id as usize])
        .fold(1e-6, f32::max);
    html! {
        <div class="top-three">
            { for ids.iter().map(|id| {
                let p = distribution.p()[*id as usize];
                let (act, id) = (props.act.clone(), *id);
                let take = Callback::from(move |_: MouseEvent| act.emit(Action::Take(id)));
                let is_drawn = next.token() == Some(id);
                html! {
                    <button class={classes!(is_drawn.then_some("drawn"))} data-testid="dock-candidate"
                        data-id={id.to_string()} onclick={take}>
                        <span class="code">{ word(&props.drawn.model, id) }</span>{ " " }
                        <span class="number">{ percent(p) }</span>
                        <i style={format!("width:{:.1}%", 100.0 * p / largest)} />
                    </button>
                }
            }) }
        </div>
    }
}

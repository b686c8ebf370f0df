//! All heads at once: one drawing, and over each head a button.

use web_sys::{Element, FocusEvent, KeyboardEvent, MouseEvent};
use yew::prelude::*;

use crate::ui::components::part::{drawn_by, part};
use crate::ui::state::Action;
use crate::ui::views::Target;
use crate::ui::views::heads::VIEW;

use super::prompt::step_focus;
use super::scene_view::{Drawn, SceneView, use_width};
use super::sentences::{percent, word};
use super::words::words;

/// The grid: one row per block, one column per head.
#[derive(PartialEq)]
pub struct HeadGrid {
    /// What is drawn.
    pub drawn: Drawn,
    /// Room in height, CSS pixels.
    pub height: f64,
    /// Says what was done.
    pub act: Callback<Action>,
}

drawn_by!(HeadGrid, use_head_grid);

#[hook]
fn use_head_grid(props: &HeadGrid) -> Html {
    let node = use_node_ref();
    let width = use_width(&node);
    let drawn = &props.drawn;
    let words = words(drawn.language);
    // What is pointed at elsewhere does not change the grid.
    let mut own = drawn.clone();
    own.focus.hovered = own
        .focus
        .hovered
        .filter(|target| matches!(target, Target::Head { .. }));
    // Where the heads lie depends on the room alone.
    let places = use_memo(
        (width, props.height, drawn.model.clone(), drawn.language),
        |(width, height, ..)| {
            let scene = VIEW.scene(&drawn.input(*width, *height));
            let heads = scene.hits.into_iter().filter_map(|hit| match hit.target {
                Target::Head { layer, head } => Some((layer, head, hit.rect)),
                _ => None,
            });
            heads.collect::<Vec<_>>()
        },
    );
    let say = |make: fn(usize, usize) -> Action| {
        let act = props.act.clone();
        move |element: Option<Element>| {
            if let Some((layer, head)) = head_of(element) {
                act.emit(make(layer, head));
            }
        }
    };
    let choose = say(|layer, head| Action::ChooseHead { layer, head });
    let point = say(|layer, head| Action::Hover(Some(Target::Head { layer, head })));
    let point_too = point.clone();
    let on_click = Callback::from(move |event: MouseEvent| choose(event.target_dyn_into()));
    let on_focus = Callback::from(move |event: FocusEvent| point(event.target_dyn_into()));
    let on_over = Callback::from(move |event: PointerEvent| point_too(event.target_dyn_into()));
    let leave = {
        let act = props.act.clone();
        Callback::from(move |()| act.emit(Action::Hover(None)))
    };
    let row = drawn.model.n_heads as i32;
    let on_key_down = Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
        "ArrowRight" => step_focus(&event, 1),
        "ArrowLeft" => step_focus(&event, -1),
        "ArrowDown" => step_focus(&event, row),
        "ArrowUp" => step_focus(&event, -row),
        _ => {}
    });
    let chosen = (drawn.focus.layer, drawn.focus.head);
    html! {
        <div ref={node} class="head-grid">
            { part(SceneView {
                has_buttons: true, view: "heads", drawn: own, height: props.height, act: props.act.clone()
            }) }
            <div role="group" aria-label={words.attention} onclick={on_click} onkeydown={on_key_down}
                onfocusin={on_focus} onfocusout={leave.reform(|_| ())} onpointerover={on_over}
                onpointerleave={leave.reform(|_| ())}>
                { for places.iter().map(|(layer, head, rect)| {
                    let is_chosen = chosen == (*layer, *head);
                    let label = props.label(*layer, *head);
                    let style = format!("left:{}px;top:{}px;width:{}px;height:{}px", rect.x, rect.y, rect.width, rect.height);
                    html! {
                        <button class="head-button" {style} data-testid="head" data-layer={layer.to_string()}
                            data-head={head.to_string()} data-activation={format!("blocks.{layer}.attn.pattern")}
                            aria-pressed={if is_chosen { "true" } else { "false" }} aria-label={label.clone()} title={label}
                            tabindex={if is_chosen { "0" } else { "-1" }} />
                    }
                }) }
            </div>
        </div>
    }
}

/// The head a button stands for.
fn head_of(element: Option<Element>) -> Option<(usize, usize)> {
    let element = element?;
    let number = |name| element.get_attribute(name)?.parse().ok();
    Some((number("data-layer")?, number("data-head")?))
}

impl HeadGrid {
    /// What the head does for the chosen token, with its number.
    fn label(&self, layer: usize, head: usize) -> AttrValue {
        let drawn = &self.drawn;
        let words = words(drawn.language);
        let name = format!("{} {}, {} {}", words.block, layer + 1, words.head, head + 1);
        let tokens = drawn.trace.tokens();
        let query = drawn.focus.token.unwrap_or(tokens.len().saturating_sub(1));
        let pattern = drawn.trace.pattern(layer, head, query).unwrap_or_default();
        let top = pattern
            .iter()
            .enumerate()
            .max_by(|(_, a), (_, b)| a.total_cmp(b));
        let (Some((key, weight)), Some(token)) = (top, tokens.get(query)) else {
            return name.into();
        };
        let (from, to) = (
            word(&drawn.model, token.id),
            word(&drawn.model, tokens[key].id),
        );
        let weight = percent(*weight);
        let said = drawn.language.pick(
            format!("{name}: “{from}” gives {weight} of its attention to “{to}”"),
            format!("{name}: “{from}” → “{to}” {weight}"),
        );
        said.into()
    }
}

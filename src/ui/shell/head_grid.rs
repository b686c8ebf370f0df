//! All heads at once, each a button with its heatmap.

use std::rc::Rc;

use web_sys::{KeyboardEvent, MouseEvent};
use yew::prelude::*;

use crate::ui::components::SceneCanvas;
use crate::ui::state::Action;
use crate::ui::views::Target;
use crate::ui::views::heads::head_thumbnail;

use super::prompt::step_focus;
use super::scene_view::Drawn;
use super::sentences::{percent, word};
use super::words::words;

/// Properties of [`HeadGrid`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is drawn.
    pub drawn: Drawn,
    /// Side of a thumbnail, CSS pixels.
    pub size: f64,
    /// Says what was done.
    pub act: Callback<Action>,
}

/// The grid: one row per block, one column per head.
#[component]
pub fn HeadGrid(props: &Props) -> Html {
    let drawn = &props.drawn;
    let model = &drawn.model;
    let words = words(drawn.language);
    // Thumbnails change with the numbers and not with what is pointed at.
    let thumbnails = use_memo(
        (drawn.trace.clone(), props.size, drawn.model.clone()),
        |_| {
            let input = drawn.input(props.size, props.size);
            (0..model.n_layers)
                .map(|layer| {
                    (0..model.n_heads)
                        .map(|head| Rc::new(head_thumbnail(&input, layer, head, props.size)))
                        .collect::<Vec<_>>()
                })
                .collect::<Vec<_>>()
        },
    );
    let style = format!(
        "grid-template-columns:auto repeat({},{}px)",
        model.n_heads, props.size
    );
    html! {
        <div class="head-grid" role="group" aria-label={words.attention} {style}>
            <span />
            { for (0..model.n_heads).map(|head| html! { <small>{ format!("{} {}", words.head, head + 1) }</small> }) }
            { for thumbnails.iter().enumerate().map(|(layer, heads)| html! {
                <>
                    <small class="block">{ format!("{} {}", words.block, layer + 1) }</small>
                    { for heads.iter().enumerate().map(|(head, scene)| html! {
                        <HeadButton key={layer * 1000 + head} {layer} {head} scene={scene.clone()}
                            is_chosen={(drawn.focus.layer, drawn.focus.head) == (layer, head)}
                            is_hovered={drawn.focus.hovered == Some(Target::Head { layer, head })}
                            label={props.label(layer, head)} theme_key={drawn.theme_key.clone()} act={props.act.clone()} />
                    }) }
                </>
            }) }
        </div>
    }
}

impl Props {
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

/// Properties of [`HeadButton`].
#[derive(Properties, PartialEq)]
struct ButtonProps {
    layer: usize,
    head: usize,
    scene: Rc<crate::ui::components::scene::Scene>,
    is_chosen: bool,
    is_hovered: bool,
    label: AttrValue,
    theme_key: AttrValue,
    act: Callback<Action>,
}

#[component]
fn HeadButton(props: &ButtonProps) -> Html {
    let (layer, head) = (props.layer, props.head);
    let say = |action: Action| {
        let act = props.act.clone();
        Callback::from(move |()| act.emit(action.clone()))
    };
    let choose = say(Action::ChooseHead { layer, head }).reform(|_: MouseEvent| ());
    let enter = say(Action::Hover(Some(Target::Head { layer, head })));
    let leave = say(Action::Hover(None));
    let on_key_down = Callback::from(move |event: KeyboardEvent| {
        // One row of the grid holds as many heads as there are siblings with the same layer.
        let row = event
            .target_dyn_into::<web_sys::HtmlElement>()
            .and_then(|here| here.closest("[role=group]").ok().flatten())
            .and_then(|grid| {
                let same = format!("[data-testid=head][data-layer='{layer}']");
                grid.query_selector_all(&same).ok()
            })
            .map_or(1, |row| row.length() as i32);
        match event.key().as_str() {
            "ArrowRight" => step_focus(&event, 1),
            "ArrowLeft" => step_focus(&event, -1),
            "ArrowDown" => step_focus(&event, row),
            "ArrowUp" => step_focus(&event, -row),
            _ => {}
        }
    });
    html! {
        <button class={classes!("head-button", props.is_chosen.then_some("on"), props.is_hovered.then_some("hovered"))}
            data-testid="head" data-layer={layer.to_string()} data-head={head.to_string()}
            data-activation={format!("blocks.{layer}.attn.pattern")} aria-pressed={props.is_chosen.to_string()}
            aria-label={props.label.clone()} title={props.label.clone()} tabindex={if props.is_chosen { "0" } else { "-1" }}
            onclick={choose} onkeydown={on_key_down} onfocus={enter.reform(|_| ())} onblur={leave.reform(|_| ())}
            onpointerenter={enter.reform(|_| ())} onpointerleave={leave.reform(|_| ())}>
            <SceneCanvas scene={props.scene.clone()} label="" theme_key={props.theme_key.clone()} />
        </button>
    }
}

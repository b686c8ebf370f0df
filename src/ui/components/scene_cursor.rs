//! The keyboard's way through a drawing: arrows move a frame from place to place, Enter is a click.

use std::rc::Rc;

use web_sys::{FocusEvent, KeyboardEvent};
use yew::prelude::*;

use crate::ui::components::part::drawn_by;
use crate::ui::views::Target;

use super::cursor::{Direction, first_stop, next_stop};
use super::scene::{Hit, Scene};

/// A layer over a drawing that takes the keyboard focus and lets the pointer through.
#[derive(PartialEq)]
pub struct SceneCursor {
    /// The drawing.
    pub scene: Rc<Scene>,
    /// Accessible name.
    pub label: AttrValue,
    /// What a place is called.
    pub name_of: Callback<Hit, String>,
    /// Called when the frame is on another thing, and with `None` when it leaves.
    pub on_hover: Callback<Option<Target>>,
    /// Called with Enter or space.
    pub on_click: Callback<Target>,
}

drawn_by!(SceneCursor, use_scene_cursor);

#[hook]
fn use_scene_cursor(props: &SceneCursor) -> Html {
    let stop = use_state(|| None::<Hit>);
    let go = {
        let (stop, on_hover) = (stop.clone(), props.on_hover.clone());
        move |hit: Option<Hit>| {
            on_hover.emit(hit.as_ref().map(|hit| hit.target.clone()));
            stop.set(hit);
        }
    };
    let on_focus = {
        let (go, scene) = (go.clone(), props.scene.clone());
        Callback::from(move |_: FocusEvent| go(first_stop(&scene)))
    };
    let on_blur = {
        let go = go.clone();
        Callback::from(move |_: FocusEvent| go(None))
    };
    let on_key_down = {
        let (scene, stop, on_click) = (props.scene.clone(), stop.clone(), props.on_click.clone());
        Callback::from(move |event: KeyboardEvent| {
            let Some(at) = &*stop else {
                return;
            };
            if let Some(direction) = Direction::of_key(&event.key()) {
                event.prevent_default();
                if let Some(next) = next_stop(&scene, &at.rect, direction) {
                    go(Some(next));
                }
            } else if event.key() == "Enter" && !event.ctrl_key() && !event.meta_key()
                || event.key() == " "
            {
                event.prevent_default();
                on_click.emit(at.target.clone());
            }
        })
    };
    let frame = stop.as_ref().map(|hit| {
        let rect = hit.rect;
        let style = format!(
            "left:{}px;top:{}px;width:{}px;height:{}px",
            rect.x, rect.y, rect.width, rect.height
        );
        html! { <i class="cursor" {style} /> }
    });
    let said = stop.as_ref().map(|hit| props.name_of.emit(hit.clone()));
    html! {
        <div class="cursor-layer" data-testid="cursor" tabindex="0" role="application" aria-label={props.label.clone()}
            onfocus={on_focus} onblur={on_blur} onkeydown={on_key_down}>
            { frame }
            <output class="visually-hidden" aria-live="polite">{ said }</output>
        </div>
    }
}

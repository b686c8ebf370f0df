//! Menus that drop down, and what closes them: Escape, and a press anywhere else.

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent, Node};
use yew::prelude::*;

/// A menu with its button in one element.
pub struct Menu {
    /// The element.
    pub node: NodeRef,
    /// Whether it is open.
    pub is_open: bool,
    /// Opens it, or closes it.
    pub toggle: Callback<MouseEvent>,
    /// Closes it.
    pub close: Callback<()>,
}

/// A menu that is closed at first.
#[hook]
pub fn use_menu() -> Menu {
    let node = use_node_ref();
    let is_open = use_state_eq(|| false);
    let toggle = {
        let is_open = is_open.clone();
        Callback::from(move |_: MouseEvent| is_open.set(!*is_open))
    };
    let close = {
        let is_open = is_open.clone();
        Callback::from(move |()| is_open.set(false))
    };
    use_closing(&node, *is_open, &close);
    Menu {
        node,
        is_open: *is_open,
        toggle,
        close,
    }
}

/// Calls `close` on Escape, and on a press outside of `node`, as long as it is open. The focus goes
/// back to the button.
#[hook]
pub fn use_closing(node: &NodeRef, is_open: bool, close: &Callback<()>) {
    let (node, close) = (node.clone(), close.clone());
    use_effect_with(is_open, move |is_open| {
        let document = web_sys::window().and_then(|window| window.document());
        let listeners = document.filter(|_| *is_open).map(|document| {
            ["pointerdown", "keydown"].map(|name| {
                let (node, close) = (node.clone(), close.clone());
                let hear = move |event: &Event| {
                    if ends(&node, event) {
                        close.emit(());
                    }
                };
                let options = EventListenerOptions::run_in_capture_phase();
                EventListener::new_with_options(&document, name, options, hear)
            })
        });
        move || drop(listeners)
    });
}

/// Whether an event ends a menu. Escape means nothing else then.
fn ends(node: &NodeRef, event: &Event) -> bool {
    let Some(menu) = node.cast::<Element>() else {
        return false;
    };
    let Some(key) = event.dyn_ref::<KeyboardEvent>() else {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Node>().ok());
        return !menu.contains(target.as_ref());
    };
    if key.key() != "Escape" {
        return false;
    }
    event.stop_propagation();
    if let Ok(Some(button)) = menu.query_selector("[aria-expanded], summary") {
        let _ = button.unchecked_into::<HtmlElement>().focus();
    }
    true
}

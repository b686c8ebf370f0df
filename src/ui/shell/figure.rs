//! Taking a figure away: as a picture, as a drawing, as numbers.

use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, HtmlElement, MouseEvent, Node};
use yew::prelude::*;

use crate::ui::components::part::drawn_by;
use crate::ui::i18n::Language;
use crate::ui::state::{Action, Format};

use super::menu::use_closing;

/// A small menu at a figure.
#[derive(PartialEq)]
pub struct TakeAway {
    /// Name of the view.
    pub view: &'static str,
    /// Its title.
    pub title: AttrValue,
    /// Width of the figure, CSS pixels.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// Language.
    pub language: Language,
    /// Says what was done.
    pub act: Callback<Action>,
}

drawn_by!(TakeAway, use_take_away);

#[hook]
fn use_take_away(props: &TakeAway) -> Html {
    let pick = |en, ko| props.language.pick(en, ko);
    let name = pick("Save", "저장");
    let menu = use_node_ref();
    let item = |format: Format| {
        let what = match format {
            Format::Png => pick("picture", "그림"),
            Format::Svg => pick("drawing", "벡터 그림"),
            Format::Csv => pick("numbers", "숫자 표"),
            Format::Json => pick("numbers, settings", "숫자와 설정"),
        };
        let (act, menu, view) = (props.act.clone(), menu.clone(), props.view);
        let (width, height) = (props.width, props.height);
        let take = Callback::from(move |_: MouseEvent| {
            close(&menu);
            act.emit(Action::TakeAway {
                view,
                format,
                width,
                height,
            });
        });
        html! {
            <button data-testid="take-as" data-format={format.name()} onclick={take}>
                { format.name().to_ascii_uppercase() }<small>{ what }</small>
            </button>
        }
    };
    let is_open = use_state_eq(|| false);
    let on_toggle = {
        let (menu, is_open) = (menu.clone(), is_open.clone());
        Callback::from(move |_: Event| {
            let menu = menu.cast::<Element>();
            is_open.set(menu.is_some_and(|menu| menu.has_attribute("open")));
        })
    };
    let shut = {
        let menu = menu.clone();
        Callback::from(move |()| {
            close(&menu);
        })
    };
    use_closing(&menu, *is_open, &shut);
    let on_focus_out = {
        let menu = menu.clone();
        Callback::from(move |event: FocusEvent| {
            let next = event.related_target();
            let next = next.and_then(|next| next.dyn_into::<Node>().ok());
            let stays = menu
                .cast::<Node>()
                .is_some_and(|menu| menu.contains(next.as_ref()));
            if !stays && next.is_some() {
                close(&menu);
            }
        })
    };
    html! {
        <details ref={menu.clone()} class="take" ontoggle={on_toggle} onfocusout={on_focus_out}>
            <summary data-testid="take-away" aria-label={format!("{name}: {}", props.title)}>{ name }</summary>
            <div class="menu-list" role="group" aria-label={name}>{ for Format::ALL.map(item) }</div>
        </details>
    }
}

/// Closes the menu and gives the focus back. Returns whether it was open.
fn close(menu: &NodeRef) -> bool {
    let Some(element) = menu
        .cast::<Element>()
        .filter(|menu| menu.has_attribute("open"))
    else {
        return false;
    };
    let had_focus = element
        .owner_document()
        .and_then(|document| document.active_element());
    let was_inside = had_focus.is_some_and(|focused| element.contains(Some(&focused)));
    let _ = element.remove_attribute("open");
    if let (true, Ok(Some(summary))) = (was_inside, element.query_selector("summary")) {
        let _ = summary.unchecked_into::<HtmlElement>().focus();
    }
    true
}

//! The prompt: the browser's own text box over a layer that shows its tokens.

use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlTextAreaElement, KeyboardEvent};
use yew::prelude::*;

use crate::protocol::Trace;
use crate::ui::components::part::{drawn_by, keyed};
use crate::ui::i18n::Language;
use crate::ui::state::{Action, Shared, TextBox};
use crate::ui::views::Target;

use super::mirror::Mirror;
use super::prompt_tokens::{Marks, Run};
use super::words::words;

/// Bytes from which on a text may be longer than the box is high.
const LONG_TEXT: usize = 150;

/// The prompt.
#[derive(PartialEq)]
pub struct Prompt {
    /// The box as it stands.
    pub text_box: TextBox,
    /// Goes up when the box changed for another reason than typing.
    pub box_version: u64,
    /// Goes up whenever something is typed.
    pub edits: u64,
    /// The box as it was for the trace.
    pub traced_box: TextBox,
    /// The trace.
    pub trace: Shared<Trace>,
    /// The token that comes next and its probability, in words.
    pub ghost: Option<(AttrValue, AttrValue)>,
    /// Whether what was typed is a source, beside which another text is written.
    pub is_source: bool,
    /// The chosen token.
    pub chosen: Option<usize>,
    /// The token that is pointed at.
    pub hovered: Option<usize>,
    /// Language.
    pub language: Language,
    /// Says what was done.
    pub act: Callback<Action>,
}

drawn_by!(Prompt, use_prompt);

#[hook]
fn use_prompt(props: &Prompt) -> Html {
    let area = use_node_ref();
    let mirror = use_memo(
        (
            props.text_box.clone(),
            props.traced_box.clone(),
            props.trace.clone(),
            props.is_source,
        ),
        |(now, then, trace, is_source)| {
            let tokens = match is_source {
                true => trace.source(),
                false => trace.tokens(),
            };
            Mirror::new(now, then, tokens)
        },
    );
    {
        let (area, text) = (area.clone(), props.text_box.text.clone());
        use_effect_with(props.box_version, move |_| {
            let area = area.cast::<HtmlTextAreaElement>();
            if let Some(area) = area.filter(|area| area.value() != text) {
                area.set_value(&text);
                // What was appended is at the end of a long text.
                if let Ok(Some(paper)) = area.closest(".prompt") {
                    paper.set_scroll_top(paper.scroll_height());
                }
            }
        });
    }
    {
        // The browser keeps the caret in sight of the text as it was: the layer below grows later.
        let (area, text) = (area.clone(), props.text_box.text.clone());
        use_effect_with((props.edits, props.ghost.is_some()), move |_| {
            // Short texts are in sight as a whole.
            let area = area.cast::<HtmlTextAreaElement>();
            let may_scroll = text.len() > LONG_TEXT || text.matches('\n').count() > 1;
            let Some(area) = area.filter(|_| may_scroll) else {
                return;
            };
            let caret = area.selection_end().ok().flatten();
            let is_at_end = caret == Some(area.value().encode_utf16().count() as u32);
            if let (true, Ok(Some(paper))) = (is_at_end, area.closest(".prompt")) {
                paper.set_scroll_top(paper.scroll_height());
            }
        });
    }
    let on_input = {
        let act = props.act.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() {
                hide_ghost(&area);
                act.emit(Action::Type {
                    value: area.value(),
                    is_composing: event.is_composing(),
                });
            }
        })
    };
    {
        let (area, act) = (area.clone(), props.act.clone());
        use_effect_with((), move |()| {
            let area = area.cast::<HtmlTextAreaElement>();
            let hear = |name: &'static str, is_composing: bool| {
                let (area, act) = (area.clone()?, act.clone());
                let value_of = area.clone();
                Some(EventListener::new(&area, name, move |_| {
                    act.emit(Action::Type {
                        value: value_of.value(),
                        is_composing,
                    });
                }))
            };
            let listeners = [
                hear("compositionstart", true),
                hear("compositionend", false),
            ];
            move || drop(listeners)
        });
    }
    let follow_caret = {
        let (area, act) = (area.clone(), props.act.clone());
        move || {
            let Some(area) = area.cast::<HtmlTextAreaElement>() else {
                return;
            };
            if let Ok(Some(caret)) = area.selection_end() {
                act.emit(Action::Caret(bytes_before(&area.value(), caret as usize)));
            }
        }
    };
    let on_click = {
        let follow = follow_caret.clone();
        Callback::from(move |_: MouseEvent| follow())
    };
    let on_key_up = Callback::from(move |event: KeyboardEvent| {
        let is_move = matches!(
            event.key().as_str(),
            "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" | "Home" | "End"
        );
        if is_move && !event.is_composing() {
            follow_caret();
        }
    });
    let mark = match props.is_source {
        true => Target::SourceToken,
        false => Target::Token,
    };
    let on_pointer_move = {
        let (act, last) = (props.act.clone(), props.hovered);
        Callback::from(move |event: PointerEvent| {
            let under = token_under(event.client_x(), event.client_y());
            if under != last {
                act.emit(Action::Hover(under.map(mark)));
            }
        })
    };
    let on_pointer_leave = {
        let act = props.act.clone();
        Callback::from(move |_: PointerEvent| act.emit(Action::Hover(None)))
    };
    let words = words(props.language);
    let chosen = props.chosen;
    let marks = Marks {
        chosen,
        hovered: props.hovered,
    };
    let hearing = use_memo((props.act.clone(), props.is_source), |(act, is_source)| {
        Hearing::new(act, *is_source)
    });
    html! {
        <div class="prompt">
            <div class="paper">
                <textarea ref={area} data-testid="prompt" aria-label={words.prompt} placeholder={words.prompt_empty}
                    rows="1" spellcheck="false" autocomplete="off" autocapitalize="off"
                    oninput={on_input} onclick={on_click} onkeyup={on_key_up}
                    onpointermove={on_pointer_move} onpointerleave={on_pointer_leave} />
                <div class="mirror" role="group" aria-label={words.tokens} onclick={hearing.on_click.clone()}
                    onfocusin={hearing.on_focus.clone()} onfocusout={hearing.on_blur.clone()}
                    onkeydown={hearing.on_key_down.clone()}>
                    <>{ for (0..mirror.stretches.len()).step_by(Run::LENGTH).map(|first| {
                        let (mirror, marks) = (mirror.clone(), marks.within(&mirror, first));
                        keyed(&first.to_string(), Run { mirror, first, marks })
                    }) }</>
                    { mirror.rest.clone() }
                    { for mirror.tail.iter().map(|stretch| marks.stretch(stretch, true)) }
                    // Here a line may end, as it may in the box.
                    { "\u{200b}" }
                    if let Some((text, share)) = &props.ghost {
                        <span key={props.edits} class="ghost" aria-label={format!("{}: {text}, {share}", words.next_token)}>
                            { text.clone() }<small>{ share.clone() }</small>
                        </span>
                    }
                    { "\u{200b}" }
                </div>
            </div>
            if mirror.stretches.iter().any(|stretch| stretch.parts.len() > 1) {
                <div class="bytes" aria-hidden="true" onclick={hearing.on_click.clone()}>
                    { for mirror.stretches.iter().filter(|s| s.parts.len() > 1).map(|s| marks.parts(s)) }
                </div>
            }
        </div>
    }
}

/// What came next after the text before does not stand behind what is typed now, not even for a
/// frame. It keeps its place, so that nothing has to be laid out anew; the next rendering has a
/// ghost of its own.
fn hide_ghost(area: &HtmlTextAreaElement) {
    let paper = area.parent_element();
    let ghost = paper.and_then(|paper| paper.query_selector(".ghost").ok().flatten());
    if let Some(ghost) = ghost {
        ghost.set_class_name("gone");
    }
}

/// What a group of tokens hears for all of them.
struct Hearing {
    on_click: Callback<MouseEvent>,
    on_focus: Callback<FocusEvent>,
    on_blur: Callback<FocusEvent>,
    on_key_down: Callback<KeyboardEvent>,
}

impl Hearing {
    fn new(act: &Callback<Action>, is_source: bool) -> Self {
        let mark = match is_source {
            true => Target::SourceToken,
            false => Target::Token,
        };
        let (click, focus, blur, key) = (act.clone(), act.clone(), act.clone(), act.clone());
        Hearing {
            on_click: Callback::from(move |event: MouseEvent| {
                if let Some(token) = token_of(event.target_dyn_into()) {
                    click.emit(Action::Click(mark(token)));
                }
            }),
            on_focus: Callback::from(move |event: FocusEvent| {
                let token = token_of(event.target_dyn_into());
                focus.emit(Action::Hover(token.map(mark)));
            }),
            on_blur: Callback::from(move |_: FocusEvent| blur.emit(Action::Hover(None))),
            on_key_down: Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
                "ArrowRight" | "ArrowDown" => step_focus(&event, 1),
                "ArrowLeft" | "ArrowUp" => step_focus(&event, -1),
                "Enter" | " " if !event.ctrl_key() && !event.meta_key() => {
                    if let Some(token) = token_of(event.target_dyn_into()) {
                        event.prevent_default();
                        key.emit(Action::Click(mark(token)));
                    }
                }
                "Delete" | "Backspace" => {
                    if let Some(token) = token_of(event.target_dyn_into()) {
                        event.prevent_default();
                        key.emit(Action::Hide(Some(token)));
                    }
                }
                _ => {}
            }),
        }
    }
}

/// The token an element belongs to.
fn token_of(element: Option<Element>) -> Option<usize> {
    let token = element?.closest(".token").ok()??;
    token.get_attribute("data-index")?.parse().ok()
}

/// Moves the keyboard focus to a neighbour with the same `data-testid`, inside the same group.
pub fn step_focus(event: &KeyboardEvent, by: i32) {
    let Some(here) = event.target_dyn_into::<HtmlElement>() else {
        return;
    };
    let kind = here.get_attribute("data-testid").unwrap_or_default();
    let Ok(Some(group)) = here.closest("[role=group],[role=list],[role=grid],[role=toolbar]")
    else {
        return;
    };
    let Ok(all) = group.query_selector_all(&format!("[data-testid={kind}]")) else {
        return;
    };
    let all: Vec<HtmlElement> = (0..all.length())
        .filter_map(|i| all.item(i)?.dyn_into().ok())
        .collect();
    let Some(place) = all.iter().position(|element| *element == here) else {
        return;
    };
    let next = place.saturating_add_signed(by as isize);
    if let (Some(element), true) = (all.get(next), next != place) {
        event.prevent_default();
        let _ = element.focus();
    }
}

/// The token painted under a point of the window.
fn token_under(x: i32, y: i32) -> Option<usize> {
    let document = web_sys::window()?.document()?;
    let elements = document.elements_from_point(x as f32, y as f32);
    elements
        .iter()
        .find_map(|element| token_of(element.dyn_into().ok()))
}

/// Bytes before a caret that is counted in UTF-16, as the browser does.
fn bytes_before(text: &str, caret: usize) -> usize {
    let mut units = 0;
    for (byte, letter) in text.char_indices() {
        if units >= caret {
            return byte;
        }
        units += letter.len_utf16();
    }
    text.len()
}

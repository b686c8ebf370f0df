//! The panel "why": the arithmetic of one number as HTML and MathML, every number of it a button
//! that opens its own.

mod formula;
mod picker;
mod table;

use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent};
use yew::prelude::*;

use crate::derivation::Lengths;
use crate::ui::components::part::{drawn_by, part};
use crate::ui::state::Action;
use crate::ui::views::arithmetic::{
    FEW, Panel, drawing_height, is_pointed_at, is_weight, panel, strings,
};

use super::prompt::step_focus;
use super::scene_view::{Drawn, SceneView};
use formula::Writer;
use picker::Picker;
use table::terms;

/// Terms that are shown when all are asked for; a vocabulary has more than anyone reads.
const MANY: usize = 256;

/// The panel. It is not made anew when the pointer moves over what it does not show.
#[derive(PartialEq)]
pub struct Arithmetic {
    /// What is drawn.
    pub drawn: Drawn,
    /// Says what was done.
    pub act: Callback<Action>,
}

drawn_by!(Arithmetic, use_arithmetic);

#[hook]
fn use_arithmetic(props: &Arithmetic) -> Html {
    let mut drawn = props.drawn.clone();
    let focus = &mut drawn.focus;
    let is_shown = focus.path.is_empty() && is_pointed_at(&drawn.model, focus);
    focus.hovered.take_if(|_| !is_shown);
    part(Sheet {
        drawn,
        act: props.act.clone(),
    })
}

/// The panel itself.
#[derive(PartialEq)]
struct Sheet {
    drawn: Drawn,
    act: Callback<Action>,
}

drawn_by!(Sheet, use_sheet);

#[hook]
fn use_sheet(props: &Sheet) -> Html {
    let has_all = use_state(|| false);
    let input = props.drawn.input(0.0, 0.0);
    let language = props.drawn.language;
    let words = strings(language);
    let rows = if *has_all { MANY } else { FEW };
    let made = panel(&input, rows);
    let (sheet, heading) = (use_node_ref(), use_node_ref());
    let opened_here = use_mut_ref(|| false);
    {
        // What was pressed is gone with the numbers it stood among.
        let (sheet, heading, opened_here) = (sheet.clone(), heading.clone(), opened_here.clone());
        use_effect_with(made.as_ref().map(|made| made.of), move |_| {
            if opened_here.take()
                && !is_busy_elsewhere(sheet.cast())
                && let Some(heading) = heading.cast::<HtmlElement>()
            {
                let _ = heading.focus();
            }
        });
    }
    // A number of the drawing opens like one that is written.
    let on_drawing = {
        let (act, opened_here) = (props.act.clone(), opened_here.clone());
        Callback::from(move |action: Action| {
            *opened_here.borrow_mut() |= matches!(action, Action::Click(_));
            act.emit(action);
        })
    };
    let on_escape = {
        let (act, opened_here) = (props.act.clone(), opened_here.clone());
        let crumbs = made.as_ref().map_or(&[][..], |made| &made.crumbs);
        let back = match crumbs {
            [] => None,
            [.., before, _] => Some(before.length),
            [_] => Some(0),
        };
        Callback::from(move |event: KeyboardEvent| {
            if let ("Escape", Some(length)) = (event.key().as_str(), back) {
                event.stop_propagation();
                *opened_here.borrow_mut() = true;
                act.emit(Action::InquireBack(length));
            }
        })
    };
    let on_click = {
        let (act, opened_here) = (props.act.clone(), opened_here);
        let has_all = has_all.clone();
        Callback::from(move |event: MouseEvent| {
            let Some(action) = action_of(event.target_dyn_into()) else {
                return;
            };
            *opened_here.borrow_mut() = true;
            has_all.set(false);
            act.emit(action);
        })
    };
    let on_key_down = use_callback((), |event: KeyboardEvent, ()| match event.key().as_str() {
        "ArrowDown" | "ArrowRight" => step_focus(&event, 1),
        "ArrowUp" | "ArrowLeft" => step_focus(&event, -1),
        _ => {}
    });
    let Some(made) = made else {
        return Html::default();
    };
    let height = drawing_height(&input);
    // Only attention weights are violet.
    let is_attention = is_weight(made.of.array);
    let writer = Writer::new(&made, &input);
    let toggle = {
        let has_all = has_all.clone();
        Callback::from(move |()| has_all.set(!*has_all))
    };
    // What was opened is announced; what follows the typing and the pointer is not.
    let announced = match made.crumbs.is_empty() {
        true => String::new(),
        false => format!("{}, {}", made.title, made.subtitle),
    };
    // The first number written is the tab stop of all, so the order is that on the page.
    let formulas = || {
        html! {
            <div class="formulas">
                { for made.formulas.iter().map(|(names, numbers)| html! {
                    <p class="formula">
                        { writer.formula(names, true) }
                        if let Some(numbers) = numbers {
                            { writer.formula(numbers, false) }
                        }
                    </p>
                }) }
            </div>
        }
    };
    let lines = || match made.lines.is_empty() {
        true => Html::default(),
        false => html! {
            <dl class="lines">
                { for made.lines.iter().map(|line| html! {
                    <><dt>{ line.name.clone() }</dt><dd>{ writer.formula(&line.math, false) }</dd></>
                }) }
            </dl>
        },
    };
    let picture = match height > 0.0 {
        true => part(SceneView {
            view: "arithmetic",
            has_buttons: false,
            drawn: props.drawn.clone(),
            height,
            act: on_drawing,
        }),
        false => Html::default(),
    };
    let table = || match &made.table {
        Some(table) => terms(table, &writer, words, *has_all, &toggle),
        None => Html::default(),
    };
    let checked = || check(&made, words.recomputed, words.engine);
    let body = if made.crumbs.is_empty() {
        html! {
            <>
                { picture }{ lines() }
                <details class="steps" data-testid="steps">
                    <summary>{ words.steps }</summary>
                    { formulas() }{ table() }{ checked() }
                </details>
            </>
        }
    } else {
        html! {
            <>
                { formulas() }
                if !made.about.is_empty() {
                    <p class="about">{ made.about.clone() }</p>
                }
                if made.check.is_none() {
                    <p class="about" data-testid="why-waiting">{ words.waiting }</p>
                }
                { picture }{ lines() }{ table() }{ checked() }
            </>
        }
    };
    html! {
        <div ref={sheet} class={classes!("arithmetic", is_attention.then_some("of-attention"))} data-testid="arithmetic" data-of={made.of.to_string()}
            onclick={on_click} onkeydown={on_escape}>
            <h2 ref={heading} tabindex="-1">{ made.title.clone() }<span class="sub">{ made.subtitle.clone() }</span></h2>
            <span class="visually-hidden" aria-live="polite" data-testid="why-said">{ announced }</span>
            { way(&made, words.way, words.home_of(&props.drawn.model)) }
            <div role="group" aria-label={words.title} onkeydown={on_key_down}>{ body }</div>
            { part(Picker {
                model: props.drawn.model.clone(), text: Lengths::of(&props.drawn.trace), of: made.of, language,
                act: props.act.clone()
            }) }
        </div>
    }
}

/// Whether the keyboard is in use outside the panel.
fn is_busy_elsewhere(sheet: Option<Element>) -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let focused = document.and_then(|document| document.active_element());
    let Some(focused) = focused.filter(|element| element.tag_name() != "BODY") else {
        return false;
    };
    !sheet.is_some_and(|sheet| sheet.contains(Some(&focused)))
}

/// What a click on an element of the panel asks for.
fn action_of(element: Option<Element>) -> Option<Action> {
    let button = element?.closest("button").ok()??;
    if let Some(name) = button.get_attribute("data-quantity") {
        return name.parse().ok().map(Action::Inquire);
    }
    let length = button.get_attribute("data-back")?.parse().ok()?;
    Some(Action::InquireBack(length))
}

/// The breadcrumb: the chosen weight or unit first, the number that is shown last.
fn way(made: &Panel, name: &'static str, home: &'static str) -> Html {
    let Some((last, before)) = made.crumbs.split_last() else {
        return Html::default();
    };
    html! {
        <nav class="way" aria-label={name} data-testid="way">
            <ol>
                <li><button class="quiet" data-testid="way-back" data-back="0">{ home }</button></li>
                { for before.iter().map(|crumb| html! {
                    <li><button class="quiet" data-testid="way-back" data-back={crumb.length.to_string()}
                        title={crumb.place.clone()}>{ crumb.name.clone() }</button></li>
                }) }
                <li aria-current="step">{ last.name.clone() }</li>
            </ol>
        </nav>
    }
}

/// The number as worked out here beside the engine's.
fn check(made: &Panel, recomputed: &'static str, engine: &'static str) -> Html {
    let Some((here, there)) = &made.check else {
        return Html::default();
    };
    html! {
        <p class="check">
            { recomputed }{ " " }<b data-testid="recomputed" data-value={here.value.to_string()}>{ here.text.clone() }</b>
            if let Some(there) = there {
                { ", " }{ engine }{ " " }<b data-testid="by-engine" data-value={there.value.to_string()}>{ there.text.clone() }</b>
            }
        </p>
    }
}

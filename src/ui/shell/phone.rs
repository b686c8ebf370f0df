//! Below 1000 pixels: the prompt on top, six sections side by side to swipe through, the three
//! most likely tokens and the buttons at the bottom.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, MouseEvent};
use yew::prelude::*;

use crate::protocol::Architecture;
use crate::ui::components::Later;
use crate::ui::components::part::{drawn_by, keyed, part};
use crate::ui::i18n::Language;
use crate::ui::views::{OpenPart, main_view};

use super::app::App;
use super::arithmetic::Arithmetic;
use super::candidates::{Candidates, TopThree};
use super::controls::{Extras, PlayButtons};
use super::head_grid::HeadGrid;
use super::map_section::MapSection;
use super::prompt::step_focus;
use super::say::Say;
use super::scene_view::{Drawn, SceneView};
use super::token_table::TokenTable;
use super::words::words;

/// Height of the head grid, CSS pixels.
const GRID_HEIGHT: f64 = 210.0;

impl App {
    /// The page on a narrow screen.
    pub(super) fn view_phone(&self) -> Html {
        let state = &self.state;
        let act = &self.act;
        let dock = part(PlayButtons {
            is_playing: state.play.is_some(),
            fills_blanks: !state.architecture().writes(),
            can_add: self.can_add(),
            can_undo: state.can_undo(),
            is_over: state.is_ended(),
            speed: state.speed,
            is_dock: true,
            is_greedy: state.is_greedy(),
            language: state.language,
            act: act.clone(),
        });
        let body = match self.drawn() {
            Some(drawn) => part(Pager {
                names: section_names(state.language, drawn.model.architecture),
                edition: self.edition,
                sections: self.phone_sections(&drawn),
                prompt: html! { <>{ self.view_prompt() }{ self.view_task() }</> },
            }),
            None => html! {
                <><div class="stick">{ self.view_prompt() }</div>{ self.view_loading() }</>
            },
        };
        html! {
            <div class="page phone" data-model={self.drawn_model()} data-current={state.is_current().to_string()}>
                { self.view_header() }
                { self.view_models() }
                <main>
                    { self.view_notice() }
                    { body }
                    { self.view_generated() }
                </main>
                <div class="dock">
                    if let Some(drawn) = self.drawn() {
                        { part(TopThree { drawn, act: act.clone() }) }
                    }
                    { dock }
                </div>
                { self.view_opening() }
            </div>
        }
    }

    fn phone_sections(&self, drawn: &Drawn) -> Vec<Html> {
        let state = &self.state;
        let act = &self.act;
        let rows = drawn.trace.len() as f64;
        let matrix_height = (rows * 27.0).clamp(220.0, 420.0) * state.type_size.factor();
        let words = words(state.language);
        let (layer, head) = (drawn.focus.layer_of(&drawn.model) + 1, drawn.focus.head + 1);
        let attends = drawn.model.architecture.attends();
        let say = part(Say {
            drawn: drawn.clone(),
            text: state.text_box.text.clone().into(),
            is_of_site: state.uses_model_of_site(),
        });
        let view = match state.focus.open {
            OpenPart::Lines if attends => "attention_lines",
            _ => main_view(drawn.model.architecture).name,
        };
        let head_name = match attends {
            true => format!("{} {layer}, {} {head}", words.block_title, words.head),
            false => (main_view(drawn.model.architecture).title)(drawn.language).to_owned(),
        };
        vec![
            part(TokenTable {
                drawn: drawn.clone(),
                act: act.clone(),
            }),
            part(SceneView {
                view: "flow",
                has_buttons: false,
                drawn: drawn.clone(),
                height: 460.0,
                act: act.clone(),
            }),
            html! {
                <>
                    <h2>{ head_name }{ self.view_head_toggles() }</h2>
                    { keyed(view, SceneView {
                        view, drawn: drawn.clone(), height: matrix_height, has_buttons: false, act: act.clone()
                    }) }
                    if attends {
                        <div class="beside">
                            { part(HeadGrid { drawn: drawn.clone(), height: GRID_HEIGHT, act: act.clone() }) }
                            { say }
                        </div>
                    } else {
                        { say }
                    }
                    { self.view_table(drawn) }
                </>
            },
            html! {
                <>
                    { part(MapSection { drawn: drawn.clone(), height: 330.0, act: act.clone() }) }
                    { part(Arithmetic { drawn: drawn.clone(), act: act.clone() }) }
                </>
            },
            html! {
                <>
                    { part(Candidates {
                        drawn: drawn.clone(), height: 380.0, can_add: self.can_add(), act: act.clone()
                    }) }
                    { self.view_sliders() }
                    <div class="row">
                        { part(Extras {
                            speed: state.speed, is_greedy: state.is_greedy(), language: state.language,
                            act: act.clone()
                        }) }
                    </div>
                    { self.view_why_draw(drawn, false) }
                </>
            },
            self.view_one_panel(drawn),
        ]
    }
}

/// The section that is shown first.
const FIRST: usize = 2;

fn section_names(language: Language, architecture: Architecture) -> [&'static str; 6] {
    let words = words(language);
    let mut names = words.sections;
    if !architecture.attends() {
        names[FIRST] = words.section_of_state;
    }
    names
}

/// The tabs and the sections, which follow each other.
#[derive(PartialEq)]
struct Pager {
    names: [&'static str; 6],
    edition: u64,
    sections: Vec<Html>,
    prompt: Html,
}

drawn_by!(Pager, use_pager);

#[hook]
fn use_pager(props: &Pager) -> Html {
    let pager = use_node_ref();
    let shown = use_state(|| FIRST);
    let go_to = {
        let (pager, shown) = (pager.clone(), shown.clone());
        Callback::from(move |section: usize| {
            if let Some(pager) = pager.cast::<HtmlElement>() {
                pager.set_scroll_left(pager.client_width() * section as i32);
            }
            shown.set(section);
        })
    };
    {
        let go_to = go_to.clone();
        use_effect_with((), move |()| go_to.emit(FIRST));
    }
    let on_scroll = {
        let shown = shown.clone();
        Callback::from(move |event: Event| {
            let pager: Option<HtmlElement> = event.target().and_then(|t| t.dyn_into().ok());
            if let Some(pager) = pager.filter(|pager| pager.client_width() > 0) {
                let width = f64::from(pager.client_width());
                let section = (f64::from(pager.scroll_left()) / width).round() as usize;
                if section != *shown {
                    shown.set(section);
                }
            }
        })
    };
    let tab = |(section, name): (usize, &&'static str)| {
        let go_to = go_to.clone();
        let is_shown = *shown == section;
        let choose = Callback::from(move |_: MouseEvent| go_to.emit(section));
        let on_key_down = Callback::from(|event: KeyboardEvent| match event.key().as_str() {
            "ArrowRight" => step_focus(&event, 1),
            "ArrowLeft" => step_focus(&event, -1),
            _ => {}
        });
        html! {
            <button role="tab" data-testid="tab" aria-selected={is_shown.to_string()} id={format!("tab-{section}")}
                aria-controls={format!("section-{section}")} tabindex={if is_shown { "0" } else { "-1" }}
                onclick={choose} onkeydown={on_key_down}>{ *name }</button>
        }
    };
    html! {
        <>
            <div class="stick">
                { props.prompt.clone() }
                <div class="tabs" role="group"><div role="tablist">{ for props.names.iter().enumerate().map(tab) }</div></div>
            </div>
            <div ref={pager} class="pager" onscroll={on_scroll}>
                { for props.sections.iter().enumerate().map(|(section, content)| html! {
                    <section role="tabpanel" id={format!("section-{section}")} aria-labelledby={format!("tab-{section}")}
                        inert={*shown != section}>
                        <Later edition={props.edition} is_urgent={*shown == section}>{ content.clone() }</Later>
                    </section>
                }) }
            </div>
        </>
    }
}

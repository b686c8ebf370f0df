//! The lower part of the page: a bar with the names of all panels, and the open ones side by side.

use web_sys::{
    HtmlElement, KeyboardEvent, MouseEvent, ScrollIntoViewOptions, ScrollLogicalPosition,
};
use yew::prelude::*;

use crate::protocol::ModelInfo;
use crate::ui::components::Later;
use crate::ui::components::part::{drawn_by, keyed, part};
use crate::ui::i18n::Language;
use crate::ui::state::{Action, COMPARISON, Shared};
use crate::ui::views::{FIRST_PANELS, Focus, PANELS, Panel, VIEWS, panel_named};

use super::app::App;
use super::arithmetic::Arithmetic;
use super::head_grid::HeadGrid;
use super::map_section::MapSection;
use super::panel_controls::panel_controls;
use super::prompt::step_focus;
use super::scene_view::{Drawn, SceneView};
use super::words::words;

/// Height of the drawings of the first panels.
const LOW_HEIGHT: f64 = 190.0;

impl App {
    /// The bar and the open panels.
    pub(super) fn view_panels(&self, drawn: &Drawn) -> Html {
        let panels = &drawn.focus.panels;
        let is_first = panels[..] == FIRST_PANELS;
        let widths: Vec<String> = panels
            .iter()
            .filter_map(|name| panel_named(name))
            .map(|panel| format!("minmax(0,{}fr)", panel.width))
            .collect();
        let style = (!is_first).then(|| format!("--columns:{}", widths.join(" ")));
        let bar = part(PanelBar {
            model: drawn.model.clone(),
            focus: drawn.focus.clone(),
            language: drawn.language,
            has_film: self.state.projector.has_film,
            has_others: self.state.shelf.offers.len() > 1,
            is_narrow: false,
            act: self.act.clone(),
        });
        let children = html! {
            <div class={classes!("low", (!is_first).then_some("chosen"))} {style}>
                { for panels.iter().filter_map(|name| panel_named(name)).map(|panel| html! {
                    <section key={panel.name} class="panel" data-testid="panel" data-panel={panel.name}
                        aria-label={(panel.title)(drawn.language)}>
                        <Later edition={self.edition}>{ self.view_panel(panel, drawn) }</Later>
                    </section>
                }) }
            </div>
        };
        let panels = panels.clone();
        html! { <>{ bar }{ part(Shelf { panels, children }) }</> }
    }

    /// What is in a panel.
    pub(super) fn view_panel(&self, panel: &'static Panel, drawn: &Drawn) -> Html {
        let height = LOW_HEIGHT * self.type_scale();
        let act = &self.act;
        match panel.name {
            "heads" => {
                let model = &drawn.model;
                let attention = drawn.focus.attention_of(model);
                let n_heads = attention.map(|kind| kind.n_layers(model) * model.n_heads);
                let title = match n_heads {
                    Some(n) => {
                        (drawn.language).pick(format!("All {n} heads"), format!("헤드 {n}개"))
                    }
                    None => (panel.title)(drawn.language).to_owned(),
                };
                let hint = words(drawn.language).click_to_open;
                html! {
                    <>
                        <h2 title={hint}>{ title }{ self.view_head_toggles() }</h2>
                        { part(HeadGrid { drawn: drawn.clone(), height: height + 40.0, act: act.clone() }) }
                    </>
                }
            }
            "map" => part(MapSection {
                drawn: drawn.clone(),
                height,
                act: act.clone(),
            }),
            "why" => part(Arithmetic {
                drawn: drawn.clone(),
                act: act.clone(),
            }),
            "draw" => self.view_why_draw(drawn, true),
            "training" => self.view_training(drawn),
            COMPARISON => self.view_comparison(drawn),
            _ => self.view_closer(panel, drawn),
        }
    }

    /// A panel made of its views, one below the other.
    fn view_closer(&self, panel: &'static Panel, drawn: &Drawn) -> Html {
        let views = VIEWS.iter().filter(|view| view.panel == Some(panel.name));
        let count = views.clone().count().max(1) as f64;
        // A narrow drawing needs more room below.
        let growth = if drawn.focus.is_narrow { 1.5 } else { 1.0 };
        let height = growth * panel.height * self.type_scale() / count;
        let scenes = views.map(|view| {
            let scene = SceneView {
                view: view.name,
                drawn: drawn.clone(),
                height,
                has_buttons: false,
                act: self.act.clone(),
            };
            keyed(view.name, scene)
        });
        html! {
            <>
                <h2>{ (panel.title)(drawn.language) }{ panel_controls(panel.name, drawn, &self.act) }</h2>
                { for scenes }
            </>
        }
    }

    /// On a narrow screen: the panels that have no section of their own, one at a time.
    pub(super) fn view_one_panel(&self, drawn: &Drawn) -> Html {
        let is_closer = |name: &&str| !FIRST_PANELS.contains(name);
        let open = drawn.focus.panels.iter().copied().rfind(is_closer);
        html! {
            <>
                { part(PanelBar {
                    model: drawn.model.clone(), focus: drawn.focus.clone(), language: drawn.language, act: self.act.clone(), is_narrow: true,
                    has_film: self.state.projector.has_film, has_others: self.state.shelf.offers.len() > 1
                }) }
                if let Some(panel) = open.and_then(panel_named) {
                    <div class="panel" data-testid="panel" data-panel={panel.name}>{ self.view_panel(panel, drawn) }</div>
                } else {
                    <p class="hint">{ drawn.language.pick("Choose one to look closer.", "하나를 골라 자세히 보세요.") }</p>
                }
            </>
        }
    }
}

/// The names of the panels; those that are open are pressed. Arrow keys move along it.
#[derive(PartialEq)]
struct PanelBar {
    /// The model whose numbers they draw.
    model: Shared<ModelInfo>,
    focus: Focus,
    language: Language,
    /// Only the panels that are no sections of their own, one open at a time.
    is_narrow: bool,
    /// Whether the model comes with a film of its training.
    has_film: bool,
    /// Whether the site has other models.
    has_others: bool,
    act: Callback<Action>,
}

drawn_by!(PanelBar, use_panel_bar);

#[hook]
fn use_panel_bar(props: &PanelBar) -> Html {
    let first = use_state(|| 0_usize);
    // What has nothing to draw for a model of this kind stands last; it says why when it is opened.
    let (serving, idle): (Vec<&'static Panel>, Vec<&'static Panel>) = PANELS
        .iter()
        .filter(|panel| props.has_film || panel.name != "training")
        .filter(|panel| props.has_others || panel.name != COMPARISON)
        .filter(|panel| !(props.is_narrow && FIRST_PANELS.contains(&panel.name)))
        .partition(|panel| panel.serves(&props.model));
    let n_serving = serving.len();
    let shown = [serving, idle].concat();
    let button = |(index, panel): (usize, &&'static Panel)| {
        let (name, is_open) = (panel.name, props.focus.has_panel(panel.name));
        let (act, focused) = (props.act.clone(), first.clone());
        let others: Vec<&'static str> = shown
            .iter()
            .map(|panel| panel.name)
            .filter(|other| props.is_narrow && *other != name && props.focus.has_panel(other))
            .collect();
        let toggle = Callback::from(move |_: MouseEvent| {
            focused.set(index);
            for other in &others {
                act.emit(Action::ClosePanel(other));
            }
            act.emit(if is_open {
                Action::ClosePanel(name)
            } else {
                Action::OpenPanel(name)
            });
        });
        let on_key_down = Callback::from(|event: KeyboardEvent| match event.key().as_str() {
            "ArrowRight" => step_focus(&event, 1),
            "ArrowLeft" => step_focus(&event, -1),
            _ => {}
        });
        let made_room = props.focus.made_room.contains(&name);
        let class = classes!(
            "panel-name",
            (index >= n_serving).then_some("idle"),
            made_room.then_some("made-room")
        );
        let why_closed = made_room.then(|| {
            props.language.pick(
                "Closed to make room; press to open it again.",
                "자리를 내려고 닫혔습니다. 누르면 다시 열립니다.",
            )
        });
        let is_idle = index >= n_serving;
        let why_idle = is_idle.then(|| {
            props.language.pick(
                "Nothing to draw for this kind of model; it says why.",
                "이 모델에는 그릴 것이 없습니다. 까닭을 알려 줍니다.",
            )
        });
        html! {
            <button {class} title={why_closed.or(why_idle)} data-testid="panel-toggle" data-panel={name} aria-pressed={is_open.to_string()}
                tabindex={if *first == index { "0" } else { "-1" }} onclick={toggle} onkeydown={on_key_down}>
                { (panel.title)(props.language) }
            </button>
        }
    };
    let label = props.language.pick("Look closer", "자세히 보기");
    html! {
        <>
            <div class="panel-bar" role="toolbar" aria-label={label}>
                { for shown.iter().enumerate().map(button) }
            </div>
            <p class="visually-hidden" role="status" data-testid="made-room">{ made_room(&props.focus, props.language) }</p>
        </>
    }
}

/// Which panels the one opened last has closed; nothing if none.
fn made_room(focus: &Focus, language: Language) -> String {
    let gone = focus.made_room.iter().filter_map(|name| panel_named(name));
    let titles: Vec<&str> = gone.map(|panel| (panel.title)(language)).collect();
    if titles.is_empty() {
        return String::new();
    }
    let titles = titles.join(", ");
    language.pick(
        format!("Closed to make room: {titles}"),
        format!("자리를 내려고 닫힘: {titles}"),
    )
}

/// Brings a panel that has just been opened into sight.
#[derive(PartialEq)]
struct Shelf {
    panels: Vec<&'static str>,
    children: Html,
}

drawn_by!(Shelf, use_shelf);

#[hook]
fn use_shelf(props: &Shelf) -> Html {
    let node = use_node_ref();
    let before = use_mut_ref(|| None::<Vec<&'static str>>);
    {
        let node = node.clone();
        use_effect_with(props.panels.clone(), move |panels| {
            let known = before.borrow_mut().replace(panels.clone());
            let is_opened = |known: Vec<&str>| panels.iter().any(|name| !known.contains(name));
            let shelf = node.cast::<HtmlElement>();
            if let (true, Some(shelf)) = (known.is_some_and(is_opened), shelf) {
                let options = ScrollIntoViewOptions::new();
                options.set_block(ScrollLogicalPosition::Nearest);
                shelf.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }
    html! { <div ref={node} class="shelf">{ props.children.clone() }</div> }
}

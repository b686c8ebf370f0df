//! A view's drawing at the width there is.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, ResizeObserver};
use yew::prelude::*;

use super::figure::TakeAway;
use crate::protocol::{Film, ModelInfo, Trace};
use crate::ui::components::part::{drawn_by, part};
use crate::ui::components::scene::{Hit, Scene};
use crate::ui::components::{SceneCanvas, SceneCursor};
use crate::ui::i18n::Language;
use crate::ui::state::{Action, Next, Sampling, Shared, Surprises};
use crate::ui::views::{
    Findings, Focus, Landscape, Reel, Target, VIEWS, View, ViewInput, Work, spoken,
};

/// Everything the views draw from.
#[derive(Clone, PartialEq)]
pub struct Drawn {
    /// The model.
    pub model: Shared<ModelInfo>,
    /// Its numbers.
    pub trace: Shared<Trace>,
    /// The next token.
    pub next: Shared<Next>,
    /// How the next token is drawn.
    pub sampling: Sampling,
    /// How much each token surprised the model.
    pub surprises: Shared<Surprises>,
    /// What the KV cache spared.
    pub work: Work,
    /// Closer looks at the text.
    pub findings: Shared<Findings>,
    /// The film of the training, once it is there.
    pub reel: Option<FilmShown>,
    /// The vocabulary as vectors.
    pub embeddings: Option<Shared<Landscape>>,
    /// What is chosen and pointed at.
    pub focus: Focus,
    /// Language of the labels.
    pub language: Language,
    /// Factor on all type sizes.
    pub type_scale: f64,
    /// Changes when colours have to be read again.
    pub theme_key: AttrValue,
}

/// A film and what is shown of it; see [`Reel`].
#[derive(Clone, PartialEq)]
pub struct FilmShown {
    /// The film.
    pub film: Shared<Film>,
    /// The chosen step.
    pub chosen: Option<usize>,
    /// The step whose numbers are drawn.
    pub at: Option<usize>,
    /// The step that is compared with.
    pub against: Option<usize>,
}

impl Drawn {
    /// For a view with this much room.
    pub fn input(&self, width: f64, height: f64) -> ViewInput<'_> {
        ViewInput {
            model: &self.model,
            trace: &self.trace,
            distribution: &self.next.distribution,
            draw: self.next.draw.as_ref(),
            settings: &self.next.settings,
            seed: self.sampling.seed,
            surprises: self.surprises.each(),
            work: &self.work,
            findings: &self.findings,
            reel: self.reel.as_ref().map(|shown| Reel {
                film: &shown.film,
                folder: &self.model.name,
                chosen: shown.chosen,
                at: shown.at,
                against: shown.against,
            }),
            embeddings: self.embeddings.as_deref(),
            focus: &self.focus,
            language: self.language,
            width,
            height,
            type_scale: self.type_scale,
        }
    }
}

/// A view of the registry by its name.
pub fn view_named(name: &str) -> Option<&'static View> {
    VIEWS.iter().find(|view| view.name == name)
}

/// Width of an element, followed as it changes; 0 before it is known.
#[hook]
pub fn use_width(node: &NodeRef) -> f64 {
    let width = use_state(|| 0.0);
    let (node, set_width) = (node.clone(), width.setter());
    use_effect_with((), move |()| {
        let element = node.cast::<HtmlElement>();
        let measured = element.clone();
        let measure = move || {
            if let Some(element) = &measured {
                set_width.set(f64::from(element.client_width()));
            }
        };
        measure();
        let on_resize = Closure::<dyn Fn()>::new(measure);
        let observer = ResizeObserver::new(on_resize.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(element)) = (&observer, &element) {
            observer.observe(element);
        }
        move || {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            drop(on_resize);
        }
    });
    *width
}

/// A view's drawing, as wide as its place.
#[derive(PartialEq)]
pub struct SceneView {
    /// Name of the view.
    pub view: &'static str,
    /// What it draws from.
    pub drawn: Drawn,
    /// Room in height, CSS pixels.
    pub height: f64,
    /// Whether the keyboard has another way through it.
    pub has_buttons: bool,
    /// Says what was done.
    pub act: Callback<Action>,
}

/// What the view looks at of all there is: it is not drawn anew for the arithmetic of a number
/// that it does not show, nor for answers it did not ask for.
fn seen_by(props: &SceneView, nothing: &Shared<Findings>) -> Drawn {
    let mut drawn = props.drawn.clone();
    let asks = |view: &View| !view.asks(&drawn.input(0.0, 0.0)).is_empty();
    if !view_named(props.view).is_some_and(asks) {
        drawn.findings = nothing.clone();
    }
    if !matches!(props.view, "training" | "steps") {
        drawn.reel = None;
    }
    if props.view != "arithmetic" {
        drawn.focus.path.clear();
    }
    drawn
}

drawn_by!(SceneView, use_scene_view);

#[hook]
fn use_scene_view(props: &SceneView) -> Html {
    let node = use_node_ref();
    let width = use_width(&node);
    let nothing = use_memo((), |()| Shared::<Findings>::default());
    let drawing = use_memo(
        (props.view, seen_by(props, &nothing), width, props.height),
        |(name, drawn, width, height)| {
            let input = drawn.input(*width, *height);
            match view_named(name) {
                Some(view) if *width > 0.0 => Some((
                    std::rc::Rc::new(view.scene(&input)),
                    AttrValue::from(view.words(&input)),
                )),
                _ => None::<(std::rc::Rc<Scene>, AttrValue)>,
            }
        },
    );
    let on_hover = use_callback(props.act.clone(), |target: Option<Target>, act| {
        act.emit(Action::Hover(target));
    });
    let on_click = use_callback(props.act.clone(), |target: Target, act| {
        act.emit(Action::Click(target));
    });
    let name_of = use_callback(props.drawn.clone(), |hit: Hit, drawn| {
        spoken(&drawn.input(0.0, 0.0), &hit)
    });
    let keyboard_label = view_named(props.view).map(|view| {
        let title = (view.title)(props.drawn.language);
        let keys = props
            .drawn
            .language
            .pick("arrow keys, Enter", "화살표 키, Enter");
        AttrValue::from(format!("{title}: {keys}"))
    });
    let style = format!("min-height:{}px", props.height);
    let title = view_named(props.view).map_or("", |view| (view.title)(props.drawn.language));
    html! {
        <div class="figure">
            <div ref={node} class="scene" data-view={props.view} {style}>
                if let Some((scene, label)) = &*drawing {
                    { part(SceneCanvas {
                        scene: scene.clone(), label: label.clone(), on_hover: on_hover.clone(),
                        on_click: on_click.clone(), theme_key: props.drawn.theme_key.clone()
                    }) }
                    if !props.has_buttons {
                        { part(SceneCursor {
                            scene: scene.clone(), label: keyboard_label.unwrap_or_default(), name_of, on_hover,
                            on_click
                        }) }
                    }
                }
            </div>
            { part(TakeAway {
                view: props.view, title: title.into(), width, height: props.height, language: props.drawn.language,
                act: props.act.clone()
            }) }
        </div>
    }
}

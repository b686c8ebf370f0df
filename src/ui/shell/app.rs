//! The page as one component: holds the state, runs the reducer, carries its effects out.

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use yew::prelude::*;

use crate::protocol::Trace;
use crate::ui::bridge::{Bridge, forget, forget_model, offers};
use crate::ui::components::frames::{in_next_frame, in_own_task};
use crate::ui::state::{Action, Effect, Shared, State, reduce};

use super::browser;
use super::scene_view::{Drawn, FilmShown};
use super::way::{Step, Way};

/// Below this width the sections lie behind each other.
const PHONE: &str = "(max-width: 999px)";
/// Someone wants nothing to move.
const STILL: &str = "(prefers-reduced-motion: reduce)";
/// From this width on everything is larger.
const WIDE: f64 = 1700.0;
/// Factor from there on.
const WIDE_SCALE: f64 = 1.14;
/// How long what lies beneath a typed letter waits for the letter's numbers. They mostly come
/// within a few milliseconds; then everything is drawn once.
const PATIENCE_MS: u32 = 40;
/// The address bar follows this much later, because browsers count its changes.
const ADDRESS_DELAY_MS: u32 = 1000;

/// The page.
pub struct App {
    pub(super) state: State,
    pub(super) act: Callback<Action>,
    pub(super) is_phone: bool,
    pub(super) window_width: f64,
    pub(super) theme_key: AttrValue,
    pub(super) has_numbers: bool,
    pub(super) toggle_numbers: Callback<web_sys::MouseEvent>,
    bridge: Bridge,
    address_timer: Option<Timeout>,
    way: Way,
    tick_timer: Option<Timeout>,
    is_marked_ready: bool,
    /// Runs while what was typed waits for its numbers.
    patience: Option<Timeout>,
    /// How often something was typed.
    pub(super) edits: u64,
    /// How often the numbers of another text came.
    pub(super) edition: u64,
    edition_of: Shared<Trace>,
    _listeners: Vec<EventListener>,
}

/// What the page hears.
pub enum Message {
    /// Something for the reducer.
    Act(Action),
    /// The window has another size or the system another theme.
    Resized,
    /// The chosen head as numbers, or not.
    ToggleNumbers,
    /// The address is due.
    WriteAddress,
    /// The browser went to an entry of its history, of this depth in the arithmetic.
    Arrived(usize),
    /// The numbers take longer: what was typed is shown without them.
    Show,
}

impl Component for App {
    type Message = Message;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let act = ctx.link().callback(Message::Act);
        let mut state = browser::open_state(offers());
        state.is_still = browser::media_holds(STILL);
        browser::dress_document(&state);
        let depth = state.focus.path.len();
        browser::mark_entry(depth);
        let app = App {
            bridge: Bridge::new(act.clone()),
            is_phone: browser::media_holds(PHONE),
            window_width: browser::window_width(),
            theme_key: browser::theme_key(state.theme).into(),
            has_numbers: false,
            toggle_numbers: ctx.link().callback(|_| Message::ToggleNumbers),
            address_timer: None,
            way: Way::new(depth),
            tick_timer: None,
            is_marked_ready: false,
            patience: None,
            edits: 0,
            edition: 0,
            edition_of: Shared::default(),
            _listeners: listen(ctx, &act),
            state,
            act,
        };
        offer_test_hook(&app.act);
        if app.is_phone {
            ctx.link()
                .send_message(Message::Act(Action::SetNarrow(true)));
        }
        ctx.link().send_message(Message::Act(Action::Start));
        app
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Act(action) => {
                let is_typed = matches!(action, Action::Type { .. });
                let is_dress = matches!(
                    action,
                    Action::SetLanguage(_) | Action::SetTheme(_) | Action::SetTypeSize(_)
                );
                let (state, effects) = reduce(std::mem::take(&mut self.state), action);
                self.state = state;
                for effect in effects {
                    self.carry_out(ctx, effect);
                }
                match self.way.follow(self.state.focus.path.len()) {
                    Step::Stay => {}
                    Step::Push => browser::push_query(&self.state.query(), self.way.depth()),
                    Step::Back(steps) => browser::go_back(steps),
                }
                if is_dress {
                    browser::dress_document(&self.state);
                    self.theme_key = browser::theme_key(self.state.theme).into();
                }
                self.edits += u64::from(is_typed);
                if self.edition_of != self.state.trace {
                    self.edition_of = self.state.trace.clone();
                    self.edition += 1;
                }
                if is_typed && self.state.engines.active().in_flight.is_some() {
                    self.wait_for_numbers(ctx);
                    return false;
                }
                true
            }
            Message::Show => true,
            Message::Resized => {
                let is_phone = browser::media_holds(PHONE);
                if is_phone != std::mem::replace(&mut self.is_phone, is_phone) {
                    self.act.emit(Action::SetNarrow(is_phone));
                }
                self.window_width = browser::window_width();
                self.theme_key = browser::theme_key(self.state.theme).into();
                true
            }
            Message::ToggleNumbers => {
                self.has_numbers = !self.has_numbers;
                true
            }
            Message::WriteAddress => {
                self.address_timer = None;
                browser::replace_query(&self.state.query(), self.way.depth());
                false
            }
            Message::Arrived(depth) => {
                let on_page = self.state.focus.path.len();
                if self.way.arrive(depth) && depth < on_page {
                    self.act.emit(Action::InquireBack(depth));
                } else if depth > on_page && self.way.depth() == depth {
                    self.act.emit(Action::InquireAgain(browser::query()));
                }
                // The entry may have the address of an earlier text.
                self.carry_out(ctx, Effect::UrlChanged);
                false
            }
        }
    }

    fn view(&self, _ctx: &Context<Self>) -> Html {
        if self.is_phone {
            self.view_phone()
        } else {
            self.view_desktop()
        }
    }

    fn rendered(&mut self, _ctx: &Context<Self>, _first: bool) {
        if self.state.traced.is_some() && !self.is_marked_ready {
            self.is_marked_ready = true;
            // Drawings measure their place first, then they are painted one by one; the panels after
            // the rest.
            after_painting(|| {
                in_own_task(|| after_painting(|| in_own_task(browser::mark_ready)));
            });
        }
        self.patience = None;
    }
}

impl App {
    /// The letter itself is the text area's, at once; what lies beneath it may come with its
    /// numbers.
    fn wait_for_numbers(&mut self, ctx: &Context<Self>) {
        if self.patience.is_none() {
            let link = ctx.link().clone();
            self.patience = Some(Timeout::new(PATIENCE_MS, move || {
                link.send_message(Message::Show);
            }));
        }
    }

    fn carry_out(&mut self, ctx: &Context<Self>, effect: Effect) {
        match effect {
            Effect::StartEngine {
                kind,
                load_id,
                accepts_software,
                model,
            } => self.bridge.start(kind, load_id, accepts_software, model),
            Effect::StopEngine(kind) => self.bridge.stop(kind),
            Effect::Send(kind, request) => self.bridge.send(kind, &request),
            Effect::FetchModel(name) => self.bridge.fetch_model(name),
            Effect::ForgetModel(name) => forget_model(&name),
            Effect::PutAway(name) => self.bridge.put_away(&name),
            Effect::FetchFilm(path) => self.bridge.fetch_film(path),
            Effect::FetchFrame(path) => self.bridge.fetch_frame(path),
            Effect::ForgetFrame(path) => forget(&path),
            Effect::UrlChanged => {
                // A new change calls the timer of the last one off.
                let link = ctx.link().clone();
                self.address_timer = Some(Timeout::new(ADDRESS_DELAY_MS, move || {
                    link.send_message(Message::WriteAddress);
                }));
            }
            Effect::Remember(what) => browser::remember(&what),
            Effect::Tick { id, after_ms } => {
                let act = self.act.clone();
                let tick = move || act.emit(Action::Tick(id));
                self.tick_timer = Some(Timeout::new(after_ms, tick));
            }
            // A browser that refuses downloads says so itself.
            Effect::Download { name, body } => drop(browser::save(&name, &body)),
        }
    }

    /// What the drawings draw from; `None` before the first trace.
    pub(super) fn drawn(&self) -> Option<Drawn> {
        let state = &self.state;
        if state.trace.is_empty() {
            return None;
        }
        Some(Drawn {
            model: state.model.clone()?,
            trace: state.trace.clone(),
            next: state.next.clone()?,
            sampling: state.sampling,
            surprises: state.surprises.clone(),
            work: state.engines.active().work,
            findings: state.inspections.found.clone(),
            reel: self.film_shown(),
            embeddings: state.embeddings.clone(),
            focus: state.drawn_focus(),
            language: state.language,
            type_scale: self.type_scale(),
            theme_key: self.theme_key.clone(),
        })
    }

    fn film_shown(&self) -> Option<FilmShown> {
        let (reel, film) = (self.state.reel()?, self.state.projector.film.clone()?);
        Some(FilmShown {
            film,
            chosen: reel.chosen,
            at: reel.at,
            against: reel.against,
        })
    }

    /// Factor on the type sizes of drawings: they grow by half of what the page's type grows,
    /// because their places stay.
    pub(super) fn type_scale(&self) -> f64 {
        let wide = if self.window_width >= WIDE {
            WIDE_SCALE
        } else {
            1.0
        };
        wide * (1.0 + self.state.type_size.factor()) / 2.0
    }
}

/// Runs `run` when what has just been put on the page is painted.
fn after_painting(run: impl FnOnce() + 'static) {
    Timeout::new(0, || {
        in_next_frame(|| {
            Timeout::new(0, run).forget();
        });
    })
    .forget();
}

fn listen(ctx: &Context<App>, act: &Callback<Action>) -> Vec<EventListener> {
    let Some(window) = web_sys::window() else {
        return Vec::new();
    };
    let link = ctx.link().clone();
    let mut listeners = vec![EventListener::new(&window, "resize", move |_| {
        link.send_message(Message::Resized);
    })];
    let link = ctx.link().clone();
    listeners.push(EventListener::new(&window, "popstate", move |_| {
        if let Some(depth) = browser::entry_depth() {
            link.send_message(Message::Arrived(depth));
        }
    }));
    let link = ctx.link().clone();
    if let Ok(Some(scheme)) = window.match_media("(prefers-color-scheme: dark)") {
        listeners.push(EventListener::new(&scheme, "change", move |_| {
            link.send_message(Message::Resized);
        }));
    }
    let act = act.clone();
    listeners.push(EventListener::new(&window, "keydown", move |event| {
        let Some(event) = event.dyn_ref::<web_sys::KeyboardEvent>() else {
            return;
        };
        if event.is_composing() {
            return;
        }
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            act.emit(Action::Step);
        } else if event.key() == "Escape" {
            act.emit(Action::Stop);
        }
    }));
    listeners
}

/// `window.__atlas_lose_device()`, for the tests that take the graphics device away.
fn offer_test_hook(act: &Callback<Action>) {
    let act = act.clone();
    let hook = Closure::<dyn Fn()>::new(move || act.emit(Action::LoseDevice));
    let name = JsValue::from_str("__atlas_lose_device");
    let _ = js_sys::Reflect::set(&js_sys::global(), &name, hook.as_ref());
    // Lives as long as the page.
    hook.forget();
}

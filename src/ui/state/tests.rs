//! The reducer against a worker of a few lines: bytes are tokens, logits follow the last byte. The
//! other kinds of models are as simple; see [`worker`].

use crate::protocol::{
    Activation, BackendInfo, BackendKind, EmbeddingTable, EngineError, Event, ModelInfo, Request,
    Rows, TokenInfo, TraceUpdate,
};
use crate::ui::i18n::Language;
use crate::ui::views::Target;

use super::*;

mod address;
mod blanks;
mod comparison;
mod engines;
mod film;
mod looking;
mod models;
mod opening;
mod opening_lost;
mod running;
mod taking;
mod translation;
mod ways;
mod worker;
mod writing;

use worker::{model, model_named, run};

const N_CTX: usize = 16;

/// A page with the workers it started; answers are given only when a test says so.
struct Page {
    state: State,
    effects: Vec<Effect>,
}

impl Page {
    fn open(query: &str) -> Self {
        let state = State::open(query, &Preferences::default(), Language::En);
        let mut page = Page {
            state,
            effects: Vec::new(),
        };
        page.act(Action::Start);
        page
    }

    /// A page whose processor has answered for `text`.
    fn with(text: &str) -> Self {
        let mut page = Page::open(&format!("?text={text}&backend=cpu"));
        page.ready(BackendKind::Cpu, false);
        page.answer(BackendKind::Cpu);
        page
    }

    fn act(&mut self, action: Action) {
        let (state, effects) = reduce(std::mem::take(&mut self.state), action);
        self.state = state;
        self.effects.extend(effects);
    }

    fn hear(&mut self, kind: BackendKind, event: Event) {
        self.act(Action::Engine(kind, event));
    }

    /// A page of a site with a model of each kind.
    fn site(query: &str) -> Self {
        let offer = |name: &str| Offer {
            name: name.to_owned(),
            family: String::new(),
            architecture: model_named(name).architecture,
            has_film: false,
            size_bytes: 1000,
            origin: Origin::Site,
        };
        let offers = ["bytes", "blanks", "target", "memory"].map(offer).into();
        let state = State::open_with(offers, query, &Preferences::default(), Language::En);
        let mut page = Page {
            state,
            effects: Vec::new(),
        };
        page.act(Action::Start);
        page
    }

    /// A page of that site whose processor has answered all it was asked.
    fn site_with(query: &str) -> Self {
        let mut page = Page::site(&format!("?backend=cpu&{query}"));
        let name = page.state.shelf.wanted().unwrap_or_default().to_owned();
        page.ready_with(BackendKind::Cpu, 1, model_named(&name));
        page.settle();
        page
    }

    /// Answers runs as long as there are any.
    fn settle(&mut self) {
        while self.answer(BackendKind::Cpu) {}
    }

    fn ready(&mut self, kind: BackendKind, is_software: bool) {
        self.hear_ready(kind, 1, model(), is_software);
    }

    fn ready_with(&mut self, kind: BackendKind, id: u64, model: ModelInfo) {
        self.hear_ready(kind, id, model, false);
    }

    fn hear_ready(&mut self, kind: BackendKind, id: u64, model: ModelInfo, is_software: bool) {
        let backend = BackendInfo {
            kind,
            adapter: "a".to_owned(),
            is_software,
        };
        let model = Box::new(model);
        self.hear(kind, Event::Ready { id, backend, model });
    }

    /// Chooses a model whose files arrive and which is loaded at once.
    fn choose_model(&mut self, name: &str) {
        self.act(Action::Model(ModelAction::Choose(name.to_owned())));
        if self.has(|effect| *effect == Effect::FetchModel(name.to_owned())) {
            self.act(Action::Model(ModelAction::Here(name.to_owned())));
            self.loaded(BackendKind::Cpu);
        }
    }

    /// The last request to load a model.
    fn asked_load(&self, kind: BackendKind) -> Option<(u64, String)> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Send(to, Request::Load { id, base_url, .. }) if *to == kind => {
                let name = base_url.strip_suffix('/')?.rsplit('/').next()?;
                Some((*id, name.to_owned()))
            }
            _ => None,
        })
    }

    /// A worker has loaded what it was asked for last.
    fn loaded(&mut self, kind: BackendKind) {
        let (id, name) = self.asked_load(kind).unwrap();
        self.ready_with(kind, id, model_named(&name));
    }

    /// The runs sent to a worker and not yet answered.
    fn runs(&self, kind: BackendKind) -> Vec<Request> {
        self.effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Send(to, request @ Request::Run { .. }) if *to == kind => {
                    Some(request.clone())
                }
                _ => None,
            })
            .collect()
    }

    /// Answers the oldest run, if there is one.
    fn answer(&mut self, kind: BackendKind) -> bool {
        self.answer_with(kind, 0.0)
    }

    fn answer_with(&mut self, kind: BackendKind, error: f32) -> bool {
        let Some(request) = self.runs(kind).into_iter().next() else {
            return false;
        };
        self.effects
            .retain(|effect| *effect != Effect::Send(kind, request.clone()));
        self.hear(kind, run(&request, error));
        true
    }

    fn tick(&mut self) {
        let id = self.state.play.map_or(0, |play| play.id);
        self.act(Action::Tick(id));
    }

    fn typed(&mut self, value: &str) {
        self.act(Action::Type {
            value: value.to_owned(),
            is_composing: false,
        });
    }

    fn ids(&self) -> Vec<u32> {
        self.state.trace.tokens().iter().map(|t| t.id).collect()
    }

    fn has(&self, is_it: impl Fn(&Effect) -> bool) -> bool {
        self.effects.iter().any(is_it)
    }
}

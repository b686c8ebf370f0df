//! Which models the site has, which one is chosen, and going from one to the other.
//!
//! A model is chosen at once and used when it is there: first the page fetches its files, then the
//! engine whose numbers are shown loads it. Until then everything goes on with the model before.
//! What an engine computed belongs to the model it ran ([`super::Ran`]), so that a late answer of
//! a model that is no longer used is not shown.

use crate::protocol::{Architecture, BackendKind, EngineError, ModelInfo, Request};

use super::heads::HeadPlace;
use super::prepared::{PREPARED_IDS, prepared_for};
use super::reduce::Effects;
use super::{Effect, Notice, Origin, Projector, Shared, State};

/// A model that the site has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Name of its folder.
    pub name: String,
    /// Family, as `model_type` in `config.json`; empty for a linked one nobody has looked at.
    pub family: String,
    /// What kind of model it is.
    pub architecture: Architecture,
    /// Whether it comes with a film of its training.
    pub has_film: bool,
    /// Bytes of its files together.
    pub size_bytes: u64,
    /// Where they come from.
    pub origin: Origin,
}

impl Offer {
    /// Whether a person opened it: the site does not have it.
    pub fn is_opened(&self) -> bool {
        self.origin != Origin::Site
    }
}

/// The models of the site and which of them are here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shelf {
    /// What the site has, the one it opens with first.
    pub offers: Vec<Offer>,
    /// The chosen model by name; `None` is the one the site opens with.
    pub chosen: Option<String>,
    /// Where the address says that the chosen model came from.
    pub linked: Option<String>,
    /// What the address says that a model wrote, until a person has picked its files.
    awaited: Option<Awaited>,
    /// Models whose files the page holds.
    pub here: Vec<String>,
    /// Models whose files are on their way, each with the bytes received.
    pub coming: Vec<(String, u64)>,
}

/// What a model wrote that is not here yet.
#[derive(Clone, Debug, PartialEq)]
struct Awaited {
    /// Its name.
    name: String,
    /// The text it went on with.
    text: String,
    /// What it wrote, ids of its vocabulary.
    ids: Vec<u32>,
}

impl Shelf {
    /// A model of the site by its name.
    pub fn offer(&self, name: &str) -> Option<&Offer> {
        self.offers.iter().find(|offer| offer.name == name)
    }

    /// The model the site opens with.
    pub fn first(&self) -> Option<&str> {
        self.offers.first().map(|offer| offer.name.as_str())
    }

    /// Name of the model that is wanted; `None` takes whatever an engine loads first.
    pub fn wanted(&self) -> Option<&str> {
        self.chosen.as_deref().or(self.first())
    }

    /// How much of a model's files has been received, bytes of how many, while they are on their way.
    pub fn progress(&self, name: &str) -> Option<(u64, u64)> {
        let (_, received) = self.coming.iter().find(|(coming, _)| coming == name)?;
        let size = self.offer(name)?.size_bytes;
        Some(((*received).min(size), size))
    }

    /// Whether a model's files are here.
    pub(super) fn has(&self, name: &str) -> bool {
        self.here.iter().any(|here| here == name)
    }

    fn is_coming(&self, name: &str) -> bool {
        self.coming.iter().any(|(coming, _)| coming == name)
    }

    /// Notes that a model's files are here.
    pub(super) fn keep(&mut self, name: &str) {
        self.coming.retain(|(coming, _)| coming != name);
        if !self.has(name) {
            self.here.push(name.to_owned());
        }
    }
}

/// What happens to the models.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelAction {
    /// Use this model.
    Choose(String),
    /// Compare with this model.
    Compare(String),
    /// So many bytes of a model's files have been received.
    Received(String, u64),
    /// A model's files are here.
    Here(String),
    /// A model's files cannot be had, and why.
    Lost(String, String),
}

impl State {
    /// What the page opens on: the models of the site. A chosen one that it does not have is
    /// reported and forgotten.
    pub(super) fn put_up(&mut self, offers: Vec<Offer>) {
        self.shelf.offers = offers;
        let shelf = &mut self.shelf;
        let linked = shelf.linked.take();
        let is_offered = |name: &mut String| shelf.offers.iter().any(|offer| offer.name == *name);
        if let Some(name) = &shelf.chosen {
            self.heads.insert(name.clone(), HeadPlace::of(&self.focus));
        }
        if let Some(name) = shelf.chosen.take_if(|name| !is_offered(name)) {
            let instead = shelf.first().unwrap_or_default().to_owned();
            match linked {
                Some(linked) if self.put_up_linked(&name, &linked) => {
                    self.shelf.chosen = Some(name);
                }
                // What was written is ids of a vocabulary that is not here.
                Some(_) => {
                    self.shelf.awaited = Some(Awaited {
                        name,
                        text: self.text.clone(),
                        ids: std::mem::take(&mut self.generation),
                    });
                }
                None => {
                    self.notice = Some(Notice::NoSuchModel { name, instead });
                    self.generation.clear();
                }
            }
        }
        let shelf = &self.shelf;
        let companion = &mut self.companion;
        companion.chosen.take_if(|name| shelf.offer(name).is_none());
        let first = self.shelf.first().map(str::to_owned);
        self.shelf
            .chosen
            .take_if(|name| first.as_deref() == Some(name.as_str()));
        let wanted = self.shelf.wanted().and_then(|name| self.shelf.offer(name));
        self.projector.has_film = wanted.is_some_and(|offer| offer.has_film);
    }

    /// The kind of the model in use, or of the one that is on its way at first.
    pub fn architecture(&self) -> Architecture {
        let wanted = || self.shelf.offer(self.shelf.wanted()?);
        match &self.in_use {
            Some(model) => model.architecture,
            None => wanted().map_or_else(Architecture::default, |offer| offer.architecture),
        }
    }

    /// Whether the model in use is one of the site, and none that a person opened.
    pub fn uses_model_of_site(&self) -> bool {
        let offer = self.shelf.offer(self.in_use_name());
        offer.is_some_and(|offer| !offer.is_opened())
    }

    /// The prepared sentence for the model in use.
    pub fn prepared(&self) -> &'static str {
        match &self.in_use {
            Some(model) if model.reads_ids => PREPARED_IDS,
            _ => prepared_for(self.architecture(), self.language),
        }
    }

    /// Whether the text is the prepared one and nothing was written after it.
    pub(super) fn is_prepared(&self) -> bool {
        let is_alone = self.generation.is_empty() || self.architecture().has_source();
        self.text == self.prepared() && is_alone
    }

    pub(super) fn model_action(&mut self, action: ModelAction, effects: &mut Effects) {
        match action {
            ModelAction::Choose(name) => self.choose_model(name, effects),
            ModelAction::Compare(name) => self.choose_companion(name, effects),
            ModelAction::Received(name, bytes) => {
                let mut coming = self.shelf.coming.iter_mut();
                if let Some((_, received)) = coming.find(|(coming, _)| *coming == name) {
                    *received = bytes;
                }
            }
            ModelAction::Here(name) => {
                self.shelf.keep(&name);
                self.ask_all(effects);
            }
            ModelAction::Lost(name, detail) => {
                self.shelf.coming.retain(|(coming, _)| *coming != name);
                let url = name.clone();
                self.model_lost(&name, EngineError::Fetch { url, detail }, effects);
            }
        }
    }

    pub(super) fn choose_model(&mut self, name: String, effects: &mut Effects) {
        if self.shelf.offer(&name).is_none() {
            return;
        }
        self.shelf.chosen = Some(name).filter(|name| Some(name.as_str()) != self.shelf.first());
        self.notice.take_if(|notice| {
            matches!(
                notice,
                Notice::ModelUnusable { .. }
                    | Notice::NotOpened { .. }
                    | Notice::NoSuchModel { .. }
                    | Notice::FilesWanted { .. }
                    | Notice::ExtraTensors { .. }
            )
        });
        effects.push(Effect::UrlChanged);
        self.ask_all(effects);
    }

    /// Uses the wanted model if the shown engine has it; else has it fetched and loaded.
    pub(super) fn follow_choice(&mut self, effects: &mut Effects) {
        let Some(name) = self.shelf.wanted().map(str::to_owned) else {
            return;
        };
        let is_used = self.in_use.as_ref().is_some_and(|used| used.name == name);
        if is_used || (self.in_use.is_none() && !self.wants_opened()) {
            return;
        }
        let kind = self.engines.active;
        match self.engines.get(kind).model(&name).cloned() {
            Some(model) => self.use_model(model, effects),
            None => self.bring(kind, &name, effects),
        }
    }

    /// Has an engine load a model, as soon as its files are here.
    pub(super) fn bring(&mut self, kind: BackendKind, name: &str, effects: &mut Effects) {
        if !self.shelf.has(name) {
            if !self.shelf.is_coming(name) {
                self.shelf.coming.push((name.to_owned(), 0));
                effects.push(Effect::FetchModel(name.to_owned()));
            }
            return;
        }
        let id = self.last_id + 1;
        let engine = self.engines.get_mut(kind);
        if engine.is_ready() && engine.asked_model.is_none() {
            engine.asked_model = Some((id, name.to_owned()));
            self.last_id = id;
            let origin = self.shelf.offer(name).map(|offer| offer.origin.clone());
            let (base_url, from) = origin.unwrap_or_default().places(name);
            effects.push(Effect::Send(kind, Request::Load { id, base_url, from }));
        }
    }

    /// An engine has loaded a model.
    pub(super) fn have_model(
        &mut self,
        kind: BackendKind,
        id: u64,
        model: ModelInfo,
        effects: &mut Effects,
    ) {
        let engine = self.engines.get_mut(kind);
        engine.asked_model.take_if(|(asked, _)| *asked == id);
        self.shelf.keep(&model.name);
        if !model.unread.is_empty() {
            let names = model.unread.clone();
            self.notice = Some(Notice::ExtraTensors { names });
        }
        let model = Shared::new(model);
        engine.models.retain(|held| held.name != model.name);
        engine.models.push(model.clone());
        let is_meant = !self.wants_opened() || self.shelf.wanted() == Some(&model.name);
        if self.in_use.is_none() && is_meant {
            self.model = Some(model.clone());
            self.use_first(model, effects);
        }
    }

    /// The first model there is: text and ids are of the address.
    pub(super) fn use_first(&mut self, model: Shared<ModelInfo>, effects: &mut Effects) {
        let vocab_size = model.vocab_size();
        if self.generation.iter().any(|id| *id as usize >= vocab_size) {
            self.generation.clear();
        }
        // An address without a text means the prepared one, whatever was written after it.
        let was_prepared = self.text == self.prepared();
        self.in_use = Some(model);
        if was_prepared {
            self.text = self.prepared().to_owned();
        }
        self.keep_companion(None);
        self.begin(effects);
    }

    /// From one model to another. The text stays; what was written after it becomes text, because
    /// its ids are of the other vocabulary. A prepared sentence becomes the new model's.
    fn use_model(&mut self, model: Shared<ModelInfo>, effects: &mut Effects) {
        let was_prepared = self.is_prepared();
        if !self.architecture().has_source() {
            self.text.clone_from(&self.text_box.text);
        }
        self.generation = self.take_awaited(&model, was_prepared);
        self.filled.clear();
        self.stop();
        self.notice.take_if(|notice| *notice == Notice::TextEnded);
        self.turn_to_head_of(&model.name);
        let focus = &mut self.focus;
        (focus.token, focus.key, focus.target, focus.hovered) = (None, None, None, None);
        focus.path.clear();
        let has_film = (self.shelf.offer(&model.name)).is_some_and(|offer| offer.has_film);
        self.projector = Projector::default();
        self.projector.has_film = has_film;
        for kind in [BackendKind::Cpu, BackendKind::WebGpu] {
            let engine = self.engines.get_mut(kind);
            engine.asked_embeddings = None;
            engine.work = crate::ui::views::Work::default();
        }
        let before = self.in_use.replace(model);
        self.keep_companion(before.as_ref().map(|model| model.name.as_str()));
        if was_prepared && !self.is_composing {
            self.text = self.prepared().to_owned();
        }
        self.begin(effects);
        effects.push(Effect::UrlChanged);
    }

    /// What this model wrote after the text as it stands, if the address told it.
    fn take_awaited(&mut self, model: &ModelInfo, is_prepared: bool) -> Vec<u32> {
        let awaited = self.shelf.awaited.take_if(|it| it.name == model.name);
        let vocab_size = model.vocab_size();
        awaited
            .filter(|it| is_prepared || it.text == self.text)
            .filter(|it| it.ids.iter().all(|id| (*id as usize) < vocab_size))
            .map_or_else(Vec::new, |it| it.ids)
    }

    /// What a kind of model does first: one that has a source writes what follows from it, once.
    fn begin(&mut self, effects: &mut Effects) {
        self.focus.suit_panels(self.architecture());
        self.clamp_focus();
        self.refresh_box();
        self.recite(effects);
    }
}

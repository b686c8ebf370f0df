//! Models that cannot be had: the page goes on with the one before, or opens with the site's first.

use crate::protocol::{BackendKind, EngineError};

use super::reduce::Effects;
use super::{Effect, EngineStatus, Notice, Offer, State};

impl State {
    /// A model that was asked for was refused. Returns whether it was one.
    pub(super) fn load_failed(
        &mut self,
        kind: BackendKind,
        id: u64,
        error: &EngineError,
        effects: &mut Effects,
    ) -> bool {
        let engine = self.engines.get_mut(kind);
        let Some((_, name)) = engine.asked_model.take_if(|(asked, _)| *asked == id) else {
            return false;
        };
        let is_of_files = matches!(
            error,
            EngineError::Fetch { .. } | EngineError::Model { .. } | EngineError::Checkpoint { .. }
        );
        if kind == BackendKind::WebGpu && !is_of_files {
            self.leave_webgpu(error.clone(), effects);
            return true;
        }
        self.give_up(&name, error.clone(), effects);
        true
    }

    /// What is here of a model is of no use.
    pub(super) fn give_up(&mut self, name: &str, error: EngineError, effects: &mut Effects) {
        self.shelf.here.retain(|here| here != name);
        self.shelf.coming.retain(|(coming, _)| coming != name);
        effects.push(Effect::ForgetModel(name.to_owned()));
        self.model_lost(name, error, effects);
        let used = self.in_use_name().to_owned();
        let offers = &mut self.shelf.offers;
        offers.retain(|offer| !offer.is_opened() || offer.name != name || offer.name == used);
    }

    /// A model cannot be had: the one before stays.
    pub(super) fn model_lost(&mut self, name: &str, error: EngineError, effects: &mut Effects) {
        if self.companion.chosen.as_deref() == Some(name) {
            self.companion.chosen = None;
            self.focus.close_panel(super::COMPARISON);
        } else if self.shelf.wanted() != Some(name) {
            return;
        }
        if self.shelf.wanted() == Some(name) {
            let used = self.in_use.as_ref().map(|model| model.name.clone());
            self.shelf.chosen = used.filter(|name| Some(name.as_str()) != self.shelf.first());
        }
        self.note_unusable(name.to_owned(), error);
        let loaded = self.engines.active().models.first().cloned();
        if let (None, Some(model)) = (&self.in_use, loaded) {
            // The link's text was written by the model that cannot be had.
            self.generation.clear();
            self.model = Some(model.clone());
            self.use_first(model, effects);
        }
        effects.push(Effect::UrlChanged);
        self.ask_all(effects);
    }

    /// The model that a link names cannot be had, and there is none before it: the page opens with
    /// the one the site opens with. Text, seed and panels stay; what was written goes, because its
    /// ids are of the other vocabulary. Returns whether it is so.
    pub(super) fn fall_back(
        &mut self,
        kind: BackendKind,
        error: &EngineError,
        effects: &mut Effects,
    ) -> bool {
        let is_of_engine = match error {
            EngineError::Fetch { url, .. } => url.ends_with(".wasm"),
            EngineError::Model { .. }
            | EngineError::Checkpoint { .. }
            | EngineError::Internal { .. } => false,
            _ => true,
        };
        if self.in_use.is_some() || is_of_engine || self.wants_opened() {
            return false;
        }
        let was_prepared = self.is_prepared();
        let Some(name) = self.shelf.chosen.take() else {
            return false;
        };
        self.shelf.here.retain(|here| *here != name);
        effects.push(Effect::ForgetModel(name.clone()));
        self.note_unusable(name, error.clone());
        self.generation.clear();
        if was_prepared && !self.is_composing {
            self.text = self.prepared().to_owned();
        }
        let wanted = self.shelf.wanted().and_then(|name| self.shelf.offer(name));
        self.projector.has_film = wanted.is_some_and(|offer| offer.has_film);
        self.refresh_box();
        self.engines.get_mut(kind).forget(EngineStatus::Off);
        effects.push(Effect::StopEngine(kind));
        self.start_engine(kind, effects);
        effects.push(Effect::UrlChanged);
        true
    }

    fn note_unusable(&mut self, name: String, error: EngineError) {
        let instead = self.shelf.wanted().unwrap_or_default().to_owned();
        let is_opened = self.shelf.offer(&name).is_some_and(Offer::is_opened);
        self.notice = Some(match is_opened {
            true => Notice::NotOpened { name, error },
            false => Notice::ModelUnusable {
                name,
                instead,
                error,
            },
        });
    }
}

//! Opening a checkpoint that the site does not have: picked, looked at, and then a model of the
//! shelf like the others, until the page is closed.
//!
//! The page never reads a file of it: files that were picked are handed to a worker as they are, an
//! address is fetched there. Nothing changes for the model in use until the new one is loaded.

use crate::protocol::{BackendKind, EngineError, Fault, Look, Progress, Request};

use super::reduce::Effects;
use super::{Effect, EngineStatus, Notice, Offer, State};

/// Where a model's files come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// The site has it.
    #[default]
    Site,
    /// A person picked its files.
    Files,
    /// They are fetched from an address, which ends with `/`.
    Url(String),
}

impl Origin {
    /// Where the worker finds the files of the model of this name: the folder under which it knows
    /// it, and what they are fetched from if that is another place.
    pub(super) fn places(&self, name: &str) -> (String, Option<String>) {
        match self {
            Origin::Site => (format!("models/{name}/"), None),
            Origin::Files => (format!("opened/{name}/"), Some(String::new())),
            Origin::Url(url) => (format!("opened/{name}/"), Some(url.clone())),
        }
    }
}

/// What is being opened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Opening {
    /// Whether the dialog is shown.
    pub is_shown: bool,
    /// What was picked and not opened yet.
    pub picked: Option<Picked>,
    /// The look that is out.
    asked: Option<(BackendKind, u64)>,
}

/// A checkpoint that was picked.
#[derive(Clone, Debug, PartialEq)]
pub struct Picked {
    /// Its name.
    pub name: String,
    /// Where its files are.
    pub origin: Origin,
    /// What a look at it told, once there was one.
    pub seen: Option<Result<Look, EngineError>>,
}

/// What a person does to open a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenAction {
    /// Show the dialog.
    Show,
    /// Close it; what was picked is forgotten.
    Close,
    /// Files were picked; the bridge holds them under this name.
    Files(String),
    /// An address was given.
    Address(String),
    /// Open what was picked.
    Accept,
}

impl State {
    pub(super) fn open_action(&mut self, action: OpenAction, effects: &mut Effects) {
        match action {
            OpenAction::Show => self.opening.is_shown = true,
            OpenAction::Close => {
                self.opening.is_shown = false;
                self.drop_picked(effects);
            }
            OpenAction::Files(name) => self.pick(name, Origin::Files, effects),
            OpenAction::Address(address) => {
                if let Some((name, url)) = folder_at(&address) {
                    let name = self.free_name(&name.replace('%', "-"));
                    self.pick(name, Origin::Url(url), effects);
                }
            }
            OpenAction::Accept => self.accept(effects),
        }
    }

    fn pick(&mut self, name: String, origin: Origin, effects: &mut Effects) {
        self.drop_picked(effects);
        self.opening.is_shown = true;
        self.opening.picked = Some(Picked {
            name,
            origin,
            seen: None,
        });
        self.ask_look(effects);
    }

    /// Lets go of what was picked.
    fn drop_picked(&mut self, effects: &mut Effects) {
        self.opening.asked = None;
        if let Some(picked) = self.opening.picked.take() {
            effects.push(Effect::ForgetModel(picked.name));
        }
    }

    /// A name that no model has: this one, or with a number after it.
    fn free_name(&self, name: &str) -> String {
        let mut free = name.to_owned();
        let mut number = 2;
        while self.shelf.offer(&free).is_some() {
            free = format!("{name}-{number}");
            number += 1;
        }
        free
    }

    /// Asks the shown engine for a look at what was picked, once.
    pub(super) fn ask_look(&mut self, effects: &mut Effects) {
        let kind = self.engines.active;
        let id = self.last_id + 1;
        let opening = &mut self.opening;
        let Some(picked) = opening.picked.as_ref().filter(|it| it.seen.is_none()) else {
            return;
        };
        if opening.asked.is_some() || !self.engines.get(kind).is_ready() {
            return;
        }
        opening.asked = Some((kind, id));
        self.last_id = id;
        let (base_url, from) = picked.origin.places(&picked.name);
        effects.push(Effect::Send(kind, Request::Look { id, base_url, from }));
    }

    /// What a look told, or why it could not. Returns whether it was the one that is out.
    pub(super) fn take_look(
        &mut self,
        kind: BackendKind,
        id: u64,
        seen: Result<Look, EngineError>,
    ) -> bool {
        let opening = &mut self.opening;
        let asked = opening.asked.take_if(|asked| *asked == (kind, id));
        if let (Some(picked), Some(_)) = (&mut opening.picked, asked) {
            picked.seen = Some(seen);
        }
        asked.is_some()
    }

    /// A worker ended over the look that was out.
    pub(super) fn look_failed(&mut self, kind: BackendKind, error: &EngineError) {
        if let Some((_, id)) = self.opening.asked.filter(|(of, _)| *of == kind) {
            self.take_look(kind, id, Err(error.clone()));
        }
    }

    /// A worker is gone, and the look that was out with it: another one is asked for.
    pub(super) fn look_lost(&mut self, kind: BackendKind) {
        self.opening.asked.take_if(|(of, _)| *of == kind);
    }

    fn accept(&mut self, effects: &mut Effects) {
        let is_open = |picked: &mut Picked| matches!(&picked.seen, Some(Ok(look)) if look.fits());
        let Some(picked) = self.opening.picked.take_if(is_open) else {
            return;
        };
        self.opening.is_shown = false;
        let look = picked.seen.and_then(Result::ok).unwrap_or_default();
        self.shelf.offers.push(Offer {
            name: picked.name.clone(),
            family: look.family,
            architecture: look.architecture,
            has_film: false,
            size_bytes: look.file_bytes,
            origin: picked.origin,
        });
        self.shelf.keep(&picked.name);
        self.choose_model(picked.name, effects);
        self.put_away(effects);
    }

    /// Takes the checkpoints opened first from the shelf, but not the one in use.
    fn put_away(&mut self, effects: &mut Effects) {
        let used = self.in_use_name().to_owned();
        let opened = self.shelf.offers.iter().filter(|offer| offer.is_opened());
        let mut names: Vec<String> = opened.map(|offer| offer.name.clone()).collect();
        let excess = names.len().saturating_sub(MOST_OPENED);
        names.retain(|name| *name != used);
        for name in names.into_iter().take(excess) {
            self.shelf.offers.retain(|offer| offer.name != name);
            self.companion.chosen.take_if(|chosen| *chosen == name);
            // Another one may get its name.
            for kind in [BackendKind::Cpu, BackendKind::WebGpu] {
                let models = &mut self.engines.get_mut(kind).models;
                models.retain(|model| model.name != name);
            }
            effects.push(Effect::PutAway(name));
        }
    }

    /// A worker ended again over the checkpoint in use: the page goes back to the site's own model.
    /// Returns whether it is so.
    pub(super) fn leave_opened(&mut self, kind: BackendKind, effects: &mut Effects) -> bool {
        let name = self.in_use_name().to_owned();
        let is_opened = self.shelf.offer(&name).is_some_and(Offer::is_opened);
        if kind == BackendKind::WebGpu || !is_opened {
            return false;
        }
        self.stop();
        self.in_use = None;
        self.generation.clear();
        let engine = self.engines.get_mut(kind);
        engine.forget(EngineStatus::Off);
        engine.restarts = 0;
        self.shelf.chosen = None;
        self.start_engine(kind, effects);
        self.shelf.chosen = Some(name.clone());
        self.give_up(&name, no_memory(&name), effects);
        true
    }

    /// How far the reading of a checkpoint has come.
    pub(super) fn note_opening(&mut self, kind: BackendKind, id: u64, progress: Progress) {
        let asked = self.engines.get(kind).asked_model.as_ref();
        let Some((_, name)) = asked.filter(|(asked, _)| *asked == id) else {
            return;
        };
        let shelf = &mut self.shelf;
        let mut offers = shelf.offers.iter_mut();
        let offer = offers.find(|offer| offer.name == *name && offer.origin != Origin::Site);
        let (Some(offer), Some(total)) = (offer, progress.total_bytes) else {
            return;
        };
        offer.size_bytes = total;
        shelf.coming.retain(|(coming, _)| coming != name);
        shelf.coming.push((name.clone(), progress.received_bytes));
    }

    /// Puts the model of a link on the shelf: `linked` is where it came from. Returns whether it can
    /// be had without asking.
    pub(super) fn put_up_linked(&mut self, name: &str, linked: &str) -> bool {
        if linked == FILES {
            let name = name.to_owned();
            self.notice = Some(Notice::FilesWanted { name });
            return false;
        }
        let Some((_, url)) = folder_at(linked) else {
            return false;
        };
        self.shelf.offers.push(Offer {
            name: name.to_owned(),
            family: String::new(),
            architecture: Default::default(),
            has_film: false,
            size_bytes: 0,
            origin: Origin::Url(url),
        });
        self.shelf.keep(name);
        true
    }

    /// Where the chosen model came from, for the address.
    pub(super) fn linked(&self) -> Option<String> {
        match &self.shelf.offer(self.shelf.chosen.as_deref()?)?.origin {
            Origin::Site => None,
            Origin::Files => Some(FILES.to_owned()),
            Origin::Url(url) => Some(url.clone()),
        }
    }

    /// Whether the wanted model is one that the site does not have.
    pub(super) fn wants_opened(&self) -> bool {
        let wanted = self.shelf.wanted().and_then(|name| self.shelf.offer(name));
        wanted.is_some_and(|offer| offer.origin != Origin::Site)
    }
}

/// How many opened checkpoints stand on the shelf.
const MOST_OPENED: usize = 2;
/// What stands in an address for files that have to be picked again.
const FILES: &str = "files";

/// The error of a worker that ended while it read a checkpoint: it had no more memory.
pub(super) fn no_memory(name: &str) -> EngineError {
    EngineError::Checkpoint {
        file: name.to_owned(),
        fault: Fault::NoMemory,
        about: Vec::new(),
    }
}

/// Name and address of the folder that a typed address means; one of its files may be named.
fn folder_at(address: &str) -> Option<(String, String)> {
    let address = address.trim().split(['?', '#']).next().unwrap_or_default();
    let folder = match address.rsplit_once('/') {
        Some((folder, file)) if file.ends_with(".json") || file.ends_with(".safetensors") => folder,
        _ => address.trim_end_matches('/'),
    };
    let name = folder.rsplit('/').next().filter(|name| !name.is_empty())?;
    Some((name.to_owned(), format!("{folder}/")))
}

#[cfg(test)]
mod tests {
    use super::folder_at;

    #[test]
    fn an_address_may_name_the_folder_or_a_file_in_it() {
        for address in [
            "https://a.example/b/tiny",
            " https://a.example/b/tiny/ ",
            "https://a.example/b/tiny/config.json?v=1",
            "https://a.example/b/tiny/model.safetensors",
        ] {
            let (name, url) = folder_at(address).unwrap();
            assert_eq!(
                (name.as_str(), url.as_str()),
                ("tiny", "https://a.example/b/tiny/")
            );
        }
        assert_eq!(folder_at(" "), None);
    }
}

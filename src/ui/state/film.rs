//! The film of the model's training: which step's weights the page shows, which frames are there, and
//! going from one to the other.
//!
//! A frame is chosen at once and shown when it is there: first the page fetches it, then each engine
//! puts it into its model when it is next asked for numbers (see `run.rs`). What an engine
//! computed belongs to the step it had then ([`super::Ran`]), so that a late answer is not shown.

use crate::protocol::{BackendKind, EngineError, Film};
use crate::ui::views::{Reel, frame_address};

use super::reduce::Effects;
use super::{Effect, Notice, Shared, State};

/// How long a frame is shown while the film plays, milliseconds, at least.
const FRAME_MS: u32 = 700;

/// What is known of the film and what is shown of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Projector {
    /// Whether the model comes with a film.
    pub has_film: bool,
    /// Its index, once somebody wanted it.
    pub film: Option<Shared<Film>>,
    /// Whether the index has been asked for.
    is_asked: bool,
    /// Whether it cannot be had.
    pub is_lost: bool,
    /// The step that was chosen; `None` is the trained model.
    pub chosen: Option<usize>,
    /// The step whose numbers are asked for: the chosen one once its weights are there.
    pub at: Option<usize>,
    /// The step that is compared with; `None` is the trained model.
    pub against: Option<usize>,
    /// Steps whose weights the page holds.
    pub here: Vec<usize>,
    /// Steps whose weights are on their way, each with the bytes received.
    pub coming: Vec<(usize, u64)>,
    /// Number of the play, while the film plays.
    pub play: Option<u64>,
    /// The step that the vocabulary's vectors are of.
    pub(super) mapped: Option<usize>,
}

impl Projector {
    /// Percent of the chosen step's weights received, while they are on their way.
    pub fn percent(&self) -> Option<u32> {
        let step = self.chosen.filter(|_| self.chosen != self.at)?;
        let (_, received) = self.coming.iter().find(|(coming, _)| *coming == step)?;
        let total = self.film.as_ref()?.frame(step)?.size_bytes as u64;
        (100 * received)
            .checked_div(total)
            .map(|all| all.min(100) as u32)
    }
}

/// What happens to the film.
#[derive(Clone, Debug, PartialEq)]
pub enum FilmAction {
    /// Show this step; `None` is the trained model.
    Choose(Option<usize>),
    /// Compare with this step; `None` is the trained model.
    Compare(Option<usize>),
    /// Show one step after the other, or stop.
    TogglePlay,
    /// The index is there; `None` if it cannot be had.
    Index(Option<Box<Film>>),
    /// So many bytes of a frame's file have been received.
    Received(String, u64),
    /// A frame's file is there.
    Here(String),
    /// A frame's file cannot be had, and why.
    Lost(String, String),
}

impl State {
    /// The film as views see it: with the step that is drawn.
    pub fn reel(&self) -> Option<Reel<'_>> {
        let projector = &self.projector;
        let against = projector.against;
        Some(Reel {
            film: projector.film.as_deref()?,
            folder: &self.model.as_ref()?.name,
            chosen: projector.chosen,
            at: self.traced.as_ref().and_then(|ran| ran.at),
            against: against.filter(|step| projector.here.contains(step)),
        })
    }

    /// Where the weights of a step are; `None` for the trained model's own.
    pub(super) fn address_of(&self, step: Option<usize>) -> Option<String> {
        let film = self.projector.film.as_ref()?;
        let model = self.in_use.as_ref()?;
        Some(frame_address(&model.name, &film.frame(step?)?.file))
    }

    pub(super) fn film(&mut self, action: FilmAction, effects: &mut Effects) {
        match action {
            FilmAction::Choose(step) => {
                self.projector.play = None;
                self.choose_step(step, effects);
            }
            FilmAction::Compare(step) => {
                self.projector.against = step;
                self.keep_to_the_film();
                self.fetch_frame(self.projector.against, effects);
                effects.push(Effect::UrlChanged);
                self.ask_all(effects);
            }
            FilmAction::TogglePlay => self.toggle_film(effects),
            FilmAction::Index(film) => {
                self.projector.is_lost = film.is_none();
                if let (Some(step), None) = (self.projector.chosen, &film) {
                    (self.projector.chosen, self.projector.against) = (None, None);
                    let (url, detail) = ("index.json".to_owned(), String::new());
                    let error = EngineError::Fetch { url, detail };
                    self.notice = Some(Notice::FrameUnusable { step, error });
                    effects.push(Effect::UrlChanged);
                    return;
                }
                self.projector.film = film.map(|film| Shared::new(*film));
                self.keep_to_the_film();
                self.fetch_frame(self.projector.against, effects);
                self.choose_step(self.projector.chosen, effects);
            }
            FilmAction::Received(file, bytes) => {
                let step = self.step_of(&file);
                let mut coming = self.projector.coming.iter_mut();
                if let Some((_, received)) = coming.find(|(coming, _)| Some(*coming) == step) {
                    *received = bytes;
                }
            }
            FilmAction::Here(file) => {
                let Some(step) = self.step_of(&file) else {
                    return;
                };
                self.projector.coming.retain(|(coming, _)| *coming != step);
                self.projector.here.push(step);
                if self.projector.chosen == Some(step) {
                    self.show_chosen(effects);
                } else if self.projector.against == Some(step) {
                    self.ask_all(effects);
                }
            }
            FilmAction::Lost(file, detail) => {
                let Some(step) = self.step_of(&file) else {
                    return;
                };
                self.projector.coming.retain(|(coming, _)| *coming != step);
                if self.projector.against == Some(step) {
                    self.projector.against = None;
                }
                if self.projector.chosen == Some(step) {
                    self.projector.chosen = self.projector.at;
                    self.projector.play = None;
                    let error = EngineError::Fetch { url: file, detail };
                    self.notice = Some(Notice::FrameUnusable { step, error });
                    effects.push(Effect::UrlChanged);
                }
            }
        }
    }

    /// Asks for the index when the panel is on the page or an earlier step is wanted.
    pub(super) fn want_film(&mut self, effects: &mut Effects) {
        let is_wanted = self.focus.has_panel("training") || self.projector.chosen.is_some();
        let projector = &mut self.projector;
        let Some(model) = self.in_use.as_ref().filter(|_| is_wanted) else {
            return;
        };
        if !projector.has_film {
            // An address may name a step of a film that is not there.
            (projector.chosen, projector.against) = (None, None);
            self.focus.close_panel("training");
        } else if !std::mem::replace(&mut projector.is_asked, true) {
            let path = frame_address(&model.name, "index.json");
            effects.push(Effect::FetchFilm(path));
        }
    }

    fn choose_step(&mut self, step: Option<usize>, effects: &mut Effects) {
        self.projector.chosen = step;
        self.keep_to_the_film();
        self.notice
            .take_if(|notice| matches!(notice, Notice::FrameUnusable { .. }));
        effects.push(Effect::UrlChanged);
        self.show_chosen(effects);
    }

    /// Shows the chosen step if it is there, and fetches it and those beside it if they are not.
    fn show_chosen(&mut self, effects: &mut Effects) {
        let projector = &mut self.projector;
        let Some(film) = projector.film.clone() else {
            return;
        };
        let chosen = projector.chosen;
        if chosen.is_none_or(|step| projector.here.contains(&step)) {
            projector.at = chosen;
            self.ask_all(effects);
        }
        self.fetch_frame(chosen, effects);
        let place = film.place(chosen);
        // Someone who stands at the end has not moved yet.
        if chosen.is_some() {
            self.fetch_frame(film.step_at(place + 1), effects);
            self.fetch_frame(place.checked_sub(1).and_then(|p| film.step_at(p)), effects);
        }
    }

    fn fetch_frame(&mut self, step: Option<usize>, effects: &mut Effects) {
        let Some(address) = self.address_of(step) else {
            return;
        };
        let projector = &mut self.projector;
        if let Some(step) = step
            && !projector.here.contains(&step)
            && !projector.coming.iter().any(|(coming, _)| *coming == step)
        {
            projector.coming.push((step, 0));
            effects.push(Effect::FetchFrame(address));
        }
    }

    /// Steps that the film does not have become the trained model.
    fn keep_to_the_film(&mut self) {
        let Some(film) = self.projector.film.clone() else {
            return;
        };
        let kept = |step: Option<usize>| step.filter(|_| film.step_at(film.place(step)) == step);
        self.projector.chosen = kept(self.projector.chosen);
        self.projector.against = kept(self.projector.against);
    }

    /// The step whose file has this address.
    fn step_of(&self, address: &str) -> Option<usize> {
        let name = address.rsplit('/').next()?;
        let frames = &self.projector.film.as_ref()?.frames;
        frames
            .iter()
            .find(|frame| frame.file == name)
            .map(|frame| frame.step)
    }

    fn toggle_film(&mut self, effects: &mut Effects) {
        if self.projector.play.take().is_some() {
            return;
        }
        let Some(film) = self.projector.film.clone() else {
            return;
        };
        self.stop();
        // From the end it begins anew.
        if self.projector.chosen.is_none() {
            self.choose_step(film.step_at(0), effects);
        }
        let id = self.take_id();
        self.projector.play = Some(id);
        effects.push(Effect::Tick {
            id,
            after_ms: FRAME_MS,
        });
    }

    /// The time of a frame is over: the next one, unless this one is not yet seen. Returns whether
    /// the tick was the film's.
    pub(super) fn film_tick(&mut self, id: u64, effects: &mut Effects) -> bool {
        let projector = &self.projector;
        if projector.play != Some(id) {
            return false;
        }
        let Some(film) = projector.film.clone() else {
            return false;
        };
        let is_seen = projector.chosen == projector.at && self.is_current();
        let place = film.place(projector.chosen);
        if is_seen {
            self.choose_step(film.step_at(place + 1), effects);
        }
        if self.projector.chosen.is_some() || !is_seen {
            effects.push(Effect::Tick {
                id,
                after_ms: FRAME_MS,
            });
        } else {
            self.projector.play = None;
        }
        true
    }

    /// An engine has put the weights it was asked for into its model.
    pub(super) fn take_weights(&mut self, kind: BackendKind, id: u64, effects: &mut Effects) {
        let engine = self.engines.get_mut(kind);
        if let Some((_, step)) = engine.asked_weights.take_if(|(asked, _)| *asked == id) {
            engine.have_weights(step);
            self.ask_all(effects);
        }
    }

    /// A frame was refused: the engine goes on with the weights it has, and so does the page.
    pub(super) fn weights_failed(
        &mut self,
        kind: BackendKind,
        id: u64,
        error: &EngineError,
        effects: &mut Effects,
    ) -> bool {
        let engine = self.engines.get_mut(kind);
        let Some((_, step)) = engine.asked_weights.take_if(|(asked, _)| *asked == id) else {
            return false;
        };
        let held = engine.weights;
        if let Some(step) = step {
            if let Some(address) = self.address_of(Some(step)) {
                effects.push(Effect::ForgetFrame(address));
            }
            self.projector.here.retain(|here| *here != step);
            self.projector.play = None;
            let error = error.clone();
            self.notice = Some(Notice::FrameUnusable { step, error });
        }
        if self.projector.has_film {
            self.projector.chosen = held;
            self.projector.at = held;
        }
        effects.push(Effect::UrlChanged);
        self.ask_all(effects);
        true
    }
}

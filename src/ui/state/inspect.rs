//! Closer looks: which are wanted, which are asked, what came back.
//!
//! At most one inspection is out, and none while a run is: typing comes first. An answer for an
//! older text is dropped.

use crate::protocol::{BackendKind, Finding, Inspection, Request};
use crate::ui::views::{Findings, VIEWS};

use super::companion::{COMPARISON, compared_views};
use super::reduce::Effects;
use super::{Effect, Ran, Shared, State};

/// What has been asked and found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inspections {
    /// What is out: number of the request, who was asked, what, and of which text.
    pub in_flight: Option<(u64, BackendKind, Inspection, Ran)>,
    /// Answers. Those about a text are about `of`.
    pub found: Shared<Findings>,
    /// The text the answers are about.
    pub of: Option<Ran>,
    /// Asked for and not answerable; not asked again until the text changes.
    pub failed: Vec<Inspection>,
}

impl State {
    /// What the views on the page want to know of the text as it is drawn.
    pub fn wanted_inspections(&self) -> Vec<Inspection> {
        let Some(input) = self.view_input(0.0, 0.0) else {
            return Vec::new();
        };
        let shown = VIEWS.iter().filter(|view| self.focus.shows(view));
        let mut wanted: Vec<Inspection> = shown.flat_map(|view| view.asks(&input)).collect();
        if self.focus.has_panel(COMPARISON) {
            let views = compared_views(input.model).into_iter();
            wanted.extend(views.flat_map(|view| view.asks(&input)));
        }
        wanted
    }

    /// Asks for the next inspection that is wanted and not known.
    pub(super) fn inspect(&mut self, effects: &mut Effects) {
        if !self.is_current() {
            return;
        }
        self.forget_other_texts();
        let kind = self.engines.active;
        let engine = self.engines.get(kind);
        let is_running = engine.in_flight.is_some() || self.companion.is_busy();
        let is_busy = is_running || engine.asked_weights.is_some();
        let has_step = !self.projector.has_film || engine.weights == self.projector.at;
        if !engine.is_ready() || is_busy || !has_step || self.inspections.in_flight.is_some() {
            return;
        }
        let wanted = self.wanted_inspections();
        let known = |inspection: &Inspection| {
            self.inspections.found.get(inspection).is_some()
                || self.inspections.failed.contains(inspection)
        };
        let Some(inspection) = wanted.into_iter().find(|inspection| !known(inspection)) else {
            self.inspect_companion(effects);
            return;
        };
        let id = self.take_id();
        let ran = self.wanted_run();
        self.inspections.in_flight = Some((id, kind, inspection.clone(), ran.clone()));
        effects.push(Effect::Send(
            kind,
            Request::Inspect {
                id,
                model: ran.model,
                text: ran.text,
                generation: ran.generation,
                inspection,
            },
        ));
    }

    /// Takes an answer in.
    pub(super) fn take_finding(
        &mut self,
        kind: BackendKind,
        id: u64,
        finding: Finding,
        effects: &mut Effects,
    ) {
        let finding = match self.take_companion_finding(kind, id, finding, effects) {
            Ok(()) => return,
            Err(finding) => finding,
        };
        if let Some((inspection, ran)) = self.take_asked(kind, id)
            && (ran.at, ran.model.as_str()) == (self.projector.at, self.in_use_name())
            && (inspection.is_of_model() || self.traced.as_ref() == Some(&ran))
        {
            let wanted = self.wanted_inspections();
            let found = self.inspections.found.make_mut();
            // What nobody wants any more (another token, another seed) is forgotten.
            found.retain(|asked| asked.is_of_model() || wanted.contains(asked));
            found.insert(inspection, finding);
        }
        self.accompany(effects);
        self.inspect(effects);
    }

    /// Notes that an inspection was refused. Returns whether it was one.
    pub(super) fn inspection_failed(&mut self, kind: BackendKind, id: u64) -> bool {
        match self.take_asked(kind, id) {
            Some((inspection, _)) => {
                self.inspections.failed.push(inspection);
                true
            }
            None => false,
        }
    }

    /// Forgets what was asked of a worker that is gone.
    pub(super) fn forget_inspection(&mut self, kind: BackendKind) {
        self.companion_lost(kind);
        self.look_lost(kind);
        let asked = &mut self.inspections.in_flight;
        asked.take_if(|(_, asked_of, ..)| *asked_of == kind);
    }

    fn take_asked(&mut self, kind: BackendKind, id: u64) -> Option<(Inspection, Ran)> {
        let asked = &mut self.inspections.in_flight;
        let (_, _, inspection, ran) =
            asked.take_if(|(asked, of, ..)| *asked == id && *of == kind)?;
        Some((inspection, ran))
    }

    /// Answers about a text hold for that text only.
    fn forget_other_texts(&mut self) {
        if self.inspections.of != self.traced {
            let step = |ran: &Option<Ran>| ran.as_ref().map(|ran| (ran.at, ran.model.clone()));
            if step(&self.inspections.of) != step(&self.traced) {
                self.inspections.found = Shared::default();
            }
            self.inspections.of.clone_from(&self.traced);
            self.inspections.failed.clear();
            let found = self.inspections.found.make_mut();
            found.retain(Inspection::is_of_model);
        }
    }
}

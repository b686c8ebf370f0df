//! Asking for the second model's numbers, and taking them in; see [`super::Companion`].

use crate::protocol::{BackendKind, Finding, Inspection, ModelInfo, Request, Trace, TraceUpdate};

use super::companion::{compared_spec, compared_views};
use super::reduce::Effects;
use super::run::inside;
use super::{Effect, Next, Ran, Shared, State};

impl State {
    /// Asks for what the second model makes of the text that is drawn.
    pub(super) fn accompany(&mut self, effects: &mut Effects) {
        let Some(name) = self.compared().map(str::to_owned) else {
            return;
        };
        let kind = self.engines.active;
        let engine = self.engines.get(kind);
        let is_busy = engine.in_flight.is_some() || engine.asked_weights.is_some();
        let is_out = self.companion.is_busy() || self.inspections.in_flight.is_some();
        if !self.is_current() || !engine.is_ready() || is_busy || is_out {
            return;
        }
        let Some(model) = engine.model(&name).cloned() else {
            self.bring(kind, &name, effects);
            return;
        };
        let has_film = self.shelf.offer(&name).is_some_and(|offer| offer.has_film);
        if has_film && engine.weights.is_some() {
            let id = self.take_id();
            self.engines.get_mut(kind).asked_weights = Some((id, None));
            let (model, url) = (name, None);
            effects.push(Effect::Send(kind, Request::Weights { id, model, url }));
            return;
        }
        if self
            .companion
            .held_of
            .as_ref()
            .is_some_and(|(_, ran)| ran.model != name)
        {
            self.companion.held_of = None;
        }
        let Some(ran) = self.companion_run(&model) else {
            return;
        };
        let spec = compared_spec(&model, &inside(&self.focus, &model));
        let companion = &mut self.companion;
        let holder = (kind, ran.clone());
        let is_held = companion
            .held_of
            .as_ref()
            .is_some_and(|(of, _)| *of == kind);
        let is_covered = is_held && companion.held.covers(&spec);
        if is_covered && companion.held_of.as_ref() == Some(&holder) {
            return;
        }
        let held = if is_covered { companion.held.len() } else { 0 };
        let id = self.last_id + 1;
        self.last_id = id;
        companion.in_flight = Some((id, kind, ran.clone()));
        effects.push(Effect::Send(
            kind,
            Request::Run {
                id,
                model: ran.model,
                text: ran.text,
                generation: ran.generation,
                spec,
                held,
            },
        ));
    }

    /// What the second model has to run; `None` if it cannot.
    fn companion_run(&mut self, model: &ModelInfo) -> Option<Ran> {
        let text = self.compared_text().to_owned();
        let is_begun = self.companion.traced.as_ref();
        let is_begun = is_begun.is_some_and(|ran| ran.model == model.name && ran.text == text);
        if is_begun {
            self.write_beside(model);
        } else {
            self.companion.written.clear();
        }
        let ran = Ran {
            model: model.name.clone(),
            text,
            generation: self.companion.written.clone(),
            at: None,
        };
        (self.companion.failed.as_ref() != Some(&ran)).then_some(ran)
    }

    /// Takes in what the second model made of a text; gives back what was asked of the first.
    pub(super) fn take_companion(
        &mut self,
        kind: BackendKind,
        id: u64,
        update: TraceUpdate,
        effects: &mut Effects,
    ) -> Result<(), TraceUpdate> {
        let companion = &mut self.companion;
        let asked = companion
            .in_flight
            .take_if(|(asked, of, _)| *asked == id && *of == kind);
        let Some((_, _, ran)) = asked else {
            return Err(update);
        };
        let Some(model) = self.engines.get(kind).model(&ran.model).cloned() else {
            return Ok(());
        };
        if companion.held_of.is_none() {
            companion.held = Shared::new(Trace::of(&model));
        }
        companion
            .work
            .note(&model, companion.held.tokens(), &update);
        let fits = companion.held.make_mut().apply(update);
        companion.held_of = fits.then(|| (kind, ran.clone()));
        // Late: its rows serve the next run.
        let is_of_text = ran.text == self.text_box.text && self.compared() == Some(&ran.model);
        if fits && is_of_text {
            self.show_companion(&model, ran);
        }
        self.ask_all(effects);
        Ok(())
    }

    fn show_companion(&mut self, model: &Shared<ModelInfo>, ran: Ran) {
        let companion = &mut self.companion;
        if companion.model.as_ref() != Some(model) {
            companion.surprises = Shared::default();
        }
        if companion.traced.as_ref() != Some(&ran) {
            companion.found = Shared::default();
            companion.refused.clear();
        }
        companion.trace = companion.held.clone();
        companion.model = Some(model.clone());
        companion.traced = Some(ran);
        companion.failed = None;
        self.refresh_companion();
    }

    /// Goes on with what the second model writes beside a source, once all of it is drawn; not in
    /// the middle of a syllable.
    fn write_beside(&mut self, model: &ModelInfo) {
        let companion = &mut self.companion;
        let drawn = companion.traced.as_ref();
        let is_drawn = drawn.is_some_and(|ran| ran.generation == companion.written);
        let end = model.end_of_text;
        let is_ended = end.is_some() && companion.written.last().copied() == end;
        let has_room = companion.trace.total_tokens() < model.n_ctx;
        let can_go_on = is_drawn && !is_ended && has_room && !self.is_composing;
        if model.architecture.has_source() && can_go_on {
            let next = companion.next.as_ref();
            let next = next.and_then(|next| next.most_likely());
            companion.written.extend(next);
        }
    }

    /// Computes the second model's next token and surprises anew.
    pub(super) fn refresh_companion(&mut self) {
        let (kind, sampling) = (self.engines.active, self.sampling);
        let focus = self.companion_focus();
        let companion = &mut self.companion;
        if let Some(model) = companion.model.clone() {
            let next = Next::of(&model, &companion.trace, &focus, &sampling);
            companion.next = next.map(Shared::new);
            let trace = companion.trace.clone();
            companion.surprises.make_mut().follow(&trace, kind);
        }
    }

    /// Asks for the next closer look at the second model's numbers that is not known.
    pub(super) fn inspect_companion(&mut self, effects: &mut Effects) {
        let (Some(name), kind) = (self.compared().map(str::to_owned), self.engines.active) else {
            return;
        };
        let Some(ran) = self.companion.traced.clone() else {
            return;
        };
        let is_shown = ran.model == name && ran.text == self.compared_text();
        if !is_shown || self.companion.is_busy() {
            return;
        }
        let focus = self.companion_focus();
        let Some(input) = self.companion_input(&focus, (0.0, 0.0)) else {
            return;
        };
        let views = compared_views(input.model).into_iter();
        let known = |asked: &Inspection| {
            self.companion.found.get(asked).is_some() || self.companion.refused.contains(asked)
        };
        let wanted = views
            .flat_map(|view| view.asks(&input))
            .find(|asked| !known(asked));
        let Some(inspection) = wanted else {
            return;
        };
        let id = self.take_id();
        self.companion.asked = Some((id, kind, inspection.clone()));
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

    /// Takes in an answer about the second model's numbers; gives back what was asked by others.
    pub(super) fn take_companion_finding(
        &mut self,
        kind: BackendKind,
        id: u64,
        finding: Finding,
        effects: &mut Effects,
    ) -> Result<(), Finding> {
        let companion = &mut self.companion;
        let asked = companion
            .asked
            .take_if(|(asked, of, _)| *asked == id && *of == kind);
        let Some((_, _, inspection)) = asked else {
            return Err(finding);
        };
        let text = companion.traced.as_ref().map(|ran| ran.text.as_str());
        if text == Some(self.text_box.text.as_str()) {
            companion.found.make_mut().insert(inspection, finding);
        }
        self.ask_all(effects);
        Ok(())
    }

    /// Something of the second model failed. Returns whether it was.
    pub(super) fn companion_failed(
        &mut self,
        kind: BackendKind,
        id: u64,
        effects: &mut Effects,
    ) -> bool {
        let companion = &mut self.companion;
        if let Some((_, _, ran)) = companion
            .in_flight
            .take_if(|(asked, of, _)| *asked == id && *of == kind)
        {
            companion.failed = Some(ran);
        } else if let Some((_, _, inspection)) = companion
            .asked
            .take_if(|(asked, of, _)| *asked == id && *of == kind)
        {
            companion.refused.push(inspection);
        } else {
            return false;
        }
        self.ask_all(effects);
        true
    }

    /// A worker is gone, and with it what it had of the second model.
    pub(super) fn companion_lost(&mut self, kind: BackendKind) {
        let companion = &mut self.companion;
        companion.in_flight.take_if(|(_, of, _)| *of == kind);
        companion.asked.take_if(|(_, of, _)| *of == kind);
        companion.held_of.take_if(|(of, _)| *of == kind);
    }
}

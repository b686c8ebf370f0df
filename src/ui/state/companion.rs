//! A second model beside the one in use: the same text, in the same worker, numbers of its own.
//!
//! Typing comes first: the second model runs when the first has answered and nothing else is out,
//! and what it answers of an older text is kept for its rows only. One that writes beside a source
//! writes the most likely token each time, until it ends.

use crate::protocol::{
    Activation, BackendKind, Generation, Inspection, ModelInfo, Trace, TraceSpec,
};
use crate::ui::views::{Findings, Focus, View, ViewInput, Work, main_view, objective, prediction};

use super::reduce::Effects;
use super::run::inside;
use super::{Effect, Next, Ran, Shared, State, Surprises};

/// The panel in which both are seen.
pub const COMPARISON: &str = "compare";

/// The second model and what it made of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Companion {
    /// Its name, once one is chosen.
    pub chosen: Option<String>,
    /// The model whose numbers are drawn.
    pub model: Option<Shared<ModelInfo>>,
    /// What is drawn.
    pub trace: Shared<Trace>,
    /// What it is of.
    pub traced: Option<Ran>,
    /// The next token, from `trace`.
    pub next: Option<Shared<Next>>,
    /// How much each token surprised it.
    pub surprises: Shared<Surprises>,
    /// Closer looks at `trace`.
    pub found: Shared<Findings>,
    /// What its KV cache spared.
    pub work: Work,
    /// What cannot be computed; not asked again until the text changes.
    pub failed: Option<Ran>,
    /// What it has written beside the source.
    pub written: Generation,
    /// The rows it has, whatever text they are of, and the engine that has them too.
    pub(super) held: Shared<Trace>,
    pub(super) held_of: Option<(BackendKind, Ran)>,
    /// The run that is out.
    pub(super) in_flight: Option<(u64, BackendKind, Ran)>,
    /// The inspection that is out.
    pub(super) asked: Option<(u64, BackendKind, Inspection)>,
    /// Inspections that were refused.
    pub(super) refused: Vec<Inspection>,
}

impl Companion {
    /// Whether something of it is out.
    pub(super) fn is_busy(&self) -> bool {
        self.in_flight.is_some() || self.asked.is_some()
    }
}

/// What is drawn of each of two models: what its tokens cost it, its main picture, its candidates.
pub fn compared_views(model: &ModelInfo) -> [&'static View; 3] {
    [
        &objective::VIEW,
        main_view(model.architecture),
        &prediction::VIEW,
    ]
}

/// What these views need.
pub(super) fn compared_spec(model: &ModelInfo, focus: &Focus) -> TraceSpec {
    let views = compared_views(model).into_iter();
    let wanted = views.flat_map(|view| view.needs(model, focus).0);
    let wanted = wanted.chain([Activation::Logits]);
    wanted.filter(|it| model.records(*it)).collect()
}

impl State {
    /// The name of the second model, while somebody looks at both.
    pub fn compared(&self) -> Option<&str> {
        let name = self.companion.chosen.as_deref()?;
        let is_other = name != self.in_use_name();
        (is_other && self.focus.has_panel(COMPARISON)).then_some(name)
    }

    /// Compares with another model of the site.
    pub(super) fn choose_companion(&mut self, name: String, effects: &mut Effects) {
        if self.shelf.offer(&name).is_some() && name != self.in_use_name() {
            self.companion.chosen = Some(name);
            effects.push(Effect::UrlChanged);
            self.ask_all(effects);
        }
    }

    /// Sees to it that there is another model to compare with while the panel is open.
    pub(super) fn keep_companion(&mut self, before: Option<&str>) {
        let used = self.in_use_name().to_owned();
        let is_other = |name: &str| name != used;
        let companion = &mut self.companion;
        companion.chosen.take_if(|name| !is_other(name));
        if companion.chosen.is_none() && self.focus.has_panel(COMPARISON) {
            let mut offers = self.shelf.offers.iter().map(|offer| offer.name.as_str());
            let other = before.filter(|name| is_other(name));
            let other = other.or_else(|| offers.find(|name| is_other(name)));
            companion.chosen = other.map(str::to_owned);
        }
    }

    /// The text both read: that of the box, or the source.
    pub(super) fn compared_text(&self) -> &str {
        &self.text_box.text
    }

    /// What is chosen, as far as the second model has it.
    pub fn companion_focus(&self) -> Focus {
        let mut focus = self.focus.clone();
        if let Some(model) = &self.companion.model {
            focus = inside(&focus, model);
        }
        let len = self.companion.trace.len();
        focus.token = focus.token.filter(|token| token + 1 < len);
        (focus.key, focus.target, focus.hovered) = (None, None, None);
        focus.path.clear();
        focus
    }

    /// What a view of the second model draws from; `None` before its first trace.
    pub(super) fn companion_input<'a>(
        &'a self,
        focus: &'a Focus,
        (width, height): (f64, f64),
    ) -> Option<ViewInput<'a>> {
        let companion = &self.companion;
        let next = companion.next.as_ref()?;
        Some(ViewInput {
            model: companion.model.as_ref()?,
            trace: &companion.trace,
            distribution: &next.distribution,
            draw: next.draw.as_ref(),
            settings: &next.settings,
            seed: self.sampling.seed,
            surprises: companion.surprises.each(),
            work: &companion.work,
            findings: &companion.found,
            reel: None,
            embeddings: None,
            focus,
            language: self.language,
            width,
            height,
            type_scale: 1.0,
        })
    }
}

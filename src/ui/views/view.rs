//! What a view is, and what it says where it has nothing to show of a kind of model.

use crate::color_scale::Ink;
use crate::protocol::{Architecture, Inspection, ModelInfo, TraceSpec};
use crate::ui::components::scene::{Scene, Text};
use crate::ui::components::text_width::wrapped;
use crate::ui::i18n::Language;

use super::{Focus, ViewInput, attention, cells};

/// One way to look at a trace.
pub struct View {
    /// Stable name, for tests and the URL.
    pub name: &'static str,
    /// Title in each language.
    pub title: fn(Language) -> &'static str,
    /// The panel it belongs to; `None` if it is always on the page. It is asked for numbers only
    /// while it is on the page.
    pub panel: Option<&'static str>,
    /// Why it has nothing to show of a model, in one sentence; `None` if it has.
    pub why_not: fn(&ModelInfo, Language) -> Option<&'static str>,
    /// Activations it needs under this focus.
    pub spec: fn(&ModelInfo, &Focus) -> TraceSpec,
    /// Inspections it needs.
    pub inspections: fn(&ViewInput<'_>) -> Vec<Inspection>,
    /// Draws it.
    pub draw: fn(&ViewInput<'_>) -> Scene,
    /// The same in words, for a screen reader: one sentence or a few.
    pub describe: fn(&ViewInput<'_>) -> String,
}

/// The large picture of how a token gets to know of the others: attention, or a recurrent model's
/// state over time.
pub fn main_view(architecture: Architecture) -> &'static View {
    match architecture {
        Architecture::Recurrent => &cells::VIEW,
        _ => &attention::VIEW,
    }
}

impl View {
    /// Activations it needs under this focus, of those that the model has; none where it has nothing
    /// to show.
    pub fn needs(&self, model: &ModelInfo, focus: &Focus) -> TraceSpec {
        match (self.why_not)(model, Language::En) {
            Some(_) => TraceSpec::default(),
            None => {
                let mut spec = (self.spec)(model, focus);
                spec.0.retain(|activation| model.records(*activation));
                spec
            }
        }
    }

    /// Inspections it needs; none where it has nothing to show.
    pub fn asks(&self, input: &ViewInput<'_>) -> Vec<Inspection> {
        match (self.why_not)(input.model, input.language) {
            Some(_) => Vec::new(),
            None => (self.inspections)(input),
        }
    }

    /// The drawing, or in its place the sentence that says why there is none.
    pub fn scene(&self, input: &ViewInput<'_>) -> Scene {
        match (self.why_not)(input.model, input.language) {
            Some(reason) => sentence(input, reason),
            None => (self.draw)(input),
        }
    }

    /// The same in words.
    pub fn words(&self, input: &ViewInput<'_>) -> String {
        match (self.why_not)(input.model, input.language) {
            Some(reason) => reason.to_owned(),
            None => (self.describe)(input),
        }
    }
}

/// A sentence in the place of a drawing.
fn sentence(input: &ViewInput<'_>, sentence: &str) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    let size = input.size(14.0);
    // Lines as long as can be read with ease.
    let width = input.width.min(size * 36.0);
    for (i, line) in wrapped(sentence, size, false, width)
        .into_iter()
        .enumerate()
    {
        let y = size * (1.6 * i as f64 + 1.2);
        scene.text(Text::new(0.0, y, size, Ink::Text2, line));
    }
    scene
}

//! The film of the model's training: how far it had come at each kept step, and what two of its
//! steps make of the text.

mod curve;
mod sides;
mod strings;

use crate::protocol::{Film, Inspection, ModelInfo, TraceSpec};
use crate::ui::components::export::{Datum, Value};

use super::{Focus, View, ViewInput};

pub use strings::{Strings, of as words};

/// The loss at every kept step, with a marker at the chosen one.
pub const CURVE: View = View {
    name: "training",
    title: |language| strings::of(language).curve,
    panel: Some("training"),
    why_not: |model, language| strings::of(language).why_not(model.architecture),
    spec: |_: &ModelInfo, _: &Focus| TraceSpec::default(),
    inspections: |_| Vec::new(),
    draw: curve::draw,
    describe: |input| strings::of(input.language).describe_curve(input),
};

/// Candidates, a continuation and one head of the chosen step beside those of another.
pub const SIDES: View = View {
    name: "steps",
    title: |language| strings::of(language).sides,
    panel: Some("training"),
    why_not: |model, language| strings::of(language).why_not(model.architecture),
    spec: |_: &ModelInfo, _: &Focus| TraceSpec::default(),
    inspections: |input| {
        let steps = steps(input).into_iter();
        steps.filter_map(|step| asked(input, step)).collect()
    },
    draw: sides::draw,
    describe: |input| strings::of(input.language).describe_sides(input),
};

/// Tokens drawn by each side.
const TOKENS: usize = 16;
/// Candidates of each side.
const CANDIDATES: usize = 5;
/// Positions of the head's pattern.
const POSITIONS: usize = 24;

/// A film, the steps chosen from it, and the step whose numbers are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Reel<'a> {
    /// The film.
    pub film: &'a Film,
    /// Name of the model's folder.
    pub folder: &'a str,
    /// The chosen step; `None` is the trained model.
    pub chosen: Option<usize>,
    /// The step whose numbers are drawn.
    pub at: Option<usize>,
    /// The step that is compared with.
    pub against: Option<usize>,
}

/// Address of a file of a model's film, relative to the page.
///
/// ```
/// use llm_atlas::ui::views::frame_address;
/// assert_eq!(frame_address("a", "step-1"), "models/a/film/step-1");
/// ```
pub fn frame_address(model: &str, file: &str) -> String {
    format!("models/{model}/film/{file}")
}

/// The steps whose sides are drawn: the one of the page, and the other if it is another.
fn steps(input: &ViewInput<'_>) -> Vec<Option<usize>> {
    let Some(reel) = input.reel else {
        return Vec::new();
    };
    let mut steps = vec![reel.at];
    if reel.against != reel.at {
        steps.push(reel.against);
    }
    steps
}

/// What is asked about a step.
fn asked(input: &ViewInput<'_>, step: Option<usize>) -> Option<Inspection> {
    let reel = input.reel?;
    let frame = match step {
        Some(step) => Some(frame_address(reel.folder, &reel.film.frame(step)?.file)),
        None => None,
    };
    Some(Inspection::Side {
        frame,
        settings: *input.settings,
        seed: input.seed,
        n_tokens: TOKENS,
        count: CANDIDATES,
        layer: input.layer(),
        head: input.head(),
        n_positions: POSITIONS,
    })
}

/// The numbers of the curve: step, tokens read and loss of every frame.
pub fn data(input: &ViewInput<'_>) -> Vec<Datum> {
    let frames = input.reel.map_or(&[][..], |reel| &reel.film.frames);
    let rows = frames.iter().enumerate().flat_map(|(place, frame)| {
        let numbers = [
            ("film.step", frame.step as f64),
            ("film.tokens", frame.tokens as f64),
            ("film.validation_loss", f64::from(frame.validation_loss)),
        ];
        numbers.map(|(name, number)| Datum {
            name: name.to_owned(),
            indices: vec![place],
            value: Value::Exact(number),
        })
    });
    rows.collect()
}

//! What may look where in this model, on this very text; what it was trained to do; and what each
//! token of the text costs it.
//!
//! Source: Vaswani et al. 2017, section 3.2.3 (the three masks); Devlin et al. 2019 (masked tokens);
//! Salazar et al. 2020 (pseudo-log-likelihood).

mod chain;
mod losses;
mod masks;
mod strings;

use crate::protocol::{Activation, Architecture, Attention, Inspection, ModelInfo, TraceSpec};
use crate::ui::components::export::{Datum, Value};
use crate::ui::components::scene::{Rect, Scene};
use crate::ui::i18n::Language;

use super::{Focus, View, ViewInput};
use losses::Loss;

/// Masks and losses.
pub const VIEW: View = View {
    name: "objective",
    title: |language| strings::of(language).title,
    panel: Some("objective"),
    why_not: |_, _| None,
    spec,
    inspections: |input| asked(input.model.architecture).into_iter().collect(),
    draw,
    describe: |input| strings::of(input.language).describe(input, &losses::losses(input)),
};

/// What an attention is called.
pub fn attention_name(language: Language, attention: Attention) -> &'static str {
    strings::of(language).attention(attention)
}

/// How many tokens are listed for a hidden token.
const LISTED: usize = 3;

fn spec(model: &ModelInfo, _: &Focus) -> TraceSpec {
    // An encoder's losses are of other runs, each with one token hidden.
    let has_rows = model.architecture != Architecture::Encoder;
    has_rows.then_some(Activation::Logits).into_iter().collect()
}

/// What the engine is asked: of an encoder every token hidden alone.
fn asked(architecture: Architecture) -> Option<Inspection> {
    let is_encoder = architecture == Architecture::Encoder;
    is_encoder.then_some(Inspection::Blanks { count: LISTED })
}

fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    if input.trace.is_empty() {
        return scene;
    }
    let losses = losses::losses(input);
    let scale = input.type_scale;
    let (left, right) = if input.width < 520.0 * scale {
        let above = (input.height * 0.46).round();
        (
            Rect::new(0.0, 0.0, input.width, above),
            Rect::new(
                0.0,
                above + 12.0,
                input.width,
                (input.height - above - 12.0).max(20.0),
            ),
        )
    } else {
        let width = (input.width * 0.52).round();
        (
            Rect::new(0.0, 0.0, width, input.height),
            Rect::new(width + 28.0, 0.0, input.width - width - 28.0, input.height),
        )
    };
    masks::draw(&mut scene, input, left);
    losses::draw(&mut scene, input, &losses, right);
    scene
}

/// The loss of every token that has one, for a table.
pub fn data(input: &ViewInput<'_>) -> Vec<Datum> {
    let rows = losses::losses(input).into_iter().flatten();
    let numbers = |loss: Loss| {
        [
            ("loss.bits", Value::Exact(loss.bits)),
            ("loss.p", Value::Number(loss.p)),
        ]
        .map(|(name, value)| Datum {
            name: name.to_owned(),
            indices: vec![loss.position],
            value,
        })
    };
    rows.flat_map(numbers).collect()
}

//! The next token: bars over the whole vocabulary, and the line from 0 to 1 on which the drawn
//! number falls.

mod bars;
mod line;
mod rows;
mod strings;

pub use rows::{CandidateRow, candidate_rows};

use crate::color_scale::Ink;
use crate::protocol::{Activation, ModelInfo, TraceSpec};
use crate::ui::components::scene::{Scene, Text};
use crate::ui::views::number::{count, percent};
use crate::ui::views::token_label::quoted;

use super::{Focus, View, ViewInput};

/// The distribution of the next token.
pub const VIEW: View = View {
    name: "prediction",
    title: |language| strings::of(language).title,
    panel: None,
    why_not: |_, _| None,
    spec: |_: &ModelInfo, _: &Focus| TraceSpec::from_iter([Activation::Logits]),
    inspections: |_| Vec::new(),
    draw,
    describe: |input| strings::of(input.language).describe(input),
};

/// The most likely next token, quoted, and its probability at the set temperature.
pub fn most_likely(input: &ViewInput<'_>) -> Option<(String, String)> {
    let id = *input.distribution.order().first()? as usize;
    let p = *input.distribution.p().get(id)?;
    let bytes = input.model.vocabulary.get(id)?;
    Some((quoted(bytes), percent(f64::from(p))))
}

fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    let rows = candidate_rows(input);
    if rows.is_empty() {
        return scene;
    }
    let words = strings::of(input.language);
    let columns = Columns::new(input);
    if rows::has_title(input) {
        let (title, size) = (words.heading(input), input.size(14.0));
        scene.text(Text::new(4.0, 14.0, size, Ink::Text1, title).strong());
        let of = words.of_vocabulary(&count(input.model.vocab_size()));
        scene.text(Text::new(4.0, 31.0, input.size(11.0), Ink::Text3, of));
    }
    line::draw(&mut scene, input, &rows, &columns);
    bars::draw(&mut scene, input, &rows, &columns);
    scene
}

/// Where the columns of the drawing begin and end.
struct Columns {
    /// Tokens end here.
    label_end: f64,
    /// Bars begin here.
    bar: f64,
    /// Widest a bar can be.
    bar_width: f64,
    /// Percentages end here.
    percent_end: f64,
    /// The line from 0 to 1 begins here.
    line: f64,
    /// Its width.
    line_width: f64,
}

impl Columns {
    fn new(input: &ViewInput<'_>) -> Self {
        let scale = input.type_scale;
        let line = input.width - 34.0 * scale - 12.0;
        // Room for a word of eight letters, where there is some.
        let label_end = (75.0 * scale).min(input.width * 0.27).max(58.0 * scale);
        let bar = label_end + 6.0;
        let percent_end = line - (input.width * 0.12).min(34.0);
        Columns {
            label_end,
            bar,
            bar_width: (percent_end - 50.0 * scale - bar).max(10.0),
            percent_end,
            line,
            line_width: 12.0,
        }
    }
}

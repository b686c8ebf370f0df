//! One head's attention in stages: scores, scaled, masked, softmax, and the values it carries.
//! The chosen row is lit in all of them, and so is the pair under the pointer.

mod cells;
mod foot;
mod map;
mod numbers;
mod strings;

use crate::color_scale::Ink;
use crate::protocol::{ModelInfo, Site, TraceSpec};
use crate::ui::components::scene::{Rect, Scene, Text};
use crate::ui::components::text_width::{shortened, text_width, wrapped};

use super::attended::{labels_of, no_attention};
use super::numbered::Numbered;
use super::rows::RowWindow;
use super::waiting::draw_waiting;
use super::{Focus, Measure, View, ViewInput};
use map::{Place, draw_stage};
use numbers::Numbers;

/// The chosen head in stages.
pub const VIEW: View = View {
    name: "stages",
    title: |language| strings::of(language).title,
    panel: Some("stages"),
    why_not: no_attention,
    spec,
    inspections: |_| Vec::new(),
    draw,
    describe: |input| strings::of(input.language).describe(input, Numbers::new(input).as_ref()),
};

/// One stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Query times key.
    Scores,
    /// Divided by the root of the head's width.
    Scaled,
    /// Without what may not be looked at.
    Masked,
    /// The attention weights, or what was chosen in their place.
    Weights,
    /// What the head carries: the weighted sum of values.
    Result,
}

const STAGES: [Stage; 5] = [
    Stage::Scores,
    Stage::Scaled,
    Stage::Masked,
    Stage::Weights,
    Stage::Result,
];

/// The lowest row, pixels: rows carry no text where they are lower than it.
const LOWEST: f64 = 2.5;
/// The lowest row beside which its token is written, pixels.
const LOWEST_NAMED: f64 = 12.0;

fn spec(model: &ModelInfo, focus: &Focus) -> TraceSpec {
    let Some(attention) = focus.attention_of(model) else {
        return TraceSpec::default();
    };
    let layer = focus.layer_of(model);
    let sites = [
        Site::Q,
        Site::K,
        Site::V,
        Site::Scores,
        Site::Pattern,
        Site::Z,
    ];
    let own = sites.map(|site| attention.at(layer, site));
    let below = match focus.measure {
        Measure::Rollout => 0..layer,
        _ => 0..0,
    };
    let patterns = below.map(|layer| attention.at(layer, Site::Pattern));
    own.into_iter().chain(patterns).collect()
}

fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    if input.trace.is_empty() {
        return scene;
    }
    let Some(numbers) = Numbers::new(input) else {
        draw_waiting(&mut scene, input, (0.0, 0.0));
        return scene;
    };
    let caption = caption_lines(input, &numbers);
    let layout = Layout::new(input, &numbers, caption.len());
    for (line, places) in layout.lines.iter().enumerate() {
        name_rows(&mut scene, input, &numbers, &layout, line);
        for place in places {
            draw_stage(&mut scene, input, &numbers, &layout.rows[line], place);
        }
    }
    draw_caption(&mut scene, input, caption);
    scene
}

/// Where the stages lie: in one line, or in two on a narrow screen.
struct Layout {
    lines: Vec<Vec<Place>>,
    /// The rows of each line: the same tokens, at another height.
    rows: Vec<RowWindow>,
    left: f64,
}

impl Layout {
    fn new(input: &ViewInput<'_>, numbers: &Numbers<'_>, caption_lines: usize) -> Self {
        let scale = input.type_scale;
        let foot = caption_lines as f64 * input.size(11.0) * LINE + 4.0;
        let is_narrow = input.width < 520.0 * scale && input.height >= 330.0 * scale;
        let lines: &[&[Stage]] = if is_narrow {
            &[&STAGES[..3], &STAGES[3..]]
        } else {
            &[&STAGES]
        };
        let (size, gap) = (input.size(11.0), 16.0);
        let widest = labels_of(input.queries())
            .iter()
            .map(|label| text_width(label, size, true))
            .fold(24.0, f64::max);
        let left = widest.min(input.width * 0.16).min(92.0) + 8.0;
        let height = (input.height - foot) / lines.len() as f64;
        let (above, below) = (map::above(input), foot::below(input));
        let mut places = Vec::new();
        let mut rows = Vec::new();
        for (line, stages) in lines.iter().enumerate() {
            let top = height * line as f64 + above;
            let room = (height - above - below).max(10.0);
            let n = input.queries().len();
            let window = RowWindow::with_lowest(LOWEST, n, (top, room), numbers.pair.0, 30.0);
            let count = stages.len() as f64;
            let width = (input.width - left - gap * (count - 1.0)) / count;
            let place = |(i, stage): (usize, &Stage)| Place {
                stage: *stage,
                rect: Rect::new(
                    left + (width + gap) * i as f64,
                    top,
                    width.max(4.0),
                    window.bottom() - window.top,
                ),
            };
            places.push(stages.iter().enumerate().map(place).collect());
            rows.push(window);
        }
        Layout {
            lines: places,
            rows,
            left,
        }
    }
}

/// The tokens beside their rows; only the lit one where rows are too low for names.
fn name_rows(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    numbers: &Numbers<'_>,
    layout: &Layout,
    line: usize,
) {
    let (rows, size) = (&layout.rows[line], input.size(11.0));
    let labels = labels_of(input.queries());
    let named = Numbered {
        pitch: rows.pitch,
        room: LOWEST_NAMED,
        chosen: Some(numbers.pair.0),
    };
    for position in rows.positions().filter(|position| named.names(*position)) {
        let is_lit = position == numbers.pair.0;
        let ink = if is_lit { Ink::Text1 } else { Ink::Text3 };
        let label = shortened(&labels[position], size, true, layout.left - 8.0);
        let y = rows.y(position) + size * 0.35;
        let text = Text::new(layout.left - 6.0, y, size, ink, label).end();
        scene.text(text.code().strong_if(is_lit));
        if rows.pitch >= LOWEST_NAMED {
            let y = rows.y(position) - rows.pitch / 2.0;
            let row = Rect::new(0.0, y, layout.left - 4.0, rows.pitch);
            scene.hit(row, input.query_target(position), None);
        }
    }
}

/// Height of a line of the caption, in units of its type size.
const LINE: f64 = 1.4;

/// What is lit, and beneath it what is drawn in place of the weights and who proposed it.
fn caption_lines(input: &ViewInput<'_>, numbers: &Numbers<'_>) -> Vec<(String, Ink)> {
    let (words, size) = (strings::of(input.language), input.size(11.0));
    let lit = shortened(&words.caption(input, numbers), size, false, input.width);
    let notes = wrapped(&words.notes(input, numbers), size, false, input.width);
    let notes = notes.into_iter().map(|line| (line, Ink::Text3));
    std::iter::once((lit, Ink::Text2)).chain(notes).collect()
}

fn draw_caption(scene: &mut Scene, input: &ViewInput<'_>, lines: Vec<(String, Ink)>) {
    let size = input.size(11.0);
    let mut y = input.height - 4.0;
    for (line, ink) in lines.into_iter().rev() {
        scene.text(Text::new(0.0, y, size, ink, line));
        y -= size * LINE;
    }
}

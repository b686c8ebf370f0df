//! The KV cache: which positions are held, which were computed in the last step, and how many
//! multiplications that spared.
//!
//! Source: Shazeer 2019, "Fast Transformer Decoding: One Write-Head is All You Need", section 2.4.

mod strings;
mod work;

use crate::color_scale::Ink;
use crate::protocol::{ModelInfo, TraceSpec};
use crate::ui::components::export::{Datum, Value};
use crate::ui::components::scene::{Mark, Paint, Rect, Scene, Text};
use crate::ui::components::text_width::{shortened, text_width, wrapped};

use super::{Focus, Target, View, ViewInput};

pub use work::{Cost, Work, cache_bytes};

/// The cache.
pub const VIEW: View = View {
    name: "cache",
    title: |language| strings::of(language).title,
    panel: Some("cache"),
    why_not: |model, language| strings::of(language).why_not(model.architecture),
    spec: |_: &ModelInfo, _: &Focus| TraceSpec::default(),
    inspections: |_| Vec::new(),
    draw,
    describe: |input| strings::of(input.language).describe(&Step::new(input)),
};

/// Opacity of what the last step computed.
const VIVID: f64 = 0.85;
/// Opacity of what came from the cache.
const QUIET: f64 = 0.32;

/// The last step in numbers.
struct Step {
    /// Positions held after it.
    positions: usize,
    /// Positions it computed, the last ones.
    computed: usize,
    /// Bytes held.
    bytes: u64,
    /// Multiplications it did.
    done: u64,
    /// Multiplications without the cache.
    without: u64,
    /// Multiplications spared in this text so far.
    spared: u64,
    /// Share of all that would have been done in this text.
    spared_share: f64,
}

impl Step {
    fn new(input: &ViewInput<'_>) -> Self {
        let (work, cost) = (input.work, Cost::new(input.model));
        let positions = input.trace.len();
        // While another text is on its way, the last step says nothing of this one.
        let computed = if work.positions == positions {
            work.computed
        } else {
            0
        };
        let all = (work.done + work.spared).max(1);
        Step {
            positions,
            computed,
            bytes: cache_bytes(input.model, positions),
            done: cost.of(positions - computed..positions),
            without: cost.of(0..positions),
            spared: work.spared,
            spared_share: work.spared as f64 / all as f64,
        }
    }

    fn cached(&self) -> usize {
        self.positions - self.computed
    }
}

/// The numbers of the last step, for a table.
pub fn data(input: &ViewInput<'_>) -> Vec<Datum> {
    let step = Step::new(input);
    [
        ("cache.positions_cached", step.cached() as u64),
        ("cache.positions_computed", step.computed as u64),
        ("cache.bytes", step.bytes),
        ("cache.multiplications", step.done),
        ("cache.multiplications_without", step.without),
        ("cache.multiplications_spared", step.spared),
    ]
    .map(|(name, value)| Datum {
        name: name.to_owned(),
        indices: Vec::new(),
        value: Value::Exact(value as f64),
    })
    .into()
}

fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    let (step, words) = (Step::new(input), strings::of(input.language));
    let scale = input.type_scale;
    let row = 19.0 * scale;
    let mut numbers = words.numbers(input.model, &step);
    let (size, small) = (input.size(12.5), input.size(11.0));
    let mut formula = wrapped(&words.formula(input.model), small, false, input.width);
    // Where there is little room the grid comes first.
    let spare = input.height - 90.0 * scale;
    numbers.truncate((spare / row).max(0.0) as usize);
    if spare < row * numbers.len() as f64 + 15.0 * scale * formula.len() as f64 {
        formula.clear();
    }
    let formula_top = input.height - 15.0 * scale * formula.len() as f64 - 2.0;
    let top = formula_top - row * numbers.len() as f64 - 8.0 * scale;
    grid(&mut scene, input, &step, (top - 30.0 * scale).max(28.0));
    legend(&mut scene, input, (top - 12.0 * scale).max(40.0));
    // Names and numbers stay near each other.
    let right = input.width.min(470.0 * scale);
    for (i, (name, number)) in numbers.into_iter().enumerate() {
        let y = top + row * i as f64 + size;
        let room = right - text_width(&number, size, false) * 1.08 - 10.0;
        let name = shortened(&name, size, false, room);
        scene.text(Text::new(0.0, y, size, Ink::Text2, name));
        let text = Text::new(right, y, size, Ink::Text1, number);
        scene.text(text.end().strong_if(i == 4));
    }
    for (i, line) in formula.into_iter().enumerate() {
        let y = formula_top + 15.0 * scale * i as f64 + small;
        let line = shortened(&line, small, false, input.width);
        scene.text(Text::new(0.0, y, small, Ink::Text3, line));
    }
    scene
}

/// One row per block, one column per position: key above, value below. What the last step computed
/// is vivid.
fn grid(scene: &mut Scene, input: &ViewInput<'_>, step: &Step, bottom: f64) {
    let (words, scale) = (strings::of(input.language), input.type_scale);
    let (small, layers) = (input.size(11.0), input.model.n_layers.max(1));
    let (left, top) = (48.0 * scale, 20.0 * scale);
    // Room for twice as many, so that it can be seen growing; the whole context at the end.
    let columns = step.positions.next_power_of_two().clamp(16, 256);
    let columns = columns.min(input.model.n_ctx.max(step.positions)).max(1);
    let area = Rect::new(left, top, input.width - left - 1.0, bottom - top);
    let (pitch_x, pitch_y) = (area.width / columns as f64, area.height / layers as f64);
    let gap_y = (pitch_y * 0.22).clamp(1.0, 6.0);
    let gap_x = if pitch_x >= 5.0 { 1.5 } else { 0.0 };
    for layer in 0..layers {
        let y = top + pitch_y * layer as f64;
        let height = (pitch_y - gap_y).max(1.0);
        if pitch_y >= small || layer % 2 == 0 {
            let name = words.block(layer);
            let base = y + height / 2.0 + small * 0.36;
            scene.text(Text::new(0.0, base, small, Ink::Text3, name));
        }
        let room = Rect::new(area.x, y, area.width, height);
        scene.rect(room, 2.0, Paint::fill(Ink::Surface2));
        let parts = [
            (0, step.cached(), QUIET),
            (step.cached(), step.computed, VIVID),
        ];
        for (from, count, opacity) in parts.into_iter().filter(|part| part.1 > 0) {
            for (ink, half) in [(Ink::Key, 0.0), (Ink::Value, 0.5)] {
                scene.marks.push(Mark::Cells {
                    rect: Rect::new(
                        area.x + pitch_x * from as f64,
                        y + height * half,
                        pitch_x * count as f64,
                        height / 2.0,
                    ),
                    rows: 1,
                    columns: count,
                    inks: vec![Some(ink); count],
                    gap: gap_x,
                    opacity,
                });
            }
        }
    }
    if let Some(lit) = input.path().filter(|lit| *lit < columns) {
        let x = area.x + pitch_x * lit as f64;
        let ring = Rect::new(x, area.y - 2.0, pitch_x, area.height - gap_y + 4.0);
        scene.rect(ring, 2.0, Paint::stroke(Ink::Text1, 1.2));
    }
    labels(scene, input, area, pitch_x);
    for position in 0..step.positions.min(columns) {
        let x = area.x + pitch_x * position as f64;
        let column = Rect::new(x, area.y, pitch_x, area.height);
        scene.hit(column, Target::Token(position), None);
    }
}

/// The tokens over their columns: all that fit, the lit one always.
fn labels(scene: &mut Scene, input: &ViewInput<'_>, area: Rect, pitch: f64) {
    let (size, lit) = (input.size(11.0), input.path());
    let y = area.y - 7.0;
    let all = input.labels();
    let fits = all
        .iter()
        .all(|label| text_width(label, size, true) <= pitch + 1.0);
    for (position, label) in all.iter().enumerate() {
        let is_lit = lit == Some(position);
        if !fits && !is_lit {
            continue;
        }
        let width = text_width(label, size, true).min(area.width);
        let middle = area.x + pitch * (position as f64 + 0.5);
        let middle = middle.clamp(area.x + width / 2.0, area.right() - width / 2.0);
        let ink = if is_lit { Ink::Text1 } else { Ink::Text3 };
        let label = shortened(label, size, true, area.width);
        let text = Text::new(middle, y, size, ink, label).code().middle();
        scene.text(text.strong_if(is_lit));
    }
}

/// What the two hues and the two strengths mean, along the grid's lower edge.
fn legend(scene: &mut Scene, input: &ViewInput<'_>, y: f64) {
    let (words, scale, size) = (
        strings::of(input.language),
        input.type_scale,
        input.size(11.0),
    );
    let (mut x, side) = (48.0 * scale, 9.0 * scale);
    let faint = [(Ink::Key, QUIET), (Ink::Value, QUIET)];
    let vivid = [(Ink::Key, VIVID), (Ink::Value, VIVID)];
    let entries: [(&[(Ink, f64)], &str); 4] = [
        (&vivid[..1], words.key),
        (&vivid[1..], words.value),
        (&faint, words.cached),
        (&vivid, words.computed),
    ];
    for (inks, text) in entries {
        let height = side / inks.len() as f64;
        for (i, (ink, opacity)) in inks.iter().enumerate() {
            let swatch = Rect::new(x, y - side + height * i as f64, side, height);
            scene.rect(swatch, 0.0, Paint::fill(*ink).opacity(*opacity));
        }
        x += side + 5.0 * scale;
        scene.text(Text::new(x, y, size, Ink::Text3, text));
        x += text_width(text, size, false) + 12.0 * scale;
    }
}

//! What widths, cells and the hatch mean, with the numbers of this picture.

use crate::color_scale::{Ink, SCALE_STEPS};
use crate::protocol::Architecture;
use crate::ui::components::scene::{Mark, Paint, Rect, Scene, Text};
use crate::ui::components::shape::straight;
use crate::ui::components::text_width::text_width;
use crate::ui::views::matrix::group_size;
use crate::ui::views::number::decimal;
use crate::ui::views::{OpenPart, ViewInput};

use super::layout::Layout;
use super::strings;
use super::trunk::Norms;

/// Below the tokens: what the width of the stream is, and what a cell is.
pub fn draw(scene: &mut Scene, input: &ViewInput<'_>, layout: &Layout, norms: &Norms) {
    let words = strings::of(input.language);
    let size = input.size(11.0);
    // Beside the open embedding it lies under the blocks.
    let (left, below) = match layout.open {
        OpenPart::Embedding => (layout.stream + 6.0, 20.0),
        _ => (layout.chips.0, 14.0),
    };
    let y = layout.bottom + below;
    let width = norms.scale.width;
    let sample = Rect::new(left, y + 4.0 - width / 2.0, 18.0, width);
    scene.rect(sample, 0.0, Paint::fill(Ink::RailOn));
    let largest = decimal(f64::from(norms.scale.largest), 1);
    let text = words.stream_width(&largest);
    scene.text(Text::new(left + 26.0, y + 8.0, size, Ink::Text3, text));
    if layout.open != OpenPart::Embedding {
        let (from, to) = layout.embedding;
        let group = group_size(input.model.d_model, (to - from) * 0.43);
        let text = words.strongest_of(group);
        scene.text(Text::new(left + 26.0, y + 23.0, size, Ink::Text3, text));
    }
}

/// How wide [`draw_scale`] is.
pub fn scale_width(input: &ViewInput<'_>) -> f64 {
    let (words, size) = (strings::of(input.language), input.size(11.0));
    let label = match input.looks_back() {
        true => 20.0 + text_width(words.mask, size, false),
        false => 12.0 + text_width(words.normalised, size, false),
    };
    label.max(105.0 + size)
}

/// The scale of attention weights and the sample of the mask, from an upper left corner.
pub fn draw_scale(scene: &mut Scene, input: &ViewInput<'_>, (x, y): (f64, f64)) {
    let (words, size) = (strings::of(input.language), input.size(11.0));
    scene.text(Text::new(x, y + 10.0, size, Ink::Text3, "0"));
    ramp(
        scene,
        Rect::new(x + 10.0, y + 1.0, 90.0, 9.0),
        Ink::Attention,
    );
    scene.text(Text::new(x + 105.0, y + 10.0, size, Ink::Text3, "1"));
    if !input.looks_back() {
        if input.model.architecture == Architecture::Encoder {
            let line = straight((x + 3.0, y + 17.0), (x + 3.0, y + 29.0));
            scene.path(line, Paint::stroke(Ink::Text2, 1.6));
            let text = Text::new(x + 12.0, y + 27.0, size, Ink::Text3, words.normalised);
            scene.text(text);
        }
        return;
    }
    let sample = Rect::new(x, y + 18.0, 14.0, 10.0);
    scene.hatch(sample);
    scene.rect(sample, 0.0, Paint::stroke(Ink::MaskLine, 0.6));
    scene.text(Text::new(x + 20.0, y + 27.0, size, Ink::Text3, words.mask));
}

/// The scale of a heatmap of signed numbers, with the number at its ends and what a cell is.
pub fn draw_signed_scale(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    (x, y): (f64, f64),
    largest: f32,
    (length, group): (usize, usize),
) {
    let (words, size) = (strings::of(input.language), input.size(11.0));
    let end = decimal(f64::from(largest), 2);
    let low = format!("−{end}");
    let indent = text_width(&low, size, false) + 5.0;
    scene.text(Text::new(x, y + 10.0, size, Ink::Text3, low));
    ramp(
        scene,
        Rect::new(x + indent, y + 1.0, 72.0, 9.0),
        Ink::Diverging,
    );
    scene.text(Text::new(
        x + indent + 77.0,
        y + 10.0,
        size,
        Ink::Text3,
        end,
    ));
    let text = words.cells_of(length, group);
    scene.text(Text::new(x, y + 25.0, size, Ink::Text3, text));
}

pub fn ramp(scene: &mut Scene, rect: Rect, ink: fn(u8) -> Ink) {
    scene.marks.push(Mark::Cells {
        rect,
        rows: 1,
        columns: usize::from(SCALE_STEPS),
        inks: (1..=SCALE_STEPS).map(|step| Some(ink(step))).collect(),
        gap: 0.0,
        opacity: 0.0,
    });
}

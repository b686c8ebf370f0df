//! Parts that the pictures of two stacks and of a recurrent model share: chips, strips, headings.

use crate::color_scale::Ink;
use crate::protocol::{Activation, TokenInfo};
use crate::ui::components::scene::{Paint, Rect, Scene, Text};
use crate::ui::components::text_width::shortened;
use crate::ui::views::attended::labels_and_hues;
use crate::ui::views::matrix::{columns_for, draw_strip, strongest};
use crate::ui::views::rows::RowWindow;
use crate::ui::views::{Target, ViewInput, norm};

/// One text's tokens in the picture.
pub struct Texts<'a> {
    /// The tokens.
    pub tokens: &'a [TokenInfo],
    /// The rows of those in view.
    pub rows: RowWindow,
    /// What a token is called where it can be pointed at.
    pub target: fn(usize) -> Target,
    /// The token whose path is drawn in full colour.
    pub lit: Option<usize>,
}

impl Texts<'_> {
    /// Whether a token's path is drawn in full colour.
    pub fn is_lit(&self, position: usize) -> bool {
        self.lit == Some(position)
    }

    /// Colour and opacity of a token's stream.
    pub fn rail(&self, position: usize) -> Paint {
        match self.is_lit(position) {
            true => Paint::fill(Ink::RailOn).opacity(0.75),
            false => Paint::fill(Ink::Rail),
        }
    }
}

/// The length of an activation's row; 0 while it is not there.
pub fn norm_at(input: &ViewInput<'_>, activation: Activation, position: usize) -> f32 {
    input.trace.row(activation, position).map_or(0.0, norm)
}

/// The chips of the tokens.
pub fn chips(scene: &mut Scene, input: &ViewInput<'_>, texts: &Texts<'_>, extent: (f64, f64)) {
    let (labels, hues) = labels_and_hues(texts.tokens);
    let (left, right) = extent;
    let height = (texts.rows.pitch - 4.0)
        .min(22.0 * input.type_scale)
        .max(11.0);
    for position in texts.rows.positions() {
        let (y, hue) = (texts.rows.y(position), hues[position]);
        let rect = Rect::new(left, y - height / 2.0, right - left, height);
        let target = (texts.target)(position);
        let mut paint = Paint::fill(Ink::Category(hue));
        if texts.is_lit(position) {
            paint = paint.outlined(Ink::Text1, 1.5);
        } else if input.focus.hovered.as_ref() == Some(&target) {
            paint = paint.outlined(Ink::CategoryMark(hue), 1.0);
        }
        scene.rect(rect, 3.0, paint);
        let size = input.size(12.5).min(height);
        let label = shortened(&labels[position], size, true, right - left - 10.0);
        let text = Text::new(right - 6.0, y + size * 0.36, size, Ink::Text1, label);
        scene.text(text.code().end());
        scene.hit(rect, target, None);
    }
}

/// One vector per row as a strip.
pub fn strips(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    texts: &Texts<'_>,
    activation: Activation,
    (left, right): (f64, f64),
) {
    let columns = columns_for(input.model.d_model, right - left);
    let row = |position| input.trace.row(activation, position).unwrap_or_default();
    let numbers = texts.rows.positions().flat_map(row);
    let largest = numbers.fold(0.0f32, |a, x| a.max(x.abs()));
    let height = (texts.rows.pitch * 0.5).clamp(6.0, 14.0);
    for position in texts.rows.positions() {
        let y = texts.rows.y(position) - height / 2.0;
        let opacity = if texts.is_lit(position) { 1.0 } else { 0.55 };
        let rect = Rect::new(left, y, right - left, height);
        let cells = strongest(row(position), columns);
        draw_strip(scene, rect, &cells, largest, opacity);
    }
}

/// A heading with a quiet line below it, in the middle of an extent; it stays inside the drawing.
pub fn heading(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    (x, y): (f64, f64),
    name: &str,
    below: &str,
) {
    let (size, small) = (input.size(14.0), input.size(11.0));
    let name = Text::new(x, y, size, Ink::Text1, name).strong();
    scene.text(name.middle());
    if !below.is_empty() {
        scene.text(Text::new(x, y + 17.0, small, Ink::Text3, below).middle());
    }
}

/// The ground of a closed block or layer, which can be pointed at.
pub fn ground(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    layer: usize,
    (left, right): (f64, f64),
    (top, bottom): (f64, f64),
) {
    let rect = Rect::new(left, top, right - left, bottom - top);
    let mut paint = Paint::fill(Ink::Surface2);
    if input.focus.hovered == Some(Target::Block(layer)) {
        paint = paint.outlined(Ink::Line3, 1.0);
    }
    scene.rect(rect, 6.0, paint);
    scene.hit(rect, Target::Block(layer), None);
}

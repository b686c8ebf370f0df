//! What a view says while its numbers are on their way.

use crate::color_scale::Ink;
use crate::ui::components::scene::{Scene, Text};

use super::ViewInput;

/// That it is being computed, in words.
pub(super) fn waiting(input: &ViewInput<'_>) -> &'static str {
    input
        .language
        .pick("This is being computed.", "계산하고 있습니다.")
}

/// The same, quietly, where the drawing will be.
pub(super) fn draw_waiting(scene: &mut Scene, input: &ViewInput<'_>, (x, y): (f64, f64)) {
    let size = input.size(12.5);
    let text = input.language.pick("computing…", "계산하는 중…");
    scene.text(Text::new(x, y + size, size, Ink::Text3, text));
}

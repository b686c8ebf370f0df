//! The most likely tokens of the place that is pointed at.

use crate::color_scale::Ink;
use crate::protocol::LensPrediction;
use crate::ui::components::scene::{Paint, Rect, Scene, Text};
use crate::ui::components::text_width::{shortened, text_width};
use crate::ui::views::number::percent;
use crate::ui::views::{ViewInput, token_label};

use super::place;

/// Draws it beside `cell`, where there is room.
pub fn draw(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    (position, depth): (usize, usize),
    prediction: &LensPrediction,
    cell: Rect,
) {
    let (size, line) = (input.size(12.5), input.size(16.0));
    let title = place(input, position, depth);
    let title_width = text_width(&title, size, false) + 20.0;
    let width = title_width.clamp(130.0, input.width.max(131.0) - 1.0);
    let height = line * (prediction.top.len() as f64 + 1.0) + 12.0;
    let x = if cell.right() + 4.0 + width <= input.width {
        cell.right() + 4.0
    } else {
        (cell.x - width - 4.0).max(0.0)
    };
    let y = (cell.y - height / 2.0).min(input.height - height).max(0.0);
    let card = Rect::new(
        x,
        y,
        width.min(input.width - x),
        height.min(input.height - y),
    );
    scene.rect(
        card,
        6.0,
        Paint::fill(Ink::Surface1).outlined(Ink::Line2, 1.0),
    );
    let title = shortened(&title, size, false, card.width - 16.0);
    scene.text(Text::new(x + 8.0, y + line, size, Ink::Text2, title));
    for (i, &(id, p)) in prediction.top.iter().enumerate() {
        let base = y + line * (i as f64 + 2.0) + 2.0;
        let share = Text::new(
            card.right() - 8.0,
            base,
            size,
            Ink::Text1,
            percent(f64::from(p)),
        );
        let bytes = input.model.vocabulary.get(id as usize);
        let label = bytes.map_or(String::new(), |bytes| token_label(bytes).text);
        let room = card.width - 24.0 - text_width(&share.text, size, false);
        let label = shortened(&label, size, true, room);
        scene.text(Text::new(x + 8.0, base, size, Ink::Text1, label).code());
        scene.text(share.end());
    }
}

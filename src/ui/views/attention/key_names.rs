//! The names of the keys at a pattern: on the diagonal where there is room beside it, else above
//! their columns in a few lines, because names are longer than columns are wide.

use crate::color_scale::Ink;
use crate::ui::components::scene::{Paint, Rect, Scene, Text};
use crate::ui::components::shape::straight;
use crate::ui::components::text_width::{shortened, text_width};
use crate::ui::views::ViewInput;
use crate::ui::views::attended::labels_of;
use crate::ui::views::rows::RowWindow;

use super::PatternFrame;

/// Most lines of names.
const MOST_LINES: usize = 3;
/// Narrower columns are named only where the lit row looks, pixels.
const NARROWEST_NAMED: f64 = 9.0;
/// Weights of the lit row from which a narrow column is named.
const STRONG: f32 = 0.12;

/// Names above the columns.
pub struct KeyNames {
    labels: Vec<String>,
    lines: usize,
    size: f64,
    /// How far the names may reach, from the left edge of the pattern.
    reach: f64,
}

impl KeyNames {
    /// Names of all keys above a pattern `width` pixels wide.
    pub fn new(input: &ViewInput<'_>, width: f64, reach: f64) -> Self {
        let (labels, size) = (labels_of(input.keys()), input.size(11.0));
        let column = width / labels.len().max(1) as f64;
        let widest = labels.iter().map(|label| text_width(label, size, true));
        let widest = widest.fold(0.0, f64::max) + 6.0;
        let lines = ((widest / column).ceil() as usize).clamp(1, MOST_LINES);
        KeyNames {
            labels,
            lines,
            size,
            reach,
        }
    }

    /// Room above the cells.
    pub fn height(&self) -> f64 {
        self.line() * self.lines as f64 + 4.0
    }

    fn line(&self) -> f64 {
        self.size * 1.2
    }

    /// Draws them so that the lowest line ends at `bottom`; each begins at its column's left edge.
    pub fn draw(
        &self,
        scene: &mut Scene,
        input: &ViewInput<'_>,
        frame: &PatternFrame,
        bottom: f64,
        surface: Ink,
    ) {
        let (columns, lines) = (&frame.columns, self.lines);
        let lit = input.lit_query();
        let row = lit.and_then(|query| input.pattern(input.layer(), input.head(), query));
        let strongest = lit.and_then(|query| input.chosen_key(query));
        let mut taken = vec![f64::MIN; lines];
        let mut texts = Vec::new();
        for (key, label) in self.labels.iter().enumerate() {
            let weight = row.and_then(|row| row.get(key)).copied().unwrap_or(0.0);
            let is_strong = strongest == Some(key);
            if columns.narrowest() < NARROWEST_NAMED && weight < STRONG && !is_strong {
                continue;
            }
            let x = columns.left(key) + 1.0;
            // The leftmost of a group stands highest, so that no line runs through a name after it.
            let level = (0..lines).find(|i| taken[(key + i) % lines] <= x);
            let Some(level) = level.map(|i| (key + i) % lines) else {
                continue;
            };
            let next = columns.left((key + lines).min(self.labels.len()));
            let is_free = columns.narrowest() < NARROWEST_NAMED || key + lines >= self.labels.len();
            let room = if is_free { self.reach } else { next } - x - 3.0;
            let name = shortened(label, self.size, true, room);
            taken[level] = x + text_width(&name, self.size, true) + 4.0;
            let y = bottom - self.line() * (lines - 1 - level) as f64;
            let at = frame.area.x + x;
            let line = straight((at - 0.5, y - self.size * 0.6), (at - 0.5, bottom + 3.0));
            scene.path(line, Paint::stroke(Ink::Line2, 0.8));
            let ink = if is_strong { Ink::Text1 } else { Ink::Text2 };
            let text = Text::new(at + 2.0, y - 1.5, self.size, ink, name).code();
            texts.push((key, text.strong_if(is_strong).halo(surface)));
        }
        for (key, text) in texts {
            let width = text_width(&text.text, self.size, true);
            let rect = Rect::new(text.x, text.y - self.size, width, self.line());
            scene.hit(rect, input.key_target(key), None);
            scene.text(text);
        }
    }
}

/// The key tokens, each at the right of its own diagonal cell: horizontal, never crossing. They
/// may reach to `right`.
pub fn name_diagonal(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    rows: &RowWindow,
    frame: &PatternFrame,
    right: f64,
    surface: Ink,
) {
    let (labels, size, n) = (labels_of(input.keys()), input.size(11.0), rows.total);
    for position in rows.positions() {
        let x = frame.area.x + frame.columns.left(position + 1) + 5.0;
        let label = shortened(&labels[position], size, true, right - x);
        // A name cut to a letter or two says nothing.
        let is_stump = label != labels[position] && label.chars().count() <= 3;
        if is_stump || label.is_empty() || position + 1 >= n {
            continue;
        }
        let y = rows.y(position) + size * 0.33;
        scene.text(
            Text::new(x, y, size, Ink::Text2, label)
                .code()
                .halo(surface),
        );
    }
}

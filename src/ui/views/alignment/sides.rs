//! Where the tokens of both texts stand.

use crate::ui::components::scene::{Rect, Segment};
use crate::ui::components::shape::curve;
use crate::ui::components::text_width::text_width;
use crate::ui::views::ViewInput;
use crate::ui::views::attended::labels_of;
use crate::ui::views::rows::RowWindow;

/// Narrowest chip of a row, pixels.
const NARROWEST: f64 = 30.0;
/// Widest gap between two chips of a row, pixels.
const WIDEST_GAP: f64 = 22.0;

/// The chips of both texts.
pub struct Sides {
    /// Whether the texts are rows, the source above; else columns, the source at the left.
    pub are_rows: bool,
    /// The source's chips; `None` where a token is out of view.
    pub source: Vec<Option<Rect>>,
    /// The target's.
    pub target: Vec<Option<Rect>>,
    /// Lower edge of everything.
    pub bottom: f64,
    /// How many tokens of the target are out of view above.
    pub hidden: usize,
}

impl Sides {
    /// Rows between `top` and `bottom` if both fit, else columns.
    pub fn new(input: &ViewInput<'_>, top: f64, bottom: f64, lit: usize) -> Self {
        let (source, target) = (
            labels_of(input.trace.source()),
            labels_of(input.trace.tokens()),
        );
        let longest = source.len().max(target.len()) as f64;
        let scale = input.type_scale;
        if longest * (NARROWEST * scale + 4.0) > input.width {
            return Self::columns(input, top, bottom, lit);
        }
        let height = 25.0 * scale;
        // Far enough apart for lines to be told from each other, not so far that they get lost.
        let bottom = bottom.min(top + 2.0 * height + 190.0 * scale);
        Sides {
            are_rows: true,
            source: row(input, &source, top, height),
            target: row(input, &target, bottom - height, height),
            bottom,
            hidden: 0,
        }
    }

    fn columns(input: &ViewInput<'_>, top: f64, bottom: f64, lit: usize) -> Self {
        let size = input.size(12.5);
        let widest = |labels: Vec<String>| {
            let widths = labels.iter().map(|label| text_width(label, size, true));
            (widths.fold(24.0, f64::max) + 16.0).min(input.width * 0.36)
        };
        let (n_source, n_target) = (input.trace.source().len(), input.trace.len());
        let (left, right) = (
            widest(labels_of(input.trace.source())),
            widest(labels_of(input.trace.tokens())),
        );
        let height = bottom - top;
        let targets = RowWindow::new(n_target, height, top, lit, 32.0);
        // The part of the source that is as far along.
        let along = lit * n_source / n_target.max(1);
        let sources = RowWindow::new(n_source, height, top, along, 32.0);
        let chips = |rows: &RowWindow, n: usize, x: f64, width: f64| {
            let chip = |position| {
                let tall = (rows.pitch - 3.0).min(24.0 * input.type_scale);
                let y = rows.y(position) - tall / 2.0;
                rows.contains(position)
                    .then(|| Rect::new(x, y, width, tall))
            };
            (0..n).map(chip).collect()
        };
        Sides {
            are_rows: false,
            source: chips(&sources, n_source, 0.0, left),
            target: chips(&targets, n_target, input.width - right, right),
            bottom: sources.bottom().max(targets.bottom()),
            hidden: targets.hidden_above(),
        }
    }

    /// The line from a token of the source to one of the target; nothing if one is out of view.
    pub fn line(&self, target: usize, source: usize) -> Option<Vec<Segment>> {
        let (from, to) = (
            self.source.get(source)?.as_ref()?,
            self.target.get(target)?.as_ref()?,
        );
        if !self.are_rows {
            let middle = |rect: &Rect| rect.y + rect.height / 2.0;
            return Some(curve((from.right(), middle(from)), (to.x, middle(to))));
        }
        let ((x0, y0), (x1, y1)) = (
            (from.x + from.width / 2.0, from.bottom()),
            (to.x + to.width / 2.0, to.y),
        );
        let middle = (y0 + y1) / 2.0;
        Some(vec![
            Segment::Move(x0, y0),
            Segment::Cubic(x0, middle, x1, middle, x1, y1),
        ])
    }
}

/// Chips side by side in the middle of the width, as wide as their tokens where there is room.
fn row(input: &ViewInput<'_>, labels: &[String], top: f64, height: f64) -> Vec<Option<Rect>> {
    let size = input.size(12.5);
    let n = labels.len().max(1) as f64;
    let gap = 4.0;
    let wanted: Vec<f64> = labels
        .iter()
        .map(|label| (text_width(label, size, true) + 14.0).max(NARROWEST * input.type_scale))
        .collect();
    let total: f64 = wanted.iter().sum();
    let room = input.width - gap * (n - 1.0);
    // Where they do not fit, the wide ones give way first.
    let most = if total > room {
        level(&wanted, room)
    } else {
        f64::MAX
    };
    let widths: Vec<f64> = wanted.iter().map(|width| width.min(most)).collect();
    let taken: f64 = widths.iter().sum();
    let gap = ((input.width - taken) / (n - 1.0).max(1.0)).clamp(0.0, WIDEST_GAP);
    let mut x = (input.width - taken - gap * (n - 1.0)).max(0.0) / 2.0;
    let chip = |width: f64| {
        let rect = Rect::new(x, top, width, height);
        x += width + gap;
        Some(rect)
    };
    widths.into_iter().map(chip).collect()
}

/// The width that no chip may exceed so that all together take `room`.
fn level(widths: &[f64], room: f64) -> f64 {
    let (mut low, mut high) = (0.0, widths.iter().copied().fold(0.0, f64::max));
    for _ in 0..24 {
        let middle = (low + high) / 2.0;
        let taken: f64 = widths.iter().map(|width| width.min(middle)).sum();
        if taken > room {
            high = middle;
        } else {
            low = middle;
        }
    }
    low
}

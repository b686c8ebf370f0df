//! The lit token on its way through the blocks: where the final answer stands, and how long the
//! residual stream is. Its points stand under the columns of the table.

use crate::color_scale::Ink;
use crate::protocol::{LensPrediction, LogitLens};
use crate::ui::components::scene::{Paint, Scene, Segment, Text};
use crate::ui::components::shape::circle;
use crate::ui::components::text_width::{shortened, text_width};
use crate::ui::views::number::{count, decimal};
use crate::ui::views::token_label::quoted;
use crate::ui::views::{ViewInput, norm};

use super::{Table, stream, strings};

/// Room it takes.
pub fn height(input: &ViewInput<'_>) -> f64 {
    if input.height < 170.0 * input.type_scale {
        return 0.0;
    }
    2.0 * band(input) + 4.0
}

/// Height of one of its two lines, with its numbers.
fn band(input: &ViewInput<'_>) -> f64 {
    33.0 * input.type_scale
}

/// Draws it from `top` on.
pub fn draw(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    table: &Table,
    (lit, lens): (usize, Option<&LogitLens>),
    top: f64,
) {
    if height(input) == 0.0 {
        return;
    }
    let words = strings::of(input.language);
    let mut y = top + 4.0;
    if let Some(row) = lens.and_then(|lens| lens.at.get(lit)) {
        let answer = answer(input, row);
        let ranks: Vec<f64> = row.iter().map(|at| (at.rank + 1) as f64).collect();
        // The first place is on top; ten times worse is one step lower.
        let heights: Vec<f64> = ranks.iter().map(|rank| -rank.ln()).collect();
        let numbers = row.iter().map(|at| count(at.rank + 1)).collect();
        line(
            scene,
            input,
            table,
            ((words.rank_of(&answer), answer), y),
            (&heights, numbers),
        );
    }
    y += band(input);
    let norms: Option<Vec<f64>> = (0..table.columns)
        .map(|depth| {
            let row = input.trace.row(stream(input.model, depth), lit)?;
            Some(f64::from(norm(row)))
        })
        .collect();
    if let Some(norms) = norms {
        let numbers = norms.iter().map(|norm| decimal(*norm, 1)).collect();
        line(
            scene,
            input,
            table,
            ((words.norm.to_owned(), words.norm.to_owned()), y),
            (&norms, numbers),
        );
    }
}

/// The token the whole model finds most likely here.
pub fn answer(input: &ViewInput<'_>, row: &[LensPrediction]) -> String {
    let id = row.last().and_then(|last| last.top.first());
    let bytes = id.and_then(|(id, _)| input.model.vocabulary.get(*id as usize));
    bytes.map_or(String::new(), |bytes| quoted(bytes))
}

/// One number per column, written and as a line beneath.
fn line(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    table: &Table,
    (name, top): ((String, String), f64),
    (heights, numbers): (&[f64], Vec<String>),
) {
    let size = input.size(11.0);
    let base = top + size;
    let (upper, lower) = (base + 5.0, top + band(input) - 5.0);
    let fits = text_width(&name.0, size, false) <= table.left - 4.0;
    let name = if fits { name.0 } else { name.1 };
    let name = shortened(&name, size, false, table.left - 4.0);
    let middle = (upper + lower) / 2.0 + 1.0;
    scene.text(Text::new(0.0, middle, size, Ink::Text2, name));
    let low = heights.iter().copied().fold(f64::MAX, f64::min);
    let high = heights.iter().copied().fold(f64::MIN, f64::max);
    let y = |height: f64| {
        if high - low < 1e-9 {
            (upper + lower) / 2.0
        } else {
            lower - (height - low) / (high - low) * (lower - upper)
        }
    };
    let points: Vec<(f64, f64)> = heights
        .iter()
        .enumerate()
        .map(|(depth, height)| (table.x(depth), y(*height)))
        .collect();
    let step = |(i, &(x, y)): (usize, &(f64, f64))| match i {
        0 => Segment::Move(x, y),
        _ => Segment::Line(x, y),
    };
    let path = points.iter().enumerate().map(step).collect();
    scene.path(path, Paint::stroke(Ink::RailOn, 1.5));
    let widest = numbers.iter().map(|number| text_width(number, size, false));
    let widest = widest.fold(1.0, f64::max) + 5.0;
    // As many numbers as fit, the last one always.
    let every = (widest / table.column).ceil().max(1.0) as usize;
    for (i, (&(x, y), number)) in points.iter().zip(&numbers).rev().enumerate() {
        scene.path(circle(x, y, 2.5), Paint::fill(Ink::RailOn));
        if i.is_multiple_of(every) {
            scene.text(Text::new(x, base, size, Ink::Text1, number).middle());
        }
    }
}

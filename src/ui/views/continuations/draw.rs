//! Draws the three ways: a band per way, as wide at each token as the token is likely.

use crate::color_scale::Ink;
use crate::order::descending;
use crate::protocol::Continuations;
use crate::ui::components::scene::{Paint, Rect, Scene, Text};
use crate::ui::components::shape::ribbon;
use crate::ui::components::text_width::{shortened, wrapped};
use crate::ui::views::number::{decimal, whole_percent};
use crate::ui::views::{Target, ViewInput};

use super::columns::{Columns, label};
use super::tree::Tree;
use super::{BEAM_WIDTH, Outcome, found, log_p, strings};

/// The lowest row in which a token can be read, CSS pixels at a desk.
const LOWEST_ROW: f64 = 24.0;

/// How a token on a branch looks.
#[derive(Clone, Copy)]
struct Look {
    ink: Ink,
    branch: Ink,
    opacity: f64,
    is_strong: bool,
    /// Whether its probabilities are written.
    has_p: bool,
}

const GREEDY: Look = Look {
    ink: Ink::Text1,
    branch: Ink::Text2,
    opacity: 0.7,
    is_strong: false,
    has_p: true,
};
const DRAWN: Look = Look {
    ink: Ink::Draw,
    branch: Ink::Draw,
    opacity: 0.7,
    is_strong: false,
    has_p: true,
};
const BEST: Look = Look {
    ink: Ink::Text1,
    branch: Ink::Text1,
    opacity: 1.0,
    is_strong: true,
    has_p: true,
};
const KEPT: Look = Look {
    ink: Ink::Text2,
    branch: Ink::Text3,
    opacity: 0.6,
    is_strong: false,
    has_p: true,
};
/// Kept once, and cut off later.
const LOST: Look = Look {
    ink: Ink::Text3,
    branch: Ink::Line2,
    opacity: 0.8,
    is_strong: false,
    has_p: false,
};

pub fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    let words = strings::of(input.language);
    let (size, small, scale) = (input.size(12.5), input.size(11.0), input.type_scale);
    let found = found(input);
    let tree = found.map(|found| Tree::new(&found.beams));
    let both = found.zip(tree.as_ref());
    let outcome = both.and_then(|(found, tree)| Outcome::new(found, tree));

    let caption = words.outcome(input, outcome.as_ref());
    let mut lines = wrapped(&caption, size, false, input.width);
    let line = 18.0 * scale;
    let top = 14.0 * scale;
    // Where there is little room the ways come first, and of the beam the best lanes.
    let spare = input.height - top - 3.0 * LOWEST_ROW * scale - 8.0 * scale;
    lines.truncate((spare / line).max(0.0) as usize);
    let bottom = input.height - line * lines.len() as f64 - 8.0 * scale;
    let lanes = tree.as_ref().map_or(BEAM_WIDTH, |tree| tree.width().max(1));
    let fitting = ((bottom - top) / (LOWEST_ROW * scale)) as usize;
    let rows = (2 + lanes).min(fitting.max(3));
    let names = [words.greedy, words.drawn, words.beam];
    let columns = Columns::new(input, both, &names, (top, bottom), rows);

    for (row, name) in names.into_iter().enumerate() {
        let y = columns.row(row) + 11.0 * scale;
        let text = Text::new(0.0, y, size, Ink::Text1, name);
        scene.text(text.strong_if(row == 2));
    }
    for (row, more) in [(1, words.seed(input.seed)), (2, words.width())] {
        let below = columns.row(row) + 26.0 * scale;
        scene.text(Text::new(0.0, below, small, Ink::Text3, more));
    }
    let header = Text::new(columns.right, 9.0 * scale, small, Ink::Text3, words.sum).end();
    match both {
        Some((found, tree)) => {
            scene.text(header);
            way(&mut scene, input, &columns, 0, &found.greedy, GREEDY);
            sum(&mut scene, input, &columns, 0, log_p(&found.greedy), false);
            way(&mut scene, input, &columns, 1, &found.drawn, DRAWN);
            beams(&mut scene, input, &columns, (found, tree), rows - 2);
        }
        None => waiting(&mut scene, input, &columns, rows),
    }
    let mut y = (columns.row(rows) + 4.0 * scale).min(bottom + 4.0 * scale) + size;
    for text in lines {
        let text = shortened(&text, size, false, input.width);
        scene.text(Text::new(0.0, y, size, Ink::Text2, text));
        y += line;
    }
    scene
}

/// Quiet tracks where the ways will be.
fn waiting(scene: &mut Scene, input: &ViewInput<'_>, columns: &Columns, rows: usize) {
    for row in 0..rows {
        let y = columns.branch_y(input, row);
        let width = (columns.right - columns.left).max(0.0);
        let track = Rect::new(columns.left, y - 1.0, width, 2.0);
        scene.rect(track, 1.0, Paint::fill(Ink::Surface2));
    }
}

/// One way in one row.
fn way(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    columns: &Columns,
    row: usize,
    tokens: &[(u32, f32)],
    look: Look,
) {
    let y = columns.branch_y(input, row);
    let mut from = (columns.left - 8.0 * input.type_scale, y);
    for ((id, p), column) in tokens.iter().zip(&columns.columns) {
        branch(scene, columns, from, (*column, y), *p, look);
        token(scene, input, columns, row, *column, (*id, *p), look);
        from = (column.1, y);
    }
    if let Some((id, _)) = tokens.first() {
        first(scene, columns, row, *id);
    }
    more(scene, input, columns, y, tokens.len());
}

/// Dots after the last column that fits.
fn more(scene: &mut Scene, input: &ViewInput<'_>, columns: &Columns, y: f64, length: usize) {
    if let Some((_, right)) = columns.columns.last().copied()
        && columns.is_cut
        && length > columns.columns.len()
    {
        let text = Text::new(right + 5.0, y + 3.0, input.size(12.5), Ink::Text3, "…");
        scene.text(text);
    }
}

/// The tree below the two ways.
fn beams(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    columns: &Columns,
    (found, tree): (&Continuations, &Tree<'_>),
    lanes: usize,
) {
    let lane_of = |node: usize| tree.lane_of(node).filter(|lane| *lane < lanes);
    let root = (
        columns.left - 8.0 * input.type_scale,
        columns.branch_y(input, 2),
    );
    let start = |parent: Option<usize>| match parent {
        None => Some(root),
        Some(parent) => {
            let column = columns.columns.get(tree.nodes[parent].depth - 1)?;
            let y = columns.branch_y(input, 2 + lane_of(parent)?);
            Some((column.1, y))
        }
    };
    // What was cut at once lies lowest, the best way on top.
    for node in tree.nodes.iter().filter(|node| !node.is_kept) {
        cut(scene, columns, start(node.parent), node.p);
    }
    let look_of = |i: usize| match () {
        () if tree.is_best(i) => BEST,
        () if tree.lives_on(i) => KEPT,
        () => LOST,
    };
    let rank = |i: usize| f32::from(u8::from(tree.is_best(i)) * 2 + u8::from(tree.lives_on(i)));
    for i in descending((0..tree.nodes.len()).map(|i| -rank(i))) {
        let node = &tree.nodes[i];
        let place = (
            start(node.parent),
            columns.columns.get(node.depth - 1).copied(),
            lane_of(i),
        );
        let (Some(from), Some(column), Some(lane)) = place else {
            continue;
        };
        let (row, look) = (2 + lane, look_of(i));
        let y = columns.branch_y(input, row);
        branch(scene, columns, from, (column, y), node.p, look);
        token(scene, input, columns, row, column, (node.id, node.p), look);
        if node.depth == 1 {
            first(scene, columns, row, node.id);
        }
        let is_last = node.depth == columns.columns.len().min(tree.depth());
        if let (true, Some(best)) = (is_last, tree.best_below(i)) {
            sum(scene, input, columns, row, f64::from(best), tree.is_best(i));
            more(scene, input, columns, y, found.greedy.len());
        }
    }
}

/// A stub for a hypothesis that was proposed and cut at once.
fn cut(scene: &mut Scene, columns: &Columns, from: Option<(f64, f64)>, p: f32) {
    let (Some((x, y)), true) = (from, p > 0.02) else {
        return;
    };
    let width = columns.branch * f64::from(p);
    let to = (x + 11.0, y + columns.pitch * 0.42);
    let paint = Paint::fill(Ink::Line2).opacity(0.7);
    scene.path(ribbon((x, y), width, to, (width * 0.4).max(0.3)), paint);
}

/// The band that leads to a token and runs below it.
fn branch(
    scene: &mut Scene,
    columns: &Columns,
    from: (f64, f64),
    (column, y): ((f64, f64), f64),
    p: f32,
    look: Look,
) {
    let width = (columns.branch * f64::from(p)).max(0.7);
    let paint = Paint::fill(look.branch).opacity(look.opacity);
    scene.path(ribbon(from, width, (column.0, y), width), paint);
    let below = Rect::new(column.0, y - width / 2.0, column.1 - column.0, width);
    scene.rect(below, 0.0, paint);
}

/// A token over its branch, its probability below.
fn token(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    columns: &Columns,
    row: usize,
    column: (f64, f64),
    (id, p): (u32, f32),
    look: Look,
) {
    let (size, small, scale) = (input.size(12.5), input.size(11.0), input.type_scale);
    let (middle, y) = ((column.0 + column.1) / 2.0, columns.row(row));
    let text = shortened(&label(input, id), size, true, column.1 - column.0);
    let text = Text::new(middle, y + 11.0 * scale, size, look.ink, text);
    scene.text(
        text.code()
            .middle()
            .strong_if(look.is_strong)
            .halo(Ink::Surface0),
    );
    if look.has_p && columns.pitch >= 31.0 * scale {
        let ink = if look.is_strong {
            Ink::Text2
        } else {
            Ink::Text3
        };
        let base = columns.branch_y(input, row) + columns.branch / 2.0 + 10.5 * scale;
        let share = whole_percent(f64::from(p));
        let text = Text::new(middle, base, small, ink, share).middle();
        scene.text(text.halo(Ink::Surface0));
    }
}

/// The first token of a way can be taken.
fn first(scene: &mut Scene, columns: &Columns, row: usize, id: u32) {
    if let Some(column) = columns.columns.first() {
        let rect = Rect::new(
            column.0 - 3.0,
            columns.row(row),
            column.1 - column.0 + 6.0,
            columns.pitch - 1.0,
        );
        scene.hit(rect, Target::Candidate(id), None);
    }
}

/// The summed log probability at the end of a row.
fn sum(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    columns: &Columns,
    row: usize,
    log_p: f64,
    is_best: bool,
) {
    let size = input.size(12.5);
    let ink = if is_best { Ink::Text1 } else { Ink::Text3 };
    let y = columns.branch_y(input, row) + size * 0.36;
    let number = decimal(log_p, 2);
    let text = Text::new(columns.right, y, size, ink, number).end();
    scene.text(text.strong_if(is_best));
}

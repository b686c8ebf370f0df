//! Where the tokens of the three ways stand: one column per token further, the same for all.

use crate::protocol::Continuations;
use crate::ui::components::text_width::text_width;
use crate::ui::views::number::whole_percent;
use crate::ui::views::{ViewInput, token_label};

use super::tree::Tree;

/// The columns and the rows.
pub struct Columns {
    /// Left and right edge of each column that fits.
    pub columns: Vec<(f64, f64)>,
    /// Whether tokens further are left out.
    pub is_cut: bool,
    /// The ways begin here.
    pub left: f64,
    /// Sums end here.
    pub right: f64,
    /// Upper edge of the first row.
    pub top: f64,
    /// Height of a row.
    pub pitch: f64,
    /// Width of a branch with probability 1.
    pub branch: f64,
}

/// Widest a token may be, in letters.
const LETTERS: f64 = 9.0;

impl Columns {
    /// Places `rows` rows between `top` and `bottom`, and as many columns as fit.
    pub fn new(
        input: &ViewInput<'_>,
        found: Option<(&Continuations, &Tree<'_>)>,
        names: &[&str],
        (top, bottom): (f64, f64),
        rows: usize,
    ) -> Self {
        let (size, small, scale) = (input.size(12.5), input.size(11.0), input.type_scale);
        let name = |name: &&str| text_width(name, size, false);
        let left = names.iter().map(name).fold(0.0, f64::max) + 18.0 * scale;
        let right = input.width - 2.0;
        let room = right - 60.0 * scale;
        let mut columns: Vec<(f64, f64)> = Vec::new();
        let (mut x, mut is_cut) = (left, false);
        if let Some((found, tree)) = found {
            let depth = tree.depth().max(found.greedy.len()).max(found.drawn.len());
            for at in 0..depth {
                let beams = tree.lanes(at + 1).iter().map(|i| &tree.nodes[*i]);
                let ways = [&found.greedy, &found.drawn];
                let of_ways = ways.into_iter().filter_map(|way| way.get(at).copied());
                let all = of_ways.chain(beams.map(|node| (node.id, node.p)));
                let width = |(id, p): (u32, f32)| {
                    let share = whole_percent(f64::from(p));
                    let token = text_width(&label(input, id), size, true).min(LETTERS * 0.6 * size);
                    token.max(text_width(&share, small, false))
                };
                let width = all.map(width).fold(20.0 * scale, f64::max) + 4.0;
                if x + width > room {
                    is_cut = true;
                    break;
                }
                columns.push((x, x + width));
                x += width + 11.0 * scale;
            }
        }
        // What is left over goes between the columns.
        if let (false, Some(last), true) = (is_cut, columns.last().copied(), columns.len() > 1) {
            let spare = ((room - last.1) / (columns.len() - 1) as f64).min(17.0 * scale);
            for (i, column) in columns.iter_mut().enumerate() {
                column.0 += spare * i as f64;
                column.1 += spare * i as f64;
            }
        }
        let pitch = ((bottom - top) / rows.max(1) as f64).min(44.0 * scale);
        Columns {
            columns,
            is_cut,
            left,
            right,
            top,
            pitch,
            branch: (pitch - 31.0 * scale).clamp(4.0, 9.0),
        }
    }

    /// Upper edge of a row.
    pub fn row(&self, row: usize) -> f64 {
        self.top + self.pitch * row as f64
    }

    /// Where the branch of a row runs.
    pub fn branch_y(&self, input: &ViewInput<'_>, row: usize) -> f64 {
        self.row(row) + 15.0 * input.type_scale + self.branch / 2.0
    }
}

/// A token as it is written on a branch.
pub fn label(input: &ViewInput<'_>, id: u32) -> String {
    let bytes = input.model.vocabulary.get(id as usize);
    bytes.map_or(String::new(), |bytes| token_label(bytes).text)
}

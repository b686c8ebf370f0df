//! Where each token of a text lies when its words wrap as in a paragraph.

use crate::ui::components::scene::Rect;
use crate::ui::components::text_width::{shortened, text_width};
use crate::ui::views::{ViewInput, token_label};

/// Sizes to try, largest first, CSS pixels at a desk.
const SIZES: [f64; 5] = [20.0, 16.0, 14.0, 12.5, 11.0];

/// One token.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// Position in the text.
    pub position: usize,
    /// Its letters, without the space before them.
    pub label: String,
    /// Its letters and a little room around them.
    pub rect: Rect,
    line: usize,
}

/// A text in lines.
pub struct Paragraph {
    placed: Vec<Placed>,
    /// Type size.
    pub size: f64,
    /// How many lines above are left out, because there is no room.
    pub hidden_lines: usize,
}

impl Paragraph {
    /// The text in the largest letters in which it fits into `room`. If it fits in none, its end
    /// is shown, or the part with the chosen token.
    pub fn new(input: &ViewInput<'_>, room: Rect) -> Self {
        let mut last = None;
        for size in SIZES.map(|size| input.size(size)) {
            let paragraph = Paragraph::at(input, size, room);
            let height = paragraph.lines() as f64 * line_height(size);
            if height <= room.height {
                return paragraph;
            }
            last = Some(paragraph);
        }
        let mut paragraph = last.unwrap_or(Paragraph {
            placed: Vec::new(),
            size: 0.0,
            hidden_lines: 0,
        });
        paragraph.show_part(input.path(), room);
        paragraph
    }

    /// The tokens that are shown.
    pub fn placed(&self) -> &[Placed] {
        &self.placed
    }

    /// Lower edge of the last line.
    pub fn bottom(&self) -> f64 {
        self.placed
            .last()
            .map_or(0.0, |placed| placed.rect.bottom())
    }

    fn lines(&self) -> usize {
        self.placed.last().map_or(0, |placed| placed.line + 1)
    }

    fn at(input: &ViewInput<'_>, size: f64, room: Rect) -> Self {
        let (pad, space) = (size * 0.16, size * 0.42);
        let labels: Vec<(bool, String)> = input
            .trace
            .tokens()
            .iter()
            .map(|token| {
                let label = token_label(&token.bytes).text;
                match label.strip_prefix('·').filter(|rest| !rest.is_empty()) {
                    Some(rest) => (true, rest.to_owned()),
                    None => (false, label),
                }
            })
            .collect();
        let width = |label: &str| text_width(label, size, true) + 2.0 * pad;
        let mut paragraph = Paragraph {
            placed: Vec::with_capacity(labels.len()),
            size,
            hidden_lines: 0,
        };
        let (mut x, mut line) = (room.x, 0);
        for (position, (has_space, label)) in labels.iter().enumerate() {
            let is_break = position > 0 && labels[position - 1].1.ends_with('↵');
            // A word goes to the next line as a whole, if a line can hold it.
            let word: f64 = if *has_space || position == 0 {
                let rest = labels[position + 1..]
                    .iter()
                    .take_while(|(space, _)| !space);
                width(label) + rest.map(|(_, label)| width(label) + 1.0).sum::<f64>()
            } else {
                width(label)
            };
            let needed = if word <= room.width {
                word
            } else {
                width(label)
            };
            let gap = if x <= room.x {
                0.0
            } else if *has_space {
                space
            } else {
                1.0
            };
            let is_full = x + gap + needed > room.right() && x > room.x;
            if is_break || is_full {
                x = room.x;
                line += 1;
            } else {
                x += gap;
            }
            let own = width(label).min(room.width);
            let top = room.y + line as f64 * line_height(size) + 3.0;
            paragraph.placed.push(Placed {
                position,
                label: shortened(label, size, true, own - 2.0 * pad + 0.5),
                rect: Rect::new(x, top, own, size * 1.45),
                line,
            });
            x += own;
        }
        paragraph
    }

    /// Leaves out the lines for which there is no room.
    fn show_part(&mut self, lit: Option<usize>, room: Rect) {
        let fitting = ((room.height / line_height(self.size)) as usize).max(1);
        let lit_line = lit.and_then(|lit| self.placed.get(lit)).map(|lit| lit.line);
        let last_first = self.lines().saturating_sub(fitting);
        let first = lit_line.map_or(last_first, |line| line.min(last_first));
        let shift = first as f64 * line_height(self.size);
        self.placed
            .retain(|placed| (first..first + fitting).contains(&placed.line));
        for placed in &mut self.placed {
            placed.rect.y -= shift;
        }
        self.hidden_lines = first;
    }
}

/// From one line to the next.
fn line_height(size: f64) -> f64 {
    size * 1.45 + 7.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::i18n::Language;
    use crate::ui::views::fixture::Fixture;

    #[test]
    fn words_stay_whole_and_nothing_overlaps() {
        for (n, language) in [(9, Language::En), (64, Language::En), (64, Language::Ko)] {
            let fixture = Fixture::new(n, 2, 2, language);
            for (width, height) in [(700.0, 200.0), (358.0, 330.0), (150.0, 40.0)] {
                let room = Rect::new(0.0, 0.0, width, height);
                let paragraph = Paragraph::new(&fixture.input(width, height), room);
                assert!(!paragraph.placed().is_empty());
                for pair in paragraph.placed().windows(2) {
                    assert!(!pair[0].rect.overlaps(&pair[1].rect), "{pair:?}");
                    assert_eq!(pair[0].position + 1, pair[1].position);
                }
                let all = paragraph.placed().iter();
                assert!(all.clone().all(|placed| placed.rect.right() <= width + 0.1));
                let last = all.last().unwrap();
                assert_eq!(last.position, n - 1, "the end is shown");
            }
        }
    }

    #[test]
    fn the_chosen_token_is_shown_even_in_a_long_text() {
        let mut fixture = Fixture::new(64, 2, 2, Language::En);
        for token in [0, 30] {
            fixture.focus.token = Some(token);
            let room = Rect::new(0.0, 0.0, 200.0, 60.0);
            let paragraph = Paragraph::new(&fixture.input(200.0, 60.0), room);
            let mut shown = paragraph.placed().iter();
            assert!(shown.any(|placed| placed.position == token));
        }
    }
}

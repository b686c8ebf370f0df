//! One row per token: how high, and which ones are in view.

use crate::ui::i18n::Language;

use super::number::count;

/// The rows of the tokens that are in view.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RowWindow {
    /// First token in view.
    pub first: usize,
    /// How many are in view.
    pub shown: usize,
    /// How many there are.
    pub total: usize,
    /// Height of a row, pixels.
    pub pitch: f64,
    /// Upper edge of the first row, pixels.
    pub top: f64,
}

/// The lowest row that can still be read, pixels.
pub const LOWEST_ROW: f64 = 14.0;

impl RowWindow {
    /// Shares `height` between `total` tokens, none higher than `highest`. If they do not fit,
    /// rows keep the lowest readable height and the last ones are shown, or those around
    /// `chosen` if it would be out of view.
    ///
    /// ```
    /// use llm_atlas::ui::views::rows::RowWindow;
    /// let rows = RowWindow::new(64, 308.0, 0.0, 63, 44.0);
    /// assert_eq!((rows.first, rows.shown, rows.pitch), (42, 22, 14.0));
    /// ```
    pub fn new(total: usize, height: f64, top: f64, chosen: usize, highest: f64) -> Self {
        Self::with_lowest(LOWEST_ROW, total, (top, height), chosen, highest)
    }

    /// The same for rows that carry no text and may be as low as `lowest` pixels. `area`: upper
    /// edge and height.
    pub fn with_lowest(
        lowest: f64,
        total: usize,
        (top, height): (f64, f64),
        chosen: usize,
        highest: f64,
    ) -> Self {
        let height = height.max(lowest);
        let fitting = (height / lowest) as usize;
        if total <= fitting {
            return RowWindow {
                first: 0,
                shown: total,
                total,
                pitch: (height / total.max(1) as f64).min(highest.max(lowest)),
                top,
            };
        }
        let last_first = total - fitting;
        let first = if chosen >= last_first {
            last_first
        } else {
            chosen.saturating_sub(fitting / 2)
        };
        RowWindow {
            first,
            shown: fitting,
            total,
            pitch: lowest,
            top,
        }
    }

    /// The tokens in view.
    pub fn positions(&self) -> std::ops::Range<usize> {
        self.first..self.first + self.shown
    }

    /// Middle of a token's row; above or below the others if it is not in view.
    pub fn y(&self, position: usize) -> f64 {
        if position < self.first {
            self.top - 4.0
        } else if position >= self.first + self.shown {
            self.bottom() + 4.0
        } else {
            self.top + self.pitch * ((position - self.first) as f64 + 0.5)
        }
    }

    /// Whether a token is in view.
    pub fn contains(&self, position: usize) -> bool {
        self.positions().contains(&position)
    }

    /// Lower edge of the last row.
    pub fn bottom(&self) -> f64 {
        self.top + self.pitch * self.shown as f64
    }

    /// How many tokens are above those in view.
    pub fn hidden_above(&self) -> usize {
        self.first
    }

    /// That rows are out of view above, in words; `None` if none is.
    pub fn words_above(&self, language: Language) -> Option<String> {
        words_above(self.hidden_above(), language)
    }

    /// How many tokens are below those in view.
    pub fn hidden_below(&self) -> usize {
        self.total - self.first - self.shown
    }
}

/// That so many rows are out of view above; `None` if none is.
pub fn words_above(rows: usize, language: Language) -> Option<String> {
    let number = count(rows);
    let words = language.pick(
        format!("{number} more above"),
        format!("위에 {number}개 더"),
    );
    (rows > 0).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_token_is_always_in_view() {
        for total in 1..=256 {
            for chosen in 0..total {
                let rows = RowWindow::new(total, 308.0, 64.0, chosen, 44.0);
                assert!(rows.contains(chosen), "{chosen} of {total}");
                assert!(rows.bottom() <= 64.0 + 308.0 + 1e-9);
                assert_eq!(
                    rows.hidden_above() + rows.shown + rows.hidden_below(),
                    total
                );
            }
        }
    }

    #[test]
    fn few_tokens_have_high_rows_and_nine_have_34_px() {
        assert_eq!(RowWindow::new(1, 308.0, 0.0, 0, 44.0).pitch, 44.0);
        assert!((RowWindow::new(9, 308.0, 0.0, 8, 44.0).pitch - 34.2).abs() < 0.1);
    }
}

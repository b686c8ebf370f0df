//! Which candidates have a row, and where it lies. The flow ends at the same rows.

use crate::ui::views::ViewInput;

/// One row of the candidates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CandidateRow {
    /// The token; `None` for the row that sums all others.
    pub id: Option<u32>,
    /// How many tokens the row stands for.
    pub count: usize,
    /// Place among all tokens, 0 for the most likely.
    pub rank: usize,
    /// Probability after temperature and before filters.
    pub p: f64,
    /// Probability at temperature 1.
    pub p_at_one: f64,
    /// Probability after the filters; 0 if it is cut.
    pub p_kept: f64,
    /// Whether it was in the text already and a penalty is on.
    pub is_penalized: bool,
    /// Whether the number falls on it.
    pub is_drawn: bool,
    /// Upper edge, pixels.
    pub y: f64,
    /// Height, pixels.
    pub height: f64,
}

impl CandidateRow {
    /// Whether it can be drawn at all.
    pub fn is_kept(&self) -> bool {
        self.p_kept > 0.0
    }

    /// Middle of the row.
    pub fn middle(&self) -> f64 {
        self.y + self.height / 2.0
    }
}

/// Most tokens with a row of their own.
const MOST: usize = 11;

/// Whether the drawing is high enough to carry its own title, beside the flow.
pub fn has_title(input: &ViewInput<'_>) -> bool {
    input.height >= 400.0
}

/// Upper and lower edge of the rows.
pub fn extent(input: &ViewInput<'_>) -> (f64, f64) {
    let top = if has_title(input) { 64.0 } else { 6.0 };
    (top, (input.height - 42.0).max(top + 20.0))
}

/// Whether the repetition penalty is on and meets a token.
pub fn penalized(input: &ViewInput<'_>, id: u32) -> bool {
    // An empty text is read as a token that nobody wrote.
    let read = input.trace.total_tokens().min(input.trace.len());
    input.settings.repetition_penalty != 1.0
        && input.trace.tokens()[..read]
            .iter()
            .any(|token| token.id == id)
}

/// The most likely tokens, one row each, the drawn one always among them; all others summed in
/// the last row, so that the probabilities of all rows add up to 1.
pub fn candidate_rows(input: &ViewInput<'_>) -> Vec<CandidateRow> {
    let distribution = input.distribution;
    let vocab_size = distribution.order().len();
    if vocab_size == 0 || input.trace.is_empty() {
        return Vec::new();
    }
    let (top, bottom) = extent(input);
    let lowest = 17.0 * input.type_scale;
    let fitting = ((bottom - top) / lowest) as usize;
    let shown = MOST.min(fitting.saturating_sub(1)).clamp(1, vocab_size);
    let mut ranks: Vec<usize> = (0..shown).collect();
    let drawn = input.draw.and_then(|draw| distribution.rank_of(draw.id));
    if let Some(rank) = drawn.filter(|rank| *rank >= shown) {
        ranks[shown - 1] = rank;
    }
    let mut rows: Vec<CandidateRow> = Vec::with_capacity(shown + 1);
    for rank in ranks {
        let id = distribution.order()[rank];
        let at = |p: &[f32]| p.get(id as usize).map_or(0.0, |p| f64::from(*p));
        rows.push(CandidateRow {
            id: Some(id),
            count: 1,
            rank,
            p: at(distribution.p()),
            p_at_one: at(distribution.p_at_one()),
            p_kept: at(distribution.p_kept()),
            is_penalized: penalized(input, id),
            is_drawn: drawn == Some(rank),
            y: 0.0,
            height: 0.0,
        });
    }
    if shown < vocab_size {
        let rest = |of: fn(&CandidateRow) -> f64| (1.0 - rows.iter().map(of).sum::<f64>()).max(0.0);
        let shown_kept = rows
            .iter()
            .filter(|row| row.rank < distribution.kept())
            .count();
        rows.push(CandidateRow {
            id: None,
            count: vocab_size - shown,
            rank: shown,
            p: rest(|row| row.p),
            p_at_one: rest(|row| row.p_at_one),
            p_kept: if distribution.kept() > shown_kept {
                rest(|row| row.p_kept)
            } else {
                0.0
            },
            is_penalized: false,
            is_drawn: false,
            y: 0.0,
            height: 0.0,
        });
    }
    let height = (bottom - top) / rows.len() as f64;
    for (i, row) in rows.iter_mut().enumerate() {
        row.y = top + height * i as f64;
        row.height = height;
    }
    rows
}

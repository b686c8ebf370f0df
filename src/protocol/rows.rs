//! Numbers grouped by position, so that a sequence can grow and be cut.

use std::rc::Rc;

/// One row of numbers per position. Rows may differ in length. A row never changes, so a copy of
/// all of them shares them: a sequence that grows costs its new rows only.
///
/// ```
/// use llm_atlas::protocol::Rows;
/// let mut rows = Rows::default();
/// rows.push(&[1.0]);
/// rows.push(&[2.0, 3.0]);
/// assert_eq!(rows.get(1), Some(&[2.0, 3.0][..]));
/// rows.truncate(1);
/// assert_eq!(rows.len(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows(Vec<Rc<[f32]>>);

impl Rows {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The row of position `pos`, if there is one.
    pub fn get(&self, pos: usize) -> Option<&[f32]> {
        self.0.get(pos).map(Rc::as_ref)
    }

    /// Appends one row.
    pub fn push(&mut self, row: &[f32]) {
        self.0.push(row.into());
    }

    /// Appends the rows of `other`.
    pub fn extend(&mut self, other: Rows) {
        self.0.extend(other.0);
    }

    /// Keeps the first `len` rows.
    pub fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    /// The rows, first position first.
    pub fn iter(&self) -> impl Iterator<Item = &[f32]> {
        self.0.iter().map(Rc::as_ref)
    }

    /// Length of each row.
    pub fn lengths(&self) -> impl Iterator<Item = usize> + '_ {
        self.iter().map(<[f32]>::len)
    }

    /// Rows from their lengths and values laid end to end; `None` if the lengths do not add up.
    pub fn from_lengths(lengths: &[usize], values: &[f32]) -> Option<Self> {
        let mut rest = values;
        let mut rows = Vec::with_capacity(lengths.len());
        for length in lengths {
            let (row, after) = rest.split_at_checked(*length)?;
            rows.push(row.into());
            rest = after;
        }
        rest.is_empty().then_some(Rows(rows))
    }
}

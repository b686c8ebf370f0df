//! Numbers grouped by position, so that a sequence can grow and be cut.

/// One row of numbers per position, kept in one buffer. Rows may differ in length.
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
pub struct Rows {
    values: Vec<f32>,
    /// Where each row ends in `values`.
    ends: Vec<usize>,
}

impl Rows {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The row of position `pos`, if there is one.
    pub fn get(&self, pos: usize) -> Option<&[f32]> {
        let end = *self.ends.get(pos)?;
        let start = if pos == 0 { 0 } else { self.ends[pos - 1] };
        self.values.get(start..end)
    }

    /// Appends one row.
    pub fn push(&mut self, row: &[f32]) {
        self.values.extend_from_slice(row);
        self.ends.push(self.values.len());
    }

    /// Appends the rows of `other`.
    pub fn extend(&mut self, other: &Rows) {
        let offset = self.values.len();
        self.values.extend_from_slice(&other.values);
        self.ends.extend(other.ends.iter().map(|end| end + offset));
    }

    /// Keeps the first `len` rows.
    pub fn truncate(&mut self, len: usize) {
        if len < self.ends.len() {
            self.ends.truncate(len);
            self.values.truncate(self.ends.last().copied().unwrap_or(0));
        }
    }

    /// All values, row after row.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// Length of each row.
    pub fn lengths(&self) -> impl Iterator<Item = usize> + '_ {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        self.ends.iter().zip(starts).map(|(end, start)| end - start)
    }

    /// Rows from their lengths and values laid end to end; `None` if the lengths do not add up.
    pub fn from_lengths(lengths: &[usize], values: Vec<f32>) -> Option<Self> {
        let mut end = 0usize;
        let mut ends = Vec::with_capacity(lengths.len());
        for length in lengths {
            end = end.checked_add(*length)?;
            ends.push(end);
        }
        (end == values.len()).then_some(Rows { values, ends })
    }
}

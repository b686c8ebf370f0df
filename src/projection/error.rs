//! What can be wrong with the vectors.

use thiserror::Error;

/// Why vectors could not be projected or compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProjectionError {
    /// There is no vector, or vectors have no entries.
    #[error("there are no vectors to project")]
    Empty,
    /// The numbers do not fill whole rows.
    #[error("{length} numbers are not rows of {width}")]
    NotRows {
        /// How many numbers there are.
        length: usize,
        /// How many make a row.
        width: usize,
    },
    /// More axes are asked for than the space has.
    #[error("{components} components of a space with {width} dimensions")]
    TooManyComponents {
        /// The axes asked for.
        components: usize,
        /// The dimensions there are.
        width: usize,
    },
    /// A number is infinite or not a number.
    #[error("row {row} holds a number that is not finite")]
    NotFinite {
        /// The row.
        row: usize,
    },
}

/// Checks that `values` are finite rows of `width`; returns how many.
pub(super) fn count_rows(values: &[f32], width: usize) -> Result<usize, ProjectionError> {
    if width == 0 || values.is_empty() {
        return Err(ProjectionError::Empty);
    }
    if !values.len().is_multiple_of(width) {
        return Err(ProjectionError::NotRows {
            length: values.len(),
            width,
        });
    }
    match values.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(ProjectionError::NotFinite { row: index / width }),
        None => Ok(values.len() / width),
    }
}

//! What one head does: whom it looks at, how sharply and how far back.
//!
//! Source: Olsson et al. 2022, "In-context Learning and Induction Heads" (previous-token and
//! induction heads); Clark et al. 2019, "What Does BERT Look At?" (entropy of a head's rows).

use crate::protocol::HeadCharacter;

/// All four measures of one head on one text; 0 for one that nothing on this text can measure.
///
/// ```
/// use llm_atlas::attention_measures::head_character;
/// let previous = [vec![1.0], vec![1.0, 0.0], vec![0.0, 1.0, 0.0]];
/// let character = head_character(&previous, &[7, 8, 9]);
/// assert_eq!((character.previous_token, character.entropy), (1.0, 0.0));
/// ```
///
/// # Shapes
/// `rows`: `[query, key]`; `ids`: `[query]`.
pub fn head_character<R: AsRef<[f32]>>(rows: &[R], ids: &[u32]) -> HeadCharacter {
    HeadCharacter {
        previous_token: previous_token(rows).unwrap_or(0.0),
        induction: induction(rows, ids).unwrap_or(0.0),
        entropy: entropy_bits(rows).unwrap_or(0.0),
        distance: distance(rows).unwrap_or(0.0),
    }
}

/// Mean attention to the token just before, over every query that has one.
pub fn previous_token<R: AsRef<[f32]>>(rows: &[R]) -> Option<f32> {
    let weights = causal(rows).skip(1).map(|row| row[row.len() - 2]);
    mean(weights)
}

/// Mean attention to the token that followed the last time the query's token occurred, over every
/// query for which there is one (see [`induction_key`]); `None` if no token is said twice.
pub fn induction<R: AsRef<[f32]>>(rows: &[R], ids: &[u32]) -> Option<f32> {
    let weights = causal(rows)
        .enumerate()
        .filter_map(|(query, row)| row.get(induction_key(ids, query)?).copied());
    mean(weights)
}

/// The position an induction head looks at from `query`: the one after the last earlier occurrence
/// of the same token. An occurrence whose successor is the query itself does not count.
///
/// ```
/// use llm_atlas::attention_measures::induction_key;
/// assert_eq!(induction_key(&[5, 6, 5], 2), Some(1));
/// assert_eq!(induction_key(&[5, 5], 1), None);
/// ```
pub fn induction_key(ids: &[u32], query: usize) -> Option<usize> {
    let id = ids.get(query)?;
    let before = &ids[..query.saturating_sub(1)];
    before
        .iter()
        .rposition(|other| other == id)
        .map(|occurrence| occurrence + 1)
}

/// Mean entropy of the rows in bits: 0 for a head that always looks at one token.
pub fn entropy_bits<R: AsRef<[f32]>>(rows: &[R]) -> Option<f32> {
    mean(causal(rows).map(row_entropy_bits))
}

/// `-sum_k a_k log2 a_k` in bits, where `0 log 0` is 0.
pub fn row_entropy_bits(row: &[f32]) -> f32 {
    let terms = row.iter().filter(|weight| **weight > 0.0);
    // Adding 0 turns the -0 of a sharp row into 0.
    0.0 - terms.map(|weight| weight * weight.log2()).sum::<f32>()
}

/// Mean distance looked back, in tokens.
pub fn distance<R: AsRef<[f32]>>(rows: &[R]) -> Option<f32> {
    mean(causal(rows).map(row_distance))
}

/// `sum_k a_k (q - k)` of the row of query `q`, in tokens; its last entry is the query itself.
pub fn row_distance(row: &[f32]) -> f32 {
    let back = row.iter().rev().enumerate();
    back.map(|(distance, weight)| distance as f32 * weight)
        .sum()
}

/// The rows cut after the query itself; a row that is too short ends the list.
fn causal<R: AsRef<[f32]>>(rows: &[R]) -> impl Iterator<Item = &[f32]> {
    rows.iter()
        .enumerate()
        .map_while(|(query, row)| row.as_ref().get(..=query))
}

fn mean(values: impl Iterator<Item = f32>) -> Option<f32> {
    let (sum, count) = values.fold((0.0, 0usize), |(sum, count), value| {
        (sum + f64::from(value), count + 1)
    });
    (count > 0).then(|| (sum / count as f64) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four queries on the ids 5 6 5 6.
    fn rows() -> Vec<Vec<f32>> {
        vec![
            vec![1.0],
            vec![0.25, 0.75],
            vec![0.0, 0.5, 0.5],
            vec![0.25, 0.25, 0.25, 0.25],
        ]
    }

    #[test]
    fn measures_equal_those_computed_by_hand() {
        let character = head_character(&rows(), &[5, 6, 5, 6]);
        // (0.25 + 0.5 + 0.25) / 3
        assert!((character.previous_token - 1.0 / 3.0).abs() < 1e-6);
        // Query 2 looks for position 1, query 3 for position 2: (0.5 + 0.25) / 2
        assert!((character.induction - 0.375).abs() < 1e-6);
        // 0, 0.811278, 1, 2 bits
        assert!((character.entropy - 3.811_278 / 4.0).abs() < 1e-6);
        // 0, 0.25, 0.5, 1.5 tokens
        assert!((character.distance - 2.25 / 4.0).abs() < 1e-6);
    }

    #[test]
    fn the_zeros_of_a_square_matrix_change_nothing() {
        let square: Vec<Vec<f32>> = rows()
            .into_iter()
            .map(|mut row| {
                row.resize(4, 0.0);
                row
            })
            .collect();
        let ids = [5, 6, 5, 6];
        assert_eq!(head_character(&square, &ids), head_character(&rows(), &ids));
    }

    #[test]
    fn what_cannot_be_measured_is_absent() {
        let one = [vec![1.0f32]];
        assert_eq!(previous_token(&one), None);
        assert_eq!(induction(&rows(), &[1, 2, 3, 4]), None);
        assert_eq!(entropy_bits::<Vec<f32>>(&[]), None);
        assert_eq!(head_character(&one, &[1]), HeadCharacter::default());
    }

    #[test]
    fn the_last_of_several_occurrences_counts() {
        assert_eq!(induction_key(&[1, 2, 1, 3, 1], 4), Some(3));
        assert_eq!(induction_key(&[1, 1, 1], 2), Some(1));
        assert_eq!(induction_key(&[1, 2], 0), None);
        assert_eq!(induction_key(&[1, 2], 9), None);
    }
}

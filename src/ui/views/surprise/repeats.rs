//! Which parts of a text were there before.

use crate::protocol::TokenInfo;

/// So many tokens in a row count as said again, as in the usual setting of n-gram blocking.
const LENGTH: usize = 3;

/// For each token whether it is part of a run of [`LENGTH`] tokens that was there before.
///
/// Source: Paulus, Xiong, Socher 2018, "A Deep Reinforced Model for Abstractive Summarization"
/// (trigrams are not to be repeated).
pub fn repeated(tokens: &[TokenInfo]) -> Vec<bool> {
    let ids: Vec<u32> = tokens.iter().map(|token| token.id).collect();
    let mut seen = std::collections::HashSet::new();
    let mut repeated = vec![false; ids.len()];
    for (start, run) in ids.windows(LENGTH).enumerate() {
        if !seen.insert(run) {
            repeated[start..start + LENGTH].fill(true);
        }
    }
    repeated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_counts_from_its_second_time() {
        let token = |id: &u32| TokenInfo {
            id: *id,
            bytes: Vec::new(),
            start: 0,
            end: 0,
        };
        let said = |ids: &[u32]| {
            let tokens: Vec<TokenInfo> = ids.iter().map(token).collect();
            let marks = repeated(&tokens).into_iter().map(u8::from);
            marks.collect::<Vec<u8>>()
        };
        assert_eq!(said(&[1, 2, 3, 9, 1, 2, 3]), [0, 0, 0, 0, 1, 1, 1]);
        assert_eq!(said(&[1, 2, 9, 1, 2]), [0; 5]);
        assert_eq!(said(&[4, 4, 4, 4]), [0, 1, 1, 1]);
        assert_eq!(said(&[1]), [0]);
    }
}

//! From tokens to words: which tokens belong together, and a pattern between words.

use std::ops::Range;

/// The tokens of each word, in order and without gaps.
///
/// A token goes on with the word before it if one ends and the other begins with a letter or
/// digit, so that a space, a mark or a special token begins a new one. A Korean word is what stands
/// between spaces, particles included.
///
/// ```
/// use llm_atlas::attention_measures::word_ranges;
/// assert_eq!(word_ranges(&["Mi", "na", " ga", "ve", "."]), [0..2, 2..4, 4..5]);
/// ```
///
/// # Shapes
/// `tokens`: the bytes of each token.
pub fn word_ranges<B: AsRef<[u8]>>(tokens: &[B]) -> Vec<Range<usize>> {
    // A byte that is not ASCII is part of a letter, even when a token cuts the letter in two.
    let is_letter =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut ends_in_letter = false;
    for (index, token) in tokens.iter().enumerate() {
        let bytes = token.as_ref();
        match words.last_mut() {
            Some(word) if ends_in_letter && is_letter(bytes.first()) => word.end = index + 1,
            _ => words.push(index..index + 1),
        }
        ends_in_letter = is_letter(bytes.last());
    }
    words
}

/// A pattern between words: attention to a word is the sum over its tokens, attention from a word
/// the mean over its tokens, so that rows go on summing to 1.
///
/// Source: Clark et al. 2019, "What Does BERT Look At?", section 4.1.
///
/// ```
/// use llm_atlas::attention_measures::merge_words;
/// let rows = [vec![1.0], vec![0.5, 0.5], vec![0.25, 0.25, 0.5]];
/// assert_eq!(merge_words(&rows, &[0..1, 1..3]), [vec![1.0], vec![0.375, 0.625]]);
/// ```
///
/// # Shapes
/// `rows`: `[query, key]`; returns `[query word, key word]`, row `w` with the words `0..=w`.
pub fn merge_words<R: AsRef<[f32]>>(rows: &[R], words: &[Range<usize>]) -> Vec<Vec<f32>> {
    let attention_to = |row: &[f32], word: &Range<usize>| -> f32 {
        let end = word.end.min(row.len());
        row.get(word.start..end).unwrap_or_default().iter().sum()
    };
    let merged_row = |(index, word): (usize, &Range<usize>)| {
        let queries = rows.get(word.clone()).unwrap_or_default();
        let share = 1.0 / queries.len().max(1) as f32;
        words[..=index]
            .iter()
            .map(|key| {
                let sums = queries.iter().map(|row| attention_to(row.as_ref(), key));
                sums.sum::<f32>() * share
            })
            .collect()
    };
    words.iter().enumerate().map(merged_row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_at_spaces_marks_and_special_tokens() {
        let tokens = ["<|endoftext|>", "Jun", " ", "ran", ",", "2", "km"];
        let words = word_ranges(&tokens);
        assert_eq!(words, [0..1, 1..2, 2..3, 3..4, 4..5, 5..7]);
        let korean = ["미나", "가", " 사과", "를"].map(str::as_bytes);
        assert_eq!(word_ranges(&korean), [0..2, 2..4]);
        // A letter cut in two.
        let bytes: [&[u8]; 2] = [&[0xeb, 0xaf], &[0xb8]];
        assert_eq!(word_ranges(&bytes).len(), 1);
        assert!(word_ranges::<&str>(&[]).is_empty());
    }

    #[test]
    fn merged_rows_sum_to_one() {
        let rows = [
            vec![1.0, 0.0, 0.0, 0.0],
            vec![0.5, 0.5, 0.0, 0.0],
            vec![0.25, 0.25, 0.5, 0.0],
            vec![0.125, 0.125, 0.25, 0.5],
        ];
        let merged = merge_words(&rows, &[0..2, 2..4]);
        // Word 0: all on itself. Word 1: mean of 0.5 and 0.25, mean of 0.5 and 0.75.
        assert_eq!(merged, [vec![1.0], vec![0.375, 0.625]]);
        let alone: Vec<_> = (0..4).map(|index| index..index + 1).collect();
        assert_eq!(merge_words(&rows, &alone)[3], rows[3]);
    }
}

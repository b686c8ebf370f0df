//! From cross-attention to a word alignment: which word of the source each word of a translation
//! looks at.
//!
//! Source: Och and Ney 2003 for alignments and their error rate; reading them off attention as in
//! Chen et al. 2020, "Accurate Word Alignment Induction from Neural Machine Translation",
//! <https://arxiv.org/abs/2004.14837>.

use std::ops::Range;

/// The tokens of each word where words stand between spaces; tokens that are only marks at a word's
/// ends belong to no word, because a full stop that looks at a full stop says nothing of the words.
///
/// ```
/// use llm_atlas::attention_measures::spaced_word_ranges;
/// assert_eq!(spaced_word_ranges(&["Mi", "na", " ga", "ve", "."]), [0..2, 2..4]);
/// assert_eq!(spaced_word_ranges(&["Jun", " ", "\"", "ran", "!\""]), [0..1, 3..4]);
/// ```
///
/// # Shapes
/// `tokens`: the bytes of each token.
pub fn spaced_word_ranges<B: AsRef<[u8]>>(tokens: &[B]) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match words.last_mut() {
            Some(word) if token.as_ref().first() != Some(&b' ') => word.end = index + 1,
            _ => words.push(index..index + 1),
        }
    }
    // A byte that is not ASCII is part of a letter, even when a token cuts the letter in two.
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80;
    let has_letter = |index: &usize| tokens[*index].as_ref().iter().any(is_letter);
    let without_marks = |word: Range<usize>| {
        let (first, last) = (
            word.clone().find(has_letter),
            word.clone().rfind(has_letter),
        );
        match (first, last) {
            (Some(first), Some(last)) => first..last + 1,
            _ => word,
        }
    };
    words.into_iter().map(without_marks).collect()
}

/// Attention from the words of one text to the words of another: the sum over the tokens looked
/// at, the mean over the tokens that look.
///
/// ```
/// use llm_atlas::attention_measures::merge_words_across;
/// let rows = [vec![0.5, 0.25, 0.25], vec![0.0, 0.5, 0.5]];
/// assert_eq!(merge_words_across(&rows, &[0..2], &[0..1, 1..3]), [[0.25, 0.75]]);
/// ```
///
/// # Shapes
/// `rows`: `[query, key]`; returns `[query word, key word]`.
pub fn merge_words_across<R: AsRef<[f32]>>(
    rows: &[R],
    query_words: &[Range<usize>],
    key_words: &[Range<usize>],
) -> Vec<Vec<f32>> {
    let between = |queries: &Range<usize>, keys: &Range<usize>| {
        let rows = rows.get(queries.clone()).unwrap_or_default();
        let weights = rows
            .iter()
            .flat_map(|row| row.as_ref().get(keys.clone()).unwrap_or_default());
        weights.sum::<f32>() / rows.len().max(1) as f32
    };
    let row = |queries| {
        key_words
            .iter()
            .map(|keys| between(queries, keys))
            .collect()
    };
    query_words.iter().map(row).collect()
}

/// A link from each word of the translation to the word of the source it looks at most, as
/// `(source word, target word)`.
///
/// ```
/// use llm_atlas::attention_measures::strongest_links;
/// assert_eq!(strongest_links(&[[0.1, 0.7], [0.6, 0.4]]), [(1, 0), (0, 1)]);
/// ```
///
/// # Shapes
/// `rows`: `[target word, source word]`
pub fn strongest_links<R: AsRef<[f32]>>(rows: &[R]) -> Vec<(usize, usize)> {
    let links = rows.iter().enumerate().filter_map(|(target, row)| {
        let weights = row.as_ref().iter().enumerate();
        let (source, _) = weights.max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)))?;
        Some((source, target))
    });
    links.collect()
}

/// What needs no model: each word of the translation linked to the word as far along in the source.
///
/// ```
/// use llm_atlas::attention_measures::diagonal_links;
/// assert_eq!(diagonal_links(2, 4), [(0, 0), (0, 1), (1, 2), (1, 3)]);
/// ```
pub fn diagonal_links(n_source: usize, n_target: usize) -> Vec<(usize, usize)> {
    match n_source {
        0 => Vec::new(),
        _ => (0..n_target)
            .map(|target| ((2 * target + 1) * n_source / (2 * n_target), target))
            .collect(),
    }
}

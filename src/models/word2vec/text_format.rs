//! word2vec's text format: a line with the number of words and of numbers, then a line per word,
//! the most frequent first.
//!
//! Source: `word2vec.c` with `-binary 0`; gensim's `KeyedVectors.load_word2vec_format` reads it.

use std::fmt::Write;

use super::WordVectors;

/// A text that is not in the format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextFormatError {
    /// The first line.
    #[error("the first line is not a number of words and a number of dimensions: `{0}`")]
    Header(String),
    /// A word's line.
    #[error("line {line} is not a word and {expected} numbers")]
    Line {
        /// Its number from 1.
        line: usize,
        /// How many numbers there should be.
        expected: usize,
    },
    /// More or fewer words than the first line says.
    #[error("there are {actual} words; the first line says {expected}")]
    Count {
        /// Words in the text.
        actual: usize,
        /// Words in the first line.
        expected: usize,
    },
}

/// The vectors as text; each number in the fewest digits that read back to the same f32.
pub fn write_text_format(vectors: &WordVectors) -> String {
    let mut text = format!("{} {}\n", vectors.words.len(), vectors.d);
    for (word, row) in vectors.words.iter().zip(vectors.rows.chunks(vectors.d)) {
        text.push_str(word);
        for value in row {
            // Writing to a string cannot fail.
            let _ = write!(text, " {value}");
        }
        text.push('\n');
    }
    text
}

/// Reads vectors from text.
///
/// # Errors
/// If the text is not in the format.
pub fn read_text_format(text: &str) -> Result<WordVectors, TextFormatError> {
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default();
    let (n_words, d) = header
        .split_once(' ')
        .and_then(|(words, d)| Some((words.parse::<usize>().ok()?, d.parse::<usize>().ok()?)))
        .filter(|(_, d)| *d > 0)
        .ok_or_else(|| TextFormatError::Header(header.to_owned()))?;
    let (mut words, mut rows) = (Vec::new(), Vec::new());
    for (number, line) in (2..).zip(lines) {
        let mut parts = line.split(' ');
        let word = parts.next().unwrap_or_default();
        let before = rows.len();
        let mut is_number = true;
        for part in parts {
            match part.parse::<f32>() {
                Ok(value) if value.is_finite() => rows.push(value),
                _ => is_number = false,
            }
        }
        if word.is_empty() || !is_number || rows.len() - before != d {
            return Err(TextFormatError::Line {
                line: number,
                expected: d,
            });
        }
        words.push(word.to_owned());
    }
    match words.len() == n_words {
        true => Ok(WordVectors { words, rows, d }),
        false => Err(TextFormatError::Count {
            actual: words.len(),
            expected: n_words,
        }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    #[test]
    fn the_text_reads_back_to_the_same_vectors() {
        let vectors = WordVectors {
            words: vec!["사과".into(), "apple".into()],
            rows: vec![0.1, -1.5e-7, 3.0, 1.0 / 3.0, 0.0, 1e20],
            d: 3,
        };
        let text = write_text_format(&vectors);
        assert!(text.starts_with("2 3\n사과 0.1 -0.00000015 3\n"), "{text}");
        assert_eq!(read_text_format(&text).unwrap(), vectors);
    }

    #[test]
    fn refuses_what_is_not_in_the_format() {
        let error = |text: &str| read_text_format(text).unwrap_err();
        assert!(matches!(error(""), TextFormatError::Header(_)));
        assert!(matches!(error("2 0\n"), TextFormatError::Header(_)));
        assert!(matches!(
            error("1 2\na 1"),
            TextFormatError::Line { line: 2, .. }
        ));
        assert!(matches!(error("1 2\na 1 x"), TextFormatError::Line { .. }));
        assert!(matches!(error("1 1\na NaN"), TextFormatError::Line { .. }));
        let count = TextFormatError::Count {
            actual: 1,
            expected: 2,
        };
        assert_eq!(error("2 1\na 1"), count);
    }
}

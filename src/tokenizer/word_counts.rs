//! What training looks at: how often each pre-token occurs.

use std::collections::HashMap;

use super::pre_tokens;

/// How often each pre-token occurs in a corpus.
#[derive(Debug, Clone, Default)]
pub struct WordCounts {
    counts: HashMap<String, u64>,
}

impl WordCounts {
    /// Counts the pre-tokens of one text, cut as encoding cuts them.
    pub fn add_text(&mut self, text: &str) {
        for (_, word) in pre_tokens(text) {
            self.add_word(word, 1);
        }
    }

    /// Counts one pre-token `count` times.
    pub fn add_word(&mut self, word: &str, count: u64) {
        if let Some(total) = self.counts.get_mut(word) {
            *total += count;
        } else {
            self.counts.insert(word.to_owned(), count);
        }
    }

    /// Every pre-token with its count, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.counts
            .iter()
            .map(|(word, count)| (word.as_str(), *count))
    }

    /// The number of different pre-tokens.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }
}

impl<'a> FromIterator<&'a str> for WordCounts {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Self {
        let mut counts = Self::default();
        for text in texts {
            counts.add_text(text);
        }
        counts
    }
}

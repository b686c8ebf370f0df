//! Word vectors and what can be asked of them.

/// One vector per word.
#[derive(Clone, Debug, PartialEq)]
pub struct WordVectors {
    /// The words, the most frequent first.
    pub words: Vec<String>,
    /// `[word, d]`, row-major.
    pub rows: Vec<f32>,
    /// Numbers in a vector.
    pub d: usize,
}

impl WordVectors {
    /// The number of a word.
    pub fn number(&self, word: &str) -> Option<usize> {
        self.words.iter().position(|known| known == word)
    }

    /// The vector of word number `word`.
    pub fn row(&self, word: usize) -> &[f32] {
        &self.rows[word * self.d..(word + 1) * self.d]
    }

    /// The same words with every vector of length 1, so that a dot product is a cosine.
    pub fn normalized(&self) -> Self {
        let rows = self.rows.chunks(self.d).flat_map(|row| {
            let length = row.iter().map(|value| value * value).sum::<f32>().sqrt();
            row.iter().map(move |value| value / length.max(1e-12))
        });
        WordVectors {
            words: self.words.clone(),
            rows: rows.collect(),
            d: self.d,
        }
    }

    /// The `count` words whose vectors point most nearly where `query` points, best first, without
    /// those in `but`. Right only for [normalized](Self::normalized) vectors.
    pub fn nearest(&self, query: &[f32], count: usize, but: &[usize]) -> Vec<usize> {
        let score = |word: &usize| -> f32 {
            let row = self.row(*word);
            row.iter().zip(query).map(|(a, b)| a * b).sum()
        };
        let mut scored: Vec<(f32, usize)> = (0..self.words.len())
            .filter(|word| !but.contains(word))
            .map(|word| (score(&word), word))
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        scored
            .into_iter()
            .take(count)
            .map(|(_, word)| word)
            .collect()
    }

    /// The word that is to `c` what `b` is to `a`: nearest to `b - a + c`, itself none of the three
    /// (3CosAdd). Right only for [normalized](Self::normalized) vectors.
    ///
    /// Source: Mikolov, Yih and Zweig 2013, <https://aclanthology.org/N13-1090>.
    pub fn analogy(&self, a: usize, b: usize, c: usize) -> Option<usize> {
        let query: Vec<f32> = (0..self.d)
            .map(|at| self.row(b)[at] - self.row(a)[at] + self.row(c)[at])
            .collect();
        self.nearest(&query, 1, &[a, b, c]).pop()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_analogy_completes_the_parallelogram() {
        let vectors = WordVectors {
            words: ["king", "man", "queen", "woman", "tree"]
                .map(String::from)
                .into(),
            rows: vec![1.0, 1.0, 0.0, 1.0, 1.0, -1.0, 0.0, -1.0, 0.3, 0.05],
            d: 2,
        };
        let unit = vectors.normalized();
        assert_eq!(unit.analogy(1, 0, 3), Some(2));
        assert_eq!(unit.nearest(unit.row(0), 2, &[0])[0], 4);
        assert_eq!(vectors.number("woman"), Some(3));
    }
}

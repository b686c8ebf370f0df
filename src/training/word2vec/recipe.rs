//! What word2vec reads and how it learns.

use serde::{Deserialize, Serialize};

use super::sgd::Settings;

/// A training of word vectors as data. The same recipe gives the same vectors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Word2VecRecipe {
    /// Name of the model, and of its folder.
    pub name: String,
    /// Which model: `word2vec`.
    pub model: Word2VecKind,
    /// Stories per language.
    pub stories: u64,
    /// Sentences in both languages.
    pub parallel: u64,
    /// Patterns per language.
    pub patterns: u64,
    /// Sums per language.
    pub sums: u64,
    /// How often each fact of the almanac that training may see is read.
    pub facts: u64,
    /// How often each entry of the glossary is read.
    pub glossary: u64,
    /// Words that occur less often have no vector.
    pub min_count: u64,
    /// How skip-gram learns.
    pub settings: Settings,
    /// What CBOW does otherwise: its learning rate at the beginning.
    pub cbow_learning_rate: f32,
}

/// The name by which a recipe says that it is one of word2vec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Word2VecKind {
    /// `word2vec`
    pub kind: String,
}

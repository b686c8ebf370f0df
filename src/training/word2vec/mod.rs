//! Training word vectors: word2vec's skip-gram and CBOW on the village's texts.
//!
//! | file | is |
//! |---|---|
//! | `recipe` | a training as data |
//! | `sentences` | the texts as words, both languages in one space |
//! | `sgd` | the two models, one step after the other |
//! | `run` | from a recipe to a model folder |

mod recipe;
mod run;
mod sentences;
mod sgd;

pub use recipe::{Word2VecKind, Word2VecRecipe};
pub use run::{EpochReport, train_word2vec};
pub use sentences::Sentences;
pub use sgd::{Algorithm, Settings};

//! From a recipe to a folder of word vectors.

use std::fs;
use std::path::Path;

use super::{Algorithm, Sentences, Settings, Word2VecRecipe, sgd};
use crate::checkpoint::{NamedTensors, Precision, write_safetensors};
use crate::models::word2vec::{Word2VecConfig, WordVectors, write_text_format};
use crate::training::checkpoints::write_whole;
use crate::training::{Lock, TrainingError};

/// What is told after each pass over the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EpochReport {
    /// Which of the two is learning.
    pub algorithm: Algorithm,
    /// Passes done.
    pub epoch: usize,
    /// Mean loss of the pass, nats per prediction.
    pub loss: f64,
    /// Words in one pass.
    pub words: usize,
}

/// Learns skip-gram and CBOW vectors and writes the folder:
///
/// | file | is |
/// |---|---|
/// | `vectors.txt` | skip-gram in word2vec's text format |
/// | `model.safetensors` | `skip_gram` and `cbow` `[word, vector_size]`, f16 |
/// | `vocab.txt` | a line per word, in the order of the rows: the word, a space, how often it occurs |
/// | `config.json` | `model_type` `word2vec`, sizes |
///
/// # Errors
/// If another training holds the folder or it cannot be written.
pub fn train_word2vec(
    recipe: &Word2VecRecipe,
    out: &Path,
    mut on_epoch: impl FnMut(EpochReport),
) -> Result<(), TrainingError> {
    fs::create_dir_all(out).map_err(TrainingError::at(out))?;
    let _lock = Lock::take(out)?;
    let read = Sentences::new(recipe);
    let (n_words, d) = (read.words.len(), recipe.settings.vector_size);
    let corpus_words = read.sentences.iter().map(Vec::len).sum();

    let mut tensors = NamedTensors::default();
    let cbow_settings = Settings {
        learning_rate: recipe.cbow_learning_rate,
        ..recipe.settings.clone()
    };
    for (algorithm, name, settings) in [
        (Algorithm::SkipGram, "skip_gram", &recipe.settings),
        (Algorithm::Cbow, "cbow", &cbow_settings),
    ] {
        let on_epoch = |epoch, loss| {
            on_epoch(EpochReport {
                algorithm,
                epoch,
                loss,
                words: corpus_words,
            });
        };
        let rows = sgd::train(&read.sentences, &read.counts, algorithm, settings, on_epoch);
        if algorithm == Algorithm::SkipGram {
            let vectors = WordVectors {
                words: read.words.clone(),
                rows: rows.clone(),
                d,
            };
            let text = write_text_format(&vectors);
            write_whole(&out.join("vectors.txt"), text.as_bytes())?;
        }
        tensors.insert(name, [n_words, d], rows);
    }

    let vocabulary: String = read
        .words
        .iter()
        .zip(&read.counts)
        .map(|(word, count)| format!("{word} {count}\n"))
        .collect();
    write_whole(&out.join("vocab.txt"), vocabulary.as_bytes())?;
    let config = Word2VecConfig {
        model_type: "word2vec".into(),
        vocab_size: n_words,
        vector_size: d,
        window: recipe.settings.window,
        negative: recipe.settings.negative,
        epochs: recipe.settings.epochs,
        corpus_words,
    };
    let json = serde_json::to_string_pretty(&config).map_err(|error| TrainingError::Recipe {
        path: out.join("config.json"),
        detail: error.to_string(),
    })?;
    write_whole(&out.join("config.json"), json.as_bytes())?;
    let weights = write_safetensors(&tensors, Precision::F16)?;
    write_whole(&out.join("model.safetensors"), &weights)
}

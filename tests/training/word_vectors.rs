//! Word vectors, learned in one go.

use std::fs;

use llm_atlas::models::word2vec::read_text_format;
use llm_atlas::training::word2vec::{Settings, Word2VecKind, Word2VecRecipe, train_word2vec};

use super::tiny::{assert_same_file, folder};

/// Two runs, one folder each: the same vectors, and a folder that can be read without burn.
#[test]
fn word_vectors_are_the_same_from_the_same_recipe() {
    let recipe = Word2VecRecipe {
        name: "tiny-word2vec".into(),
        model: Word2VecKind {
            kind: "word2vec".into(),
        },
        stories: 40,
        parallel: 200,
        patterns: 20,
        sums: 20,
        facts: 2,
        glossary: 2,
        min_count: 3,
        settings: Settings {
            seed: 1,
            vector_size: 16,
            window: 5,
            negative: 5,
            sample: 0.001,
            epochs: 2,
            learning_rate: 0.05,
            final_learning_rate: 0.0001,
        },
        cbow_learning_rate: 0.05,
    };
    let (one, two) = (folder("vectors-one"), folder("vectors-two"));
    let mut losses = Vec::new();
    train_word2vec(&recipe, &one, |report| losses.push(report.loss)).unwrap();
    train_word2vec(&recipe, &two, |_| {}).unwrap();
    assert!(losses.len() == 4 && losses[1] < losses[0], "{losses:?}");
    for name in [
        "vectors.txt",
        "model.safetensors",
        "vocab.txt",
        "config.json",
    ] {
        assert_same_file(&one, &two, name);
    }
    let text = fs::read_to_string(one.join("vectors.txt")).unwrap();
    let vectors = read_text_format(&text).unwrap();
    assert_eq!(vectors.d, 16);
    assert!(vectors.number("mina").is_some() && vectors.number("미나").is_some());
    for out in [one, two] {
        fs::remove_dir_all(out).unwrap();
    }
}

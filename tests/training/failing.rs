//! What stops a training, and what is kept.

use std::collections::BTreeMap;
use std::fs;

use llm_atlas::training::{Lock, OptimizerKind, TrainingError};

use super::tiny::{checkpoints, folder, recipe, train};

#[test]
fn a_loss_that_is_no_number_stops_the_training_and_keeps_the_last_good_checkpoint() {
    let out = folder("not-finite");
    let mut recipe = recipe(OptimizerKind::AdamW);
    recipe.checkpoint_every = 1;
    train(&recipe, &out, false, Some(30)).unwrap();
    recipe.learning_rate = 1e39;
    recipe.final_learning_rate = 1e39;
    let error = train(&recipe, &out, true, None).unwrap_err();
    let sentence = error.to_string();
    assert!(
        matches!(
            error,
            TrainingError::NotFinite { .. } | TrainingError::WeightsNotFinite { .. }
        ),
        "{sentence}"
    );
    assert!(sentence.contains("lower the learning rate"), "{sentence}");
    // What is kept can be gone on with.
    recipe.learning_rate = 0.001;
    recipe.final_learning_rate = 0.001;
    let reports = train(&recipe, &out, true, None).unwrap();
    assert!(reports.last().unwrap().loss.is_finite());
    fs::remove_dir_all(out).unwrap();
}

/// The program itself, in a shell that forbids files of more than 16 KiB: what a full disk does.
#[cfg(unix)]
#[test]
fn a_full_disk_is_one_sentence_and_the_last_good_checkpoint_is_kept() {
    let out = folder("full-disk");
    let mut recipe = recipe(OptimizerKind::AdamW);
    recipe.film_steps = 0;
    train(&recipe, &out, false, Some(30)).unwrap();
    let before = checkpoints(&out);
    let json = out.join("recipe.json");
    fs::write(&json, serde_json::to_string(&recipe).unwrap()).unwrap();
    let atlas = |limit: &str| {
        let command = format!(
            "trap '' XFSZ; {limit} exec '{}' train --recipe '{}' --out '{}' --resume",
            env!("CARGO_BIN_EXE_atlas"),
            json.display(),
            out.display()
        );
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &command]).output().unwrap()
    };
    let failed = atlas("ulimit -f 32;");
    let said = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert!(!failed.status.success());
    assert!(said.contains("there is no room for"), "{said}");
    assert!(said.contains("--resume"), "{said}");
    assert_eq!(checkpoints(&out)[..2], before[..2]);

    // With room again it goes on.
    assert!(atlas("").status.success());
    assert!(out.join("model.safetensors").exists());
    fs::remove_dir_all(out).unwrap();
}

#[test]
fn a_second_trainer_is_kept_out() {
    let out = folder("locked");
    fs::create_dir_all(&out).unwrap();
    let held = Lock::take(&out).unwrap();
    let recipe = recipe(OptimizerKind::AdamW);
    let refused = train(&recipe, &out, false, Some(1));
    assert!(matches!(refused, Err(TrainingError::Locked { .. })));
    drop(held);
    train(&recipe, &out, false, Some(1)).unwrap();
    fs::remove_dir_all(out).unwrap();
}

#[test]
fn a_recipe_that_reads_what_there_is_not_is_refused() {
    let out = folder("slices");
    let mut recipe = recipe(OptimizerKind::AdamW);
    recipe.slices = BTreeMap::from([("weather".to_owned(), 1.0)]);
    let refused = train(&recipe, &out, false, None).unwrap_err().to_string();
    assert!(refused.contains("weather"), "{refused}");
    fs::remove_dir_all(out).unwrap();
}

//! Training: the same recipe gives the same run, also when it was killed in between.

#![cfg(feature = "program")]
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use llm_atlas::engine::{LoadedModel, ModelFiles};
use llm_atlas::training::{ModelShape, OptimizerKind, Recipe, Report, TrainingError, run};

fn recipe() -> Recipe {
    Recipe {
        name: "tiny".into(),
        seed: 3,
        model: ModelShape {
            n_layer: 1,
            n_head: 2,
            n_embd: 16,
            n_positions: 64,
        },
        vocab_size: 400,
        tokenizer_stories: 20,
        batch_size: 4,
        seq_len: 64,
        steps: 60,
        warmup_steps: 5,
        learning_rate: 0.01,
        final_learning_rate: 0.001,
        optimizer: OptimizerKind::Muon,
        weight_decay: 0.01,
        beta_2: 0.98,
        gradient_norm: 1.0,
        validate_every: 30,
        validation_batches: 2,
        checkpoint_every: 20,
    }
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("llm-atlas-{}-{name}", std::process::id()));
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    folder
}

fn train(
    out: &Path,
    is_resumed: bool,
    stop_after: Option<usize>,
) -> Result<Vec<Report>, TrainingError> {
    let mut reports = Vec::new();
    let left = Cell::new(stop_after.unwrap_or(usize::MAX));
    let keep_going = || {
        left.set(left.get() - 1);
        left.get() > 0
    };
    run(
        &recipe(),
        out,
        is_resumed,
        &Device::flex(),
        &|| 0.0,
        |report| reports.push(report.clone()),
        keep_going,
    )?;
    Ok(reports)
}

#[test]
fn a_resumed_training_equals_an_uninterrupted_one() {
    let (whole, parts) = (folder("whole"), folder("parts"));
    let reports = train(&whole, false, None).unwrap();
    assert!(reports.last().unwrap().loss < reports[0].loss, "it learns");

    train(&parts, false, Some(33)).unwrap();
    assert!(!parts.join("model.safetensors").exists());
    let again = train(&parts, false, None);
    assert!(matches!(again, Err(TrainingError::FolderInUse(_))));
    train(&parts, true, None).unwrap();
    assert_eq!(
        fs::read(whole.join("model.safetensors")).unwrap(),
        fs::read(parts.join("model.safetensors")).unwrap()
    );

    // What it leaves is a model folder like any other.
    let files = ModelFiles {
        name: "tiny".into(),
        config_json: fs::read_to_string(whole.join("config.json")).unwrap(),
        tokenizer_json: Some(fs::read_to_string(whole.join("tokenizer.json")).unwrap()),
        weights: fs::read(whole.join("model.safetensors")).unwrap(),
    };
    assert_eq!(
        LoadedModel::from_files(&files, &Device::flex())
            .unwrap()
            .info
            .n_layers,
        1
    );
    for out in [whole, parts] {
        fs::remove_dir_all(out).unwrap();
    }
}

#[test]
fn a_second_trainer_is_kept_out() {
    let out = folder("locked");
    fs::create_dir_all(&out).unwrap();
    // Process 1 is always alive.
    fs::write(out.join("training.lock"), "1").unwrap();
    let refused = train(&out, false, Some(1));
    if cfg!(target_os = "linux") {
        assert!(matches!(refused, Err(TrainingError::Locked(_))));
    }
    fs::remove_dir_all(out).unwrap();
}

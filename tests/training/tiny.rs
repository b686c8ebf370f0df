//! Trainings of a second, each in a folder of its own.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use llm_atlas::training::{
    ModelKind, ModelShape, OptimizerKind, Order, Recipe, Report, STORIES, TrainingError, run,
};

const MODEL: ModelShape = ModelShape {
    kind: ModelKind::Gpt2,
    n_layer: 1,
    n_head: 2,
    n_embd: 16,
    n_positions: 64,
    n_inner: None,
};

pub fn recipe(optimizer: OptimizerKind) -> Recipe {
    Recipe {
        name: "tiny".into(),
        seed: 3,
        model: MODEL,
        slices: BTreeMap::from([(STORIES.to_owned(), 1.0)]),
        tokenizer: None,
        weights: None,
        first_step: 0,
        self_attention: None,
        vocab_size: 400,
        tokenizer_stories: 20,
        batch_size: 4,
        seq_len: 64,
        steps: 60,
        warmup_steps: 5,
        learning_rate: 0.01,
        final_learning_rate: 0.001,
        decay_steps: None,
        optimizer,
        weight_decay: 0.01,
        beta_2: 0.98,
        gradient_norm: 1.0,
        mask_rate: 0.15,
        determined_mask_rate: 0.5,
        repeat_rate: 0.2,
        validate_every: 30,
        validation_batches: 2,
        checkpoint_every: 20,
        film_steps: 6,
    }
}

pub fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("llm-atlas-{}-{name}", std::process::id()));
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    folder
}

pub fn train(
    recipe: &Recipe,
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
    let order = Order {
        recipe,
        out,
        is_resumed,
        device: &Device::flex(),
        tokenizer: None,
        weights: None,
    };
    let mut on_report = |report: &Report| reports.push(report.clone());
    run(order, &|| 0.0, &mut on_report, &keep_going)?;
    Ok(reports)
}

/// The steps of the checkpoints in a folder.
pub fn checkpoints(out: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("checkpoint-"))
        .collect();
    names.sort();
    names
}

pub fn assert_same_file(whole: &Path, parts: &Path, name: &str) {
    let read = |folder: &Path| fs::read(folder.join(name)).unwrap();
    assert!(read(whole) == read(parts), "{name} differs");
}

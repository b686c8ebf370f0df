//! A training that goes on after it was stopped.

use std::collections::BTreeMap;
use std::fs;

use llm_atlas::training::{ModelKind, OptimizerKind, Report, STORIES, TrainingError};

use super::tiny::{assert_same_file, checkpoints, folder, recipe, train};

#[test]
fn a_resumed_training_equals_an_uninterrupted_one_bit_for_bit() {
    for optimizer in [OptimizerKind::AdamW, OptimizerKind::Muon] {
        let recipe = recipe(optimizer);
        let (whole, parts) = (folder("whole"), folder("parts"));
        let reports = train(&recipe, &whole, false, None).unwrap();
        assert!(reports.last().unwrap().loss < reports[0].loss, "it learns");

        train(&recipe, &parts, false, Some(33)).unwrap();
        assert!(!parts.join("model.safetensors").exists());
        let again = train(&recipe, &parts, false, None);
        assert!(matches!(again, Err(TrainingError::FolderInUse(_))));
        train(&recipe, &parts, true, Some(9)).unwrap();
        train(&recipe, &parts, true, None).unwrap();

        assert_eq!(checkpoints(&whole).last(), checkpoints(&parts).last());
        // Weights in full precision, and the whole state of the optimiser with them.
        assert_same_file(&whole, &parts, "checkpoint-00000060/model.safetensors");
        assert_same_file(&whole, &parts, "model.safetensors");
        assert_same_file(&whole, &parts, "film/index.json");
        for step in [0, 1, 3, 8, 22, 60] {
            assert_same_file(&whole, &parts, &format!("film/step-{step:06}.safetensors"));
        }
        for out in [whole, parts] {
            fs::remove_dir_all(out).unwrap();
        }
    }
}

#[test]
fn metrics_are_lines_of_json_without_repeats() {
    let out = folder("metrics");
    let recipe = recipe(OptimizerKind::AdamW);
    train(&recipe, &out, false, Some(50)).unwrap();
    // As if the process had been killed before the checkpoint at 50.
    fs::remove_dir_all(out.join("checkpoint-00000050")).unwrap();
    train(&recipe, &out, true, None).unwrap();
    let text = fs::read_to_string(out.join("metrics.jsonl")).unwrap();
    let reports: Vec<Report> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let steps: Vec<usize> = reports.iter().map(|report| report.step).collect();
    assert_eq!(steps, [20, 30, 40, 60]);
    assert_eq!(reports[3].tokens, 60 * 4 * 64);
    assert!(reports[3].validation_loss.is_some());
    fs::remove_dir_all(out).unwrap();
}

/// A model of each family learns, and goes on bit for bit after a reload.
#[test]
fn every_family_learns_and_resumes() {
    for (kind, slice) in [
        (ModelKind::Bert, STORIES),
        (ModelKind::T5, "parallel"),
        (ModelKind::Lstm, STORIES),
    ] {
        let mut recipe = recipe(OptimizerKind::Muon);
        recipe.model.kind = kind;
        recipe.slices = BTreeMap::from([(slice.to_owned(), 1.0)]);
        recipe.validate_every = 10;
        let (whole, parts) = (folder("family-whole"), folder("family-parts"));
        let reports = train(&recipe, &whole, false, None).unwrap();
        let losses: Vec<f32> = reports
            .iter()
            .filter_map(|report| report.validation_loss)
            .collect();
        assert!(losses.last() < losses.first(), "{kind:?}: {losses:?}");
        assert!(
            reports.iter().all(|report| report.padding < 0.3),
            "{reports:?}"
        );

        train(&recipe, &parts, false, Some(37)).unwrap();
        train(&recipe, &parts, true, None).unwrap();
        for name in ["checkpoint-00000060/model.safetensors", "film/index.json"] {
            assert_same_file(&whole, &parts, name);
        }
        for out in [whole, parts] {
            fs::remove_dir_all(out).unwrap();
        }
    }
}

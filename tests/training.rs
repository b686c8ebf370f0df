//! Training: the same recipe gives the same run, also when it was killed in between.

#![cfg(feature = "program")]
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use llm_atlas::checkpoint::read_packed;
use llm_atlas::engine::{ModelFiles, Session};
use llm_atlas::models::word2vec::read_text_format;
use llm_atlas::tokenizer::ByteLevelBpe;
use llm_atlas::training::word2vec::{Settings, Word2VecKind, Word2VecRecipe, train_word2vec};
use llm_atlas::training::{
    Lock, ModelKind, ModelShape, OptimizerKind, Order, Recipe, Report, STORIES, TrainingError, run,
};

const MODEL: ModelShape = ModelShape {
    kind: ModelKind::Gpt2,
    n_layer: 1,
    n_head: 2,
    n_embd: 16,
    n_positions: 64,
    n_inner: None,
};

fn recipe(optimizer: OptimizerKind) -> Recipe {
    Recipe {
        name: "tiny".into(),
        seed: 3,
        model: MODEL,
        slices: BTreeMap::from([(STORIES.to_owned(), 1.0)]),
        tokenizer: None,
        weights: None,
        fresh: Vec::new(),
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

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("llm-atlas-{}-{name}", std::process::id()));
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    folder
}

fn train(
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
fn checkpoints(out: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("checkpoint-"))
        .collect();
    names.sort();
    names
}

fn assert_same_file(whole: &Path, parts: &Path, name: &str) {
    let read = |folder: &Path| fs::read(folder.join(name)).unwrap();
    assert!(read(whole) == read(parts), "{name} differs");
}

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
fn what_a_training_leaves_is_a_model_folder_and_a_film() {
    let out = folder("left");
    train(&recipe(OptimizerKind::Muon), &out, false, None).unwrap();
    let text = |name: &str| fs::read_to_string(out.join(name)).unwrap();
    let files = ModelFiles {
        name: "tiny".into(),
        config_json: text("config.json"),
        tokenizer_json: Some(text("tokenizer.json")),
        weights: fs::read(out.join("model.safetensors")).unwrap(),
    };
    let session = Session::from_files(&files, Device::flex()).unwrap();
    assert_eq!(session.info().n_layers, 1);

    let index: serde_json::Value = serde_json::from_str(&text("film/index.json")).unwrap();
    let frames = index["frames"].as_array().unwrap();
    let number = |frame: usize, name: &str| frames[frame][name].as_f64().unwrap();
    assert_eq!(frames.len(), 6);
    assert_eq!(number(5, "step"), 60.0);
    assert!(number(5, "validation_loss") < number(0, "validation_loss"));
    assert!(number(5, "packed_max_difference") < 0.05);
    let last = fs::read(out.join("film").join(frames[5]["file"].as_str().unwrap())).unwrap();
    assert_eq!(last.len() as f64, number(5, "size_bytes"));
    let exported = llm_atlas::checkpoint::read_safetensors(&files.weights).unwrap();
    let packed = read_packed(&last).unwrap();
    assert!(exported.tensors.keys().eq(packed.tensors.keys()));
    fs::remove_dir_all(out).unwrap();
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

/// The program itself: what it begins with is what the other training left, halved in precision.
#[test]
fn a_training_begins_with_the_weights_of_another_model() {
    let (first, second) = (folder("before"), folder("after"));
    let mut recipe = recipe(OptimizerKind::AdamW);
    recipe.film_steps = 2;
    let learned = train(&recipe, &first, false, None).unwrap();
    recipe.weights = Some(first.display().to_string());
    recipe.tokenizer = Some(first.display().to_string());
    let atlas = |recipe: &Recipe| {
        fs::create_dir_all(&second).unwrap();
        let json = second.join("recipe.json");
        fs::write(&json, serde_json::to_string(recipe).unwrap()).unwrap();
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_atlas"));
        program.args(["train", "--recipe"]).arg(&json);
        program.arg("--out").arg(&second).output().unwrap()
    };
    let done = atlas(&recipe);
    assert!(done.status.success(), "{done:?}");
    let index = fs::read_to_string(second.join("film/index.json")).unwrap();
    let index: serde_json::Value = serde_json::from_str(&index).unwrap();
    let begins = index["frames"][0]["validation_loss"].as_f64().unwrap();
    let left = learned.last().unwrap().validation_loss.unwrap();
    assert!((begins - f64::from(left)).abs() < 0.01, "{begins} {left}");

    fs::remove_dir_all(&second).unwrap();
    recipe.model.n_embd = 32;
    let refused = atlas(&recipe);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("wte"), "{said}");
    for out in [first, second] {
        fs::remove_dir_all(out).unwrap();
    }
}

/// A part of another model's weights is drawn anew, so that its tokens look at their like.
#[test]
fn a_training_begins_with_a_part_of_the_weights_fresh() {
    let (first, second) = (folder("whole-model"), folder("part-fresh"));
    let mut recipe = recipe(OptimizerKind::Muon);
    recipe.model.kind = ModelKind::Bert;
    recipe.steps = 2;
    train(&recipe, &first, false, None).unwrap();
    let weights = |folder: &Path| {
        let bytes = fs::read(folder.join("model.safetensors")).unwrap();
        llm_atlas::checkpoint::read_safetensors(&bytes).unwrap()
    };
    let before = weights(&first);
    recipe.fresh = vec!["bert.encoder.layer.0.attention.self.".into()];
    recipe.self_attention = Some(0.1);
    recipe.seed = 4;
    // So that what comes out is what went in.
    recipe.learning_rate = 0.0;
    recipe.final_learning_rate = 0.0;
    let start = |recipe: &Recipe| {
        let order = Order {
            recipe,
            out: &second,
            is_resumed: false,
            device: &Device::flex(),
            tokenizer: None,
            weights: Some(&before),
        };
        run(order, &|| 0.0, &mut |_| {}, &|| true)
    };
    start(&recipe).unwrap();
    let after = weights(&second);
    let part = |name: &str| format!("bert.encoder.layer.0.attention.{name}.weight");
    let values = |name: &str| &after.get(&part(name)).unwrap().values;
    assert_eq!(values("self.query"), values("self.key"));
    for (name, tensor) in &before.tensors {
        let is_fresh = recipe.fresh.iter().any(|part| name.starts_with(part));
        assert_eq!(tensor != after.get(name).unwrap(), is_fresh, "{name}");
    }

    fs::remove_dir_all(&second).unwrap();
    recipe.fresh = vec!["bert.encoder.layer.7.".into()];
    let refused = start(&recipe).unwrap_err().to_string();
    assert!(refused.contains("layer.7"), "{refused}");
    recipe.model.kind = ModelKind::Gpt2;
    let refused = start(&recipe).unwrap_err().to_string();
    assert!(refused.contains("self_attention"), "{refused}");
    for out in [first, second] {
        fs::remove_dir_all(out).unwrap();
    }
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

#[test]
fn a_tokenizer_is_taken_over_and_special_tokens_are_added() {
    let (first, second) = (folder("first"), folder("second"));
    let mut recipe = recipe(OptimizerKind::AdamW);
    recipe.steps = 2;
    train(&recipe, &first, false, None).unwrap();
    let read = |folder: &Path| {
        let json = fs::read_to_string(folder.join("tokenizer.json")).unwrap();
        ByteLevelBpe::from_json(&json).unwrap()
    };
    let tokenizer = read(&first);
    recipe.model.kind = ModelKind::Bert;
    let order = Order {
        recipe: &recipe,
        out: &second,
        is_resumed: false,
        device: &Device::flex(),
        tokenizer: Some(&tokenizer),
        weights: None,
    };
    run(order, &|| 0.0, &mut |_| {}, &|| true).unwrap();
    let text = "Mina gave the apple to Jun. 미나가 준에게 사과를 주었다.";
    assert_eq!(read(&second).encode_ids(text), tokenizer.encode_ids(text));
    assert_eq!(read(&second).vocab_size(), tokenizer.vocab_size() + 4);
    for out in [first, second] {
        fs::remove_dir_all(out).unwrap();
    }
}

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

#[test]
fn the_recipes_of_the_repository_can_be_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recipes");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let is_word2vec = text.contains("word2vec");
        let read = match is_word2vec {
            true => serde_json::from_str::<Word2VecRecipe>(&text).map(|_| ()),
            false => serde_json::from_str::<Recipe>(&text).map(|_| ()),
        };
        assert!(read.is_ok(), "{}: {read:?}", path.display());
    }
}

//! What a training takes over from another model.

use std::fs;
use std::path::Path;

use burn::tensor::Device;
use llm_atlas::checkpoint::read_safetensors;
use llm_atlas::tokenizer::ByteLevelBpe;
use llm_atlas::training::{ModelKind, OptimizerKind, Order, Recipe, Report, run};

use super::tiny::{folder, recipe, train};

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

/// A training that goes on from the weights of one that is done counts on from its last step: the
/// rate rises anew, the next texts are read, and the film gets the frames that follow.
#[test]
fn a_training_goes_on_where_another_ended() {
    let (first, second) = (folder("done"), folder("on"));
    let mut recipe = recipe(OptimizerKind::Muon);
    recipe.film_steps = 4;
    let before = train(&recipe, &first, false, None).unwrap();
    let film = second.join("film");
    fs::create_dir_all(&film).unwrap();
    for file in fs::read_dir(first.join("film")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), film.join(file.file_name())).unwrap();
    }
    recipe.first_step = recipe.steps;
    recipe.steps = 120;
    recipe.checkpoint_every = 30;
    let missing = train(&recipe, &second, false, None)
        .unwrap_err()
        .to_string();
    assert!(missing.contains("`weights`"), "{missing}");

    let bytes = fs::read(first.join("model.safetensors")).unwrap();
    let weights = read_safetensors(&bytes).unwrap();
    let json = fs::read_to_string(first.join("tokenizer.json")).unwrap();
    let tokenizer = ByteLevelBpe::from_json(&json).unwrap();
    let mut after = Vec::new();
    // In two parts, as if it had been stopped.
    for (is_resumed, stops) in [(false, true), (true, false)] {
        let order = Order {
            recipe: &recipe,
            out: &second,
            is_resumed,
            device: &Device::flex(),
            tokenizer: Some(&tokenizer),
            weights: Some(&weights),
        };
        let last = std::cell::Cell::new(recipe.first_step);
        let keep_going = || {
            last.set(last.get() + 1);
            !stops || last.get() < 80
        };
        let mut on_report = |report: &Report| after.push(report.clone());
        run(order, &|| 0.0, &mut on_report, &keep_going).unwrap();
    }
    let steps: Vec<usize> = after.iter().map(|report| report.step).collect();
    assert_eq!(steps, [80, 90, 100, 120]);
    let per_step = recipe.batch_size * recipe.seq_len;
    assert!(
        after
            .iter()
            .all(|report| report.tokens == report.step * per_step)
    );
    let loss = |report: &Report| report.validation_loss.unwrap();
    let (left, reached) = (loss(before.last().unwrap()), loss(after.last().unwrap()));
    assert!(reached < left, "{reached} after {left}");

    let index = fs::read_to_string(film.join("index.json")).unwrap();
    let index: serde_json::Value = serde_json::from_str(&index).unwrap();
    let frames = index["frames"].as_array().unwrap();
    let frames: Vec<u64> = frames
        .iter()
        .map(|frame| frame["step"].as_u64().unwrap())
        .collect();
    assert_eq!(frames, [0, 1, 8, 60, 120]);
    for out in [first, second] {
        fs::remove_dir_all(out).unwrap();
    }
}

/// Queries and keys that begin alike: tokens look at their like.
#[test]
fn a_training_begins_with_tokens_that_look_at_their_like() {
    let (first, second) = (folder("apart"), folder("alike"));
    let mut recipe = recipe(OptimizerKind::Muon);
    recipe.model.kind = ModelKind::Bert;
    recipe.steps = 1;
    // So that what comes out is what went in.
    recipe.learning_rate = 0.0;
    recipe.final_learning_rate = 0.0;
    let [query, key] = ["query", "key"].map(|part| {
        move |folder: &Path| {
            let bytes = fs::read(folder.join("model.safetensors")).unwrap();
            let name = format!("bert.encoder.layer.0.attention.self.{part}.weight");
            read_safetensors(&bytes)
                .unwrap()
                .get(&name)
                .unwrap()
                .values
                .clone()
        }
    });
    train(&recipe, &first, false, None).unwrap();
    assert_ne!(query(&first), key(&first));
    recipe.self_attention = Some(0.1);
    train(&recipe, &second, false, None).unwrap();
    assert_eq!(query(&second), key(&second));
    let squares = query(&second).iter().map(|x| x * x).sum::<f32>();
    let deviation = (squares / query(&second).len() as f32).sqrt();
    assert!((deviation - 0.1).abs() < 0.02, "{deviation}");

    recipe.model.kind = ModelKind::Gpt2;
    let refused = train(&recipe, &first, true, None).unwrap_err().to_string();
    assert!(refused.contains("self_attention"), "{refused}");
    for out in [first, second] {
        fs::remove_dir_all(out).unwrap();
    }
}

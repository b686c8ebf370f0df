//! What a training takes over from another model.

use std::fs;
use std::path::Path;

use burn::tensor::Device;
use llm_atlas::checkpoint::read_safetensors;
use llm_atlas::tokenizer::ByteLevelBpe;
use llm_atlas::training::{ModelKind, OptimizerKind, Order, Recipe, run};

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

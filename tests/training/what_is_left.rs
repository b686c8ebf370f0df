//! What a training leaves when it is done.

use std::fs;

use burn::tensor::Device;
use llm_atlas::checkpoint::read_packed;
use llm_atlas::engine::{ModelFiles, Session};
use llm_atlas::training::OptimizerKind;

use super::tiny::{folder, recipe, train};

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

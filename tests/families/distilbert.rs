//! DistilBERT, with and without head.

use std::fs;

use burn::tensor::Device;
use llm_atlas::checkpoint::open_folder;
use llm_atlas::models::{Bert, encoder_config};
use llm_atlas::nn::Recorder;
use llm_atlas::protocol::TraceSpec;

use super::compare::{assert_equal, folder, matrix, metadata, recorded, tensors};

const CASES: [&str; 2] = ["distilbert-head", "distilbert-headless"];

fn open(name: &str, device: &Device) -> Bert {
    let json = fs::read_to_string(folder(name).join("config.json")).unwrap();
    let weights = open_folder(&folder(name)).unwrap();
    Bert::from_weights(&encoder_config(&json).unwrap(), weights.as_ref(), device).unwrap()
}

#[test]
fn every_activation_equals_pytorch() {
    let device = Device::flex();
    for name in CASES {
        let model = open(name, &device);
        let expected = tensors(&folder(name).join("expected.safetensors"));
        let mut recorder = Recorder::new(TraceSpec::all(model.blocks.len()));
        let ids = matrix(&metadata::<Vec<Vec<i32>>>(&expected, "ids"), &device);
        let logits = model.forward(ids.into(), &mut recorder);
        assert_eq!(logits.is_none(), name.contains("headless"));
        assert_equal(&recorded(recorder), &expected, name);
    }
}

#[test]
fn weights_survive_the_way_through_the_layers() {
    let device = Device::flex();
    for name in CASES {
        let file = tensors(&folder(name).join("model.safetensors"));
        let written = open(name, &device).to_weights();
        assert_eq!(written.tensors, file.tensors, "{name}");
    }
}

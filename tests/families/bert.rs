//! BERT.

use std::fs;

use burn::tensor::{Bool, Device, Tensor, TensorData};
use llm_atlas::checkpoint::NamedTensors;
use llm_atlas::models::Bert;
use llm_atlas::models::bert::{BertConfig, BertInput, MaskedBatch, masked_loss};
use llm_atlas::nn::Recorder;
use llm_atlas::protocol::TraceSpec;

use super::compare::{after_step, assert_equal, folder, matrix, metadata, recorded, tensors};

const CASES: [&str; 4] = [
    "bert-head",
    "bert-untied-gelu-new",
    "bert-headless",
    "bert-headless-prefix",
];

fn open(name: &str, device: &Device) -> Bert {
    let folder = folder(name);
    let json = fs::read_to_string(folder.join("config.json")).unwrap();
    let config = BertConfig::from_json(&json).unwrap();
    let weights = tensors(&folder.join("model.safetensors"));
    Bert::from_weights(&config, &weights, device).unwrap()
}

fn input(file: &NamedTensors, device: &Device) -> BertInput {
    let attention: Vec<Vec<i32>> = metadata(file, "attention_mask");
    let padding: Vec<bool> = attention.concat().iter().map(|seen| *seen == 0).collect();
    let shape = [attention.len(), attention[0].len()];
    BertInput {
        ids: matrix(&metadata::<Vec<Vec<i32>>>(file, "ids"), device),
        token_types: Some(matrix(
            &metadata::<Vec<Vec<i32>>>(file, "token_types"),
            device,
        )),
        padding: Some(Tensor::<2, Bool>::from_data(
            TensorData::new(padding, shape),
            device,
        )),
    }
}

#[test]
fn every_activation_equals_pytorch() {
    let device = Device::flex();
    for name in CASES {
        let model = open(name, &device);
        for file in ["expected", "single"] {
            let expected = tensors(&folder(name).join(format!("{file}.safetensors")));
            let mut recorder = Recorder::new(TraceSpec::all(model.blocks.len()));
            let logits = model.forward(input(&expected, &device), &mut recorder);
            assert_eq!(logits.is_none(), name.contains("headless"));
            let ours = recorded(recorder);
            assert_equal(&ours, &expected, &format!("{name}/{file}"));
            assert_eq!(ours.tensors.contains_key("logits"), logits.is_some());
        }
    }
}

#[test]
fn one_step_equals_pytorch() {
    let device = Device::flex().autodiff();
    for name in ["bert-head", "bert-untied-gelu-new"] {
        let mut expected = tensors(&folder(name).join("after_step.safetensors"));
        if expected.get("cls.predictions.decoder.bias").is_some() {
            // transformers keeps a second bias beside the one it uses.
            expected.tensors.remove("cls.predictions.bias");
        }
        let given = tensors(&folder(name).join("expected.safetensors"));
        let attention: Vec<Vec<usize>> = metadata(&given, "attention_mask");
        let batch = MaskedBatch {
            inputs: metadata::<Vec<Vec<i32>>>(&given, "ids").concat(),
            labels: metadata::<Vec<Vec<i32>>>(&given, "labels").concat(),
            lengths: attention.iter().map(|row| row.iter().sum()).collect(),
            seq_len: attention[0].len(),
        };
        let model = open(name, &device);
        let loss = masked_loss(&model, &batch, &device).unwrap();
        let theirs: f32 = metadata(&expected, "loss");
        assert!((loss.clone().into_scalar::<f32>() - theirs).abs() < 1e-4);
        let stepped = after_step(model, &loss, metadata(&expected, "learning_rate"));
        assert_equal(&stepped.to_weights(), &expected, name);
    }
}

#[test]
fn weights_survive_the_way_through_the_layers() {
    let device = Device::flex();
    for name in CASES {
        let file = tensors(&folder(name).join("model.safetensors"));
        let written = open(name, &device).to_weights();
        for (name, tensor) in &written.tensors {
            let original = file.get(name).or_else(|| file.get(&format!("bert.{name}")));
            // Two names of one bias, of which the file may keep another value nobody uses.
            if name != "cls.predictions.bias"
                || !written.tensors.contains_key("cls.predictions.decoder.bias")
            {
                assert_eq!(Some(tensor), original, "{name}");
            }
        }
    }
}

#[test]
fn a_batch_without_labels_has_no_loss() {
    let device = Device::flex();
    let batch = MaskedBatch {
        inputs: vec![1, 2, 3],
        labels: vec![llm_atlas::models::bert::IGNORED; 3],
        lengths: vec![3],
        seq_len: 3,
    };
    assert!(masked_loss(&open("bert-head", &device), &batch, &device).is_none());
}

//! LSTM.

use std::fs;

use burn::tensor::Device;
use llm_atlas::checkpoint::NamedTensors;
use llm_atlas::models::Lstm;
use llm_atlas::models::lstm::{LstmConfig, LstmState, next_token_loss};
use llm_atlas::nn::Recorder;
use llm_atlas::protocol::{Activation, TraceSpec};

use super::compare::{after_step, assert_equal, folder, matrix, metadata, recorded, tensors};

const CASES: [&str; 3] = ["lstm-tied", "lstm-untied", "lstm-projected"];

fn open(name: &str, device: &Device) -> Lstm {
    let folder = folder(name);
    let json = fs::read_to_string(folder.join("config.json")).unwrap();
    let config = LstmConfig::from_json(&json).unwrap();
    let weights = tensors(&folder.join("model.safetensors"));
    Lstm::from_weights(&config, &weights, device).unwrap()
}

fn recorder(model: &Lstm) -> Recorder {
    let all = Activation::all_of_recurrent(model.blocks.len());
    Recorder::new(all.into_iter().collect::<TraceSpec>())
}

fn ids(file: &NamedTensors) -> Vec<Vec<i32>> {
    metadata(file, "ids")
}

#[test]
fn every_activation_equals_pytorch() {
    let device = Device::flex();
    for name in CASES {
        let model = open(name, &device);
        for file in ["expected", "single"] {
            let expected = tensors(&folder(name).join(format!("{file}.safetensors")));
            let mut recorder = recorder(&model);
            model.forward(matrix(&ids(&expected), &device), None, &mut recorder);
            let ours = recorded(recorder);
            assert_equal(&ours, &expected, &format!("{name}/{file}"));
            assert_eq!(ours.tensors.len(), 2 + 6 * model.blocks.len());
        }
    }
}

#[test]
fn reading_on_from_a_state_equals_the_full_pass() {
    let device = Device::flex();
    for name in CASES {
        let model = open(name, &device);
        let expected = tensors(&folder(name).join("expected.safetensors"));
        let ids = ids(&expected);
        let part = |from: usize, to: usize| -> Vec<Vec<i32>> {
            ids.iter().map(|row| row[from..to].to_vec()).collect()
        };
        let mut state = LstmState::new(model.blocks.len());
        let read = |state: &mut LstmState, rows: &[Vec<i32>]| {
            let mut recorder = recorder(&model);
            model.forward(matrix(rows, &device), Some(state), &mut recorder);
            recorded(recorder)
        };
        read(&mut state, &part(0, 2));
        read(&mut state, &part(2, 3));
        // A detour that is undone.
        read(&mut state, &[vec![1, 2], vec![3, 4]]);
        assert_eq!(state.len(), 5);
        state.truncate(3);
        let last = read(&mut state, &part(3, ids[0].len()));
        assert_eq!(state.len(), ids[0].len());
        for (activation, tensor) in &expected.tensors {
            let [batch, n_pos, width] = tensor.shape[..] else {
                panic!("three axes");
            };
            let new = last.get(activation).unwrap();
            assert_eq!(new.shape, [batch, n_pos - 3, width]);
            for row in 0..batch {
                let theirs = &tensor.values[(row * n_pos + 3) * width..(row + 1) * n_pos * width];
                let ours = &new.values[row * (n_pos - 3) * width..];
                for (our, their) in ours.iter().zip(theirs) {
                    assert!((our - their).abs() < 1e-4, "{name}: {activation}");
                }
            }
        }
    }
}

#[test]
fn one_step_equals_pytorch() {
    let device = Device::flex().autodiff();
    for name in CASES {
        let mut expected = tensors(&folder(name).join("after_step.safetensors"));
        if let Some(table) = expected.tensors.remove("embedding.weight") {
            expected.tensors.insert("encoder.weight".into(), table);
        }
        let ids = ids(&tensors(&folder(name).join("expected.safetensors")));
        let inputs: Vec<Vec<i32>> = ids
            .iter()
            .map(|row| row[..row.len() - 1].to_vec())
            .collect();
        let targets: Vec<Vec<i32>> = ids.iter().map(|row| row[1..].to_vec()).collect();
        let model = open(name, &device);
        let loss = next_token_loss(&model, matrix(&inputs, &device), matrix(&targets, &device));
        let theirs: f32 = metadata(&expected, "loss");
        assert!((loss.clone().into_scalar::<f32>() - theirs).abs() < 1e-4);
        let stepped = after_step(model, &loss, metadata(&expected, "learning_rate"));
        assert_equal(&stepped.to_weights(), &expected, name);

        // Without autodiff it is the same number.
        let plain = Device::flex();
        let loss = next_token_loss(
            &open(name, &plain),
            matrix(&inputs, &plain),
            matrix(&targets, &plain),
        );
        assert!((loss.into_scalar::<f32>() - theirs).abs() < 1e-4);
    }
}

#[test]
fn weights_survive_the_way_through_the_layers() {
    let device = Device::flex();
    for name in CASES {
        let file = tensors(&folder(name).join("model.safetensors"));
        let written = open(name, &device).to_weights();
        assert_eq!(written.tensors.len(), file.tensors.len());
        for (name, tensor) in &written.tensors {
            let original = file.get(name).or_else(|| file.get("embedding.weight"));
            assert_eq!(Some(tensor), original, "{name}");
        }
    }
}

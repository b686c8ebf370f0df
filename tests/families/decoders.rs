//! Llama and GPT-NeoX: every activation, and reading token by token. Their weights are read as the
//! program does, tensor by tensor, from one file or several.

use std::fs;

use burn::tensor::{Device, Int, Tensor};
use llm_atlas::checkpoint::{NamedTensors, open_folder};
use llm_atlas::models::{Decoder, DecoderConfig};
use llm_atlas::nn::{KvCache, Recorder};

use super::compare::{TOLERANCE, assert_equal, folder, matrix, metadata, recorded, tensors};

const CASES: [&str; 6] = [
    "llama-grouped-tied",
    "llama-scaled-biased",
    "llama-older-bf16-shards",
    "llama-older-llama3",
    "neox-parallel",
    "neox-sequential-f16",
];

fn config(name: &str) -> DecoderConfig {
    let json = fs::read_to_string(folder(name).join("config.json")).unwrap();
    DecoderConfig::from_json(&json).unwrap()
}

fn open(name: &str, device: &Device) -> Decoder {
    let weights = open_folder(&folder(name)).unwrap();
    Decoder::from_weights(&config(name), weights.as_ref(), device).unwrap()
}

fn expected(name: &str) -> (NamedTensors, Vec<i32>) {
    let expected = tensors(&folder(name).join("expected.safetensors"));
    let ids: Vec<Vec<i32>> = metadata(&expected, "ids");
    (expected, ids.concat())
}

fn input(ids: &[i32], device: &Device) -> Tensor<2, Int> {
    matrix(&[ids.to_vec()], device)
}

#[test]
fn every_activation_equals_pytorch() {
    let device = Device::flex();
    for name in CASES {
        let (expected, ids) = expected(name);
        let shape = config(name).shape();
        let info = shape.clone().info(0);
        // What a gate lets through is held against the parameters, in `sessions`.
        let mut all = info.activations();
        all.retain(|activation| !activation.to_string().ends_with("mlp.pre_linear"));
        let mut recorder = Recorder::new(all.iter().copied().collect());
        open(name, &device).forward(input(&ids, &device), None, &mut recorder);
        let ours = recorded(recorder);
        assert_equal(&ours, &expected, name);
        // All that the model can record was recorded, and all of it was compared.
        assert_eq!(ours.tensors.len(), all.len(), "{name}");
        assert_eq!(expected.tensors.len(), all.len(), "{name}");
        let keys = &ours.tensors["blocks.0.attn.k"].shape;
        assert_eq!(keys[1..], [info.n_kv_heads(), ids.len(), shape.d_head]);
    }
}

#[test]
fn cached_decoding_equals_the_full_pass() {
    let device = Device::flex();
    for name in CASES {
        let (expected, ids) = expected(name);
        let model = open(name, &device);
        let vocab = config(name).shape().vocab_size;
        let mut cache = KvCache::new(config(name).shape().n_layers);
        let read = |ids: &[i32], cache: &mut KvCache| -> Vec<f32> {
            let logits = model.forward(input(ids, &device), Some(cache), &mut Recorder::off());
            logits.into_data().try_to_vec().unwrap()
        };
        // One by one, a detour that is undone, then the rest at once.
        let mut logits = Vec::new();
        for id in &ids[..4] {
            logits.extend(read(&[*id], &mut cache));
        }
        read(&[1, 2, 3], &mut cache);
        cache.truncate(4);
        logits.extend(read(&ids[4..], &mut cache));
        assert_eq!(cache.len(), ids.len());
        let theirs = &expected.tensors["logits"].values;
        assert_eq!(logits.len(), ids.len() * vocab);
        for (ours, theirs) in logits.iter().zip(theirs) {
            assert!(
                (ours - theirs).abs() < TOLERANCE,
                "{name}: {ours} for {theirs}"
            );
        }
    }
}

#[test]
fn a_decoder_counts_its_parameters_once() {
    let device = Device::flex();
    for name in CASES {
        let weights = open_folder(&folder(name)).unwrap();
        let shapes = weights
            .names()
            .into_iter()
            .filter_map(|name| weights.shape(&name));
        let in_file: usize = shapes.map(|shape| shape.iter().product::<usize>()).sum();
        assert_eq!(open(name, &device).num_params(), in_file, "{name}");
    }
}

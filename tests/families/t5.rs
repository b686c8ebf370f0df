//! T5.

use std::fs;

use burn::tensor::{Bool, Device, Int, Tensor, TensorData};
use clap::Parser;
use llm_atlas::checkpoint::{NamedTensors, SafetensorsFile};
use llm_atlas::engine::{ModelFiles, Translator};
use llm_atlas::models::T5;
use llm_atlas::models::t5::{T5Config, Translation, initial_weights, translation_loss};
use llm_atlas::nn::{KvCache, Recorder};
use llm_atlas::program::{self, Args};
use llm_atlas::protocol::distance_bucket;
use llm_atlas::protocol::{Activation, TraceSpec};

use super::compare::{after_step, assert_equal, folder, matrix, metadata, recorded, tensors};

/// The original with tied logits; v1.1 with a gate and a head of its own.
const CASES: [&str; 2] = ["t5-tied", "t5-gated-untied"];

/// Source and target of a text each, and one past the last bucket of positions.
const TEXTS: [&str; 3] = ["short", "one", "long"];

fn config(name: &str) -> T5Config {
    let json = fs::read_to_string(folder(name).join("config.json")).unwrap();
    T5Config::from_json(&json).unwrap()
}

fn open(name: &str, device: &Device) -> T5 {
    let weights = tensors(&folder(name).join("model.safetensors"));
    T5::from_weights(&config(name), &weights, device).unwrap()
}

fn everything(model: &T5) -> Recorder {
    let n_encoder = model.encoder.blocks.len();
    let n_decoder = model.decoder.blocks.len();
    let all = Activation::all_of_encoder_decoder(n_encoder, n_decoder);
    Recorder::new(TraceSpec(all.into_iter().collect()))
}

/// The texts of a file of activations.
fn ids(file: &NamedTensors, device: &Device) -> (Tensor<2, Int>, Tensor<2, Int>) {
    let row = |name| matrix(&[metadata::<Vec<i32>>(file, name)], device);
    (row("ids"), row("target_ids"))
}

#[test]
fn every_activation_equals_pytorch() {
    let device = Device::flex();
    for name in CASES {
        let model = open(name, &device);
        for text in TEXTS {
            let expected = tensors(&folder(name).join(format!("expected-{text}.safetensors")));
            let (source, target) = ids(&expected, &device);
            let mut recorder = everything(&model);
            model.forward(source, None, target, &mut recorder);
            let ours = recorded(recorder);
            assert_equal(&ours, &expected, &format!("{name}/{text}"));
            assert!(text == "long" || ours.tensors.keys().eq(expected.tensors.keys()));
        }
    }
}

#[test]
fn cached_decoding_equals_the_full_pass() {
    let device = Device::flex();
    for name in CASES {
        let model = open(name, &device);
        for text in TEXTS {
            let expected = tensors(&folder(name).join(format!("expected-{text}.safetensors")));
            let (source, target) = ids(&expected, &device);
            let source = model.read(source, None, &mut Recorder::off());
            let mut cache = KvCache::new(model.decoder.blocks.len());
            let full = model.decode(target.clone(), &source, None, &mut Recorder::off());
            let [_, pos, _] = full.dims();
            for at in 0..pos {
                let one = target.clone().narrow(1, at, 1);
                let logits = model.decode(one, &source, Some(&mut cache), &mut Recorder::off());
                let difference = (logits - full.clone().narrow(1, at, 1)).abs().max();
                assert!(difference.into_scalar::<f32>() < 1e-4, "{name}/{text} {at}");
            }
        }
    }
}

/// The padded batch whose gradients are known.
fn batch(file: &NamedTensors, device: &Device) -> Translation {
    let rows = |name| metadata::<Vec<Vec<i32>>>(file, name);
    let mask = rows("mask");
    let padding: Vec<bool> = mask.concat().iter().map(|seen| *seen == 0).collect();
    let labels = rows("labels").concat();
    let places: Vec<i32> = (0..labels.len() as i32)
        .filter(|place| labels[*place as usize] >= 0)
        .collect();
    let labels: Vec<i32> = labels.into_iter().filter(|label| *label >= 0).collect();
    let vector = |values: Vec<i32>| {
        let shape = [values.len()];
        Tensor::<1, Int>::from_data(TensorData::new(values, shape), device)
    };
    Translation {
        source_ids: matrix(&rows("ids"), device),
        source_padding: Some(Tensor::<2, Bool>::from_data(
            TensorData::new(padding, [mask.len(), mask[0].len()]),
            device,
        )),
        target_ids: matrix(&rows("decoder_ids"), device),
        label_places: vector(places),
        labels: vector(labels),
    }
}

#[test]
fn loss_and_gradients_equal_pytorch() {
    let device = Device::flex().autodiff();
    for name in CASES {
        let mut expected = tensors(&folder(name).join("gradients.safetensors"));
        expected.tensors.remove("logits");
        let model = open(name, &device);
        let before = model.to_weights();
        let loss = translation_loss(&model, batch(&expected, &device));
        let theirs: f32 = metadata(&expected, "loss");
        assert!((loss.clone().into_scalar::<f32>() - theirs).abs() < 1e-4);

        // A step of length 1 takes the gradient away from each weight.
        let mut gradients = before;
        for (name, after) in after_step(model, &loss, 1.0).to_weights().tensors {
            let weights = &mut gradients.tensors.get_mut(&name).unwrap().values;
            for (before, after) in weights.iter_mut().zip(after.values) {
                *before -= after;
            }
        }
        assert_equal(&gradients, &expected, name);
        assert!(gradients.tensors.keys().eq(expected.tensors.keys()));
    }
}

#[test]
fn padding_changes_nothing() {
    let device = Device::flex();
    for name in CASES {
        let model = open(name, &device);
        let file = tensors(&folder(name).join("gradients.safetensors"));
        let batch = batch(&file, &device);
        let off = &mut Recorder::off();
        let (source, target) = (batch.source_ids, batch.target_ids);
        let together = model.forward(source.clone(), batch.source_padding, target.clone(), off);
        let lengths: Vec<Vec<usize>> = metadata(&file, "mask");
        for (row, mask) in lengths.iter().enumerate() {
            let source = source.clone().narrow(0, row, 1);
            let source = source.narrow(1, 0, mask.iter().sum());
            let alone = model.forward(source, None, target.clone().narrow(0, row, 1), off);
            let difference = (alone - together.clone().narrow(0, row, 1)).abs().max();
            assert!(difference.into_scalar::<f32>() < 1e-4, "{name} row {row}");
        }
    }
}

#[test]
fn buckets_equal_pytorch() {
    for name in CASES {
        let json = fs::read_to_string(folder(name).join("buckets.json")).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&json).unwrap();
        let config = config(name);
        for (kind, is_bidirectional) in [("bidirectional", true), ("causal", false)] {
            let ours: Vec<usize> = (-200..=200)
                .map(|relative| {
                    let n_buckets = config.relative_attention_num_buckets;
                    let max_distance = config.relative_attention_max_distance;
                    distance_bucket(relative, is_bidirectional, n_buckets, max_distance)
                })
                .collect();
            assert_eq!(serde_json::json!(ours), expected[kind], "{name} {kind}");
        }
    }
}

#[test]
fn weights_survive_the_way_through_the_layers() {
    let device = Device::flex();
    for name in CASES {
        let file = tensors(&folder(name).join("model.safetensors"));
        let written = open(name, &device).to_weights();
        assert_eq!(written.tensors, file.tensors, "{name}");
        let fresh = initial_weights(&config(name), 3);
        assert!(fresh.tensors.keys().eq(file.tensors.keys()), "{name}");
        let model = T5::from_weights(&config(name), &fresh, &device).unwrap();
        assert_eq!(model.to_weights().tensors, fresh.tensors, "{name}");
    }
}

#[test]
fn says_which_tensor_does_not_fit() {
    let device = Device::flex();
    let refused = |change: &dyn Fn(&mut NamedTensors)| {
        let mut weights = tensors(&folder("t5-gated-untied").join("model.safetensors"));
        change(&mut weights);
        T5::from_weights(&config("t5-gated-untied"), &weights, &device)
            .unwrap_err()
            .to_string()
    };
    let bias = "decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight";
    let missing = refused(&|weights| drop(weights.tensors.remove(bias)));
    assert!(missing.contains(bias));
    // Untied, it cannot do without its own head.
    let headless = refused(&|weights| drop(weights.tensors.remove("lm_head.weight")));
    assert!(headless.contains("lm_head.weight"));
    let misshapen = refused(&|weights| weights.insert(bias, [3, 12], vec![0.0; 36]));
    assert!(misshapen.contains("[3, 12]") && misshapen.contains("[12, 3]"));
}

#[test]
fn finds_the_embeddings_under_their_other_names() {
    let device = Device::flex();
    let mut weights = tensors(&folder("t5-tied").join("model.safetensors"));
    let shared = weights.tensors.remove("shared.weight").unwrap();
    for name in ["encoder.embed_tokens.weight", "lm_head.weight"] {
        weights.insert(name, shared.shape.clone(), shared.values.clone());
    }
    let model = T5::from_weights(&config("t5-tied"), &weights, &device).unwrap();
    assert!(model.unembedding.is_none());
    let written = model.to_weights();
    assert_eq!(written.get("shared.weight"), Some(&shared));
}

fn translator(name: &str) -> Translator {
    let folder = folder(name);
    let files = ModelFiles {
        name: name.into(),
        config_json: fs::read_to_string(folder.join("config.json")).unwrap(),
        tokenizer_json: None,
        weights: Vec::new(),
    };
    let weights = fs::read(folder.join("model.safetensors")).unwrap();
    let weights = SafetensorsFile::open(weights.as_slice()).unwrap();
    Translator::from_weights(&files, &weights, Device::flex()).unwrap()
}

#[test]
fn a_translator_computes_only_what_is_new_and_never_something_else() {
    for name in CASES {
        let mut translator = translator(name);
        let vocab_size = translator.config.vocab_size;
        let mut expect = |text: &str, target: &[u32], row: usize| {
            let file = tensors(&folder(name).join(format!("expected-{text}.safetensors")));
            let source: Vec<u32> = metadata(&file, "ids");
            let logits = pollster::block_on(translator.next_logits(&source, target)).unwrap();
            let theirs = &file.get("logits").unwrap().values[row * vocab_size..][..vocab_size];
            for (our, their) in logits.iter().zip(theirs) {
                assert!((our - their).abs() < 1e-4, "{name}/{text} {target:?}");
            }
        };
        // Token by token, a detour, the same again, another source, and back.
        expect("short", &[0], 0);
        expect("short", &[0, 11], 1);
        expect("short", &[0, 11, 3, 9], 3);
        expect("short", &[0], 0);
        expect("short", &[0, 11, 3, 9, 17], 4);
        expect("short", &[0, 11, 3, 9, 17], 4);
        expect("one", &[0], 0);
        expect("short", &[0, 11, 3], 2);
        let refused = |ids: &[u32]| translator.trace(ids, &[0], TraceSpec::default()).is_err();
        assert!(refused(&[]) && refused(&[vocab_size as u32]));
    }
}

#[test]
fn the_program_traces_and_translates_a_folder() {
    let out = std::env::temp_dir().join(format!("atlas-t5-{}.safetensors", std::process::id()));
    let run = |command: &str, more: &[&str]| {
        let folder = folder("t5-tied");
        let model = ["atlas", command, "--model", folder.to_str().unwrap()];
        let args = model.iter().chain(more).copied();
        program::run(Args::try_parse_from(args).unwrap())
    };
    let ids = ["--ids", "3,17,5,5,2,22,1"];
    let target = ["--target-ids", "0,11,3,9,17"];
    let file = ["--out", out.to_str().unwrap()];
    run("trace", &[ids, target, file].concat()).unwrap();
    let written = tensors(&out);
    let expected = tensors(&folder("t5-tied").join("expected-short.safetensors"));
    for (name, tensor) in &expected.tensors {
        let found = written.get(name).unwrap();
        assert_eq!(found.shape, tensor.shape[1..], "{name}");
        for (our, their) in found.values.iter().zip(&tensor.values) {
            assert!((our - their).abs() < 1e-4, "{name}");
        }
    }
    assert_eq!(written.tensors.len(), expected.tensors.len());
    assert_eq!(written.metadata["target_ids"], "[0,11,3,9,17]");

    let only = ["--only", "decoder.*.cross_attn.pattern"];
    run("trace", &[ids, target, file, only].concat()).unwrap();
    assert_eq!(tensors(&out).tensors.len(), 2);
    // Without a target: the start token alone.
    run("trace", &[ids, file].concat()).unwrap();
    assert_eq!(tensors(&out).metadata["target_ids"], "[0]");
    fs::remove_file(&out).unwrap();

    let greedy = ["--max-new-tokens", "3", "--greedy", "--json"];
    run("generate", &[&ids[..], &greedy].concat()).unwrap();
    let text = ["--text", "a"];
    let refused = run("generate", &[&text[..], &greedy].concat()).unwrap_err();
    assert!(refused.to_string().contains("--ids"), "{refused}");
}

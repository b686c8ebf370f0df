//! Files of real checkpoints with bytes changed, cut out or put in: whatever comes of it is a value
//! or an error, never the end of the program.

use std::fs;

use llm_atlas::checkpoint::{Header, SafetensorsFile, ShardIndex, TensorSource, TorchFile};
use llm_atlas::engine::look;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::compare::folder;

/// A change to a file.
#[derive(Clone, Debug)]
struct Change {
    at: proptest::sample::Index,
    cut: usize,
    put: Vec<u8>,
}

fn change() -> impl Strategy<Value = Change> {
    // Much of what is put in is of the kind that JSON, lengths and pickles are made of.
    let byte = prop_oneof![
        Just(b'"'),
        Just(b'{'),
        Just(b'}'),
        Just(b'['),
        Just(b','),
        Just(b'-'),
        Just(b'9'),
        Just(0),
        Just(255),
        any::<u8>(),
    ];
    let parts = (
        any::<proptest::sample::Index>(),
        0usize..12,
        prop::collection::vec(byte, 0..12),
    );
    parts.prop_map(|(at, cut, put)| Change { at, cut, put })
}

fn changed(mut bytes: Vec<u8>, changes: &[Change], within: usize) -> Vec<u8> {
    for Change { at, cut, put } in changes {
        let at = at.index(within.min(bytes.len()) + 1);
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, put.iter().copied());
    }
    bytes
}

fn read(name: &str, file: &str) -> Vec<u8> {
    fs::read(folder(name).join(file)).unwrap()
}

const CONFIGS: [&str; 8] = [
    "gpt2-tied",
    "bert-head",
    "distilbert-head",
    "t5-gated-untied",
    "lstm-projected",
    "llama-scaled-biased",
    "llama-older-llama3",
    "neox-parallel",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_configuration_is_read_or_refused(
        name in prop::sample::select(&CONFIGS[..]),
        changes in prop::collection::vec(change(), 1..5),
    ) {
        let bytes = changed(read(name, "config.json"), &changes, usize::MAX - 1);
        let _ = look(&String::from_utf8_lossy(&bytes), &[], false, 0);
    }

    #[test]
    fn an_index_is_read_or_refused(changes in prop::collection::vec(change(), 1..5)) {
        let whole = read("llama-older-bf16-shards", "model.safetensors.index.json");
        let bytes = changed(whole, &changes, usize::MAX - 1);
        let _ = ShardIndex::from_json(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn weights_are_read_or_refused(changes in prop::collection::vec(change(), 1..5)) {
        let whole = read("neox-sequential-f16", "model.safetensors");
        let header = u64::from_le_bytes(*whole.first_chunk().unwrap()) as usize;
        let bytes = changed(whole, &changes, 8 + header);
        let _ = Header::of_beginning(&bytes);
        if let Ok(file) = SafetensorsFile::open(bytes.as_slice()) {
            for name in file.names() {
                let _ = file.read(&name);
            }
        }
    }

    #[test]
    fn what_torch_saved_is_read_or_refused(
        file in prop::sample::select(&["pytorch_model.bin", "legacy.bin"][..]),
        changes in prop::collection::vec(change(), 1..5),
    ) {
        let bytes = changed(read("distilbert-head", file), &changes, usize::MAX - 1);
        if let Ok(file) = TorchFile::open(bytes.as_slice()) {
            for name in file.names() {
                let _ = file.read(&name);
            }
        }
    }
}

/// Fields that say how large a model is.
const SIZES: [&str; 20] = [
    "vocab_size",
    "n_embd",
    "n_layer",
    "n_head",
    "n_positions",
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "num_key_value_heads",
    "intermediate_size",
    "max_position_embeddings",
    "dim",
    "n_layers",
    "n_heads",
    "hidden_dim",
    "d_model",
    "d_ff",
    "num_layers",
    "num_heads",
    "embedding_size",
];

#[test]
fn sizes_that_no_model_has_are_refused() {
    let none = [
        json!(0),
        json!(-1),
        json!(1u64 << 40),
        json!(u64::MAX),
        json!(1e308),
        json!("many"),
        json!([[8]]),
    ];
    for name in CONFIGS {
        let good: Value = serde_json::from_slice(&read(name, "config.json")).unwrap();
        let sizes = SIZES.iter().filter(|size| good[**size].is_u64());
        let mut n_sizes = 0;
        for size in sizes {
            for none in &none {
                let mut bad = good.clone();
                bad[*size] = none.clone();
                let error = look(&bad.to_string(), &[], false, 0).unwrap_err();
                assert!(error.to_string().len() < 300, "{name} {size}: {error}");
            }
            n_sizes += 1;
        }
        assert!(n_sizes >= 4, "{name}");
    }
}

#[test]
fn every_field_may_be_anything() {
    let anything = [
        json!(null),
        json!(true),
        json!(-1),
        json!(u64::MAX),
        json!(1e308),
        json!(1e-308),
        json!(""),
        json!([]),
        json!({}),
    ];
    for name in CONFIGS {
        let good: Value = serde_json::from_slice(&read(name, "config.json")).unwrap();
        for (field, inner) in good.as_object().unwrap() {
            let inner: Vec<&str> = inner
                .as_object()
                .map_or(vec![""], |inner| inner.keys().map(String::as_str).collect());
            for (inner, any) in inner
                .iter()
                .flat_map(|inner| anything.iter().map(move |any| (inner, any)))
            {
                let mut other = good.clone();
                match *inner {
                    "" => other[field] = any.clone(),
                    inner => other[field][inner] = any.clone(),
                }
                if let Ok(look) = look(&other.to_string(), &[], false, 0) {
                    assert!(look.memory_bytes < 1 << 50, "{name} {field} {inner} {any}");
                }
            }
        }
    }
}

#[test]
fn a_configuration_of_any_depth_and_length_is_answered_at_once() {
    let good = String::from_utf8(read("gpt2-tied", "config.json")).unwrap();
    let with = |field: &str| good.replacen('{', &format!("{{{field},"), 1);
    let deep = |open: &str, close: &str| open.repeat(100_000) + &close.repeat(100_000);
    for nested in [
        deep("[", "]"),
        deep("{\"a\":", "}").replace(":}", ":0}"),
        "[".repeat(100_000),
    ] {
        assert!(look(&nested, &[], false, 0).is_err());
        assert!(look(&with(&format!("\"x\": {nested}")), &[], false, 0).is_err());
        assert!(ShardIndex::from_json(&format!("{{\"weight_map\": {nested}}}")).is_err());
        let header = format!("{{\"a\": {nested}}}");
        let length = (header.len() as u64).to_le_bytes();
        assert!(Header::of_beginning(&[&length, header.as_bytes()].concat()).is_err());
    }
    let fields: Vec<String> = (0..100_000).map(|at| format!("\"x{at}\": {at}")).collect();
    let long = with(&fields.join(","));
    assert!(look(&long, &[], false, 0).is_ok());
    // Of so many fields none is looked for.
    let wrong = long.replace("\"n_embd\":", "\"n_embd\": \"six\", \"was\":");
    assert!(look(&wrong, &[], false, 0).is_err());
    let list = format!("\"x\": [{}0]", "0,".repeat(1_000_000));
    let wrong = with(&list).replace("\"n_embd\":", "\"n_embd\": \"six\", \"was\":");
    assert!(look(&wrong, &[], false, 0).is_err());
}

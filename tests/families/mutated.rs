//! Files of real checkpoints with bytes changed, cut out or put in: whatever comes of it is a value
//! or an error, never the end of the program.

use std::fs;

use llm_atlas::checkpoint::{Header, SafetensorsFile, ShardIndex, TensorSource, TorchFile};
use llm_atlas::engine::look;
use proptest::prelude::*;

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

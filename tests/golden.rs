//! The forward pass against an independent implementation.
//!
//! `tests/golden/*` were written by `scripts/make_golden_gpt2.py` with PyTorch and transformers.

#![cfg(feature = "program")]
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use llm_atlas::checkpoint::{NamedTensors, read_safetensors};
use llm_atlas::engine::{ModelFiles, Session};
use llm_atlas::protocol::{Trace, TraceSpec, TraceUpdate};

fn session(folder: &Path) -> Session {
    let files = ModelFiles {
        name: "golden".into(),
        config_json: fs::read_to_string(folder.join("config.json")).unwrap(),
        tokenizer_json: None,
        weights: fs::read(folder.join("model.safetensors")).unwrap(),
    };
    Session::from_files(&files, Device::flex()).unwrap()
}

fn folders() -> Vec<PathBuf> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    fs::read_dir(golden)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("gpt2"))
        })
        .collect()
}

fn run(session: &mut Session, ids: &[u32], held: usize) -> TraceUpdate {
    let spec = TraceSpec::all(session.info().n_layers);
    pollster::block_on(session.run("", ids, &spec, held, &|| 0.0)).unwrap()
}

/// Largest difference between what a trace holds and the expected arrays.
fn largest_difference(trace: &Trace, expected: &NamedTensors) -> (f32, String) {
    let mut worst = (0.0, String::new());
    for (name, tensor) in &expected.tensors {
        let (shape, values) = trace.to_array(name.parse().unwrap()).unwrap();
        assert_eq!(shape, tensor.shape, "{name}");
        for (ours, theirs) in values.iter().zip(&tensor.values) {
            let difference = (ours - theirs).abs();
            if difference.is_nan() || difference > worst.0 {
                worst = (difference, name.clone());
            }
        }
    }
    worst
}

#[test]
fn every_activation_equals_pytorch() {
    let folders = folders();
    assert!(folders.len() >= 2);
    for folder in folders {
        let expected =
            read_safetensors(&fs::read(folder.join("expected.safetensors")).unwrap()).unwrap();
        let ids: Vec<u32> = serde_json::from_str(&expected.metadata["ids"]).unwrap();
        let mut session = session(&folder);
        let mut trace = Trace::new(session.info().n_heads);
        assert!(trace.apply(run(&mut session, &ids, 0)));
        let (difference, name) = largest_difference(&trace, &expected);
        assert!(
            difference < 1e-4,
            "{}: {name} is off by {difference}",
            folder.display()
        );
        assert!(
            expected.tensors.len() >= 19,
            "all kinds of activation are compared"
        );
    }
}

#[test]
fn cached_decoding_equals_the_full_pass() {
    for folder in folders() {
        let expected =
            read_safetensors(&fs::read(folder.join("expected.safetensors")).unwrap()).unwrap();
        let ids: Vec<u32> = serde_json::from_str(&expected.metadata["ids"]).unwrap();
        let mut session = session(&folder);
        let mut trace = Trace::new(session.info().n_heads);
        // Token by token, then a detour that is undone, then the rest at once.
        for len in 1..=4 {
            let update = run(&mut session, &ids[..len], len - 1);
            assert_eq!(
                (update.first_position, update.computed_positions),
                (len - 1, 1)
            );
            assert!(trace.apply(update));
        }
        let detour: Vec<u32> = ids[..3].iter().copied().chain([1, 2]).collect();
        assert!(trace.apply(run(&mut session, &detour, trace.len())));
        let update = run(&mut session, &ids, trace.len());
        assert_eq!(update.first_position, 3);
        assert!(trace.apply(update));
        let (difference, name) = largest_difference(&trace, &expected);
        assert!(
            difference < 1e-4,
            "{}: {name} is off by {difference}",
            folder.display()
        );
    }
}

/// The public gpt-nano that sorts three-letter sequences, where a copy lies beside the repository.
#[test]
fn gpt_nano_sorts_all_sequences() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/gpt-nano-sort");
    if !folder.exists() {
        eprintln!("skipped: {} is not there", folder.display());
        return;
    }
    let mut session = session(&folder);
    let mut sorted = 0;
    for number in 0..729u32 {
        let digits: Vec<u32> = (0..6).map(|place| number / 3u32.pow(place) % 3).collect();
        let mut ids = digits.clone();
        let mut expected = digits;
        expected.sort_unstable();
        for step in 0..6 {
            let spec: TraceSpec = [llm_atlas::protocol::Activation::Logits]
                .into_iter()
                .collect();
            let held = if step == 0 { 0 } else { ids.len() - 1 };
            let update = pollster::block_on(session.run("", &ids, &spec, held, &|| 0.0)).unwrap();
            let rows = &update.rows[0].1;
            let logits = rows.get(rows.len() - 1).unwrap();
            let best = (0..3u32)
                .max_by(|a, b| logits[*a as usize].total_cmp(&logits[*b as usize]))
                .unwrap();
            ids.push(best);
        }
        sorted += usize::from(ids[6..] == expected);
    }
    assert_eq!(sorted, 729);
}

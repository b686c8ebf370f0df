//! The commands of `atlas` on checkpoints without a tokenizer.

use std::path::PathBuf;

use clap::Parser;
use llm_atlas::checkpoint::NamedTensors;
use llm_atlas::program::{Args, run};

use super::compare::{assert_equal, folder, metadata, tensors};

const CASES: [&str; 8] = [
    "llama-grouped-tied",
    "llama-scaled-biased",
    "llama-older-bf16-shards",
    "llama-older-llama3",
    "neox-parallel",
    "neox-sequential-f16",
    "distilbert-head",
    "distilbert-headless",
];

/// Runs `atlas` with these arguments; what it says on standard error if it fails.
fn atlas(arguments: &[&str]) -> Result<(), String> {
    let arguments = ["atlas"].iter().chain(arguments);
    run(Args::try_parse_from(arguments).unwrap()).map_err(|failure| failure.to_string())
}

fn path(name: &str) -> String {
    folder(name).display().to_string()
}

#[test]
fn a_trace_of_ids_equals_pytorch() {
    for name in CASES {
        let mut expected = tensors(&folder(name).join("expected.safetensors"));
        for tensor in expected.tensors.values_mut() {
            assert_eq!(tensor.shape.remove(0), 1);
        }
        let ids = metadata::<Vec<Vec<u32>>>(&expected, "ids").concat();
        let list: Vec<String> = ids.iter().map(u32::to_string).collect();
        let out: PathBuf = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        let (model, list, file) = (path(name), list.join(","), out.display().to_string());
        atlas(&["trace", "--model", &model, "--ids", &list, "--out", &file]).unwrap();
        let ours: NamedTensors = tensors(&out);
        std::fs::remove_file(out).unwrap();
        assert_equal(&ours, &expected, name);
        assert_eq!(metadata::<Vec<u32>>(&ours, "ids"), ids);
    }
}

#[test]
fn a_decoder_goes_on_and_an_encoder_does_not() {
    let generate = |name: &str, ids: &str, count: &str| {
        let (model, greedy) = (path(name), "--greedy");
        let arguments = [
            "--model",
            &model,
            "--ids",
            ids,
            "--max-new-tokens",
            count,
            greedy,
        ];
        atlas(&[&["generate"], arguments.as_slice()].concat())
    };
    let last = "62"; // of 64 positions, with three read
    for name in &CASES[..6] {
        generate(name, "3,17,5", last).unwrap();
        let refused = |ids, count| generate(name, ids, count).unwrap_err();
        assert!(
            refused("3,17,5", "63").contains("more than the 64"),
            "{name}"
        );
        assert!(refused("24", "1").contains("24"), "{name}");
    }
    assert!(
        generate("distilbert-head", "3", "1")
            .unwrap_err()
            .contains("encoder")
    );
}

#[test]
fn a_text_needs_a_tokenizer() {
    let model = path("neox-parallel");
    let trace = atlas(&[
        "trace", "--model", &model, "--text", "mill", "--out", "nowhere",
    ]);
    assert!(trace.unwrap_err().contains("use --ids"));
    let target = ["--target-ids", "1", "--out", "nowhere"];
    let trace = atlas(
        &[
            &["trace", "--model", &model, "--ids", "1"],
            target.as_slice(),
        ]
        .concat(),
    );
    assert!(trace.unwrap_err().contains("no decoder of its own"));
}

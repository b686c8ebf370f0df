//! Holds the dependency table of `src/lib.rs` against the code.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};

/// Folder of `src/`, and the crates and folders it may name.
const RULES: &[(&str, &[&str])] = &[
    (
        "protocol",
        &[
            "serde",
            "serde_json",
            "thiserror",
            "crate::protocol",
            "crate::sampling",
        ],
    ),
    (
        "derivation",
        &["serde", "thiserror", "crate::derivation", "crate::protocol"],
    ),
    ("village", &["serde", "thiserror", "crate::village"]),
    (
        "tokenizer",
        &[
            "serde",
            "serde_json",
            "thiserror",
            "tokenizers",
            "unicode_properties",
            "crate::tokenizer",
        ],
    ),
    ("order", &["crate::order"]),
    (
        "sampling",
        &["serde", "thiserror", "crate::order", "crate::sampling"],
    ),
    (
        "projection",
        &["thiserror", "crate::order", "crate::projection"],
    ),
    (
        "attention_measures",
        &["crate::attention_measures", "crate::protocol"],
    ),
    ("color_scale", &["crate::color_scale"]),
    (
        "checkpoint",
        &[
            "safetensors",
            "half",
            "pytorch_reader",
            "serde",
            "serde_json",
            "thiserror",
            "crate::checkpoint",
        ],
    ),
    ("nn", &["burn", "kernels", "crate::nn", "crate::protocol"]),
    (
        "models",
        &[
            "burn",
            "serde",
            "serde_json",
            "thiserror",
            "crate::models",
            "crate::nn",
            "crate::checkpoint",
            "crate::protocol",
            "crate::sampling",
        ],
    ),
    (
        "training",
        &[
            "burn",
            "serde",
            "serde_json",
            "thiserror",
            "crate::protocol",
            "crate::training",
            "crate::models",
            "crate::nn",
            "crate::checkpoint",
            "crate::tokenizer",
            "crate::village",
            "crate::sampling",
        ],
    ),
    (
        "engine",
        &[
            "burn",
            "burn_wgpu",
            "serde_json",
            "thiserror",
            "js_sys",
            "web_sys",
            "wasm_bindgen",
            "wasm_bindgen_futures",
            "crate::engine",
            "crate::models",
            "crate::nn",
            "crate::checkpoint",
            "crate::tokenizer",
            "crate::order",
            "crate::projection",
            "crate::protocol",
            "crate::sampling",
            "crate::attention_measures",
        ],
    ),
    (
        "ui",
        &[
            "yew",
            "gloo",
            "web_sys",
            "js_sys",
            "wasm_bindgen",
            "wasm_bindgen_futures",
            "serde",
            "serde_json",
            "thiserror",
            "unicode_segmentation",
            "unicode_properties",
            "crate::ui",
            "crate::protocol",
            "crate::derivation",
            "crate::order",
            "crate::sampling",
            "crate::projection",
            "crate::attention_measures",
            "crate::color_scale",
        ],
    ),
];

/// Crates whose names the rules speak of; `crate::` paths are always looked at.
const CRATES: &[&str] = &[
    "burn",
    "burn_wgpu",
    "yew",
    "gloo",
    "web_sys",
    "js_sys",
    "wasm_bindgen",
    "wasm_bindgen_futures",
    "serde",
    "serde_json",
    "thiserror",
    "safetensors",
    "half",
    "pytorch_reader",
    "tokenizers",
    "clap",
    "indicatif",
    "pollster",
    "unicode_segmentation",
    "unicode_properties",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The code of a file without comments and without its tests, which may use more.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    text.lines()
        .map(|line| line.split("//").next().unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}

fn names(code: &str, word: &str) -> bool {
    code.match_indices(&format!("{word}::")).any(|(at, _)| {
        !code[..at]
            .ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == ':')
    })
}

#[test]
fn folders_use_only_what_they_may() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut breaches = Vec::new();
    for (folder, allowed) in RULES {
        let mut files = Vec::new();
        sources(&src.join(folder), &mut files);
        assert!(!files.is_empty(), "{folder} is empty");
        for file in files {
            if file
                .file_name()
                .is_some_and(|name| name == "tests.rs" || name == "fixture.rs")
            {
                continue;
            }
            let code = code(&file);
            for name in CRATES {
                if names(&code, name) && !allowed.contains(name) {
                    breaches.push(format!("{} uses {name}", file.display()));
                }
            }
            for (other, _) in RULES {
                let path = format!("crate::{other}");
                let is_used =
                    code.contains(&format!("{path}::")) || code.contains(&format!("{path};"));
                if is_used && !allowed.contains(&path.as_str()) {
                    breaches.push(format!("{} uses {path}", file.display()));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn every_folder_has_a_rule() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(src).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_ruled = ["bin", "program"].contains(&name.as_str())
            || RULES.iter().any(|(folder, _)| *folder == name);
        assert!(!path.is_dir() || is_ruled, "src/{name} has no rule");
    }
}

#[test]
fn the_page_is_built_without_burn() {
    let manifest =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let feature = manifest
        .lines()
        .find(|line| line.starts_with("page = "))
        .unwrap();
    assert!(
        !feature.contains("burn") && !feature.contains("engine"),
        "{feature}"
    );
    let engine = manifest
        .lines()
        .find(|line| line.starts_with("engine = "))
        .unwrap();
    assert!(
        !engine.contains("yew") && !engine.contains("gloo"),
        "{engine}"
    );
}

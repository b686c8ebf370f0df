//! The native program `atlas` on the model of the built site: what the page must agree with.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use serde_json::Value;

use crate::explorer::from;

/// Numbers with a shape.
#[derive(Debug, serde::Deserialize)]
pub struct Array {
    pub shape: Vec<usize>,
    pub data: Vec<f32>,
}

impl Array {
    /// The number at an index.
    pub fn at(&self, index: &[usize]) -> f32 {
        assert_eq!(index.len(), self.shape.len());
        let flat = self.shape.iter().zip(index).fold(0, |at, (size, i)| {
            assert!(i < size);
            at * size + i
        });
        self.data[flat]
    }
}

/// The model's folder in the built site.
pub fn model() -> PathBuf {
    let html = fs::read_to_string(xtask::dist().join("index.html")).unwrap();
    let (_, name) = html.split_once(r#""model":""#).unwrap();
    let (name, _) = name.split_once('"').unwrap();
    xtask::dist().join("models").join(name)
}

/// How many tokens the model reads at once.
pub fn n_ctx() -> usize {
    let config = fs::read_to_string(model().join("config.json")).unwrap();
    let config: Value = serde_json::from_str(&config).unwrap();
    from(config["n_positions"].clone())
}

/// The ids of a text.
pub fn tokenize(text: &str) -> Vec<u32> {
    from(run(&["tokenize"], &["--text", text, "--json"])["ids"].clone())
}

/// The new ids after a text.
pub fn generate(text: &str, count: usize, settings: &[&str]) -> Vec<u32> {
    generate_on(&model(), text, count, settings)
}

/// The same of the model in a folder.
pub fn generate_on(model: &Path, text: &str, count: usize, settings: &[&str]) -> Vec<u32> {
    let count = count.to_string();
    let what = ["--text", text, "--max-new-tokens", &count, "--json"];
    from(run_on(model, &["generate"], &[&what[..], settings].concat())["ids"].clone())
}

/// All activations of these ids.
pub fn trace(ids: &[u32]) -> BTreeMap<String, Array> {
    trace_of(&model(), ids)
}

/// The same of the model in a folder.
pub fn trace_of(model: &Path, ids: &[u32]) -> BTreeMap<String, Array> {
    let ids: Vec<String> = ids.iter().map(u32::to_string).collect();
    trace_with(model, &["--ids", &ids.join(",")])
}

/// All activations of what the arguments say is read.
pub fn trace_with(model: &Path, input: &[&str]) -> BTreeMap<String, Array> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("llm-atlas-trace-{}-{count}.safetensors", std::process::id());
    let path = std::env::temp_dir().join(name);
    let out = path.to_str().unwrap();
    run_on(model, &["trace"], &[input, &["--out", out]].concat());
    let bytes = fs::read(&path).unwrap();
    fs::remove_file(path).unwrap();
    read_safetensors(&bytes)
}

fn run(command: &[&str], arguments: &[&str]) -> Value {
    run_on(&model(), command, arguments)
}

fn run_on(model: &Path, command: &[&str], arguments: &[&str]) -> Value {
    let program = env!("CARGO_BIN_EXE_atlas");
    let output = Command::new(program)
        .args(command)
        .arg("--model")
        .arg(model)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

/// The f32 arrays of a file: a length, a JSON header, the numbers.
fn read_safetensors(bytes: &[u8]) -> BTreeMap<String, Array> {
    let (length, rest) = bytes.split_at(8);
    let length = u64::from_le_bytes(length.try_into().unwrap()) as usize;
    let (header, numbers) = rest.split_at(length);
    let header: BTreeMap<String, Value> = serde_json::from_slice(header).unwrap();
    let arrays = header.iter().filter(|(name, _)| *name != "__metadata__");
    arrays
        .map(|(name, entry)| {
            assert_eq!(entry["dtype"], "F32");
            let [start, end]: [usize; 2] = from(entry["data_offsets"].clone());
            let data = numbers[start..end].chunks_exact(4);
            let data = data.map(|number| f32::from_le_bytes(number.try_into().unwrap()));
            let shape = from(entry["shape"].clone());
            (
                name.clone(),
                Array {
                    shape,
                    data: data.collect(),
                },
            )
        })
        .collect()
}

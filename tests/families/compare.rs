//! What the families' tests share: reading golden files and comparing with them.

use std::fs;
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::optim::{GradientsParams, ModuleOptimizer, SgdConfig};
use burn::tensor::{Device, Int, Tensor, TensorData};
use llm_atlas::checkpoint::{NamedTensors, read_safetensors};
use llm_atlas::nn::{Recorded, Recorder};
use serde::de::DeserializeOwned;

/// Largest difference allowed between two numbers.
pub const TOLERANCE: f32 = 1e-4;

/// The golden folder of that name.
pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

/// A safetensors file.
pub fn tensors(path: &Path) -> NamedTensors {
    read_safetensors(&fs::read(path).unwrap()).unwrap()
}

/// A JSON value in a file's metadata.
pub fn metadata<T: DeserializeOwned>(file: &NamedTensors, name: &str) -> T {
    serde_json::from_str(&file.metadata[name]).unwrap()
}

/// `[batch, pos]` of whole numbers.
pub fn matrix(rows: &[Vec<i32>], device: &Device) -> Tensor<2, Int> {
    let shape = [rows.len(), rows[0].len()];
    Tensor::from_data(TensorData::new(rows.concat(), shape), device)
}

/// What a recorder kept, batch axis and all.
pub fn recorded(recorder: Recorder) -> NamedTensors {
    let mut kept = NamedTensors::default();
    for (activation, record) in recorder.into_records() {
        let (shape, data) = match record {
            Recorded::Vectors(tensor) => (tensor.dims().to_vec(), tensor.into_data()),
            Recorded::PerHead(tensor) => (tensor.dims().to_vec(), tensor.into_data()),
        };
        let values = data.try_to_vec::<f32>().unwrap();
        kept.insert(activation.to_string(), shape, values);
    }
    kept
}

/// Every tensor of `expected` is in `ours`, of the same shape and equal numbers.
pub fn assert_equal(ours: &NamedTensors, expected: &NamedTensors, what: &str) {
    assert!(!expected.tensors.is_empty());
    for (name, tensor) in &expected.tensors {
        let found = ours.get(name);
        let found = found.unwrap_or_else(|| panic!("{what}: {name} is missing"));
        assert_eq!(found.shape, tensor.shape, "{what}: {name}");
        for (our, their) in found.values.iter().zip(&tensor.values) {
            let difference = (our - their).abs();
            assert!(
                difference < TOLERANCE,
                "{what}: {name} is off by {difference}: {our} for {their}"
            );
        }
    }
}

/// The model after one step of plain gradient descent.
pub fn after_step<M: Module + 'static>(model: M, loss: &Tensor<1>, learning_rate: f64) -> M {
    let gradients = GradientsParams::from_grads(loss.backward(), &model);
    let mut optimizer: ModuleOptimizer = SgdConfig::new().init();
    optimizer.step(learning_rate, model, gradients)
}

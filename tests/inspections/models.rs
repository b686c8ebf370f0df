//! The models the tests look into.

use std::fs;
use std::path::Path;

use burn::tensor::Device;
use llm_atlas::checkpoint::{NamedTensors, Precision, read_safetensors, write_safetensors};
use llm_atlas::engine::{ModelFiles, Session};
use llm_atlas::models::gpt2::{Gpt2Config, initial_weights};
use llm_atlas::protocol::{EngineError, Finding, Inspection};
use llm_atlas::sampling::draw_uniform;

use crate::reference::Reference;

/// A session and the same weights for the reference.
pub struct Subject {
    pub session: Session,
    pub reference: Reference,
}

impl Subject {
    fn new(config: Gpt2Config, weights: NamedTensors, tokenizer_json: Option<String>) -> Self {
        let files = ModelFiles {
            name: "subject".into(),
            config_json: serde_json::to_string(&config).unwrap(),
            tokenizer_json,
            weights: write_safetensors(&weights, Precision::F32).unwrap(),
        };
        Subject {
            session: Session::from_files(&files, Device::flex()).unwrap(),
            reference: Reference { weights, config },
        }
    }

    pub fn inspect(
        &mut self,
        ids: &[u32],
        inspection: &Inspection,
    ) -> Result<Finding, EngineError> {
        pollster::block_on(self.session.inspect("", ids, inspection))
    }

    /// The logits after `ids`, from a session of its own kind that has read nothing else.
    pub fn logits(&mut self, ids: &[u32]) -> Vec<f32> {
        use llm_atlas::protocol::Activation;
        let spec = [Activation::Logits].into_iter().collect();
        let rows = pollster::block_on(self.session.run_ids(ids, &spec)).unwrap();
        rows[0].1.get(ids.len() - 1).unwrap().to_vec()
    }
}

/// A random model whose biases and gains are not at their beginning.
pub fn random(config: Gpt2Config, seed: u64) -> Subject {
    let mut weights = initial_weights(&config, seed);
    for (stream, (name, tensor)) in (1u64..).zip(&mut weights.tensors) {
        let middle = if name.contains("ln_") && name.ends_with("weight") {
            1.0
        } else {
            0.0
        };
        for (index, value) in (0u64..).zip(&mut tensor.values) {
            let u = draw_uniform(seed + 1000 * stream, index);
            *value = (middle + 0.8 * (u - 0.5)) as f32;
        }
    }
    Subject::new(config, weights, None)
}

/// Two blocks, three heads, tied.
pub fn small() -> Subject {
    let mut config = Gpt2Config::new(19, 16, 12, 2, 3);
    config.eos_token_id = Some(0);
    random(config, 5)
}

/// A model whose heads all look everywhere alike.
pub fn uniform() -> Subject {
    let mut config = Gpt2Config::new(40, 32, 8, 2, 2);
    config.eos_token_id = Some(0);
    let mut weights = random(config.clone(), 3).reference.weights;
    for (name, tensor) in &mut weights.tensors {
        if name.contains("c_attn") {
            tensor.values.fill(0.0);
        }
    }
    Subject::new(config, weights, None)
}

fn folder(path: &str) -> Subject {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let config = fs::read_to_string(folder.join("config.json")).unwrap();
    let weights = fs::read(folder.join("model.safetensors")).unwrap();
    Subject::new(
        Gpt2Config::from_json(&config).unwrap(),
        read_safetensors(&weights).unwrap(),
        fs::read_to_string(folder.join("tokenizer.json")).ok(),
    )
}

/// A model with an unembedding of its own and ReLU.
pub fn untied() -> Subject {
    folder("tests/golden/gpt2-untied-relu")
}

/// The model the page comes with.
pub fn bundled() -> Subject {
    folder("www/models/village-gpt")
}

/// `count` tokens that look random and are not the end of a text.
pub fn ids(subject: &Subject, count: usize) -> Vec<u32> {
    let vocab_size = subject.session.info().vocab_size() as f64;
    (0..count as u64)
        .map(|index| 1 + (draw_uniform(99, index) * (vocab_size - 1.0)) as u32)
        .collect()
}

//! A text through a recurrent model, computing only what is new: its state after every position is
//! kept, so that reading goes on from the longest common prefix.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::read_back::read_values;
use super::{LoadError, ModelFiles};
use crate::checkpoint::read_safetensors;
use crate::models::Lstm;
use crate::models::lstm::{LstmConfig, LstmState};
use crate::nn::{Recorded, Recorder};
use crate::protocol::{Activation, EngineError, TraceSpec};
use crate::tokenizer::ByteLevelBpe;

/// A recurrent model that remembers what it has read.
#[derive(Debug)]
pub struct Recurrent {
    /// Its network.
    pub network: Lstm,
    /// Its configuration.
    pub config: LstmConfig,
    /// Its tokenizer, if it came with one.
    pub tokenizer: Option<ByteLevelBpe>,
    /// Name of its folder.
    pub name: String,
    device: Device,
    ids: Vec<u32>,
    state: LstmState,
}

impl Recurrent {
    /// Reads the files and puts the weights on the device.
    ///
    /// # Errors
    /// If a file is damaged, names another architecture, or does not fit the others.
    pub fn from_files(files: &ModelFiles, device: Device) -> Result<Self, LoadError> {
        let config = LstmConfig::from_json(&files.config_json)?;
        let tokenizer = files.tokenizer(config.vocab_size)?;
        let weights = read_safetensors(&files.weights)?;
        Ok(Recurrent {
            network: Lstm::from_weights(&config, &weights, &device)?,
            state: LstmState::new(config.num_layers),
            config,
            tokenizer,
            name: files.name.clone(),
            device,
            ids: Vec::new(),
        })
    }

    /// Logits of the token after each position from `first` on, `[vocab]` each; only positions
    /// behind what it has read already are computed, and `first` itself if it was read.
    ///
    /// # Errors
    /// [`EngineError::UnknownToken`]; [`EngineError::Internal`] if there is nothing to read from
    /// `first` on; [`EngineError::DeviceLost`] if the device stops answering.
    pub async fn logits(
        &mut self,
        ids: &[u32],
        first: usize,
    ) -> Result<Vec<Vec<f32>>, EngineError> {
        self.check(ids)?;
        if first >= ids.len() {
            return Err(nothing());
        }
        let pairs = self.ids.iter().zip(ids);
        let same = pairs.take_while(|(held, new)| held == new).count();
        let start = same.min(first);
        self.state.truncate(start);
        self.ids.truncate(start);
        let input = self.input(&ids[start..]);
        let off = &mut Recorder::off();
        let logits = self.network.forward(input, Some(&mut self.state), off);
        let new = logits.narrow(1, first - start, ids.len() - first); // [1, pos, vocab]
        let values = match read_values(new).await {
            Ok(values) => values,
            Err(error) => {
                self.forget();
                return Err(error);
            }
        };
        self.ids = ids.to_vec();
        let rows = values.chunks_exact(self.config.vocab_size);
        Ok(rows.map(<[f32]>::to_vec).collect())
    }

    /// Forgets what was read.
    pub fn forget(&mut self) {
        self.ids.clear();
        self.state = LstmState::new(self.config.num_layers);
    }

    /// The activations in `spec` of one text, each with a batch axis of 1.
    ///
    /// # Errors
    /// [`EngineError::UnknownToken`]; [`EngineError::Internal`] if there is nothing to read.
    pub fn trace(
        &self,
        ids: &[u32],
        spec: TraceSpec,
    ) -> Result<Vec<(Activation, Recorded)>, EngineError> {
        self.check(ids)?;
        let mut recorder = Recorder::new(spec);
        self.network.forward(self.input(ids), None, &mut recorder);
        Ok(recorder.into_records())
    }

    /// `[1, pos]` on the device.
    fn input(&self, ids: &[u32]) -> Tensor<2, Int> {
        let ids: Vec<i32> = ids.iter().map(|id| *id as i32).collect();
        let shape = [1, ids.len()];
        Tensor::from_data(TensorData::new(ids, shape), &self.device)
    }

    fn check(&self, ids: &[u32]) -> Result<(), EngineError> {
        if ids.is_empty() {
            return Err(nothing());
        }
        let vocab_size = self.config.vocab_size;
        match ids.iter().find(|id| **id as usize >= vocab_size) {
            Some(id) => Err(EngineError::UnknownToken {
                id: *id,
                vocab_size,
            }),
            None => Ok(()),
        }
    }
}

fn nothing() -> EngineError {
    EngineError::Internal {
        detail: "there is nothing to read".into(),
    }
}

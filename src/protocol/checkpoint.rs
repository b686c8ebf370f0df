//! A checkpoint before its weights are read, and what can be wrong with its files.

use serde::{Deserialize, Serialize};

use super::{Architecture, EngineError};

/// What `config.json` and the headers of the weights say, before any weight is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// Family, as `model_type` in `config.json`.
    pub family: String,
    /// What kind of model it is.
    pub architecture: Architecture,
    /// How many numbers the tensors hold; one that is stored twice counts twice.
    pub n_params: u64,
    /// How many tensors there are.
    pub n_tensors: usize,
    /// The types of their numbers, separated by commas (`BF16, F32`).
    pub number_types: String,
    /// Bytes of the files with weights.
    pub file_bytes: u64,
    /// Bytes it will take once it is read, estimated: all numbers as f32, the largest tensor once
    /// more on its way, the activations of a text.
    pub memory_bytes: u64,
    /// Bytes there are for it.
    pub limit_bytes: u64,
    /// Whether it comes with a tokenizer; without one its input is ids.
    pub has_tokenizer: bool,
}

impl Look {
    /// Whether it can be held here.
    pub fn fits(&self) -> bool {
        self.memory_bytes <= self.limit_bytes
    }

    /// Why it cannot be held.
    pub fn too_large(&self) -> EngineError {
        let numbers = [self.memory_bytes, self.limit_bytes];
        EngineError::Checkpoint {
            file: self.family.clone(),
            fault: Fault::TooLarge,
            about: numbers.map(|bytes| bytes.to_string()).into(),
        }
    }
}

/// What is wrong with a file of a checkpoint. The sentence about it is the page's; in `{0}`, `{1}`,
/// ... stand the names and numbers of [`super::EngineError::Checkpoint`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// It is not among the files.
    Absent,
    /// It is not what its name says, or damaged: {0} in the reader's words.
    Damaged,
    /// The configuration has no field {0}.
    NoField,
    /// The field {0} is of the wrong type: {1}.
    Field,
    /// The architecture {0}; supported are {1}.
    Architecture,
    /// The activation function {0}; known are {1}.
    Activation,
    /// {0} is {1}; it must be between 1 and {2}.
    Size,
    /// {0} {1} is not a multiple of {2} {3}.
    Multiple,
    /// The header should have {0} bytes, the file has {1}.
    Header,
    /// Tensor {0} is there twice.
    Twice,
    /// Tensor {0} ends at byte {1}, the file after {2}.
    CutOff,
    /// The bytes {1} to {2} of tensor {0} overlap others or do not fit its shape.
    Offsets,
    /// The file is {0} bytes longer than its tensors.
    Longer,
    /// Tensor {0} holds numbers of type {1}.
    NumberType,
    /// There is no tensor {0}.
    NoTensor,
    /// Tensor {0} has shape {1}; the configuration asks for {2}.
    Shape,
    /// Tensor {0} holds a number that is not finite.
    NotFinite,
    /// The index does not fit its files: {0}.
    Index,
    /// {0} cannot be read.
    Unreadable,
    /// It is no checkpoint of `torch.save`, or damaged: {0}.
    Pickle,
    /// A tokenizer as SentencePiece writes it, alone.
    SentencePiece,
    /// The tokenizer has {0} ids, the model {1}.
    Vocabulary,
    /// It takes about {0} bytes; there are {1}.
    TooLarge,
    /// There was no more memory while it was read.
    NoMemory,
}

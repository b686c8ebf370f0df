//! The files of a Hugging Face folder, and what can be wrong with them.

use crate::checkpoint::CheckpointError;
use crate::models::config::KNOWN_ACTIVATIONS;
use crate::models::{ConfigError, WeightsError};
use crate::protocol::{EngineError, Fault};
use crate::tokenizer::TokenizerError;

/// The files of a model folder, as they were read or fetched.
#[derive(Clone, Debug, Default)]
pub struct ModelFiles {
    /// Name of the folder.
    pub name: String,
    /// `config.json`.
    pub config_json: String,
    /// `tokenizer.json`; without it only ids can be read.
    pub tokenizer_json: Option<String>,
    /// `model.safetensors`.
    pub weights: Vec<u8>,
}

/// A model folder that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// `config.json`
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// `tokenizer.json`
    #[error("tokenizer.json: {0}")]
    Tokenizer(#[from] TokenizerError),
    /// The tokenizer has ids the model has no embedding for.
    #[error("tokenizer.json has {tokenizer} ids, the model has {model}")]
    VocabularyMismatch {
        /// Ids in the tokenizer.
        tokenizer: usize,
        /// Rows in the embedding.
        model: usize,
    },
    /// `model.safetensors`
    #[error("model.safetensors: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// Its tensors.
    #[error("model.safetensors: {0}")]
    Weights(#[from] WeightsError),
}

impl From<LoadError> for EngineError {
    fn from(error: LoadError) -> Self {
        let mut file = "model.safetensors".to_owned();
        let (fault, about) = match &error {
            LoadError::Config(error) => of_config(error, &mut file),
            LoadError::Tokenizer(TokenizerError::NoLibrary { detail }) => {
                return EngineError::Fetch {
                    url: "worker_tokenizer".to_owned(),
                    detail: detail.clone(),
                };
            }
            LoadError::Tokenizer(error) => of_tokenizer(error, &mut file),
            LoadError::VocabularyMismatch { tokenizer, model } => {
                file = "tokenizer.json".to_owned();
                (Fault::Vocabulary, numbers(&[*tokenizer, *model]))
            }
            LoadError::Checkpoint(error) => of_checkpoint(error, &mut file),
            LoadError::Weights(error) => match error {
                WeightsError::Missing(name) => (Fault::NoTensor, vec![name.clone()]),
                WeightsError::Shape {
                    name,
                    actual,
                    expected,
                } => {
                    let shapes = [actual, expected].map(|shape| format!("{shape:?}"));
                    (Fault::Shape, [vec![name.clone()], shapes.into()].concat())
                }
                WeightsError::NotFinite(name) => (Fault::NotFinite, vec![name.clone()]),
                WeightsError::Checkpoint(error) => of_checkpoint(error, &mut file),
                WeightsError::Config(error) => of_config(error, &mut file),
            },
        };
        EngineError::Checkpoint { file, fault, about }
    }
}

/// What is wrong, and its names and numbers.
type Blame = (Fault, Vec<String>);

fn numbers(numbers: &[usize]) -> Vec<String> {
    numbers.iter().map(usize::to_string).collect()
}

fn of_tokenizer(error: &TokenizerError, file: &mut String) -> Blame {
    let (name, fault) = match error {
        TokenizerError::SentencePiece => ("tokenizer.model", Fault::SentencePiece),
        TokenizerError::NoMerges => ("merges.txt", Fault::Absent),
        TokenizerError::NotInVocabulary { .. } => ("vocab.txt", Fault::Damaged),
        _ => ("tokenizer.json", Fault::Damaged),
    };
    *file = name.to_owned();
    (fault, vec![error.to_string()])
}

fn of_config(error: &ConfigError, file: &mut String) -> Blame {
    *file = "config.json".to_owned();
    match error {
        ConfigError::Json(error) => (Fault::Damaged, vec![error.to_string()]),
        ConfigError::Field { name, detail } => (Fault::Field, vec![name.clone(), detail.clone()]),
        ConfigError::UnknownArchitecture {
            model_type,
            supported,
        } => (
            Fault::Architecture,
            vec![model_type.clone(), supported.clone()],
        ),
        ConfigError::UnknownActivation(name) => (
            Fault::Activation,
            vec![name.clone(), KNOWN_ACTIVATIONS.to_owned()],
        ),
        ConfigError::Missing(name) => (Fault::NoField, vec![name.clone()]),
        ConfigError::Size { name, size, max } => (
            Fault::Size,
            [vec![name.clone()], numbers(&[*size, *max])].concat(),
        ),
        ConfigError::Heads { width, heads } => (
            Fault::Multiple,
            [width, heads]
                .iter()
                .flat_map(|(name, number)| [name.clone(), number.to_string()])
                .collect(),
        ),
        ConfigError::Sizes(detail) => (Fault::Damaged, vec![detail.clone()]),
    }
}

fn of_checkpoint(error: &CheckpointError, file: &mut String) -> Blame {
    let text = |number: &u64| number.to_string();
    match error {
        CheckpointError::HeaderLength {
            header_bytes,
            file_bytes,
        } => (Fault::Header, vec![text(header_bytes), text(file_bytes)]),
        CheckpointError::Duplicate(name) => (Fault::Twice, vec![name.clone()]),
        CheckpointError::CutOff {
            name,
            end,
            data_bytes,
        } => (
            Fault::CutOff,
            vec![name.clone(), text(end), text(data_bytes)],
        ),
        CheckpointError::Offsets {
            name, begin, end, ..
        } => (Fault::Offsets, vec![name.clone(), text(begin), text(end)]),
        CheckpointError::Extra { extra } => (Fault::Longer, vec![text(extra)]),
        CheckpointError::UnsupportedDtype { name, dtype } => {
            (Fault::NumberType, vec![name.clone(), dtype.clone()])
        }
        CheckpointError::Missing(name) => (Fault::NoTensor, vec![name.clone()]),
        CheckpointError::NoMemory { .. } => (Fault::NoMemory, Vec::new()),
        CheckpointError::Read { what, .. } => (Fault::Unreadable, vec![what.clone()]),
        CheckpointError::Pickle(detail) => (Fault::Pickle, vec![detail.clone()]),
        CheckpointError::Index(detail) => (Fault::Index, vec![detail.clone()]),
        CheckpointError::NoWeights(_) => (Fault::Absent, Vec::new()),
        CheckpointError::InFile { file: name, source } => {
            file.clone_from(name);
            of_checkpoint(source, file)
        }
        error => (Fault::Damaged, vec![error.to_string()]),
    }
}

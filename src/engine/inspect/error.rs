//! Inspections that cannot be answered.

use crate::protocol::{Activation, EngineError, Inspection, Parameter};
use crate::sampling::SamplingError;

/// Why an inspection has no answer.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// The model has no such block.
    #[error("{parameter}: the model has {n_layers} blocks")]
    NoBlock {
        /// What was asked for.
        parameter: Parameter,
        /// Number of blocks.
        n_layers: usize,
    },
    /// An index with another number of entries than the parameter has axes.
    #[error("{parameter} has {expected} axes; the index has {actual} entries")]
    Rank {
        /// What was asked for.
        parameter: Parameter,
        /// Axes of the parameter.
        expected: usize,
        /// Entries of the index.
        actual: usize,
    },
    /// An index past the end of its axis.
    #[error("{parameter}: index {index} of axis {axis} is outside its length {length}")]
    Index {
        /// What was asked for.
        parameter: Parameter,
        /// Which axis, from 0.
        axis: usize,
        /// Its length.
        length: usize,
        /// The index.
        index: usize,
    },
    /// A matrix that this family does not have.
    #[error("this model has no {0}")]
    Absent(Parameter),
    /// A position the text does not have.
    #[error("position {position} is outside the text's {length} tokens")]
    Position {
        /// The position.
        position: usize,
        /// Tokens the model reads.
        length: usize,
    },
    /// A token the vocabulary does not have.
    #[error("token id {id} is outside the vocabulary of {vocab_size}")]
    Token {
        /// The id.
        id: u32,
        /// Number of ids.
        vocab_size: usize,
    },
    /// A sample of longer sequences than the model can read.
    #[error("two halves of {half} tokens are more than the {n_ctx} this model can read")]
    TooLong {
        /// Tokens in a half.
        half: usize,
        /// Most positions.
        n_ctx: usize,
    },
    /// A frame whose weights the session does not hold.
    #[error("no weights of {0} are held")]
    NoFrame(String),
    /// The settings, or logits that are no numbers.
    #[error(transparent)]
    Sampling(#[from] SamplingError),
    /// What is remembered is not of this kind of model; a bug.
    #[error("this model remembers in another way")]
    OtherMemory,
    /// The model did not record an activation; a bug.
    #[error("{0} was not recorded")]
    NotRecorded(Activation),
    /// The device.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<InspectError> for EngineError {
    fn from(error: InspectError) -> Self {
        match error {
            InspectError::Engine(error) => error,
            InspectError::Token { id, vocab_size } => EngineError::UnknownToken { id, vocab_size },
            InspectError::Absent(parameter) => EngineError::DoesNotApply {
                what: parameter.to_string(),
            },
            other => EngineError::Internal {
                detail: other.to_string(),
            },
        }
    }
}

/// What is said of an inspection that has no answer for a model of this kind.
pub(in crate::engine) fn does_not_apply(inspection: &Inspection) -> EngineError {
    let what = match inspection {
        Inspection::Parameters(_) => "parameters with these names",
        Inspection::LogitLens { .. } => "logit lens",
        Inspection::Attribution { .. } => "logit that is a sum over its heads",
        Inspection::Neurons { .. } => "list of neurons",
        Inspection::Continuations { .. } => "tree of continuations",
        Inspection::Side { .. } => "film of its training",
        Inspection::Blanks { .. } => "blank to fill in",
        Inspection::HeadCharacters { .. } => "heads that look back",
    };
    EngineError::DoesNotApply {
        what: what.to_owned(),
    }
}

//! Every type that crosses between the page and a worker, and nothing else.
//!
//! The page sends [`Request`]s, a worker answers with [`Event`]s. Numbers travel
//! beside the message as one `f32` buffer (see [`wire`]), so that they are
//! transferred, not copied and not printed as text.
//!
//! Activations are named after TransformerLens (Nanda and Bloom, 2022); see
//! [`Activation`].

mod activation;
mod attention;
mod block;
mod block_parameter;
mod cell_parameter;
mod checkpoint;
mod error;
mod film;
mod in_order;
mod inspection;
mod message;
mod model;
mod model_parameters;
mod parameter;
mod rows;
mod trace;
pub mod wire;

pub use activation::{Activation, Axis, CellSite, ParseActivationError, Site, Stack, StackPart};
pub use attention::Attention;
pub use block::{Block, Positions, distance_bucket};
pub use block_parameter::BlockParameter;
pub use cell_parameter::CellParameter;
pub use checkpoint::{Fault, Look};
pub use error::EngineError;
pub use film::{Ability, Film, Frame, Milestone};
pub use in_order::{Unreadable, read_in_order};
pub use inspection::{
    Attribution, BeamNode, Component, Continuations, FilledBlank, Finding, HeadCharacter,
    Inspection, LensPrediction, LogitLens, Neuron, Side,
};
pub use message::{
    BackendInfo, BackendKind, EmbeddingTable, Event, Progress, Request, Stage, TraceUpdate,
    folder_name,
};
pub use model::{Architecture, Generation, ModelInfo, TokenInfo};
pub use parameter::{Parameter, ParameterSlice, ParseParameterError, StackParameter};
pub use rows::Rows;
pub use trace::{Trace, TraceSpec};

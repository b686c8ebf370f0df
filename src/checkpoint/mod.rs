//! File formats to named tensors and back. Knows no model.

mod error;
mod named_tensors;
mod safetensors_file;

pub use error::CheckpointError;
pub use named_tensors::{NamedTensor, NamedTensors};
pub use safetensors_file::{Precision, read_safetensors, write_safetensors};

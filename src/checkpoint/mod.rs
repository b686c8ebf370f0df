//! File formats to named tensors and back. Knows no model.

mod error;
mod named_tensors;
mod packed;
mod safetensors_file;

pub use error::CheckpointError;
pub use named_tensors::{NamedTensor, NamedTensors};
pub use packed::{read_packed, write_packed};
pub use safetensors_file::{Precision, read_safetensors, write_safetensors};

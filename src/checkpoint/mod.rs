//! File formats to named tensors and back. Knows no model.

mod error;
#[cfg(feature = "program")]
mod folder;
mod header;
mod named_tensors;
mod packed;
mod safetensors_file;
#[cfg(feature = "families")]
mod shards;
mod source;
#[cfg(test)]
mod tests;
#[cfg(feature = "families")]
mod torch;
mod watched;

pub use error::CheckpointError;
#[cfg(feature = "program")]
pub use folder::{DiskFile, open_folder};
pub use header::{Entry, Header};
pub use named_tensors::{NamedTensor, NamedTensors};
pub use packed::{read_packed, write_packed};
pub use safetensors_file::{Precision, SafetensorsFile, read_safetensors, write_safetensors};
#[cfg(feature = "families")]
pub use shards::{ShardIndex, Shards};
pub use source::{ReadAt, TensorSource};
#[cfg(feature = "families")]
pub use torch::TorchFile;
pub use watched::Watched;

//! What can be wrong with a checkpoint.

/// A file of weights that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// Not a safetensors file, truncated, or with offsets that cannot be.
    #[error("not a readable safetensors file: {0}")]
    Safetensors(#[from] safetensors::SafeTensorError),
    /// A tensor holds numbers of a type we do not read.
    #[error("tensor `{name}` holds {dtype}; supported: F32, F16, BF16")]
    UnsupportedDtype {
        /// Name of the tensor.
        name: String,
        /// Its type.
        dtype: String,
    },
    /// A packed matrix whose parts do not fit together.
    #[error("the packed tensor `{0}` is damaged")]
    Packed(String),
}

//! What can be wrong with a checkpoint.

use std::io;

/// A file of weights that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The header of a safetensors file does not fit in the file.
    #[error(
        "it is no safetensors file, or cut off: its header should have {header_bytes} bytes, the file has {file_bytes}"
    )]
    HeaderLength {
        /// What the first 8 bytes say.
        header_bytes: u64,
        /// Length of the file.
        file_bytes: u64,
    },
    /// The header is no JSON of the right form.
    #[error("the header is damaged: {0}")]
    Header(#[from] serde_json::Error),
    /// Two tensors of one name.
    #[error("tensor `{0}` is there twice")]
    Duplicate(String),
    /// A tensor ends after the file does.
    #[error(
        "tensor `{name}` ends at byte {end}, and the file has only {data_bytes}: it is cut off"
    )]
    CutOff {
        /// Its name.
        name: String,
        /// The byte after its last one, counted from the end of the header.
        end: u64,
        /// Bytes after the header.
        data_bytes: u64,
    },
    /// A tensor's bytes are not where they can be.
    #[error("tensor `{name}` has the bytes {begin} to {end}, {detail}")]
    Offsets {
        /// Its name.
        name: String,
        /// First byte, counted from the end of the header.
        begin: u64,
        /// The byte after the last one.
        end: u64,
        /// What is wrong with them.
        detail: String,
    },
    /// More bytes than all tensors have.
    #[error("the file is {extra} bytes longer than its tensors")]
    Extra {
        /// How many more.
        extra: u64,
    },
    /// A tensor holds numbers of a type we do not read.
    #[error("tensor `{name}` holds {dtype}; supported: F32, F16, BF16")]
    UnsupportedDtype {
        /// Name of the tensor.
        name: String,
        /// Its type.
        dtype: String,
    },
    /// A tensor that is not there was asked for.
    #[error("there is no tensor `{0}`")]
    Missing(String),
    /// The bytes of a tensor, or of a header, could not be read.
    #[error("{what} cannot be read: {source}")]
    Read {
        /// What was read.
        what: String,
        /// What the system said.
        source: io::Error,
    },
    /// There is not enough memory for a tensor.
    #[error("there is no memory for the {n_bytes} bytes of tensor `{name}`")]
    NoMemory {
        /// Its name.
        name: String,
        /// Bytes as f32.
        n_bytes: u64,
    },
    /// An index of shards that does not fit them.
    #[error("{0}")]
    Index(String),
    /// A folder without weights.
    #[error("there are no weights: neither {0}")]
    NoWeights(String),
    /// A pickle that is no checkpoint, or one that holds what no checkpoint should.
    #[error("it is not a PyTorch checkpoint that can be read: {0}")]
    Pickle(String),
    /// Something is wrong with one file of several.
    #[error("{file}: {source}")]
    InFile {
        /// Which.
        file: String,
        /// What.
        source: Box<CheckpointError>,
    },
    /// A packed matrix whose parts do not fit together.
    #[error("the packed tensor `{0}` is damaged")]
    Packed(String),
    /// The format cannot hold what was to be written.
    #[error("not a writable safetensors file: {0}")]
    Write(#[from] safetensors::SafeTensorError),
}

impl CheckpointError {
    /// Says in which file it is.
    pub fn within(self, file: &str) -> Self {
        CheckpointError::InFile {
            file: file.to_owned(),
            source: Box::new(self),
        }
    }
}

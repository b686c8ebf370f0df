//! Where weights come from: tensors that are read one by one, from bytes that are read in parts.

use std::fmt::Debug;
use std::io;

use super::{CheckpointError, NamedTensors};

/// Tensors by name, each read when it is asked for: from a file on disk, or a file of the browser,
/// so that of the file's bytes never more than a part is in memory.
pub trait TensorSource: Debug {
    /// Names of all tensors, in alphabetical order.
    fn names(&self) -> Vec<String>;

    /// The shape of a tensor; `None` if there is none of that name.
    fn shape(&self, name: &str) -> Option<Vec<usize>>;

    /// The numbers of a tensor, row-major.
    ///
    /// # Errors
    /// If there is no such tensor, it holds other numbers than F32, F16 and BF16, or its bytes
    /// cannot be read.
    fn read(&self, name: &str) -> Result<Vec<f32>, CheckpointError>;
}

impl TensorSource for NamedTensors {
    fn names(&self) -> Vec<String> {
        self.tensors.keys().cloned().collect()
    }

    fn shape(&self, name: &str) -> Option<Vec<usize>> {
        self.get(name).map(|tensor| tensor.shape.clone())
    }

    fn read(&self, name: &str) -> Result<Vec<f32>, CheckpointError> {
        let tensor = self.get(name);
        let tensor = tensor.ok_or_else(|| CheckpointError::Missing(name.to_owned()))?;
        Ok(tensor.values.clone())
    }
}

/// Bytes of a known number, of which any part can be read.
pub trait ReadAt: Debug {
    /// How many there are.
    fn len(&self) -> u64;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `into` with the bytes from `offset` on.
    ///
    /// # Errors
    /// If there are not so many, or the system says no.
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()>;
}

impl ReadAt for &[u8] {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        let from = usize::try_from(offset).ok();
        let part = from.and_then(|from| self.get(from..)?.get(..into.len()));
        let part = part.ok_or(io::ErrorKind::UnexpectedEof)?;
        into.copy_from_slice(part);
        Ok(())
    }
}

//! The form before PyTorch 1.6: five pickles, then for each storage the number of its elements in
//! 8 bytes, and the elements.

use super::bytes::Bytes;
use super::described::{element_bytes, storage_types, tensors};
use super::pickle::{Node, Pickle};
use super::{Storages, Tensors, refused};
use crate::checkpoint::{CheckpointError, ReadAt};
use std::io::Read;

/// What the first pickle holds.
const MAGIC: [u8; 10] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/// What the file describes, and where the numbers are.
///
/// # Errors
/// If it is damaged, or no checkpoint.
pub(super) fn read(file: &dyn ReadAt) -> Result<(Tensors, Storages), CheckpointError> {
    let mut bytes = Bytes::new(file, 0);
    let magic = Pickle::read(&mut bytes)?;
    if !matches!(magic.root(), Node::Long(long) if *long == MAGIC) {
        return Err(refused("it does not begin as torch.save's files do"));
    }
    let (_protocol, _system) = (Pickle::read(&mut bytes)?, Pickle::read(&mut bytes)?);
    let described = Pickle::read(&mut bytes)?;
    let keys = Pickle::read(&mut bytes)?;
    let types = storage_types(&described);
    let mut storages = Storages::new();
    for key in keys.items(keys.root()).unwrap_or_default() {
        let key = keys.text(*key).ok_or_else(|| refused("a key is no text"))?;
        let mut count = [0; 8];
        let read = bytes.read_exact(&mut count);
        read.map_err(|_| refused("it is cut off"))?;
        let Some(dtype) = types.get(key) else {
            return Err(refused(&format!("nothing uses the numbers `{key}`")));
        };
        let n_bytes = u64::from_le_bytes(count).checked_mul(element_bytes(dtype));
        let end = n_bytes.and_then(|n_bytes| bytes.at.checked_add(n_bytes));
        let (Some(n_bytes), Some(end)) = (n_bytes, end.filter(|end| *end <= file.len())) else {
            return Err(refused("it is cut off"));
        };
        storages.insert(key.to_owned(), (bytes.at, n_bytes));
        bytes.at = end;
    }
    Ok((tensors(&described)?, storages))
}

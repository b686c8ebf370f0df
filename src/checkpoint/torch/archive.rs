//! The ZIP archive that PyTorch writes since 1.6: `NAME/data.pkl`, `NAME/data/KEY`, uncompressed.

use zip::{CompressionMethod, ZipArchive};

use super::bytes::Bytes;
use super::described::tensors;
use super::pickle::Pickle;
use super::{Storages, Tensors, refused};
use crate::checkpoint::{CheckpointError, ReadAt};

/// Whether the file begins as an archive does.
pub(super) fn is_archive(file: &dyn ReadAt) -> bool {
    let mut magic = [0; 4];
    file.len() >= 4 && file.read_at(0, &mut magic).is_ok() && magic == *b"PK\x03\x04"
}

/// What the archive describes, and where the numbers are.
///
/// # Errors
/// If it is damaged, or no checkpoint.
pub(super) fn read(file: &dyn ReadAt) -> Result<(Tensors, Storages), CheckpointError> {
    let damaged = |error: zip::result::ZipError| refused(&error.to_string());
    let mut archive = ZipArchive::new(Bytes::new(file, 0)).map_err(damaged)?;
    let mut described = None;
    let mut storages = Storages::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(damaged)?;
        let name = entry.name().map_err(damaged)?.into_owned();
        let (start, n_bytes) = (entry.data_start(), entry.size());
        let is_stored = entry.compression() == CompressionMethod::Stored;
        drop(entry);
        let Some(start) = start.filter(|_| is_stored) else {
            return Err(refused(&format!("`{name}` in it is compressed")));
        };
        let end = start.checked_add(n_bytes);
        if end.is_none_or(|end| end > file.len()) {
            return Err(refused("it is cut off"));
        }
        // Within the folder that everything is in.
        let path = name.split_once('/').map_or(name.as_str(), |(_, path)| path);
        match path.strip_prefix("data/") {
            Some(key) => {
                storages.insert(key.to_owned(), (start, n_bytes));
            }
            None if path == "data.pkl" => described = Some(start),
            None if path == "byteorder" => check_order(file, start, n_bytes)?,
            None => {}
        }
    }
    let start = described.ok_or_else(|| refused("there is no data.pkl in the archive"))?;
    let pickle = Pickle::read(&mut Bytes::new(file, start))?;
    Ok((tensors(&pickle)?, storages))
}

fn check_order(file: &dyn ReadAt, start: u64, n_bytes: u64) -> Result<(), CheckpointError> {
    let mut order = vec![0; n_bytes.min(8) as usize];
    match file.read_at(start, &mut order) {
        Ok(()) if order == b"little" => Ok(()),
        _ => Err(refused("its numbers are not little-endian")),
    }
}

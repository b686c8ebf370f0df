//! The safetensors format: reading tensor by tensor, and writing.
//!
//! Source: <https://github.com/huggingface/safetensors>.

use std::collections::HashMap;

use half::{bf16, f16};
use safetensors::tensor::{Dtype, TensorView};

use super::header::{Entry, Header};
use super::{CheckpointError, NamedTensor, NamedTensors, ReadAt, TensorSource};

/// Bytes that are turned into numbers at once; a multiple of every number's size. A browser is
/// asked for each part of a file on its own.
const CHUNK_BYTES: u64 = 1 << 20;

/// How weights are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// 4 bytes a number, exact.
    F32,
    /// 2 bytes a number, about 3 significant decimal digits.
    F16,
}

/// A file whose tensors are read one by one; numbers become f32.
#[derive(Debug)]
pub struct SafetensorsFile<R> {
    file: R,
    header: Header,
}

impl<R: ReadAt> SafetensorsFile<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// See [`Header::read`].
    pub fn open(file: R) -> Result<Self, CheckpointError> {
        let header = Header::read(&file)?;
        Ok(SafetensorsFile { file, header })
    }

    /// What the header says.
    pub fn header(&self) -> &Header {
        &self.header
    }

    fn entry(&self, name: &str) -> Result<&Entry, CheckpointError> {
        let entry = self.header.entries.get(name);
        entry.ok_or_else(|| CheckpointError::Missing(name.to_owned()))
    }

    /// The bytes of a tensor as they are.
    pub(super) fn bytes(&self, name: &str) -> Result<Vec<u8>, CheckpointError> {
        let [begin, end] = self.entry(name)?.data_offsets;
        let mut bytes = vec![0; (end - begin) as usize];
        self.fill(name, begin, &mut bytes)?;
        Ok(bytes)
    }

    /// Fills `into` with a tensor's bytes from `begin` on, counted from the end of the header.
    fn fill(&self, name: &str, begin: u64, into: &mut [u8]) -> Result<(), CheckpointError> {
        let read = self.file.read_at(self.header.data_start + begin, into);
        read.map_err(|source| CheckpointError::Read {
            what: format!("tensor `{name}`"),
            source,
        })
    }
}

impl<R: ReadAt> TensorSource for SafetensorsFile<R> {
    fn names(&self) -> Vec<String> {
        self.header.entries.keys().cloned().collect()
    }

    fn shape(&self, name: &str) -> Option<Vec<usize>> {
        self.entry(name).ok().map(|entry| entry.shape.clone())
    }

    fn read(&self, name: &str) -> Result<Vec<f32>, CheckpointError> {
        let entry = self.entry(name)?;
        let unsupported = || CheckpointError::UnsupportedDtype {
            name: name.to_owned(),
            dtype: entry.dtype.clone(),
        };
        let number = NumberType::named(&entry.dtype).ok_or_else(unsupported)?;
        let [mut begin, end] = entry.data_offsets;
        let count = (end - begin) as usize / number.n_bytes();
        let mut values = Vec::new();
        if values.try_reserve_exact(count).is_err() {
            return Err(CheckpointError::NoMemory {
                name: name.to_owned(),
                n_bytes: 4 * count as u64,
            });
        }
        let mut chunk = vec![0; CHUNK_BYTES.min(end - begin) as usize];
        while begin < end {
            let n_bytes = CHUNK_BYTES.min(end - begin);
            let part = &mut chunk[..n_bytes as usize];
            self.fill(name, begin, part)?;
            number.push_all(part, &mut values);
            begin += n_bytes;
        }
        Ok(values)
    }
}

/// The types of numbers we read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberType {
    F32,
    F16,
    Bf16,
}

impl NumberType {
    /// The type of that name in a header.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "F32" => Some(NumberType::F32),
            "F16" => Some(NumberType::F16),
            "BF16" => Some(NumberType::Bf16),
            _ => None,
        }
    }

    pub(super) fn n_bytes(self) -> usize {
        match self {
            NumberType::F32 => 4,
            NumberType::F16 | NumberType::Bf16 => 2,
        }
    }

    /// Appends little-endian numbers; bytes after the last whole one are left out.
    pub(super) fn push_all(self, bytes: &[u8], values: &mut Vec<f32>) {
        let pairs = bytes.chunks_exact(2).map(|pair| [pair[0], pair[1]]);
        match self {
            NumberType::F32 => values.extend(
                bytes
                    .chunks_exact(4)
                    .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])),
            ),
            NumberType::F16 => values.extend(pairs.map(|pair| f16::from_le_bytes(pair).to_f32())),
            NumberType::Bf16 => values.extend(pairs.map(|pair| bf16::from_le_bytes(pair).to_f32())),
        }
    }
}

/// Reads a whole file; numbers become f32.
///
/// # Errors
/// If the file is damaged or holds other numbers than F32, F16 and BF16.
pub fn read_safetensors(bytes: &[u8]) -> Result<NamedTensors, CheckpointError> {
    let file = SafetensorsFile::open(bytes)?;
    let mut named = NamedTensors {
        metadata: file.header().metadata.clone(),
        ..NamedTensors::default()
    };
    for (name, entry) in &file.header().entries {
        let tensor = NamedTensor {
            shape: entry.shape.clone(),
            values: file.read(name)?,
        };
        named.tensors.insert(name.clone(), tensor);
    }
    Ok(named)
}
/// The bytes of a file with these tensors.
///
/// # Errors
/// If the format cannot hold them (it can hold all that [`NamedTensors`] can).
pub fn write_safetensors(
    named: &NamedTensors,
    precision: Precision,
) -> Result<Vec<u8>, CheckpointError> {
    let (dtype, to_bytes): (Dtype, fn(f32) -> Vec<u8>) = match precision {
        Precision::F32 => (Dtype::F32, |value| value.to_le_bytes().to_vec()),
        Precision::F16 => (Dtype::F16, |value| {
            f16::from_f32(value).to_le_bytes().to_vec()
        }),
    };
    let buffers: Vec<(&String, &Vec<usize>, Vec<u8>)> = named
        .tensors
        .iter()
        .map(|(name, tensor)| {
            (
                name,
                &tensor.shape,
                tensor.values.iter().flat_map(|v| to_bytes(*v)).collect(),
            )
        })
        .collect();
    let mut views = Vec::with_capacity(buffers.len());
    for (name, shape, bytes) in &buffers {
        views.push((
            name.as_str(),
            TensorView::new(dtype, (*shape).clone(), bytes)?,
        ));
    }
    let metadata: HashMap<String, String> = named.metadata.clone().into_iter().collect();
    Ok(safetensors::serialize(
        views,
        (!metadata.is_empty()).then_some(metadata),
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> NamedTensors {
        let mut named = NamedTensors::default();
        named.insert("a", [2, 2], vec![1.0, -0.5, 1e-3, 3.25]);
        named.insert("b", [1], vec![65504.0]);
        named.metadata.insert("model".into(), "x".into());
        named
    }

    #[test]
    fn f32_reads_back_exactly() {
        let bytes = write_safetensors(&sample(), Precision::F32).unwrap();
        assert_eq!(read_safetensors(&bytes).unwrap(), sample());
    }

    #[test]
    fn f16_reads_back_rounded() {
        let bytes = write_safetensors(&sample(), Precision::F16).unwrap();
        for (name, tensor) in read_safetensors(&bytes).unwrap().tensors {
            for (read, written) in tensor.values.iter().zip(&sample().tensors[&name].values) {
                assert!((read - written).abs() <= written.abs() * 1e-3);
            }
        }
    }

    #[test]
    fn refuses_damaged_files() {
        let bytes = write_safetensors(&sample(), Precision::F32).unwrap();
        for cut in [0, 4, 12, bytes.len() - 1] {
            assert!(read_safetensors(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        let mut long_header = bytes.clone();
        long_header[..8].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(read_safetensors(&long_header).is_err());
    }
}

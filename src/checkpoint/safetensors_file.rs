//! The safetensors format.
//!
//! Source: <https://github.com/huggingface/safetensors>.

use std::collections::HashMap;

use half::{bf16, f16};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use super::{CheckpointError, NamedTensor, NamedTensors};

/// How weights are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// 4 bytes a number, exact.
    F32,
    /// 2 bytes a number, about 3 significant decimal digits.
    F16,
}

/// Reads a whole file; numbers become f32.
///
/// # Errors
/// If the file is damaged or holds other numbers than F32, F16 and BF16.
pub fn read_safetensors(bytes: &[u8]) -> Result<NamedTensors, CheckpointError> {
    let (_, header) = SafeTensors::read_metadata(bytes)?;
    let metadata = header
        .metadata()
        .clone()
        .unwrap_or_default()
        .into_iter()
        .collect();
    let file = SafeTensors::deserialize(bytes)?;
    let mut named = NamedTensors {
        metadata,
        ..NamedTensors::default()
    };
    for (name, view) in file.iter() {
        let values =
            to_f32(view.dtype(), view.data()).ok_or_else(|| CheckpointError::UnsupportedDtype {
                name: name.to_owned(),
                dtype: format!("{:?}", view.dtype()),
            })?;
        named.tensors.insert(
            name.to_owned(),
            NamedTensor {
                shape: view.shape().to_vec(),
                values,
            },
        );
    }
    Ok(named)
}

pub(super) fn to_f32(dtype: Dtype, data: &[u8]) -> Option<Vec<f32>> {
    let pairs = || data.chunks_exact(2).map(|pair| [pair[0], pair[1]]);
    match dtype {
        Dtype::F32 => Some(
            data.chunks_exact(4)
                .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
                .collect(),
        ),
        Dtype::F16 => Some(
            pairs()
                .map(|pair| f16::from_le_bytes(pair).to_f32())
                .collect(),
        ),
        Dtype::BF16 => Some(
            pairs()
                .map(|pair| bf16::from_le_bytes(pair).to_f32())
                .collect(),
        ),
        _ => None,
    }
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

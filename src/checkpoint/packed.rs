//! Weights at 6 bits each, for the many checkpoints of a training's film.
//!
//! A safetensors file like any other. A matrix `name` of rows of `n` numbers is kept as
//! - `name`, U8 `[.., 3 n / 4 rounded up]`: codes of 6 bits, four to three bytes, lowest bits first,
//! - `name.scale`, F16 `[..]`: one factor per row, so that `value = scale * (code - 32)`,
//!
//! and the file's metadata `row_lengths` have a line `name n`. A tensor of one axis is F16. Equal
//! tensors give equal files.

use std::collections::HashMap;

use half::f16;
use safetensors::tensor::{Dtype, TensorView};

use super::{CheckpointError, NamedTensor, NamedTensors, SafetensorsFile, TensorSource};

/// The key of the lengths of rows in a file's metadata.
const ROW_LENGTHS: &str = "row_lengths";
/// The code of 0.
const ZERO: i32 = 32;
/// The largest distance of a code from it.
const MOST: f32 = 31.0;

/// The bytes of a packed file.
///
/// # Errors
/// If the format cannot hold the tensors.
pub fn write_packed(named: &NamedTensors) -> Result<Vec<u8>, CheckpointError> {
    let mut row_lengths = String::new();
    let mut buffers: Vec<(String, Dtype, Vec<usize>, Vec<u8>)> = Vec::new();
    for (name, tensor) in &named.tensors {
        let halves = |values: &[f32]| -> Vec<u8> {
            let halves = values.iter().map(|value| f16::from_f32(*value));
            halves.flat_map(f16::to_le_bytes).collect()
        };
        match tensor.shape.split_last() {
            Some((&row_len, outer @ [_, ..])) if row_len > 0 => {
                let mut codes = Vec::new();
                let mut scales = Vec::new();
                for row in tensor.values.chunks(row_len) {
                    let scale = best_scale(row);
                    scales.push(scale);
                    push_codes(row, scale, &mut codes);
                }
                let shape = [outer, &[packed_len(row_len)]].concat();
                row_lengths.push_str(&format!("{name} {row_len}\n"));
                buffers.push((name.clone(), Dtype::U8, shape, codes));
                let scale_name = format!("{name}.scale");
                buffers.push((scale_name, Dtype::F16, outer.to_vec(), halves(&scales)));
            }
            _ => buffers.push((
                name.clone(),
                Dtype::F16,
                tensor.shape.clone(),
                halves(&tensor.values),
            )),
        }
    }
    let mut views = Vec::with_capacity(buffers.len());
    for (name, dtype, shape, bytes) in &buffers {
        views.push((
            name.as_str(),
            TensorView::new(*dtype, shape.clone(), bytes)?,
        ));
    }
    let metadata = HashMap::from([(ROW_LENGTHS.to_owned(), row_lengths)]);
    Ok(safetensors::serialize(views, Some(metadata))?)
}

/// Reads a packed file; numbers become f32.
///
/// # Errors
/// If the file is damaged or is not packed in this way.
pub fn read_packed(bytes: &[u8]) -> Result<NamedTensors, CheckpointError> {
    let file = SafetensorsFile::open(bytes)?;
    let lines = file.header().metadata.get(ROW_LENGTHS).into_iter();
    let row_lens: HashMap<&str, usize> = lines
        .flat_map(|lines| lines.lines())
        .filter_map(|line| line.rsplit_once(' '))
        .filter_map(|(name, len)| Some((name, len.parse().ok()?)))
        .collect();
    let mut named = NamedTensors::default();
    for (name, entry) in &file.header().entries {
        let is_scale = name
            .strip_suffix(".scale")
            .is_some_and(|matrix| row_lens.contains_key(matrix));
        if is_scale {
            continue;
        }
        let tensor = if entry.dtype == "U8" {
            let damaged = || CheckpointError::Packed(name.clone());
            let row_len = *row_lens.get(name.as_str()).ok_or_else(damaged)?;
            let codes = file.bytes(name)?;
            let scales = file.read(&format!("{name}.scale"))?;
            let [outer @ .., packed] = entry.shape.as_slice() else {
                return Err(damaged());
            };
            let fits = scales.len().checked_mul(*packed) == Some(codes.len());
            if row_len == 0 || *packed != packed_len(row_len) || !fits {
                return Err(damaged());
            }
            let mut values = Vec::with_capacity(scales.len() * row_len);
            for (row, scale) in codes.chunks(*packed).zip(&scales) {
                let end = values.len() + row_len;
                for three in row.chunks(3) {
                    values.extend_from_slice(&values_of(three, *scale));
                }
                values.truncate(end);
            }
            let shape = [outer, &[row_len]].concat();
            NamedTensor { shape, values }
        } else {
            NamedTensor {
                shape: entry.shape.clone(),
                values: file.read(name)?,
            }
        };
        named.tensors.insert(name.clone(), tensor);
    }
    Ok(named)
}

/// Bytes of a row of `n` codes.
fn packed_len(n: usize) -> usize {
    n - n / 4
}

/// The factor with the smallest squared error, as f16 holds it: somewhat less than the largest
/// number asks for, because the few largest may be cut for the sake of all others.
fn best_scale(row: &[f32]) -> f32 {
    let largest = row.iter().fold(0.0f32, |most, value| most.max(value.abs()));
    let error = |scale: f32| -> f32 {
        let off = |value: &f32| value - scale * (code(*value, scale) - ZERO) as f32;
        row.iter().map(off).map(|off| off * off).sum()
    };
    (0..8)
        .map(|step| f16::from_f32(largest / MOST * (1.0 - 0.06 * step as f32)).to_f32())
        .min_by(|a, b| error(*a).total_cmp(&error(*b)))
        .unwrap_or(0.0)
}

/// The code of a number, 1 to 63.
fn code(value: f32, scale: f32) -> i32 {
    let steps = if scale > 0.0 { value / scale } else { 0.0 };
    steps.round().clamp(-MOST, MOST) as i32 + ZERO
}

fn push_codes(row: &[f32], scale: f32, bytes: &mut Vec<u8>) {
    for four in row.chunks(4) {
        let bits = (0u32..).zip(four).fold(0u32, |bits, (at, value)| {
            bits | (code(*value, scale) as u32) << (6 * at)
        });
        bytes.extend_from_slice(&bits.to_le_bytes()[..packed_len(four.len())]);
    }
}

/// The numbers of up to three bytes, always four; those past the end of a row are cut off. A film
/// has a million of them at each step, so this is a plain loop.
fn values_of(bytes: &[u8], scale: f32) -> [f32; 4] {
    let bits = bytes
        .iter()
        .rev()
        .fold(0u32, |bits, byte| bits << 8 | u32::from(*byte));
    [0, 6, 12, 18].map(|at| scale * ((bits >> at & 63) as i32 - ZERO) as f32)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    /// Numbers between -1 and 1 that look random.
    fn values(count: usize) -> Vec<f32> {
        (0..count).map(|at| (at as f32 * 12.9898).sin()).collect()
    }

    #[test]
    fn a_packed_matrix_reads_back_within_half_a_step() {
        for row_len in [1, 2, 3, 4, 7, 128] {
            let mut named = NamedTensors::default();
            named.insert("m", [2, 3, row_len], values(6 * row_len));
            named.insert("v", [row_len], values(row_len));
            named.insert("zero", [1, row_len], vec![0.0; row_len]);
            let read = read_packed(&write_packed(&named).unwrap()).unwrap();
            assert_eq!(read.tensors.len(), 3);
            assert_eq!(read.tensors["zero"], named.tensors["zero"]);
            for (name, tensor) in &read.tensors {
                assert_eq!(tensor.shape, named.tensors[name].shape);
                let exact = &named.tensors[name].values;
                let rows = tensor.values.chunks(row_len).zip(exact.chunks(row_len));
                for (row, exact) in rows {
                    let squares = |row: &[f32]| row.iter().map(|v| v * v).sum::<f32>();
                    let off: Vec<f32> = row.iter().zip(exact).map(|(a, b)| a - b).collect();
                    // A step is 1/31 of the largest number, its error spread evenly.
                    assert!(
                        squares(&off) <= squares(exact) / 900.0,
                        "{row_len}: {off:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_packed_file_takes_six_bits_a_number() {
        let mut named = NamedTensors::default();
        named.insert("m", [512, 128], values(512 * 128));
        let size = write_packed(&named).unwrap().len();
        assert!(size < 512 * 128 * 6 / 8 + 512 * 2 + 400, "{size}");
    }

    #[test]
    fn refuses_damaged_files() {
        let mut named = NamedTensors::default();
        named.insert("m", [4, 8], values(32));
        let bytes = write_packed(&named).unwrap();
        for cut in [0, 8, bytes.len() - 1] {
            assert!(read_packed(&bytes[..cut]).is_err());
        }
        let at = bytes.windows(3).position(|found| found == b"m 8").unwrap();
        let mut wrong = bytes.clone();
        wrong[at + 2] = b'9';
        assert!(matches!(
            read_packed(&wrong),
            Err(CheckpointError::Packed(_))
        ));
    }

    /// A file with one packed matrix, as its header describes it.
    fn described(row_len: &str, packed: &str, n_scales: usize) -> Vec<u8> {
        let end = 2 * n_scales;
        let header = format!(
            r#"{{"__metadata__": {{"row_lengths": "m {row_len}"}},
            "m": {{"dtype": "U8", "shape": [0, {packed}], "data_offsets": [{end}, {end}]}},
            "m.scale": {{"dtype": "F16", "shape": [{n_scales}], "data_offsets": [0, {end}]}}}}"#
        );
        let length = (header.len() as u64).to_le_bytes();
        [&length, header.as_bytes(), &vec![0; end]].concat()
    }

    #[test]
    fn lengths_of_rows_that_cannot_be_are_refused() {
        for (row_len, packed, n_scales) in [
            ("0", "0", 1),
            // 6 bits times this many are 3 bytes, the rest beyond 64 bits.
            ("3074457345618258606", "3", 0),
            ("6148914691236517205", "4611686018427387904", 4),
            ("6148914691236517204", "4611686018427387903", 0),
        ] {
            let read = read_packed(&described(row_len, packed, n_scales));
            let is_empty = read
                .as_ref()
                .is_ok_and(|named| named.tensors["m"].values.is_empty());
            let is_refused = matches!(read, Err(CheckpointError::Packed(_)));
            assert!(is_refused || is_empty && n_scales == 0, "{row_len}");
        }
    }
}

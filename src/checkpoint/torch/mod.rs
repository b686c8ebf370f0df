//! `pytorch_model.bin`: a checkpoint as `torch.save` writes it.
//!
//! A pickle describes the tensors, their numbers lie beside it: in a ZIP archive without
//! compression, or, before PyTorch 1.6, one after the other behind the pickle. The pickle is read
//! as data; nothing in it is run. (The crate `pytorch-reader` opens paths, and a browser has none.)
//!
//! Source: <https://docs.python.org/3/library/pickletools.html>,
//! <https://github.com/pytorch/pytorch/blob/main/torch/serialization.py>.

mod archive;
mod bytes;
mod described;
mod legacy;
mod pickle;

use std::collections::BTreeMap;

use super::safetensors_file::NumberType;
use super::{CheckpointError, Entry, Header, ReadAt, TensorSource};
use described::Described;

/// Tensors of a file that `torch.save` wrote, read from it when they are asked for.
#[derive(Debug)]
pub struct TorchFile<R> {
    file: R,
    tensors: BTreeMap<String, Place>,
}

/// A tensor, and where the numbers it is a view of begin in the file.
#[derive(Debug)]
struct Place {
    tensor: Described,
    storage_start: u64,
}

impl<R: ReadAt> TorchFile<R> {
    /// Reads the description of the tensors.
    ///
    /// # Errors
    /// [`CheckpointError::Pickle`] if the file is no pickle of tensors by name, cut off, or a
    /// tensor is not within its storage.
    pub fn open(file: R) -> Result<Self, CheckpointError> {
        let (described, storages) = match archive::is_archive(&file) {
            true => archive::read(&file)?,
            false => legacy::read(&file)?,
        };
        let mut tensors = BTreeMap::new();
        for (name, tensor) in described {
            let storage = storages.get(&tensor.storage);
            let Some((storage_start, n_bytes)) = storage.copied() else {
                return Err(refused(&format!("the numbers of `{name}` are missing")));
            };
            if tensor.reach().is_none_or(|reach| reach > n_bytes) {
                return Err(refused(&format!("`{name}` reaches beyond its numbers")));
            }
            let place = Place {
                tensor,
                storage_start,
            };
            tensors.insert(name, place);
        }
        match tensors.is_empty() {
            true => Err(refused("it holds no tensor")),
            false => Ok(TorchFile { file, tensors }),
        }
    }

    /// What the header of a safetensors file with these tensors would say, without places.
    pub fn header(&self) -> Header {
        let entry = |place: &Place| Entry {
            dtype: place.tensor.dtype.to_owned(),
            shape: place.tensor.shape.clone(),
            data_offsets: [0, 0],
        };
        let tensors = self.tensors.iter();
        Header {
            entries: tensors
                .map(|(name, place)| (name.clone(), entry(place)))
                .collect(),
            file_bytes: self.file.len(),
            ..Header::default()
        }
    }
}

impl<R: ReadAt> TensorSource for TorchFile<R> {
    fn names(&self) -> Vec<String> {
        self.tensors.keys().cloned().collect()
    }

    fn shape(&self, name: &str) -> Option<Vec<usize>> {
        self.tensors
            .get(name)
            .map(|place| place.tensor.shape.clone())
    }

    fn read(&self, name: &str) -> Result<Vec<f32>, CheckpointError> {
        let place = self.tensors.get(name);
        let place = place.ok_or_else(|| CheckpointError::Missing(name.to_owned()))?;
        let tensor = &place.tensor;
        let number =
            NumberType::named(tensor.dtype).ok_or_else(|| CheckpointError::UnsupportedDtype {
                name: name.to_owned(),
                dtype: tensor.dtype.to_owned(),
            })?;
        // Only the part of the storage that the tensor is a view of.
        let start = place.storage_start + tensor.begin();
        let span = tensor.reach().unwrap_or(0) - tensor.begin();
        let mut bytes = vec![0; span as usize];
        let read = self.file.read_at(start, &mut bytes);
        read.map_err(|source| CheckpointError::Read {
            what: format!("tensor `{name}`"),
            source,
        })?;
        let mut values = Vec::with_capacity(bytes.len() / number.n_bytes());
        number.push_all(&bytes, &mut values);
        Ok(tensor.in_order(values))
    }
}

/// Numbers by the key of their storage: first byte in the file, and how many bytes.
type Storages = BTreeMap<String, (u64, u64)>;
/// Tensors by name.
type Tensors = Vec<(String, Described)>;

fn refused(detail: &str) -> CheckpointError {
    CheckpointError::Pickle(detail.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FILES: [&[u8]; 2] = [
        include_bytes!("../../../tests/golden/distilbert-head/pytorch_model.bin"),
        include_bytes!("../../../tests/golden/distilbert-head/legacy.bin"),
    ];

    fn read_all(bytes: &[u8]) -> Result<usize, CheckpointError> {
        let file = TorchFile::open(bytes)?;
        let names = file.names();
        for name in &names {
            let shape = file.shape(name).unwrap_or_default();
            let values = file.read(name)?;
            assert_eq!(values.len(), shape.iter().product::<usize>(), "{name}");
        }
        Ok(names.len())
    }

    #[test]
    fn both_forms_are_read() {
        for file in FILES {
            assert!(read_all(file).unwrap() > 20);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn a_damaged_file_is_refused_or_read(
            which in 0..FILES.len(),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
            // Most of what can be misread is at the beginning.
            is_early in any::<bool>(),
            end in prop::option::of(any::<prop::sample::Index>()),
        ) {
            let mut bytes = FILES[which].to_vec();
            let reach = if is_early { 2_000 } else { bytes.len() };
            for (at, byte) in changes {
                bytes[at.index(reach)] = byte;
            }
            if let Some(end) = end {
                bytes.truncate(end.index(bytes.len()));
            }
            let _ = read_all(&bytes);
        }

        #[test]
        fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(read_all(&bytes).is_err());
        }
    }

    /// A file of the form before 1.6, whose state is the opcodes between `{` and the end, and whose
    /// numbers "0" are six of four bytes.
    fn legacy(state: &[u8]) -> Vec<u8> {
        let mut bytes = LEGACY_BEGINNING.to_vec();
        bytes.extend_from_slice(b"K\x01.}.}");
        bytes.extend_from_slice(state);
        bytes.extend_from_slice(b".](\x8c\x010e.");
        bytes.extend_from_slice(&6u64.to_le_bytes());
        bytes.extend_from_slice(&[0; 24]);
        bytes
    }

    const LEGACY_BEGINNING: &[u8] = b"\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";

    /// Opcodes of a tensor of those numbers: its axes and what lies between two of their elements.
    fn tensor(key: &str, shape: &[u64], strides: &[u64]) -> Vec<u8> {
        let numbers = |numbers: &[u64]| {
            let one = |number: &u64| [b"\x8a\x08", &number.to_le_bytes()[..]].concat();
            let numbers: Vec<u8> = numbers.iter().flat_map(one).collect();
            [b"(", &numbers[..], b"t"].concat()
        };
        let key = [&(key.len() as u32).to_le_bytes(), key.as_bytes()].concat();
        [
            b"ctorch._utils\n_rebuild_tensor_v2\n((U\x00ctorch\nFloatStorage\nX",
            &key[..],
            b"N",
            b"tQK\x00",
            &numbers(shape),
            &numbers(strides),
            b"tR",
        ]
        .concat()
    }

    fn entry(name: &str, value: &[u8]) -> Vec<u8> {
        [
            b"\x8c",
            &[name.len() as u8][..],
            name.as_bytes(),
            value,
            b"s",
        ]
        .concat()
    }

    #[test]
    fn a_tensor_without_numbers_may_be_as_long_as_it_likes() {
        let empty = tensor("0", &[0, 1 << 40, 1 << 40], &[7, 1 << 40, 1]);
        let file = legacy(&[entry("a", &tensor("0", &[6], &[1])), entry("b", &empty)].concat());
        assert_eq!(read_all(&file).unwrap(), 2);
    }

    #[test]
    fn what_no_tensor_has_is_refused() {
        let most = tensor("0", &[1; 64], &[1; 64]);
        assert_eq!(read_all(&legacy(&entry("a", &most))).unwrap(), 1);
        let axes = tensor("0", &[1; 65], &[1; 65]);
        assert!(read_all(&legacy(&entry("a", &axes))).is_err());
        // Its key would be there once for each view of the numbers.
        let key = "0".repeat(1 << 16);
        let state =
            [("a", "0"), ("b", &key)].map(|(name, key)| entry(name, &tensor(key, &[6], &[1])));
        let error = read_all(&legacy(&state.concat())).unwrap_err().to_string();
        assert!(error.contains("description of `b` is damaged"), "{error}");
    }

    #[test]
    fn a_hundred_thousand_names_take_no_time() {
        // The same tensor by each name; the first one is put into the memo.
        let mut state = entry("first", &[&tensor("0", &[6], &[1])[..], b"q\x00"].concat());
        for index in 0..100_000 {
            state.extend_from_slice(&entry(&format!("{index}"), b"h\x00"));
        }
        let file = legacy(&state);
        let file = TorchFile::open(&file[..]).unwrap();
        assert_eq!(file.names().len(), 100_001);
        state.extend_from_slice(&entry("7", b"h\x00"));
        let twice = TorchFile::open(&legacy(&state)[..]).unwrap_err();
        assert!(matches!(twice, CheckpointError::Duplicate(_)), "{twice}");
    }

    #[test]
    fn a_pickle_of_opcodes_alone_is_refused() {
        let endless = legacy(&vec![b'2'; 1 << 23]);
        let error = TorchFile::open(&endless[..]).unwrap_err().to_string();
        assert!(error.contains("longer than any"), "{error}");
    }

    #[test]
    fn a_view_of_other_numbers_is_brought_into_order() {
        let tensor = Described {
            storage: "0".into(),
            dtype: "F32",
            shape: vec![3, 2],
            offset: 0,
            strides: vec![1, 3],
        };
        assert_eq!(tensor.reach(), Some(24));
        let ordered = tensor.in_order(vec![0., 1., 2., 3., 4., 5.]);
        assert_eq!(ordered, [0., 3., 1., 4., 2., 5.]);
    }
}

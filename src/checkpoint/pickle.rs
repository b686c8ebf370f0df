//! `pytorch_model.bin`: a checkpoint as `torch.save` writes it. Its pickle is read as data; nothing
//! in it is run.

use std::collections::BTreeMap;
use std::path::Path;

use pytorch_reader::{DType, PytorchReader, Tensor};

use super::safetensors_file::NumberType;
use super::{CheckpointError, TensorSource};

/// Tensors of a file that `torch.save` wrote, read from it when they are asked for.
#[derive(Debug)]
pub struct PickleFile {
    tensors: BTreeMap<String, Tensor>,
}

/// Opens a file of `torch.save`.
///
/// # Errors
/// If it is no pickle of tensors by name.
pub fn open_pickle(path: &Path) -> Result<Box<dyn TensorSource>, CheckpointError> {
    let reader = PytorchReader::new(path);
    let reader = reader.map_err(|error| CheckpointError::Pickle(error.to_string()))?;
    let tensors: BTreeMap<String, Tensor> = reader.into_tensors().into_iter().collect();
    if tensors.is_empty() {
        return Err(CheckpointError::Pickle("it holds no tensor".into()));
    }
    Ok(Box::new(PickleFile { tensors }))
}

impl PickleFile {
    fn tensor(&self, name: &str) -> Result<&Tensor, CheckpointError> {
        let tensor = self.tensors.get(name);
        tensor.ok_or_else(|| CheckpointError::Missing(name.to_owned()))
    }
}

impl TensorSource for PickleFile {
    fn names(&self) -> Vec<String> {
        self.tensors.keys().cloned().collect()
    }

    fn shape(&self, name: &str) -> Option<Vec<usize>> {
        self.tensor(name).ok().map(|tensor| tensor.shape().to_vec())
    }

    fn read(&self, name: &str) -> Result<Vec<f32>, CheckpointError> {
        let tensor = self.tensor(name)?;
        let number = match tensor.dtype() {
            DType::F32 => NumberType::F32,
            DType::F16 => NumberType::F16,
            DType::BF16 => NumberType::Bf16,
            other => {
                return Err(CheckpointError::UnsupportedDtype {
                    name: name.to_owned(),
                    dtype: format!("{other:?}"),
                });
            }
        };
        let bytes = tensor.read().map_err(|source| CheckpointError::Read {
            what: format!("tensor `{name}`"),
            source,
        })?;
        let mut values = Vec::with_capacity(tensor.num_elements());
        number.push_all(&bytes, &mut values);
        Ok(values)
    }
}

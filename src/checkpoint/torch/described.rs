//! Tensors as a pickle describes them: `torch._utils._rebuild_tensor_v2(storage, offset, shape,
//! strides, ...)`, by name in a dictionary.

use std::collections::BTreeMap;

use super::pickle::{Id, Node, Pickle};
use super::{Tensors, refused};
use crate::checkpoint::CheckpointError;

/// Keys under which training programs put the weights beside other things.
const WRAPPERS: [&str; 3] = ["state_dict", "model_state_dict", "model"];

/// The most axes, as in PyTorch.
const MAX_AXES: usize = 64;
/// The longest key of numbers, in bytes; each view of them has it.
const MAX_KEY_BYTES: usize = 256;

/// A view of some numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Described {
    /// Key of the numbers.
    pub storage: String,
    /// Their type, as safetensors names it.
    pub dtype: &'static str,
    /// Length of each axis.
    pub shape: Vec<usize>,
    /// Number of the first element.
    pub offset: u64,
    /// Elements from one index of an axis to the next.
    pub strides: Vec<u64>,
}

impl Described {
    /// First byte of the storage that is used.
    pub fn begin(&self) -> u64 {
        self.offset * element_bytes(self.dtype)
    }

    /// The byte after the last one that is used; `None` if it is beyond all numbers.
    pub fn reach(&self) -> Option<u64> {
        let mut last = self.offset;
        for (length, stride) in self.shape.iter().zip(&self.strides) {
            match length.checked_sub(1) {
                None => return self.offset.checked_mul(element_bytes(self.dtype)),
                Some(steps) => last = last.checked_add(stride.checked_mul(steps as u64)?)?,
            }
        }
        last.checked_add(1)?.checked_mul(element_bytes(self.dtype))
    }

    /// The numbers from the first one on, brought into row-major order.
    pub fn in_order(&self, values: Vec<f32>) -> Vec<f32> {
        if values.is_empty() {
            return values;
        }
        let count: usize = self.shape.iter().product();
        let mut dense = 1;
        let is_dense = self
            .shape
            .iter()
            .zip(&self.strides)
            .rev()
            .all(|(n, stride)| {
                let fits = *n <= 1 || *stride == dense;
                dense *= *n as u64;
                fits
            });
        if is_dense {
            return values;
        }
        let place = |index: usize| {
            let mut rest = index;
            let axes = self.shape.iter().zip(&self.strides).rev();
            axes.fold(0, |place, (length, stride)| {
                let along = rest % length;
                rest /= length;
                place + along * *stride as usize
            })
        };
        (0..count).map(|index| values[place(index)]).collect()
    }
}

/// Every tensor of a pickle with its name.
///
/// # Errors
/// If the pickle is no dictionary, or a tensor's description is damaged.
pub(super) fn tensors(pickle: &Pickle) -> Result<Tensors, CheckpointError> {
    let no_names = || refused("it is no dictionary of tensors");
    let mut entries = pickle.entries(pickle.root()).ok_or_else(no_names)?;
    let wrapped = entries.iter().find(|(key, _)| {
        let key = pickle.text(*key);
        key.is_some_and(|key| WRAPPERS.contains(&key))
    });
    if let Some((_, inner)) = wrapped {
        entries = pickle.entries(pickle.node(*inner)).ok_or_else(no_names)?;
    }
    let mut found = Tensors::new();
    let mut names = BTreeMap::new();
    for (key, value) in entries {
        let Some(arguments) = rebuilt(pickle, *value) else {
            continue;
        };
        let name = pickle.text(*key).ok_or_else(no_names)?;
        if names.insert(name, ()).is_some() {
            return Err(CheckpointError::Duplicate(name.to_owned()));
        }
        let tensor = described(pickle, arguments);
        let damaged = || refused(&format!("the description of `{name}` is damaged"));
        found.push((name.to_owned(), tensor.ok_or_else(damaged)?));
    }
    Ok(found)
}

/// The arguments of the call that makes a tensor; `None` for what is no tensor. A parameter is a
/// tensor with something around it.
fn rebuilt(pickle: &Pickle, id: Id) -> Option<&[Id]> {
    let arguments = |id| match pickle.node(id) {
        Node::Call {
            function,
            arguments,
            ..
        } => match pickle.node(*function) {
            Node::Global(name) => Some((name.as_str(), pickle.items(pickle.node(*arguments))?)),
            _ => None,
        },
        _ => None,
    };
    match arguments(id)? {
        ("torch._utils _rebuild_parameter", inner) => match arguments(*inner.first()?)? {
            ("torch._utils _rebuild_tensor_v2", arguments) => Some(arguments),
            _ => None,
        },
        ("torch._utils _rebuild_tensor_v2" | "torch._utils _rebuild_tensor", arguments) => {
            Some(arguments)
        }
        _ => None,
    }
}

fn described(pickle: &Pickle, arguments: &[Id]) -> Option<Described> {
    let [storage, offset, shape, strides, ..] = arguments else {
        return None;
    };
    let numbers = |id: Id| -> Option<Vec<u64>> {
        let items = pickle.items(pickle.node(id))?;
        let items = Some(items).filter(|items| items.len() <= MAX_AXES)?.iter();
        items
            .map(|id| u64::try_from(pickle.int(*id)?).ok())
            .collect()
    };
    let (storage, dtype) = storage_of(pickle, pickle.node(*storage))?;
    let (shape, strides) = (numbers(*shape)?, numbers(*strides)?);
    let tensor = Described {
        storage: storage.to_owned(),
        dtype,
        offset: u64::try_from(pickle.int(*offset)?).ok()?,
        shape: shape.iter().map(|n| *n as usize).collect(),
        strides,
    };
    // Not more elements than there are numbers: no number is used twice.
    let count = shape
        .iter()
        .try_fold(1u64, |n, length| n.checked_mul(*length))?;
    let n_bytes = count.checked_mul(element_bytes(dtype))?;
    let is_whole = shape.len() == tensor.strides.len() && tensor.reach()? >= n_bytes;
    is_whole.then_some(tensor)
}

/// Key and type of a storage: `("storage", torch.FloatStorage, key, device, count)`.
fn storage_of<'a>(pickle: &'a Pickle, node: &Node) -> Option<(&'a str, &'static str)> {
    let Node::Persistent(of) = node else {
        return None;
    };
    let [_, class, key, ..] = pickle.items(pickle.node(*of))? else {
        return None;
    };
    let Node::Global(class) = pickle.node(*class) else {
        return None;
    };
    let key = pickle.text(*key).filter(|key| key.len() <= MAX_KEY_BYTES);
    Some((key?, dtype_of(class)?))
}

/// Every storage a pickle speaks of, with the type of its numbers.
pub(super) fn storage_types(pickle: &Pickle) -> BTreeMap<&str, &'static str> {
    let found = pickle.nodes();
    found.filter_map(|node| storage_of(pickle, node)).collect()
}

fn dtype_of(class: &str) -> Option<&'static str> {
    Some(match class {
        "torch FloatStorage" => "F32",
        "torch HalfStorage" => "F16",
        "torch BFloat16Storage" => "BF16",
        "torch DoubleStorage" => "F64",
        "torch LongStorage" => "I64",
        "torch IntStorage" => "I32",
        "torch ShortStorage" => "I16",
        "torch CharStorage" => "I8",
        "torch ByteStorage" => "U8",
        "torch BoolStorage" => "BOOL",
        _ => return None,
    })
}

/// Bytes of one number of a type that [`dtype_of`] names.
pub(super) fn element_bytes(dtype: &str) -> u64 {
    match dtype {
        "F64" | "I64" => 8,
        "F32" | "I32" => 4,
        "F16" | "BF16" | "I16" => 2,
        _ => 1,
    }
}

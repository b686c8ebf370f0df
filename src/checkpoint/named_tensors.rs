//! Weights by name, in memory.

use std::collections::BTreeMap;

/// Numbers with a shape, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedTensor {
    /// Length of each axis.
    pub shape: Vec<usize>,
    /// The numbers.
    pub values: Vec<f32>,
}

/// Tensors by name, and the file's own notes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NamedTensors {
    /// The tensors.
    pub tensors: BTreeMap<String, NamedTensor>,
    /// Text beside them.
    pub metadata: BTreeMap<String, String>,
}

impl NamedTensors {
    /// Adds a tensor.
    ///
    /// # Panics
    /// If the number of values is not the product of the shape.
    pub fn insert(
        &mut self,
        name: impl Into<String>,
        shape: impl Into<Vec<usize>>,
        values: Vec<f32>,
    ) {
        let shape = shape.into();
        assert_eq!(shape.iter().product::<usize>(), values.len());
        self.tensors
            .insert(name.into(), NamedTensor { shape, values });
    }

    /// The tensor of that name.
    pub fn get(&self, name: &str) -> Option<&NamedTensor> {
        self.tensors.get(name)
    }

    /// Whether every number is finite.
    pub fn is_finite(&self) -> bool {
        let mut tensors = self.tensors.values();
        tensors.all(|tensor| tensor.values.iter().all(|value| value.is_finite()))
    }
}

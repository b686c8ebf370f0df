//! A checkpoint in several files, with an index that says which tensor is in which.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{CheckpointError, TensorSource};

/// The index of a checkpoint in several files, `*.index.json`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ShardIndex {
    /// The file of each tensor.
    pub weight_map: BTreeMap<String, String>,
}

impl ShardIndex {
    /// Reads the index.
    ///
    /// # Errors
    /// If it is damaged, names no tensor, or a file that is not in the same folder.
    pub fn from_json(json: &str) -> Result<Self, CheckpointError> {
        let index: ShardIndex = serde_json::from_str(json)
            .map_err(|error| CheckpointError::Index(format!("the index is damaged: {error}")))?;
        if index.weight_map.is_empty() {
            return Err(CheckpointError::Index("the index names no tensor".into()));
        }
        let is_elsewhere = |file: &&String| file.contains(['/', '\\']) || file.starts_with('.');
        match index.weight_map.values().find(is_elsewhere) {
            Some(file) => Err(CheckpointError::Index(format!(
                "the index names `{file}`, which is not a file of this folder"
            ))),
            None => Ok(index),
        }
    }

    /// Names of the files, in alphabetical order.
    pub fn files(&self) -> Vec<String> {
        let mut files: BTreeMap<&str, ()> = BTreeMap::new();
        files.extend(self.weight_map.values().map(|file| (file.as_str(), ())));
        files.into_keys().map(str::to_owned).collect()
    }
}

/// Tensors of several files.
#[derive(Debug)]
pub struct Shards {
    files: Vec<(String, Box<dyn TensorSource>)>,
    /// The file of each tensor, by its place in `files`.
    places: BTreeMap<String, usize>,
}

impl Shards {
    /// Puts files together, each with its name.
    ///
    /// # Errors
    /// If a tensor is in two of them, or not in the one that the index names.
    pub fn new(
        index: &ShardIndex,
        files: Vec<(String, Box<dyn TensorSource>)>,
    ) -> Result<Self, CheckpointError> {
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for (place, (file, source)) in files.iter().enumerate() {
            for name in source.names() {
                if let Some(other) = places.insert(name.clone(), place) {
                    let other = &files[other].0;
                    return Err(CheckpointError::Index(format!(
                        "tensor `{name}` is in both {other} and {file}"
                    )));
                }
            }
        }
        for (name, file) in &index.weight_map {
            let found = places.get(name).map(|place| &files[*place].0);
            if found != Some(file) {
                return Err(CheckpointError::Index(format!(
                    "tensor `{name}` is not in {file}, as the index says"
                )));
            }
        }
        Ok(Shards { files, places })
    }
}

impl TensorSource for Shards {
    fn names(&self) -> Vec<String> {
        self.places.keys().cloned().collect()
    }

    fn shape(&self, name: &str) -> Option<Vec<usize>> {
        self.files[*self.places.get(name)?].1.shape(name)
    }

    fn read(&self, name: &str) -> Result<Vec<f32>, CheckpointError> {
        let place = self.places.get(name);
        let place = place.ok_or_else(|| CheckpointError::Missing(name.to_owned()))?;
        let (file, source) = &self.files[*place];
        source.read(name).map_err(|error| error.within(file))
    }
}

//! Which tensors of a checkpoint a model did not ask for.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::{CheckpointError, TensorSource};

/// Weights that remember what was read of them.
#[derive(Debug)]
pub struct Watched<'a> {
    source: &'a dyn TensorSource,
    read: RefCell<BTreeSet<String>>,
}

impl<'a> Watched<'a> {
    /// Watches these weights.
    pub fn new(source: &'a dyn TensorSource) -> Self {
        Watched {
            source,
            read: RefCell::default(),
        }
    }

    /// Names of the tensors that nobody read, in alphabetical order.
    pub fn unread(&self) -> Vec<String> {
        let mut names = self.source.names();
        names.retain(|name| !self.read.borrow().contains(name));
        names
    }
}

impl TensorSource for Watched<'_> {
    fn names(&self) -> Vec<String> {
        self.source.names()
    }

    fn shape(&self, name: &str) -> Option<Vec<usize>> {
        self.source.shape(name)
    }

    fn read(&self, name: &str) -> Result<Vec<f32>, CheckpointError> {
        self.read.borrow_mut().insert(name.to_owned());
        self.source.read(name)
    }
}

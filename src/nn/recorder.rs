//! Keeps the activations someone asked for while a model runs.

use burn::tensor::Tensor;

use crate::protocol::{Activation, Site, Stack, TraceSpec};

/// An activation as the model computed it, with its batch axis.
#[derive(Clone, Debug)]
pub enum Recorded {
    /// `[batch, pos, features]`
    Vectors(Tensor<3>),
    /// `[batch, head, pos, features]`
    PerHead(Tensor<4>),
}

/// Collects activations. One that nobody asked for costs nothing: its tensor is not even cloned,
/// so the computation may go on in place.
#[derive(Debug, Default)]
pub struct Recorder {
    spec: TraceSpec,
    records: Vec<(Activation, Recorded)>,
}

impl Recorder {
    /// A recorder of the activations in `spec`.
    pub fn new(spec: TraceSpec) -> Self {
        Recorder {
            spec,
            records: Vec::new(),
        }
    }

    /// A recorder that keeps nothing, for training and plain generation.
    pub fn off() -> Self {
        Recorder::default()
    }

    /// Whether someone asked for `activation`, for what is not computed otherwise.
    pub fn wants(&self, activation: Activation) -> bool {
        self.spec.contains(activation)
    }

    /// Keeps `[batch, pos, features]` if it was asked for.
    pub fn vectors(&mut self, activation: Activation, tensor: &Tensor<3>) {
        if self.spec.contains(activation) {
            self.records
                .push((activation, Recorded::Vectors(tensor.clone())));
        }
    }

    /// Keeps `[batch, head, pos, features]` if it was asked for.
    pub fn per_head(&mut self, activation: Activation, tensor: &Tensor<4>) {
        if self.spec.contains(activation) {
            self.records
                .push((activation, Recorded::PerHead(tensor.clone())));
        }
    }

    /// The same recorder inside block `layer`.
    pub fn block(&mut self, layer: usize) -> BlockRecorder<'_> {
        BlockRecorder {
            recorder: self,
            stack: None,
            layer,
            is_crossed: false,
        }
    }

    /// The same recorder inside block `layer` of one stack of an encoder-decoder.
    pub fn block_of(&mut self, stack: Stack, layer: usize) -> BlockRecorder<'_> {
        BlockRecorder {
            stack: Some(stack),
            ..self.block(layer)
        }
    }

    /// What was kept, in the order of computation.
    pub fn into_records(self) -> Vec<(Activation, Recorded)> {
        self.records
    }
}

/// A [`Recorder`] that knows which block it is in.
#[derive(Debug)]
pub struct BlockRecorder<'a> {
    recorder: &'a mut Recorder,
    stack: Option<Stack>,
    layer: usize,
    is_crossed: bool,
}

impl BlockRecorder<'_> {
    /// The same recorder inside the block's cross-attention: its stages get the names of
    /// [`Site::crossed`].
    pub fn crossed(&mut self) -> BlockRecorder<'_> {
        BlockRecorder {
            recorder: self.recorder,
            is_crossed: true,
            ..*self
        }
    }

    /// Keeps `[batch, pos, features]` if it was asked for.
    pub fn vectors(&mut self, site: Site, tensor: &Tensor<3>) {
        self.recorder.vectors(self.activation(site), tensor);
    }

    /// Keeps `[batch, head, pos, features]` if it was asked for.
    pub fn per_head(&mut self, site: Site, tensor: &Tensor<4>) {
        self.recorder.per_head(self.activation(site), tensor);
    }

    fn activation(&self, site: Site) -> Activation {
        let site = match self.is_crossed {
            true => site.crossed(),
            false => site,
        };
        match self.stack {
            Some(stack) => Activation::in_stack(stack, self.layer, site),
            None => Activation::block(self.layer, site),
        }
    }
}

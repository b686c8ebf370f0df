//! Named tensors to layers and back, with every name and shape checked, and fresh weights to
//! train from: what all families share.
//!
//! A matrix is `[in, out]` in burn's `Linear`. `Conv1D` (GPT-2) stores it so; `torch.nn.Linear`
//! stores `[out, in]`, and the functions named `linear_rows` turn it around.
//!
//! Layers are made of their parameters, never by burn's configurations of layers: those draw
//! parameters to be thrown away, and what they can draw is a tenth of the processor's engine.

use burn::module::{Param, ParamId};
use burn::tensor::{Device, Tensor, TensorData};

use super::ConfigError;
use crate::checkpoint::{CheckpointError, NamedTensors, TensorSource};
use crate::nn::{Embedding, LayerNorm, Linear};
use crate::sampling::draw_uniform;

/// Weights that do not fit the configuration.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// A tensor is missing.
    #[error("the weights have no tensor `{0}`")]
    Missing(String),
    /// A tensor has another shape than the configuration says.
    #[error("tensor `{name}` has shape {actual:?}; the configuration asks for {expected:?}")]
    Shape {
        /// Its name.
        name: String,
        /// Shape in the file.
        actual: Vec<usize>,
        /// Shape the configuration asks for.
        expected: Vec<usize>,
    },
    /// A weight is NaN or infinite.
    #[error("tensor `{0}` holds a number that is not finite")]
    NotFinite(String),
    /// A tensor's bytes.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The configuration itself.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// How a fresh tensor is filled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fill {
    /// The same number everywhere.
    Constant(f32),
    /// Normal around 0 with this deviation.
    Normal(f64),
    /// Uniform between minus and plus this bound.
    Uniform(f64),
}

/// Fresh weights. The same seed gives the same weights on every machine.
///
/// `layout` names every tensor with its shape and what fills it.
pub fn fresh_weights(
    seed: u64,
    layout: impl IntoIterator<Item = (String, Vec<usize>, Fill)>,
) -> NamedTensors {
    let mut drawn = 0;
    let mut weights = NamedTensors::default();
    for (name, shape, fill) in layout {
        let count: usize = shape.iter().product();
        let draws = drawn..drawn + count as u64;
        let values = match fill {
            Fill::Constant(value) => vec![value; count],
            Fill::Normal(deviation) => draws
                .map(|index| (normal(seed, index) * deviation) as f32)
                .collect(),
            Fill::Uniform(bound) => draws
                .map(|index| ((2.0 * draw_uniform(seed, index) - 1.0) * bound) as f32)
                .collect(),
        };
        drawn += count as u64;
        weights.insert(name, shape, values);
    }
    weights
}

/// The `index`-th standard normal number of a seed.
///
/// Source: Box and Muller 1958.
fn normal(seed: u64, index: u64) -> f64 {
    let radius = (-2.0 * (1.0 - draw_uniform(seed, 2 * index)).ln()).sqrt();
    radius * (std::f64::consts::TAU * draw_uniform(seed, 2 * index + 1)).cos()
}

/// Takes tensors out of a checkpoint, one after the other: beside the layers made so far, only the
/// tensor at hand is in memory, as far as the checkpoint reads it when asked. Parameters are numbered in that order,
/// so that an optimiser's saved state finds them again.
#[derive(Debug)]
pub struct Loader<'a> {
    weights: &'a dyn TensorSource,
    device: &'a Device,
    prefix: &'a str,
    next_id: u64,
}

impl<'a> Loader<'a> {
    /// A loader that finds names with and without `prefix` (`transformer.`).
    pub fn new(weights: &'a dyn TensorSource, device: &'a Device, prefix: &'a str) -> Self {
        Loader {
            weights,
            device,
            prefix,
            next_id: 1,
        }
    }

    /// The device the tensors go to.
    pub fn device(&self) -> &'a Device {
        self.device
    }

    /// Whether there is a tensor of that name, with or without the prefix.
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The full name and the shape of a tensor.
    fn find(&self, name: &str) -> Option<(String, Vec<usize>)> {
        let names = [format!("{}{name}", self.prefix), name.to_owned()];
        let mut found = names
            .into_iter()
            .filter_map(|name| Some((self.weights.shape(&name)?, name)));
        found.next().map(|(shape, name)| (name, shape))
    }

    /// The numbers of a tensor, row-major.
    ///
    /// # Errors
    /// If it is missing, of another shape, not finite, or cannot be read.
    pub fn values(&self, name: &str, expected: &[usize]) -> Result<Vec<f32>, WeightsError> {
        let found = self.find(name);
        let (full_name, actual) = found.ok_or_else(|| WeightsError::Missing(name.to_owned()))?;
        if actual != expected {
            return Err(WeightsError::Shape {
                name: name.to_owned(),
                actual,
                expected: expected.to_vec(),
            });
        }
        let values = self.weights.read(&full_name)?;
        if !values.iter().all(|value| value.is_finite()) {
            return Err(WeightsError::NotFinite(name.to_owned()));
        }
        Ok(values)
    }

    /// A parameter from numbers that were taken already.
    pub fn param_of<const D: usize>(
        &mut self,
        values: Vec<f32>,
        shape: [usize; D],
    ) -> Param<Tensor<D>> {
        let tensor = Tensor::from_data(TensorData::new(values, shape), self.device);
        let id = ParamId::from(self.next_id);
        self.next_id += 1;
        Param::initialized(id, tensor).set_require_grad(true)
    }

    /// A parameter stored as it is used.
    ///
    /// # Errors
    /// See [`Self::values`].
    pub fn param<const D: usize>(
        &mut self,
        name: &str,
        shape: [usize; D],
    ) -> Result<Param<Tensor<D>>, WeightsError> {
        let values = self.values(name, &shape)?;
        Ok(self.param_of(values, shape))
    }

    /// `{name}` as an embedding `[rows, width]`.
    ///
    /// # Errors
    /// See [`Self::values`].
    pub fn embedding(
        &mut self,
        name: &str,
        rows: usize,
        width: usize,
    ) -> Result<Embedding, WeightsError> {
        let weight = self.param(name, [rows, width])?;
        Ok(Embedding::new(weight))
    }

    /// `{name}.weight` `[in, out]` and `{name}.bias`.
    ///
    /// # Errors
    /// See [`Self::values`].
    pub fn linear(
        &mut self,
        name: &str,
        d_input: usize,
        d_output: usize,
    ) -> Result<Linear, WeightsError> {
        let weight = self.param(&format!("{name}.weight"), [d_input, d_output])?;
        let bias = self.param(&format!("{name}.bias"), [d_output])?;
        Ok(self.linear_of(weight, Some(bias)))
    }

    /// `torch.nn.Linear`s side by side in one product: `{name}.weight` `[out, in]` of each becomes
    /// a part of `[in, names * out]`, and so does `{name}.bias` if `has_bias`.
    ///
    /// # Errors
    /// See [`Self::values`].
    pub fn linear_rows(
        &mut self,
        names: &[String],
        d_input: usize,
        d_output: usize,
        has_bias: bool,
    ) -> Result<Linear, WeightsError> {
        let n_rows = names.len() * d_output;
        let (mut rows, mut biases) = (Vec::new(), Vec::new());
        for name in names {
            append(
                &mut rows,
                self.values(&format!("{name}.weight"), &[d_output, d_input])?,
            );
            if has_bias {
                append(
                    &mut biases,
                    self.values(&format!("{name}.bias"), &[d_output])?,
                );
            }
        }
        let turned = transposed(&rows, n_rows, d_input);
        drop(rows);
        let weight = self.param_of(turned, [d_input, n_rows]);
        let bias = has_bias.then(|| self.param_of(biases, [n_rows]));
        Ok(self.linear_of(weight, bias))
    }

    /// A linear layer of these parameters.
    pub fn linear_of(&self, weight: Param<Tensor<2>>, bias: Option<Param<Tensor<1>>>) -> Linear {
        Linear::new(weight, bias)
    }

    /// `{name}.weight` and `{name}.bias` as a layer norm; old checkpoints say `gamma` and `beta`.
    ///
    /// # Errors
    /// See [`Self::values`].
    pub fn layer_norm(
        &mut self,
        name: &str,
        width: usize,
        epsilon: f64,
    ) -> Result<LayerNorm, WeightsError> {
        let is_old = self.has(&format!("{name}.gamma"));
        let [weight, bias] = if is_old {
            ["gamma", "beta"]
        } else {
            ["weight", "bias"]
        };
        Ok(LayerNorm {
            gamma: self.param(&format!("{name}.{weight}"), [width])?,
            beta: Some(self.param(&format!("{name}.{bias}"), [width])?),
            epsilon,
        })
    }
}

/// Appends numbers; the first ones are taken as they are.
fn append(all: &mut Vec<f32>, more: Vec<f32>) {
    match all.is_empty() {
        true => *all = more,
        false => all.extend(more),
    }
}

/// Puts layers back under their names: the way back of [`Loader`].
#[derive(Debug, Default)]
pub struct Writer {
    weights: NamedTensors,
    prefix: &'static str,
}

impl Writer {
    /// A writer that puts `prefix` before every name.
    pub fn new(prefix: &'static str) -> Self {
        Writer {
            weights: NamedTensors::default(),
            prefix,
        }
    }

    /// Numbers that are no parameter as they stand.
    pub fn values(&mut self, name: &str, shape: &[usize], values: Vec<f32>) {
        self.weights
            .insert(format!("{}{name}", self.prefix), shape, values);
    }

    /// A parameter as it is used.
    pub fn param<const D: usize>(&mut self, name: &str, param: &Param<Tensor<D>>) {
        let tensor = param.val();
        self.values(name, &tensor.dims(), values_of(tensor));
    }

    /// A matrix `[in, out]` as `torch.nn.Linear` keeps it, `[out, in]`.
    pub fn rows(&mut self, name: &str, param: &Param<Tensor<2>>) {
        let [d_input, d_output] = param.val().dims();
        let turned = transposed(&values_of(param.val()), d_input, d_output);
        self.values(name, &[d_output, d_input], turned);
    }

    /// `{name}.weight` `[in, out]` and `{name}.bias`.
    pub fn linear(&mut self, name: &str, linear: &Linear) {
        self.param(&format!("{name}.weight"), &linear.weight);
        if let Some(bias) = &linear.bias {
            self.param(&format!("{name}.bias"), bias);
        }
    }

    /// The way back of [`Loader::linear_rows`].
    pub fn linear_rows(&mut self, names: &[String], linear: &Linear) {
        let [d_input, n_rows] = linear.weight.val().dims();
        let d_output = n_rows / names.len();
        let rows = transposed(&values_of(linear.weight.val()), d_input, n_rows);
        let biases = linear.bias.as_ref().map(|bias| values_of(bias.val()));
        for (part, name) in names.iter().enumerate() {
            let from = part * d_output;
            let weight = rows[from * d_input..(from + d_output) * d_input].to_vec();
            self.values(&format!("{name}.weight"), &[d_output, d_input], weight);
            if let Some(biases) = &biases {
                let bias = biases[from..from + d_output].to_vec();
                self.values(&format!("{name}.bias"), &[d_output], bias);
            }
        }
    }

    /// `{name}.weight` and `{name}.bias`.
    pub fn layer_norm(&mut self, name: &str, norm: &LayerNorm) {
        self.param(&format!("{name}.weight"), &norm.gamma);
        if let Some(beta) = &norm.beta {
            self.param(&format!("{name}.bias"), beta);
        }
    }

    /// Adds what another writer holds, which may have another prefix.
    pub fn append(&mut self, other: Writer) {
        self.weights.tensors.extend(other.weights.tensors);
    }

    /// The tensors.
    pub fn finish(self) -> NamedTensors {
        self.weights
    }
}

/// The numbers of a tensor, row-major; none if the device does not answer.
pub fn values_of<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    let data = tensor.into_data().convert::<f32>();
    data.try_into_vec::<f32>().unwrap_or_default()
}

/// `[rows, columns]` row-major to `[columns, rows]` row-major.
///
/// ```
/// use llm_atlas::models::weights::transposed;
/// assert_eq!(transposed(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 2, 3), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
/// ```
pub fn transposed(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let mut turned = Vec::with_capacity(values.len());
    for column in 0..columns {
        turned.extend((0..rows).map(|row| values[row * columns + column]));
    }
    turned
}

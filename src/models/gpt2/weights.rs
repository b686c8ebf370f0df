//! From Hugging Face's tensor names to our layers and back, and fresh weights to train from.
//!
//! `Conv1D` weights are `[in, out]`, which is also burn's layout for `Linear`: nothing is transposed.

use burn::module::{Param, ParamId};
use burn::nn::{Embedding, EmbeddingConfig, LayerNorm, LayerNormConfig, Linear, LinearConfig};
use burn::tensor::{Device, Tensor, TensorData};

use super::{Block, Gpt2, Gpt2Config};
use crate::checkpoint::NamedTensors;
use crate::models::gpt2::ConfigError;
use crate::nn::{Attention, Mlp};
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
    /// The configuration itself.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// Names and shapes of a model's tensors, in the order of computation.
fn layout(config: &Gpt2Config) -> Vec<(String, Vec<usize>)> {
    let (d_model, d_mlp) = (config.n_embd, config.d_mlp());
    let mut layout = vec![
        ("wte.weight".to_owned(), vec![config.vocab_size, d_model]),
        ("wpe.weight".to_owned(), vec![config.n_positions, d_model]),
    ];
    for layer in 0..config.n_layer {
        let parts = [
            ("ln_1.weight", vec![d_model]),
            ("ln_1.bias", vec![d_model]),
            ("attn.c_attn.weight", vec![d_model, 3 * d_model]),
            ("attn.c_attn.bias", vec![3 * d_model]),
            ("attn.c_proj.weight", vec![d_model, d_model]),
            ("attn.c_proj.bias", vec![d_model]),
            ("ln_2.weight", vec![d_model]),
            ("ln_2.bias", vec![d_model]),
            ("mlp.c_fc.weight", vec![d_model, d_mlp]),
            ("mlp.c_fc.bias", vec![d_mlp]),
            ("mlp.c_proj.weight", vec![d_mlp, d_model]),
            ("mlp.c_proj.bias", vec![d_model]),
        ];
        layout.extend(parts.map(|(name, shape)| (format!("h.{layer}.{name}"), shape)));
    }
    layout.push(("ln_f.weight".to_owned(), vec![d_model]));
    layout.push(("ln_f.bias".to_owned(), vec![d_model]));
    layout
}

/// Fresh weights as GPT-2 begins: normal with deviation 0.02, the two projections into the
/// residual stream smaller by `sqrt(2 * n_layer)`, layer norms at 1, biases at 0.
///
/// The same seed gives the same weights on every machine.
pub fn initial_weights(config: &Gpt2Config, seed: u64) -> NamedTensors {
    let mut drawn = 0;
    let residual_deviation = 0.02 / ((2 * config.n_layer) as f64).sqrt();
    let mut weights = NamedTensors::default();
    for (name, shape) in layout(config) {
        let count = shape.iter().product();
        let values = if name.ends_with(".bias") {
            vec![0.0; count]
        } else if name.contains("ln_") {
            vec![1.0; count]
        } else {
            let deviation = if name.ends_with("c_proj.weight") {
                residual_deviation
            } else {
                0.02
            };
            (0..count)
                .map(|index| (normal(seed, drawn + index as u64) * deviation) as f32)
                .collect()
        };
        drawn += count as u64;
        weights.insert(format!("transformer.{name}"), shape, values);
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

impl Gpt2 {
    /// A model from named tensors. Accepts names with and without the prefix `transformer.`.
    ///
    /// # Errors
    /// If a tensor is missing, misshapen or not finite; every other tensor is ignored.
    pub fn from_weights(
        config: &Gpt2Config,
        weights: &NamedTensors,
        device: &Device,
    ) -> Result<Self, WeightsError> {
        let mut loader = Loader {
            weights,
            device,
            next_id: 1,
        };
        let d_model = config.n_embd;
        let token_embedding = loader.embedding("wte.weight", config.vocab_size, d_model)?;
        let position_embedding = loader.embedding("wpe.weight", config.n_positions, d_model)?;
        let mut blocks = Vec::with_capacity(config.n_layer);
        for layer in 0..config.n_layer {
            let name = |part: &str| format!("h.{layer}.{part}");
            blocks.push(Block {
                ln1: loader.layer_norm(&name("ln_1"), config)?,
                attention: Attention {
                    qkv: loader.linear(&name("attn.c_attn"), d_model, 3 * d_model)?,
                    out: loader.linear(&name("attn.c_proj"), d_model, d_model)?,
                    n_heads: config.n_head,
                },
                ln2: loader.layer_norm(&name("ln_2"), config)?,
                mlp: Mlp {
                    up: loader.linear(&name("mlp.c_fc"), d_model, config.d_mlp())?,
                    down: loader.linear(&name("mlp.c_proj"), config.d_mlp(), d_model)?,
                    activation: config.activation()?,
                },
            });
        }
        let ln_final = loader.layer_norm("ln_f", config)?;
        let unembedding = match config.tie_word_embeddings {
            true => None,
            false => Some(loader.unembedding(config)?),
        };
        Ok(Gpt2 {
            token_embedding,
            position_embedding,
            blocks,
            ln_final,
            unembedding,
        })
    }

    /// All tensors under their Hugging Face names.
    pub fn to_weights(&self) -> NamedTensors {
        let mut weights = NamedTensors::default();
        let mut put = |name: String, shape: Vec<usize>, data: TensorData| {
            let values = data
                .convert::<f32>()
                .try_into_vec::<f32>()
                .unwrap_or_default();
            weights.insert(format!("transformer.{name}"), shape, values);
        };
        let matrix =
            |weight: &Param<Tensor<2>>| (weight.val().dims().to_vec(), weight.val().into_data());
        let vector =
            |weight: &Param<Tensor<1>>| (weight.val().dims().to_vec(), weight.val().into_data());
        let mut put_matrix = |name: &str, weight: &Param<Tensor<2>>| {
            let (shape, data) = matrix(weight);
            put(name.to_owned(), shape, data);
        };
        put_matrix("wte.weight", &self.token_embedding.weight);
        put_matrix("wpe.weight", &self.position_embedding.weight);
        for (layer, block) in self.blocks.iter().enumerate() {
            put_matrix(
                &format!("h.{layer}.attn.c_attn.weight"),
                &block.attention.qkv.weight,
            );
            put_matrix(
                &format!("h.{layer}.attn.c_proj.weight"),
                &block.attention.out.weight,
            );
            put_matrix(&format!("h.{layer}.mlp.c_fc.weight"), &block.mlp.up.weight);
            put_matrix(
                &format!("h.{layer}.mlp.c_proj.weight"),
                &block.mlp.down.weight,
            );
        }
        let mut put_vector = |name: String, weight: &Param<Tensor<1>>| {
            let (shape, data) = vector(weight);
            put(name, shape, data);
        };
        for (layer, block) in self.blocks.iter().enumerate() {
            for (name, norm) in [("ln_1", &block.ln1), ("ln_2", &block.ln2)] {
                put_vector(format!("h.{layer}.{name}.weight"), &norm.gamma);
                norm.beta
                    .iter()
                    .for_each(|beta| put_vector(format!("h.{layer}.{name}.bias"), beta));
            }
            for (name, linear) in [
                ("attn.c_attn", &block.attention.qkv),
                ("attn.c_proj", &block.attention.out),
                ("mlp.c_fc", &block.mlp.up),
                ("mlp.c_proj", &block.mlp.down),
            ] {
                linear
                    .bias
                    .iter()
                    .for_each(|bias| put_vector(format!("h.{layer}.{name}.bias"), bias));
            }
        }
        put_vector("ln_f.weight".to_owned(), &self.ln_final.gamma);
        self.ln_final
            .beta
            .iter()
            .for_each(|beta| put_vector("ln_f.bias".to_owned(), beta));
        weights
    }
}

/// Takes tensors out of a checkpoint, one after the other. Parameters are numbered in that order,
/// so that an optimiser's saved state finds them again.
struct Loader<'a> {
    weights: &'a NamedTensors,
    device: &'a Device,
    next_id: u64,
}

impl Loader<'_> {
    fn values(&self, name: &str, expected: &[usize]) -> Result<TensorData, WeightsError> {
        let tensor = self
            .weights
            .get(&format!("transformer.{name}"))
            .or_else(|| self.weights.get(name))
            .ok_or_else(|| WeightsError::Missing(name.to_owned()))?;
        if tensor.shape != expected {
            return Err(WeightsError::Shape {
                name: name.to_owned(),
                actual: tensor.shape.clone(),
                expected: expected.to_vec(),
            });
        }
        if !tensor.values.iter().all(|value| value.is_finite()) {
            return Err(WeightsError::NotFinite(name.to_owned()));
        }
        Ok(TensorData::new(tensor.values.clone(), expected.to_vec()))
    }

    fn param<const D: usize>(
        &mut self,
        name: &str,
        shape: [usize; D],
    ) -> Result<Param<Tensor<D>>, WeightsError> {
        let tensor = Tensor::from_data(self.values(name, &shape)?, self.device);
        let id = ParamId::from(self.next_id);
        self.next_id += 1;
        Ok(Param::initialized(id, tensor).set_require_grad(true))
    }

    fn embedding(
        &mut self,
        name: &str,
        rows: usize,
        d_model: usize,
    ) -> Result<Embedding, WeightsError> {
        let mut embedding = EmbeddingConfig::new(1, 1).init(self.device);
        embedding.weight = self.param(name, [rows, d_model])?;
        Ok(embedding)
    }

    fn linear(
        &mut self,
        name: &str,
        d_input: usize,
        d_output: usize,
    ) -> Result<Linear, WeightsError> {
        let mut linear = LinearConfig::new(1, 1).init(self.device);
        linear.weight = self.param(&format!("{name}.weight"), [d_input, d_output])?;
        linear.bias = Some(self.param(&format!("{name}.bias"), [d_output])?);
        Ok(linear)
    }

    fn layer_norm(&mut self, name: &str, config: &Gpt2Config) -> Result<LayerNorm, WeightsError> {
        let mut norm = LayerNormConfig::new(1)
            .with_epsilon(config.layer_norm_epsilon)
            .init(self.device);
        norm.gamma = self.param(&format!("{name}.weight"), [config.n_embd])?;
        norm.beta = Some(self.param(&format!("{name}.bias"), [config.n_embd])?);
        Ok(norm)
    }

    /// `lm_head.weight` is `[vocab, d_model]` and has no prefix.
    fn unembedding(&mut self, config: &Gpt2Config) -> Result<Linear, WeightsError> {
        let stored: Param<Tensor<2>> =
            self.param("lm_head.weight", [config.vocab_size, config.n_embd])?;
        let mut linear = LinearConfig::new(1, 1).with_bias(false).init(self.device);
        linear.weight = stored.map(Tensor::transpose);
        Ok(linear)
    }
}

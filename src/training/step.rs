//! The loss and one step of the optimiser.

use burn::grad_clipping::GradientClippingConfig;
use burn::module::ParamGroup;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::optim::decay::WeightDecayConfig;
use burn::optim::{AdamWConfig, AdjustLrFn, GradientsParams, ModuleOptimizer, MuonConfig};
use burn::tensor::{Bytes, Device, Int, Tensor, TensorData};

use super::{Batch, OptimizerKind, Recipe, TrainingError, learning_rate};
use crate::models::Gpt2;
use crate::nn::Recorder;

/// Mean of `-ln p(target)` over all positions, nats per token, `[1]`.
pub fn cross_entropy(model: &Gpt2, batch: &Batch, device: &Device) -> Tensor<1> {
    let shape = [batch.batch_size, batch.seq_len];
    let inputs = Tensor::<2, Int>::from_data(TensorData::new(batch.inputs.clone(), shape), device);
    let targets = Tensor::<1, Int>::from_data(
        TensorData::new(batch.targets.clone(), [shape[0] * shape[1]]),
        device,
    );
    let logits = model.forward(inputs, None, &mut Recorder::off()); // [batch, pos, vocab]
    let [batch_size, seq_len, vocab] = logits.dims();
    let logits = logits.reshape([batch_size * seq_len, vocab]);
    CrossEntropyLossConfig::new()
        .init(device)
        .forward(logits, targets)
}

/// A model with its optimiser.
pub struct Trainer {
    /// The model, on a device with autodiff.
    pub model: Gpt2,
    /// AdamW with its moments.
    pub optimizer: ModuleOptimizer,
    device: Device,
}

impl Trainer {
    /// A trainer whose optimiser has not seen anything yet.
    pub fn new(model: Gpt2, recipe: &Recipe, device: Device) -> Self {
        let optimizer = optimizer(recipe);
        Trainer {
            model,
            optimizer,
            device,
        }
    }

    /// One step; returns the loss before it, nats per token.
    pub fn step(self, recipe: &Recipe, step: usize, batch: &Batch) -> (Self, f32) {
        let Trainer {
            model,
            mut optimizer,
            device,
        } = self;
        let loss = cross_entropy(&model, batch, &device);
        let value = loss.clone().into_scalar::<f32>();
        let gradients = GradientsParams::from_grads(loss.backward(), &model);
        let model = optimizer.step(learning_rate(recipe, step), model, gradients);
        (
            Trainer {
                model,
                optimizer,
                device,
            },
            value,
        )
    }

    /// The optimiser's state, to be saved.
    ///
    /// # Errors
    /// If it cannot be written as bytes.
    pub fn optimizer_bytes(&self) -> Result<Vec<u8>, TrainingError> {
        let bytes = self
            .optimizer
            .into_bytes()
            .map_err(|error| TrainingError::Optimizer(error.to_string()))?;
        Ok(bytes.to_vec())
    }

    /// The same trainer with an optimiser's saved state.
    ///
    /// # Errors
    /// If the bytes are no optimiser's state.
    pub fn with_optimizer_state(self, bytes: Vec<u8>) -> Result<Self, TrainingError> {
        let Trainer {
            model,
            optimizer,
            device,
        } = self;
        let optimizer = optimizer
            .from_bytes(Bytes::from_bytes_vec(bytes))
            .map_err(|error| TrainingError::Optimizer(error.to_string()))?;
        Ok(Trainer {
            model,
            optimizer,
            device,
        })
    }
}

/// The recipe's optimiser, which has not seen anything yet.
fn optimizer(recipe: &Recipe) -> ModuleOptimizer {
    let clipping = GradientClippingConfig::Norm(recipe.gradient_norm);
    let adam_w = AdamWConfig::new()
        .with_beta_1(0.9)
        .with_beta_2(recipe.beta_2)
        .with_epsilon(1e-8)
        .with_weight_decay(recipe.weight_decay)
        .with_grad_clipping(Some(clipping.clone()))
        .init();
    match recipe.optimizer {
        OptimizerKind::AdamW => adam_w,
        OptimizerKind::Muon => {
            let muon = MuonConfig::new()
                .with_weight_decay(Some(WeightDecayConfig::new(recipe.weight_decay)))
                .with_adjust_lr_fn(AdjustLrFn::MatchRmsAdamW);
            let matrices = ParamGroup::from_predicates(vec!["blocks.", ".weight"]);
            adam_w.with_group(matrices, muon.build(), Some(clipping.init()))
        }
    }
}

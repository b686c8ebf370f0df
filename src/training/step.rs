//! The loss and one step of the optimiser.

use burn::grad_clipping::GradientClippingConfig;
use burn::module::ParamGroup;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::optim::decay::WeightDecayConfig;
use burn::optim::{AdamWConfig, AdjustLrFn, GradientsParams, ModuleOptimizer, MuonConfig};
use burn::tensor::{Bytes, Device, Int, Tensor};

use super::{Learner, OptimizerKind, Recipe, TrainingError, learning_rate};

/// Mean of `-ln p(target)`, nats per target, `[1]`.
///
/// # Shapes
/// - `logits`: `[targets, vocab]`
/// - `targets`: `[targets]`
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
    CrossEntropyLossConfig::new()
        .init(&logits.device())
        .forward(logits, targets)
}

/// A model with its optimiser.
pub struct Trainer<L> {
    /// The model, on a device with autodiff.
    pub model: L,
    /// The optimiser with its moments.
    pub optimizer: ModuleOptimizer,
    device: Device,
}

impl<L: Learner> Trainer<L> {
    /// A trainer whose optimiser has not seen anything yet.
    pub fn new(model: L, recipe: &Recipe, device: Device) -> Self {
        Trainer {
            model,
            optimizer: optimizer(recipe, L::muon_matrices()),
            device,
        }
    }

    /// One step; returns the loss before it, nats per target.
    pub fn step(self, recipe: &Recipe, step: usize, batch: &L::Batch) -> (Self, f32) {
        let Trainer {
            model,
            mut optimizer,
            device,
        } = self;
        let loss = model.loss(batch, &device);
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

    /// The optimiser's state, to be saved: every number in full precision.
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
        let optimizer = self
            .optimizer
            .from_bytes(Bytes::from_bytes_vec(bytes))
            .map_err(|error| TrainingError::Optimizer(error.to_string()))?;
        Ok(Trainer { optimizer, ..self })
    }
}

/// The recipe's optimiser, which has not seen anything yet.
fn optimizer(recipe: &Recipe, muon_matrices: ParamGroup) -> ModuleOptimizer {
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
            adam_w.with_group(muon_matrices, muon.build(), Some(clipping.init()))
        }
    }
}

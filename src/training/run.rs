//! The loop: batches in, checkpoints out.

use std::fs;
use std::path::Path;

use burn::tensor::Device;

use super::checkpoints::{self, State, write_whole};
use super::film::Film;
use super::metrics::{self, Report};
use super::{
    Batch, Corpus, Learner, Lock, ModelKind, Recipe, Trainer, TrainingError, learning_rate,
    village_tokenizer,
};
use crate::checkpoint::{NamedTensors, Precision, write_safetensors};
use crate::models::{Bert, Gpt2, Lstm, T5};
use crate::tokenizer::ByteLevelBpe;
use crate::village::Split;

/// What to run and where.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// What to train and how.
    pub recipe: &'a Recipe,
    /// Folder for checkpoints, metrics and, at the end, the model.
    pub out: &'a Path,
    /// Go on from the newest checkpoint in the folder, if there is one.
    pub is_resumed: bool,
    /// Where to compute.
    pub device: &'a Device,
    /// The tokenizer that the recipe takes over from another model.
    pub tokenizer: Option<&'a ByteLevelBpe>,
    /// The weights that the recipe begins with, by their Hugging Face names; fresh ones if absent.
    pub weights: Option<&'a NamedTensors>,
}

/// Trains until the recipe is done, or until `keep_going` says no after a step; then the folder
/// holds a checkpoint to resume from, and, when the recipe is done, the Hugging Face folder.
///
/// `now_s` is a clock in seconds; `on_report` is called every 20 steps. On the processor a resumed
/// training gives the same weights, bit for bit, as one that was never stopped.
///
/// # Errors
/// See [`TrainingError`]; the last checkpoint is kept in every case.
pub fn run(
    order: Order<'_>,
    now_s: &dyn Fn() -> f64,
    on_report: &mut dyn FnMut(&Report),
    keep_going: &dyn Fn() -> bool,
) -> Result<(), TrainingError> {
    match order.recipe.model.kind {
        ModelKind::Gpt2 => learn::<Gpt2>(order, now_s, on_report, keep_going),
        ModelKind::Bert => learn::<Bert>(order, now_s, on_report, keep_going),
        ModelKind::T5 => learn::<T5>(order, now_s, on_report, keep_going),
        ModelKind::Lstm => learn::<Lstm>(order, now_s, on_report, keep_going),
    }
}

/// [`run`] for one architecture.
fn learn<L: Learner>(
    order: Order<'_>,
    now_s: &dyn Fn() -> f64,
    on_report: &mut dyn FnMut(&Report),
    keep_going: &dyn Fn() -> bool,
) -> Result<(), TrainingError> {
    let Order { recipe, out, .. } = order;
    if recipe.self_attention.is_some() && recipe.model.kind != ModelKind::Bert {
        let detail = "`self_attention` is for encoders (kind `bert`)";
        return Err(TrainingError::Model(detail.into()));
    }
    if recipe.first_step > 0 && order.weights.is_none() {
        let detail = "`first_step` counts the steps behind `weights`, which are missing";
        return Err(TrainingError::Model(detail.into()));
    }
    fs::create_dir_all(out).map_err(TrainingError::at(out))?;
    let _lock = Lock::take(out)?;
    let tokenizer = village_tokenizer::open_or_learn(order, L::SPECIAL_TOKENS)?;
    let config = L::config(recipe, &tokenizer)?;
    let device = order.device.clone().autodiff();
    let (mut trainer, mut state) = begin::<L>(order, &config, &device)?;
    metrics::forget_after(out, state.step)?;

    let validation = Validation::<L>::new(recipe, &tokenizer, &device)?;
    let film = Film::open(out, recipe)?;
    let mut corpus = Corpus::new(recipe, &tokenizer, Split::Train)?;
    let (start_s, elapsed_before_s, first_step) = (now_s(), state.elapsed_s, state.step);
    let first_tokens = state.tokens.unwrap_or(0);
    let mut recent = Recent::default();
    if state.step == 0 && film.has_frame(0) {
        film.add(
            &state,
            &trainer.model.to_weights(),
            None,
            &config,
            &validation,
        )?;
    }
    while state.step < recipe.steps {
        let step = state.step;
        let batch = L::batch(&mut corpus, step);
        let (stepped, loss) = trainer.step(recipe, step, &batch);
        trainer = stepped;
        if !loss.is_finite() {
            return Err(TrainingError::NotFinite { step, loss });
        }
        let tokens = state.tokens.unwrap_or(0) + batch.n_tokens();
        state.step += 1;
        state.tokens = Some(tokens);
        state.elapsed_s = elapsed_before_s + now_s() - start_s;
        recent.add(loss, &batch);

        let is_last = state.step == recipe.steps;
        let is_stopped = !keep_going();
        let validation_loss = (is_last || state.step.is_multiple_of(recipe.validate_every))
            .then(|| mean(&validation.losses(&trainer.model)));
        if validation_loss.is_some() || state.step.is_multiple_of(20) {
            let seconds = (state.elapsed_s - elapsed_before_s).max(1e-9);
            let steps = (state.step - first_step) as f64;
            let report = Report {
                step: state.step,
                tokens,
                loss: recent.loss(),
                validation_loss,
                learning_rate: learning_rate(recipe, step),
                padding: recent.padding(),
                tokens_per_s: (tokens - first_tokens) as f64 / seconds,
                elapsed_s: state.elapsed_s,
                left_s: (recipe.steps - state.step) as f64 * seconds / steps,
            };
            metrics::append(out, &report)?;
            on_report(&report);
            recent = Recent::default();
        }
        if film.has_frame(state.step) {
            let weights = trainer.model.to_weights();
            film.add(&state, &weights, Some(loss), &config, &validation)?;
        }
        if is_last || is_stopped || state.step.is_multiple_of(recipe.checkpoint_every) {
            let weights = trainer.model.to_weights();
            checkpoints::save(out, &state, &weights, &trainer.optimizer_bytes()?)?;
        }
        if is_stopped && !is_last {
            return Ok(());
        }
    }
    export::<L>(out, &config, trainer.model.to_weights())
}

/// A trainer from the newest checkpoint, or a new one.
fn begin<L: Learner>(
    order: Order<'_>,
    config: &L::Config,
    device: &Device,
) -> Result<(Trainer<L>, State), TrainingError> {
    let Order { recipe, out, .. } = order;
    match checkpoints::load_newest(out)? {
        Some(_) if !order.is_resumed => Err(TrainingError::FolderInUse(out.to_owned())),
        Some(loaded) => {
            let model = L::from_weights(config, &loaded.weights, device)?;
            let trainer = Trainer::new(model, recipe, device.clone())
                .with_optimizer_state(loaded.optimizer)?;
            let step = loaded.state.step;
            let tokens = loaded.state.tokens;
            let state = State {
                recipe: recipe.clone(),
                tokens: tokens.or(Some(recipe.positions_after(step))),
                ..loaded.state
            };
            Ok((trainer, state))
        }
        None => {
            let model = match order.weights {
                Some(weights) => L::from_weights(config, weights, device)?,
                None => L::from_weights(config, &L::initial_weights(config, recipe), device)?,
            };
            let state = State {
                step: recipe.first_step,
                tokens: Some(recipe.positions_after(recipe.first_step)),
                recipe: recipe.clone(),
                elapsed_s: 0.0,
            };
            Ok((Trainer::new(model, recipe, device.clone()), state))
        }
    }
}

/// Writes `config.json` and `model.safetensors` (f16) beside `tokenizer.json`.
fn export<L: Learner>(
    out: &Path,
    config: &L::Config,
    mut weights: NamedTensors,
) -> Result<(), TrainingError> {
    weights.metadata.insert("format".into(), "pt".into());
    let path = out.join("config.json");
    let json = L::config_json(config).map_err(|error| TrainingError::Recipe {
        path: path.clone(),
        detail: error.to_string(),
    })?;
    write_whole(&path, json.as_bytes())?;
    write_whole(
        &out.join("model.safetensors"),
        &write_safetensors(&weights, Precision::F16)?,
    )
}

/// The loss on the first batches of the validation split.
pub(super) struct Validation<L: Learner> {
    batches: Vec<L::Batch>,
    device: Device,
}

impl<L: Learner> Validation<L> {
    fn new(
        recipe: &Recipe,
        tokenizer: &ByteLevelBpe,
        device: &Device,
    ) -> Result<Self, TrainingError> {
        let mut corpus = Corpus::new(recipe, tokenizer, Split::Validation)?;
        Ok(Validation {
            batches: (0..recipe.validation_batches)
                .map(|index| L::batch(&mut corpus, index))
                .collect(),
            device: device.clone().without_autodiff(),
        })
    }

    /// The loss of each batch, nats per target, and its number of targets.
    pub fn losses(&self, model: &L) -> Vec<(f32, usize)> {
        let model = model.valid();
        let loss = |batch: &L::Batch| model.loss(batch, &self.device).into_scalar::<f32>();
        self.batches
            .iter()
            .map(|batch| (loss(batch), batch.n_targets()))
            .collect()
    }

    /// The same for weights that are in no model yet.
    ///
    /// # Errors
    /// If they do not fit the configuration or are not finite.
    pub fn losses_of(
        &self,
        config: &L::Config,
        weights: &NamedTensors,
    ) -> Result<Vec<(f32, usize)>, TrainingError> {
        Ok(self.losses(&L::from_weights(config, weights, &self.device)?))
    }
}

/// Mean of losses, each weighed by its number of targets.
pub(super) fn mean(losses: &[(f32, usize)]) -> f32 {
    let targets: usize = losses.iter().map(|(_, targets)| targets).sum();
    let sum: f64 = losses
        .iter()
        .map(|(loss, targets)| f64::from(*loss) * *targets as f64)
        .sum();
    (sum / targets.max(1) as f64) as f32
}

/// What was read since the last report.
#[derive(Default)]
struct Recent {
    losses: Vec<(f32, usize)>,
    tokens: usize,
    positions: usize,
}

impl Recent {
    fn add(&mut self, loss: f32, batch: &impl Batch) {
        self.losses.push((loss, batch.n_targets()));
        self.tokens += batch.n_tokens();
        self.positions += batch.n_positions();
    }

    fn loss(&self) -> f32 {
        mean(&self.losses)
    }

    /// Share of the positions that are padding.
    fn padding(&self) -> f64 {
        1.0 - self.tokens as f64 / self.positions.max(1) as f64
    }
}

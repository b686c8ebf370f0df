//! The loop: batches in, checkpoints out.

use std::fs;
use std::io::Write;
use std::path::Path;

use burn::module::Module;
use burn::tensor::Device;

use super::checkpoints::{self, Lock, State, write_whole};
use super::{
    Batches, Recipe, Trainer, TrainingError, cross_entropy, learning_rate, train_village_tokenizer,
};
use crate::checkpoint::{Precision, write_safetensors};
use crate::models::Gpt2;
use crate::models::gpt2::initial_weights;
use crate::tokenizer::ByteLevelBpe;
use crate::village::Split;

/// What the loop tells its caller after a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Steps done.
    pub step: usize,
    /// Mean training loss since the last report, nats per token.
    pub loss: f32,
    /// Validation loss, nats per token, when this step measured it.
    pub validation_loss: Option<f32>,
    /// Tokens read per second in this slice.
    pub tokens_per_s: f64,
    /// Seconds spent so far, over all slices.
    pub elapsed_s: f64,
}

/// Trains until the recipe is done, or until `keep_going` says no after a step; then the folder
/// holds a checkpoint to resume from, and, when the recipe is done, the Hugging Face folder.
///
/// `now_s` is a clock in seconds; `on_report` is called every 20 steps.
///
/// # Errors
/// See [`TrainingError`]; the last checkpoint is kept in every case.
pub fn run(
    recipe: &Recipe,
    out: &Path,
    is_resumed: bool,
    device: &Device,
    now_s: &dyn Fn() -> f64,
    mut on_report: impl FnMut(&Report),
    keep_going: impl Fn() -> bool,
) -> Result<(), TrainingError> {
    fs::create_dir_all(out).map_err(TrainingError::at(out))?;
    let _lock = Lock::take(out)?;
    let tokenizer = tokenizer(recipe, out)?;
    let device = device.clone().autodiff();
    let config = recipe.config(tokenizer.vocab_size());
    let loaded = checkpoints::load_newest(out)?;
    let (mut trainer, mut state) = match loaded {
        Some(_) if !is_resumed => return Err(TrainingError::FolderInUse(out.to_owned())),
        Some(loaded) => {
            let model = Gpt2::from_weights(&config, &loaded.weights, &device)?;
            let trainer = Trainer::new(model, recipe, device.clone())
                .with_optimizer_state(loaded.optimizer)?;
            (
                trainer,
                State {
                    recipe: recipe.clone(),
                    ..loaded.state
                },
            )
        }
        None => {
            let weights = initial_weights(&config, recipe.seed);
            let model = Gpt2::from_weights(&config, &weights, &device)?;
            (
                Trainer::new(model, recipe, device.clone()),
                State {
                    step: 0,
                    recipe: recipe.clone(),
                    elapsed_s: 0.0,
                },
            )
        }
    };

    let mut batches = Batches::new(recipe, &tokenizer, Split::Train);
    let (slice_start_s, elapsed_before_s, first_step) = (now_s(), state.elapsed_s, state.step);
    let (mut loss_sum, mut loss_count) = (0.0, 0);
    while state.step < recipe.steps {
        let step = state.step;
        let (stepped, loss) = trainer.step(recipe, step, &batches.get(step));
        trainer = stepped;
        if !loss.is_finite() {
            return Err(TrainingError::NotFinite { step, loss });
        }
        state.step += 1;
        state.elapsed_s = elapsed_before_s + now_s() - slice_start_s;
        loss_sum += loss;
        loss_count += 1;

        let is_last = state.step == recipe.steps;
        let is_stopped = !keep_going();
        let validation_loss = (is_last || state.step.is_multiple_of(recipe.validate_every))
            .then(|| validate(recipe, &tokenizer, &trainer.model, &device));
        if validation_loss.is_some() || state.step.is_multiple_of(20) {
            let tokens = (state.step - first_step) * recipe.batch_size * recipe.seq_len;
            let report = Report {
                step: state.step,
                loss: loss_sum / loss_count as f32,
                validation_loss,
                tokens_per_s: tokens as f64 / (state.elapsed_s - elapsed_before_s).max(1e-9),
                elapsed_s: state.elapsed_s,
            };
            write_metrics(out, recipe, &report)?;
            on_report(&report);
            (loss_sum, loss_count) = (0.0, 0);
        }
        if is_last || is_stopped || state.step.is_multiple_of(recipe.checkpoint_every) {
            checkpoints::save(
                out,
                &state,
                &trainer.model.to_weights(),
                &trainer.optimizer_bytes()?,
            )?;
        }
        if is_stopped {
            return Ok(());
        }
    }
    export(recipe, out, &tokenizer, &trainer.model)
}

/// Writes `config.json`, `model.safetensors` (f16) and `tokenizer.json`.
///
/// # Errors
/// If the folder cannot be written.
pub fn export(
    recipe: &Recipe,
    out: &Path,
    tokenizer: &ByteLevelBpe,
    model: &Gpt2,
) -> Result<(), TrainingError> {
    let mut weights = model.to_weights();
    weights.metadata.insert("format".into(), "pt".into());
    let config =
        serde_json::to_string_pretty(&recipe.config(tokenizer.vocab_size())).map_err(|error| {
            TrainingError::Recipe {
                path: out.join("config.json"),
                detail: error.to_string(),
            }
        })?;
    write_whole(&out.join("config.json"), config.as_bytes())?;
    write_whole(
        &out.join("model.safetensors"),
        &write_safetensors(&weights, Precision::F16)?,
    )
}

/// The tokenizer in the folder, or a new one.
fn tokenizer(recipe: &Recipe, out: &Path) -> Result<ByteLevelBpe, TrainingError> {
    let path = out.join("tokenizer.json");
    if path.exists() {
        let json = fs::read_to_string(&path).map_err(TrainingError::at(&path))?;
        return Ok(ByteLevelBpe::from_json(&json)?);
    }
    let tokenizer = train_village_tokenizer(recipe)?;
    write_whole(&path, tokenizer.to_json().as_bytes())?;
    Ok(tokenizer)
}

/// Mean loss over the first batches of the validation split, nats per token.
pub fn validate(recipe: &Recipe, tokenizer: &ByteLevelBpe, model: &Gpt2, device: &Device) -> f32 {
    let device = device.clone().without_autodiff();
    let model = model.clone().to_device(&device);
    let mut batches = Batches::new(recipe, tokenizer, Split::Validation);
    let losses: Vec<f32> = (0..recipe.validation_batches)
        .map(|index| cross_entropy(&model, &batches.get(index), &device).into_scalar::<f32>())
        .collect();
    losses.iter().sum::<f32>() / losses.len().max(1) as f32
}

/// One line of JSON per report.
fn write_metrics(out: &Path, recipe: &Recipe, report: &Report) -> Result<(), TrainingError> {
    let path = out.join("metrics.jsonl");
    let mut line = serde_json::json!({
        "step": report.step,
        "tokens": report.step * recipe.batch_size * recipe.seq_len,
        "loss": report.loss,
        "learning_rate": learning_rate(recipe, report.step.saturating_sub(1)),
        "tokens_per_s": report.tokens_per_s,
        "elapsed_s": report.elapsed_s,
    });
    if let Some(loss) = report.validation_loss {
        line["validation_loss"] = loss.into();
    }
    let mut file = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .map_err(TrainingError::at(&path))?;
    writeln!(file, "{line}").map_err(TrainingError::at(path))
}

//! `atlas train`

use std::fs;
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};

use super::Failure;
use super::args::TrainArgs;
use super::clock::now_s;
use super::model_folder::{device, find, open_village_tokenizer};
use crate::checkpoint::{NamedTensors, read_safetensors};
use crate::training::word2vec::{Word2VecRecipe, train_word2vec};
use crate::training::{self, Order, Recipe, Report};

/// Trains until the recipe is done or the time is up.
pub fn run(args: &TrainArgs) -> Result<(), Failure> {
    let text = fs::read_to_string(&args.recipe).map_err(Failure::at(&args.recipe))?;
    let wrong = |error: serde_json::Error| Failure::Content {
        path: args.recipe.clone(),
        detail: error.to_string(),
    };
    let json: serde_json::Value = serde_json::from_str(&text).map_err(wrong)?;
    if json["model"]["kind"] == "word2vec" {
        return word_vectors(&serde_json::from_value(json).map_err(wrong)?, args);
    }
    let recipe: Recipe = serde_json::from_value(json).map_err(wrong)?;
    let tokenizer = match &recipe.tokenizer {
        Some(model) => Some(open_village_tokenizer(Path::new(model))?),
        None => None,
    };
    let weights = recipe.weights.as_deref().map(read_weights).transpose()?;
    let device = device(args.device)?;
    let order = Order {
        recipe: &recipe,
        out: &args.out,
        is_resumed: args.resume,
        device: &device,
        tokenizer: tokenizer.as_ref(),
        weights: weights.as_ref(),
    };
    let progress = Progress::new(recipe.steps);
    let mut validation_loss = None;
    let mut on_report = |report: &Report| {
        validation_loss = report.validation_loss.or(validation_loss);
        progress.show(report, validation_loss);
    };
    let start_s = now_s();
    let keep_going = || {
        args.minutes
            .is_none_or(|minutes| now_s() - start_s < minutes * 60.0)
    };
    training::run(order, &now_s, &mut on_report, &keep_going)?;
    progress.0.finish();
    Ok(())
}

/// The weights of the model of that name or in that folder.
fn read_weights(model: &str) -> Result<NamedTensors, Failure> {
    let path = find(Path::new(model))?.join("model.safetensors");
    let bytes = fs::read(&path).map_err(Failure::at(&path))?;
    read_safetensors(&bytes).map_err(|error| Failure::Content {
        path,
        detail: error.to_string(),
    })
}

/// Word vectors take minutes and are learned in one go.
fn word_vectors(recipe: &Word2VecRecipe, args: &TrainArgs) -> Result<(), Failure> {
    let start_s = now_s();
    train_word2vec(recipe, &args.out, |report| {
        eprintln!(
            "{:?} pass {}/{}  loss {:.4}  {} words  {:.0} s",
            report.algorithm,
            report.epoch,
            recipe.settings.epochs,
            report.loss,
            report.words,
            now_s() - start_s,
        );
    })?;
    Ok(())
}

/// The bar on a terminal, a line now and then elsewhere.
struct Progress(ProgressBar);

impl Progress {
    fn new(steps: usize) -> Self {
        let bar = ProgressBar::new(steps as u64);
        let style = "{bar:40} {pos}/{len} steps  {msg}";
        bar.set_style(
            ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        Progress(bar)
    }

    fn show(&self, report: &Report, validation_loss: Option<f32>) {
        let padding = match report.padding > 0.0 {
            true => format!("  padding {:.1}%", report.padding * 100.0),
            false => String::new(),
        };
        self.0.set_position(report.step as u64);
        self.0.set_message(format!(
            "loss {:.4}  validation {}  {:.0} tokens/s{padding}  {}",
            report.loss,
            validation_loss.map_or("-".to_owned(), |loss| format!("{loss:.4}")),
            report.tokens_per_s,
            time_left(report.left_s),
        ));
        let is_told = report.validation_loss.is_some() || report.step.is_multiple_of(100);
        if self.0.is_hidden() && is_told {
            eprintln!("step {}  {}", report.step, self.0.message());
        }
    }
}

/// "2 h 5 min left"
fn time_left(seconds: f64) -> String {
    let minutes = (seconds / 60.0).ceil() as u64;
    match minutes / 60 {
        0 => format!("{minutes} min left"),
        hours => format!("{hours} h {} min left", minutes % 60),
    }
}

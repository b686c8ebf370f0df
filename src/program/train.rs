//! `atlas train`

use std::fs;

use indicatif::{ProgressBar, ProgressStyle};

use super::Failure;
use super::args::TrainArgs;
use super::clock::now_s;
use super::model_folder::device;
use crate::training::{self, Recipe};

/// Trains until the recipe is done or the time is up.
pub fn run(args: &TrainArgs) -> Result<(), Failure> {
    let text = fs::read_to_string(&args.recipe).map_err(Failure::at(&args.recipe))?;
    let recipe: Recipe = serde_json::from_str(&text).map_err(|error| Failure::Content {
        path: args.recipe.clone(),
        detail: error.to_string(),
    })?;
    let device = device(args.device)?;

    let bar = ProgressBar::new(recipe.steps as u64);
    let style = "{bar:40} {pos}/{len} steps  {msg}";
    bar.set_style(
        ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    let mut validation_loss = None;
    let on_report = |report: &training::Report| {
        validation_loss = report.validation_loss.or(validation_loss);
        let steps_left = recipe.steps - report.step;
        let tokens_left = (steps_left * recipe.batch_size * recipe.seq_len) as f64;
        let minutes_left = tokens_left / report.tokens_per_s / 60.0;
        bar.set_position(report.step as u64);
        bar.set_message(format!(
            "loss {:.4}  validation {}  {:.0} tokens/s  {minutes_left:.0} min left",
            report.loss,
            validation_loss.map_or("-".to_owned(), |loss| format!("{loss:.4}")),
            report.tokens_per_s,
        ));
        if bar.is_hidden() && (report.validation_loss.is_some() || report.step.is_multiple_of(100))
        {
            eprintln!("step {}  {}", report.step, bar.message());
        }
    };
    let start_s = now_s();
    let keep_going = || {
        args.minutes
            .is_none_or(|minutes| now_s() - start_s < minutes * 60.0)
    };
    training::run(
        &recipe,
        &args.out,
        args.resume,
        &device,
        &now_s,
        on_report,
        keep_going,
    )?;
    bar.finish();
    Ok(())
}

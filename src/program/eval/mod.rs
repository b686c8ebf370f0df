//! `atlas eval`: what a village model knows, on what training never saw. One file per family.

mod alignment;
mod bert;
mod film;
mod gpt;
mod lstm;
mod next_token;
mod t5;
mod word2vec;

use serde::Serialize;

use super::Failure;
use super::args::EvalArgs;
use super::model_folder::{family, has_word_vectors};
use crate::models::Family;

/// Measures and prints what the model's family is measured by.
pub fn run(args: &EvalArgs) -> Result<(), Failure> {
    if let Some(folder) = &args.film {
        return film::run(args, folder);
    }
    if has_word_vectors(&args.model.model)? {
        return word2vec::run(args);
    }
    match family(&args.model.model)? {
        Family::Gpt2 => gpt::run(args),
        Family::Bert => bert::run(args),
        Family::T5 => t5::run(args),
        Family::Lstm => lstm::run(args),
        Family::Llama | Family::GptNeox | Family::DistilBert => Err(not_of_the_village()),
    }
}

fn not_of_the_village() -> Failure {
    Failure::Arguments(
        "this model is not one of the village: its tokenizer or a special token is missing".into(),
    )
}

fn print_json(report: &impl Serialize) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(report)
        .map_err(|error| Failure::Arguments(error.to_string()))?;
    println!("{json}");
    Ok(())
}

/// `ln softmax(logits)[id]`
fn log_probability(logits: &[f32], id: u32) -> f64 {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits
        .iter()
        .map(|logit| f64::from(logit - max).exp())
        .sum();
    f64::from(
        logits
            .get(id as usize)
            .copied()
            .unwrap_or(f32::NEG_INFINITY)
            - max,
    ) - sum.ln()
}

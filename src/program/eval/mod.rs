//! `atlas eval`: what a village model knows, on what training never saw. One file per family.

mod alignment;
mod gpt;
mod t5;

use super::Failure;
use super::args::EvalArgs;
use super::model_folder::model_type;

/// Measures and prints what the model's family is measured by.
pub fn run(args: &EvalArgs) -> Result<(), Failure> {
    match model_type(&args.model.model)?.as_str() {
        "t5" => t5::run(args),
        _ => gpt::run(args),
    }
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

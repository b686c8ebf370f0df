//! The learning rate at each step.

use super::Recipe;

/// Rises in a line to the highest rate, then falls along half a cosine to the final one.
///
/// `lr(s) = peak * (s + 1) / warmup`, then
/// `final + (peak - final) * (1 + cos(pi * progress)) / 2`.
///
/// Source: Loshchilov and Hutter 2017, <https://arxiv.org/abs/1608.03983>.
pub fn learning_rate(recipe: &Recipe, step: usize) -> f64 {
    if step < recipe.warmup_steps {
        return recipe.learning_rate * (step + 1) as f64 / recipe.warmup_steps as f64;
    }
    let rest = (recipe.steps.saturating_sub(recipe.warmup_steps)).max(1) as f64;
    let progress = ((step - recipe.warmup_steps) as f64 / rest).min(1.0);
    let cosine = (1.0 + (std::f64::consts::PI * progress).cos()) / 2.0;
    recipe.final_learning_rate + (recipe.learning_rate - recipe.final_learning_rate) * cosine
}

//! The learning rate at each step.

use super::Recipe;

/// Rises in a line to the highest rate over `warmup_steps` from `first_step` on, then falls to the final one: along half
/// a cosine, or, if the recipe has `decay_steps`, stays and falls in a line over the last of them.
///
/// - rise: `lr(s) = peak * (s - first + 1) / warmup`
/// - cosine: `final + (peak - final) * (1 + cos(pi * progress)) / 2`
/// - line: `final + (peak - final) * (1 - progress)`
///
/// A training with `decay_steps` can be made longer from any checkpoint before its fall.
///
/// Source: Loshchilov and Hutter 2017, <https://arxiv.org/abs/1608.03983>; Hägele et al. 2024,
/// <https://arxiv.org/abs/2405.18392>.
pub fn learning_rate(recipe: &Recipe, step: usize) -> f64 {
    let first_high = recipe.first_step + recipe.warmup_steps;
    if step < first_high {
        let risen = step.saturating_sub(recipe.first_step) + 1;
        return recipe.learning_rate * risen as f64 / recipe.warmup_steps as f64;
    }
    let first_falling = match recipe.decay_steps {
        Some(decay) => recipe.steps.saturating_sub(decay),
        None => first_high,
    };
    let falling = recipe.steps.saturating_sub(first_falling).max(1) as f64;
    let progress = (step.saturating_sub(first_falling) as f64 / falling).min(1.0);
    let height = match recipe.decay_steps {
        Some(_) => 1.0 - progress,
        None => (1.0 + (std::f64::consts::PI * progress).cos()) / 2.0,
    };
    recipe.final_learning_rate + (recipe.learning_rate - recipe.final_learning_rate) * height
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::ModelShape;

    fn recipe(decay_steps: Option<usize>) -> Recipe {
        let model: ModelShape =
            serde_json::from_str(r#"{"n_layer":1,"n_embd":8,"n_positions":8}"#).unwrap();
        let json = serde_json::json!({
            "name": "tiny", "seed": 0, "model": model, "batch_size": 1, "seq_len": 8,
            "steps": 100, "warmup_steps": 10, "learning_rate": 1.0, "final_learning_rate": 0.1,
            "decay_steps": decay_steps, "weight_decay": 0.0, "beta_2": 0.98, "gradient_norm": 1.0,
            "validate_every": 10, "validation_batches": 1, "checkpoint_every": 10,
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn rises_then_falls() {
        let cosine = recipe(None);
        assert_eq!(learning_rate(&cosine, 4), 0.5);
        assert_eq!(learning_rate(&cosine, 10), 1.0);
        assert!((learning_rate(&cosine, 55) - 0.55).abs() < 1e-9);
        assert!((learning_rate(&cosine, 100) - 0.1).abs() < 1e-9);
    }

    #[test]
    fn rises_anew_where_a_training_goes_on() {
        let mut on = recipe(Some(90));
        on.first_step = 100;
        on.steps = 200;
        assert_eq!(learning_rate(&on, 100), 0.1);
        assert_eq!(learning_rate(&on, 109), 1.0);
        assert_eq!(learning_rate(&on, 110), 1.0);
        assert!((learning_rate(&on, 155) - 0.55).abs() < 1e-9);
        on.decay_steps = None;
        assert!((learning_rate(&on, 155) - 0.55).abs() < 1e-9);
    }

    #[test]
    fn stays_until_it_falls_in_a_line() {
        let line = recipe(Some(20));
        assert_eq!(learning_rate(&line, 9), 1.0);
        assert_eq!(learning_rate(&line, 80), 1.0);
        assert!((learning_rate(&line, 90) - 0.55).abs() < 1e-9);
        assert!((learning_rate(&line, 100) - 0.1).abs() < 1e-9);
    }
}

//! The repetition penalty.

use std::borrow::Cow;

/// The logits with those of the tokens in `context` divided by `penalty` where they are positive
/// and multiplied by it where they are negative; each token once, however often it was there.
///
/// ```
/// use llm_atlas::sampling::penalized;
/// assert_eq!(penalized(&[3.0, -1.0, 2.0], &[0, 1, 0], 1.5)[..], [2.0, -1.5, 2.0]);
/// ```
///
/// What would leave the finite numbers stays at their end. Ids beyond the vocabulary are ignored.
///
/// # Shapes
/// `logits` and the result: `[vocab]`.
///
/// Source: Keskar et al. 2019, "CTRL: A Conditional Transformer Language Model for Controllable
/// Generation", section 4.1; multiplied for negative logits as in Hugging Face's generation.
pub fn penalized<'a>(logits: &'a [f32], context: &[u32], penalty: f32) -> Cow<'a, [f32]> {
    if penalty == 1.0 || context.is_empty() {
        return Cow::Borrowed(logits);
    }
    let mut changed = logits.to_vec();
    for id in context {
        let at = *id as usize;
        let Some(logit) = logits.get(at) else {
            continue;
        };
        // From the logit before: a second time changes nothing more.
        let new = if *logit > 0.0 {
            logit / penalty
        } else {
            logit * penalty
        };
        changed[at] = new.clamp(f32::MIN, f32::MAX);
    }
    Cow::Owned(changed)
}

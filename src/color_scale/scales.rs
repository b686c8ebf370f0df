//! From numbers and tokens to steps of a scale.

use super::Ink;

/// The steps of the attention scale and of the diverging scale.
pub const SCALE_STEPS: u8 = 9;
/// The hues for token identity.
pub const CATEGORIES: u8 = 8;

/// Where the attention steps 2 to 9 begin; closer together where small weights differ.
const ATTENTION_THRESHOLDS: [f32; 8] = [0.03, 0.10, 0.19, 0.31, 0.45, 0.59, 0.75, 0.91];
/// The step of zero.
const DIVERGING_MIDDLE: f32 = 5.0;
/// The steps on each side of zero.
const DIVERGING_SIDE: f32 = 4.0;

/// The step, 1 to 9, of an attention weight in 0 to 1.
///
/// A weight on a threshold belongs to the step above it; what is not a number is step 1.
///
/// ```
/// use llm_atlas::color_scale::attention_step;
/// assert_eq!([0.0, 0.03, 0.62, 1.0].map(attention_step), [1, 2, 7, 9]);
/// ```
pub fn attention_step(weight: f32) -> u8 {
    ATTENTION_THRESHOLDS
        .iter()
        .fold(1, |step, threshold| step + u8::from(weight >= *threshold))
}

/// The step, 1 to 9, of a signed number on a scale from `-max_abs` to `max_abs`.
///
/// Step 5 is zero and one eighth of the range around it: `5 + round(4 value / max_abs)`,
/// numbers beyond the range at its ends. Without a range everything is step 5.
///
/// ```
/// use llm_atlas::color_scale::diverging_step;
/// assert_eq!([-2.0, -0.6, 0.0, 0.2, 1.0].map(|value| diverging_step(value, 1.0)), [1, 3, 5, 6, 9]);
/// ```
pub fn diverging_step(value: f32, max_abs: f32) -> u8 {
    let ratio = (value / max_abs).clamp(-1.0, 1.0);
    if ratio.is_nan() || max_abs <= 0.0 {
        return DIVERGING_MIDDLE as u8;
    }
    (DIVERGING_MIDDLE + (DIVERGING_SIDE * ratio).round()) as u8
}

/// The hue, 1 to 8, of a token: the same token has the same hue everywhere.
///
/// Ids that follow each other never share a hue: the id times the golden ratio,
/// of which the first three binary places after the point count.
///
/// ```
/// use llm_atlas::color_scale::category;
/// assert_eq!(category(7), category(7));
/// assert_ne!(category(7), category(8));
/// ```
///
/// Source: Knuth, "The Art of Computer Programming", section 6.4 (multiplicative hashing).
pub fn category(token_id: u32) -> u8 {
    /// 2^32 divided by the golden ratio, made odd.
    const GOLDEN: u32 = 0x9e37_79b9;
    const HUE_BITS: u32 = CATEGORIES.ilog2();
    (token_id.wrapping_mul(GOLDEN) >> (u32::BITS - HUE_BITS)) as u8 + 1
}

/// The text colour that is readable on an attention step (at least 4.5:1 in both themes).
pub fn text_on_attention(step: u8) -> Ink {
    if step >= 6 {
        Ink::TextOnHigh
    } else {
        Ink::Text1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attention_steps_rise_with_the_weight_through_all_nine() {
        let steps: Vec<u8> = (0..=1000u16)
            .map(|weight| attention_step(f32::from(weight) / 1000.0))
            .collect();
        assert!(steps.is_sorted());
        assert!((1..=SCALE_STEPS).all(|step| steps.contains(&step)));
        assert_eq!(
            [-1.0, f32::NAN, 0.029, 0.91, 2.0].map(attention_step),
            [1, 1, 1, 9, 9]
        );
    }

    #[test]
    fn diverging_steps_are_symmetric_around_zero() {
        for value in 0..=200u8 {
            let value = f32::from(value) / 100.0;
            assert_eq!(diverging_step(value, 1.5) + diverging_step(-value, 1.5), 10);
        }
        assert!((0..=8u8).all(|step| diverging_step(f32::from(step) - 4.0, 4.0) == step + 1));
        for (value, max_abs) in [
            (1.0, 0.0),
            (0.0, 0.0),
            (f32::NAN, 1.0),
            (1.0, f32::NAN),
            (1.0, -1.0),
        ] {
            assert_eq!(diverging_step(value, max_abs), 5);
        }
        assert_eq!(diverging_step(f32::INFINITY, 1.0), 9);
    }

    #[test]
    fn hues_are_used_evenly_and_neighbours_differ() {
        let mut counts = [0; CATEGORIES as usize];
        for id in 0..8000u32 {
            assert!((1..=CATEGORIES).contains(&category(id)));
            assert_ne!(category(id), category(id + 1));
            counts[usize::from(category(id)) - 1] += 1;
        }
        assert!(
            counts.iter().all(|count| (990..=1010).contains(count)),
            "{counts:?}"
        );
    }
}

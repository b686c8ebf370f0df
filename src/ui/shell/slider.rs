//! Where a slider stands for a number, and back.

/// Positions of a slider run from 0 to this.
pub const SLIDER_STEPS: u32 = 100;

/// Top-k at a slider's position: 0 is off, then 1 to `vocab_size` in equal ratios.
///
/// ```
/// use llm_atlas::ui::shell::slider::top_k_at;
/// assert_eq!([top_k_at(0, 2048), top_k_at(1, 2048), top_k_at(100, 2048)], [0, 1, 2048]);
/// ```
pub fn top_k_at(position: u32, vocab_size: usize) -> usize {
    if position == 0 {
        return 0;
    }
    let share = f64::from(position.min(SLIDER_STEPS) - 1) / f64::from(SLIDER_STEPS - 1);
    let k = (vocab_size.max(1) as f64).powf(share).round() as usize;
    k.clamp(1, vocab_size.max(1))
}

/// Where the slider stands for `top_k`.
pub fn position_of_top_k(top_k: usize, vocab_size: usize) -> u32 {
    if top_k == 0 {
        return 0;
    }
    let whole = (vocab_size.max(2) as f64).ln();
    let share = ((top_k as f64).ln() / whole).clamp(0.0, 1.0);
    1 + (share * f64::from(SLIDER_STEPS - 1)).round() as u32
}

/// A number without superfluous zeros: `1`, `0.8`, `0.95`.
pub fn short_number(value: f32) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_position_reads_back() {
        for vocab_size in [512, 2048, 50257] {
            let mut last = 0;
            for position in 0..=SLIDER_STEPS {
                let k = top_k_at(position, vocab_size);
                assert!(k >= last);
                last = k;
                assert_eq!(top_k_at(position_of_top_k(k, vocab_size), vocab_size), k);
            }
        }
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            [1.0, 0.8, 0.95, 0.0].map(short_number),
            ["1", "0.8", "0.95", "0"]
        );
    }
}

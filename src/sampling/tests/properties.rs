//! What holds of any logits and settings.

use proptest::prelude::*;

use super::super::*;

fn any_settings() -> impl Strategy<Value = Settings> {
    let top_k = prop::option::of(1usize..60);
    let top_p = prop::option::of(0.001f32..=1.0);
    let min_p = prop::option::of(0.0f32..=1.0);
    let knobs = (0.0f32..4.0, top_k, top_p, min_p, 0.5f32..3.0, any::<bool>());
    knobs.prop_map(
        |(temperature, top_k, top_p, min_p, repetition_penalty, greedy)| Settings {
            temperature,
            top_k,
            top_p,
            min_p,
            repetition_penalty,
            greedy,
        },
    )
}

proptest! {
    #[test]
    fn probabilities_sum_to_one_and_the_line_ends_at_one(
        logits in prop::collection::vec(-50.0f32..50.0, 1..80),
        context in prop::collection::vec(0u32..90, 0..20),
        settings in any_settings(),
        u in 0.0f64..1.0,
    ) {
        let d = Distribution::after(&logits, &context, &settings).expect("valid");
        for p in [d.p_at_one(), d.p(), d.p_kept()] {
            let sum: f64 = p.iter().map(|p| f64::from(*p)).sum();
            prop_assert!((sum - 1.0).abs() < 1e-5);
        }
        prop_assert_eq!(d.cumulative().last(), Some(&1.0));
        prop_assert!(d.cumulative().is_sorted());
        let logits = penalized(&logits, &context, settings.repetition_penalty);
        let ordered = d.order().windows(2).all(|ids| {
            let (a, b) = (logits[ids[0] as usize], logits[ids[1] as usize]);
            a > b || (a == b && ids[0] < ids[1])
        });
        prop_assert!(ordered);
        prop_assert!(d.p_kept().iter().filter(|p| **p > 0.0).count() <= d.kept());
        prop_assert!(d.kept() >= 1 && d.kept() <= settings.top_k.unwrap_or(usize::MAX));
        let draw = choose(&d, u);
        prop_assert!(draw.interval.0 <= u && u < draw.interval.1);
        let rank = d.rank_of(draw.id).expect("in the order");
        prop_assert!(rank < d.kept());
    }

    #[test]
    fn a_penalty_makes_what_was_there_less_likely_and_nothing_else(
        logits in prop::collection::vec(-8.0f32..8.0, 2..40),
        id in 0u32..40,
        repetition_penalty in 1.0f32..3.0,
    ) {
        let id = id % logits.len() as u32;
        let settings = Settings { repetition_penalty, ..Settings::default() };
        let own = Distribution::new(&logits, &settings).expect("valid");
        let d = Distribution::after(&logits, &[id], &settings).expect("valid");
        for (other, (p, before)) in (0u32..).zip(d.p().iter().zip(own.p())) {
            let less = if other == id { *p <= before + 1e-6 } else { *p >= before - 1e-6 };
            prop_assert!(less, "{} of {}", p, before);
        }
    }

    #[test]
    fn softmax_is_shift_invariant(
        logits in prop::collection::vec(-20.0f32..20.0, 1..40),
        shift in -16i8..16,
        temperature in 0.1f32..4.0,
    ) {
        let shifted: Vec<f32> = logits.iter().map(|logit| logit + f32::from(shift)).collect();
        let (a, b) = (softmax(&logits, temperature).expect("finite"), softmax(&shifted, temperature).expect("finite"));
        // The shift itself rounds the logits, which a low temperature magnifies.
        prop_assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-4));
    }

    #[test]
    fn draws_are_in_the_unit_interval(seed in any::<u64>(), position in any::<u64>()) {
        let u = draw_uniform(seed, position);
        prop_assert!((0.0..1.0).contains(&u));
        prop_assert_eq!(u, draw_uniform(seed, position));
    }
}

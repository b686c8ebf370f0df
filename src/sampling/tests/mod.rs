//! Sampling against hand cases and its invariants.

mod properties;

use super::draw::split_mix_64;
use super::*;

/// Logits whose softmax is 1/2, 1/4, 1/8, 1/8, in the ids 2, 0, 1, 3.
fn halves() -> Vec<f32> {
    [0.25f32, 0.125, 0.5, 0.125].map(f32::ln).to_vec()
}

fn distribution(settings: Settings) -> Distribution {
    Distribution::new(&halves(), &settings).expect("finite logits")
}

fn assert_close(actual: &[f32], expected: &[f32]) {
    assert_eq!(actual.len(), expected.len());
    for (a, b) in actual.iter().zip(expected) {
        assert!((a - b).abs() < 1e-6, "{actual:?} is not {expected:?}");
    }
}

#[test]
fn split_mix_64_gives_the_published_numbers() {
    let outputs: Vec<u64> = (0..5)
        .map(|position| split_mix_64(1_234_567, position))
        .collect();
    let published = [
        6_457_827_717_110_365_317,
        3_203_168_211_198_807_973,
        9_817_491_932_198_370_423,
        4_593_380_528_125_082_431,
        16_408_922_859_458_223_821,
    ];
    assert_eq!(outputs, published);
}

#[test]
fn without_filters_everything_is_kept_most_likely_first() {
    let d = distribution(Settings::default());
    assert_eq!(d.order(), [2, 0, 1, 3]);
    assert_eq!(d.kept(), 4);
    assert_close(d.p(), &[0.25, 0.125, 0.5, 0.125]);
    assert_close(d.p_kept(), d.p());
    assert_close(d.p_at_one(), d.p());
    assert!((d.rest_after(1) - 0.5).abs() < 1e-6);
    assert_eq!((d.rank_of(0), d.rank_of(9)), (Some(1), None));
}

#[test]
fn temperature_raises_probabilities_to_its_inverse() {
    let d = distribution(Settings {
        temperature: 0.5,
        ..Settings::default()
    });
    let total = 16.0 + 4.0 + 1.0 + 1.0;
    assert_close(
        d.p(),
        &[4.0 / total, 1.0 / total, 16.0 / total, 1.0 / total],
    );
    assert_close(d.p_at_one(), &[0.25, 0.125, 0.5, 0.125]);
}

#[test]
fn top_k_comes_before_top_p() {
    let k2 = distribution(Settings {
        top_k: Some(2),
        ..Settings::default()
    });
    assert_close(k2.p_kept(), &[1.0 / 3.0, 0.0, 2.0 / 3.0, 0.0]);
    // 0.6 of the two kept is reached by the first alone (2/3); of all four it would need two.
    let both = distribution(Settings {
        top_k: Some(2),
        top_p: Some(0.6),
        ..Settings::default()
    });
    assert_eq!(both.kept(), 1);
    let p_only = distribution(Settings {
        top_p: Some(0.6),
        ..Settings::default()
    });
    assert_eq!(p_only.kept(), 2);
}

#[test]
fn top_p_keeps_at_least_one_and_at_one_everything() {
    for (top_p, kept) in [(1e-6, 1), (0.51, 2), (0.76, 3), (1.0, 4)] {
        assert_eq!(
            distribution(Settings {
                top_p: Some(top_p),
                ..Settings::default()
            })
            .kept(),
            kept
        );
    }
}

#[test]
fn min_p_comes_after_top_p_and_is_a_share_of_the_most_likely() {
    let min_p = |min_p, settings: Settings| {
        distribution(Settings {
            min_p: Some(min_p),
            ..settings
        })
    };
    // Of 1/2: 0.4 is 0.2, 0.6 is 0.3, 0.2 is 0.1.
    for (share, kept) in [(0.0, 4), (0.2, 4), (0.4, 2), (0.6, 1), (1.0, 1)] {
        assert_eq!(min_p(share, Settings::default()).kept(), kept, "{share}");
    }
    let d = min_p(0.4, Settings::default());
    assert_close(d.p_kept(), &[1.0 / 3.0, 0.0, 2.0 / 3.0, 0.0]);
    assert_close(d.p(), &[0.25, 0.125, 0.5, 0.125]);
    // Temperature 2 first: square roots 0.707, 0.5, 0.354; half of the first is 0.354 still.
    let warm = Settings {
        temperature: 2.0,
        ..Settings::default()
    };
    assert_eq!(min_p(0.49, warm).kept(), 4);
    assert_eq!(min_p(0.51, warm).kept(), 2);
    // Whichever of the two filters cuts more.
    let narrow = Settings {
        top_p: Some(0.4),
        ..Settings::default()
    };
    assert_eq!(min_p(0.2, narrow).kept(), 1);
}

#[test]
fn the_penalty_is_for_what_was_there_and_comes_before_temperature() {
    let logits = [2.0, 1.0, -1.0, 0.0];
    let settings = Settings {
        repetition_penalty: 2.0,
        temperature: 0.5,
        ..Settings::default()
    };
    // 2 / 2 and -1 * 2; then divided by 0.5.
    let d = Distribution::after(&logits, &[2, 0, 0, 7], &settings).expect("finite");
    let weights = [2.0f64, 2.0, -4.0, 0.0].map(f64::exp);
    let total: f64 = weights.iter().sum();
    assert_close(d.p(), &weights.map(|w| (w / total) as f32));
    assert_eq!(d.order(), [0, 1, 3, 2]);
    // What the model itself says stays.
    let own = Distribution::new(&logits, &Settings::default()).expect("finite");
    assert_close(d.p_at_one(), own.p());
    // Greedy takes the most likely one after the penalty.
    let greedy = Settings {
        greedy: true,
        repetition_penalty: 3.0,
        ..Settings::default()
    };
    let d = Distribution::after(&logits, &[0], &greedy).expect("finite");
    assert_eq!(choose(&d, 0.9).id, 1);
    // Without a context, and at 1, nothing changes.
    for (context, penalty) in [(&[][..], 2.0), (&[0, 1, 2, 3][..], 1.0)] {
        let settings = Settings {
            repetition_penalty: penalty,
            ..Settings::default()
        };
        assert_eq!(
            Distribution::after(&logits, context, &settings),
            Ok(own.clone())
        );
    }
}

#[test]
fn greedy_and_temperature_zero_take_the_most_likely() {
    for settings in [
        Settings {
            greedy: true,
            ..Settings::default()
        },
        Settings {
            temperature: 0.0,
            ..Settings::default()
        },
        Settings {
            temperature: 0.0,
            top_k: Some(3),
            top_p: Some(0.9),
            ..Settings::default()
        },
    ] {
        let d = distribution(settings);
        assert_eq!((d.kept(), d.cumulative()), (1, &[1.0][..]));
        for u in [0.0, 0.5, 0.999_999] {
            assert_eq!(
                choose(&d, u),
                Draw {
                    id: 2,
                    u,
                    interval: (0.0, 1.0)
                }
            );
        }
    }
    assert_close(
        distribution(Settings {
            greedy: true,
            ..Settings::default()
        })
        .p(),
        &[0.25, 0.125, 0.5, 0.125],
    );
    assert_close(
        &softmax(&[1.0, 3.0, 3.0], 0.0).expect("finite"),
        &[0.0, 1.0, 0.0],
    );
}

#[test]
fn the_number_falls_on_the_segment_that_holds_it() {
    let d = distribution(Settings::default());
    for (u, id) in [
        (0.0, 2),
        (0.49, 2),
        (0.51, 0),
        (0.74, 0),
        (0.76, 1),
        (0.874, 1),
        (0.876, 3),
        (0.999_999, 3),
    ] {
        let draw = choose(&d, u);
        assert_eq!(draw.id, id);
        assert!(draw.interval.0 <= u && u < draw.interval.1);
    }
    for u in [1.0, 7.0] {
        assert_eq!(choose(&d, u).id, 3);
    }
    assert_eq!(choose(&d, f64::NAN).id, 2);
}

#[test]
fn settings_and_logits_out_of_range_are_refused() {
    let try_new =
        |logits: &[f32], settings: Settings| Distribution::new(logits, &settings).map(|_| ());
    let default = Settings::default();
    assert_eq!(try_new(&[], default), Err(SamplingError::NoLogits));
    assert!(matches!(
        try_new(&[0.0, f32::NAN], default),
        Err(SamplingError::LogitNotFinite { id: 1, .. })
    ));
    for infinite in [f32::INFINITY, f32::NEG_INFINITY] {
        assert!(matches!(
            try_new(&[infinite], default),
            Err(SamplingError::LogitNotFinite { id: 0, .. })
        ));
    }
    for temperature in [-0.1, f32::NAN, f32::INFINITY] {
        let settings = Settings {
            temperature,
            ..default
        };
        assert!(matches!(
            try_new(&[0.0], settings),
            Err(SamplingError::Temperature { .. })
        ));
        assert!(softmax(&[0.0], temperature).is_err());
    }
    assert_eq!(
        try_new(
            &[0.0],
            Settings {
                top_k: Some(0),
                ..default
            }
        ),
        Err(SamplingError::TopKZero)
    );
    for top_p in [0.0, -1.0, 1.01, f32::NAN] {
        let settings = Settings {
            top_p: Some(top_p),
            ..default
        };
        assert!(matches!(
            try_new(&[0.0], settings),
            Err(SamplingError::TopP { .. })
        ));
    }
    for min_p in [-0.1, 1.01, f32::NAN] {
        let settings = Settings {
            min_p: Some(min_p),
            ..default
        };
        assert!(matches!(
            try_new(&[0.0], settings),
            Err(SamplingError::MinP { .. })
        ));
    }
    for repetition_penalty in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let settings = Settings {
            repetition_penalty,
            ..default
        };
        assert!(matches!(
            try_new(&[0.0], settings),
            Err(SamplingError::RepetitionPenalty { .. })
        ));
    }
}

#[test]
fn extreme_logits_stay_numbers() {
    let d = Distribution::new(
        &[f32::MAX, f32::MIN, 0.0, -0.0],
        &Settings {
            temperature: 1e-30,
            ..Settings::default()
        },
    );
    let d = d.expect("finite logits");
    assert_close(d.p(), &[1.0, 0.0, 0.0, 0.0]);
    assert_eq!(d.order(), [0, 2, 3, 1]);
    assert_eq!(choose(&d, 1.0 - f64::EPSILON / 2.0).id, 0);
}

#[test]
fn draws_follow_the_distribution() {
    let d = distribution(Settings::default());
    let mut counts = [0u32; 4];
    for position in 0..40_000 {
        counts[choose(&d, draw_uniform(42, position)).id as usize] += 1;
    }
    for (count, p) in counts.iter().zip(d.p()) {
        assert!((f64::from(*count) / 40_000.0 - f64::from(*p)).abs() < 0.01);
    }
}

/// Prints what a distribution of a bundled and of a large vocabulary costs.
#[test]
#[allow(clippy::disallowed_methods, reason = "tests run natively")]
fn large_vocabularies_print_their_time() {
    for vocab in [2_048, 50_257] {
        let logits: Vec<f32> = (0..vocab)
            .map(|id| draw_uniform(1, id) as f32 * 20.0 - 10.0)
            .collect();
        let start = std::time::Instant::now();
        let settings = Settings {
            temperature: 0.8,
            top_k: Some(1000),
            top_p: Some(0.9),
            ..Settings::default()
        };
        let d = Distribution::new(&logits, &settings).expect("finite logits");
        eprintln!(
            "{vocab} logits: {:.2} ms, {} kept",
            start.elapsed().as_secs_f64() * 1e3,
            d.kept()
        );
        assert!(d.kept() < 1000);
    }
}

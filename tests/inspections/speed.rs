//! How long answers take on the bundled model; `--nocapture` prints it.

use std::time::Instant;

use llm_atlas::protocol::{Activation, Inspection};
use llm_atlas::sampling::Settings;

use crate::models::{Subject, bundled, ids};

#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "a native test may look at the clock"
)]
fn answers_come_while_one_waits() {
    let mut subject = bundled();
    let ids = ids(&subject, 64);
    let inspections = [
        ("lens", Inspection::LogitLens { count: 5 }),
        (
            "attribution",
            Inspection::Attribution {
                position: 63,
                target: 9,
            },
        ),
        (
            "neurons",
            Inspection::Neurons {
                position: 63,
                count: 10,
                promoted: 5,
            },
        ),
        (
            "continuations",
            Inspection::Continuations {
                settings: Settings::default(),
                seed: 0,
                n_tokens: 12,
                beam_width: 4,
            },
        ),
        (
            "characters",
            Inspection::HeadCharacters {
                sequences: 8,
                half: 25,
                seed: 0,
            },
        ),
    ];
    for (name, inspection) in &inspections {
        let elapsed_ms = times(|| {
            // Else the lens would remember its answer.
            subject.session.forget();
            read(&mut subject, &ids);
            let start = Instant::now();
            subject.inspect(&ids, inspection).unwrap();
            start
        });
        report(name, &elapsed_ms);
    }
    let elapsed_ms = times(|| {
        subject.session.forget();
        read(&mut subject, &ids[..63]);
        let lens = Inspection::LogitLens { count: 5 };
        subject.inspect(&ids[..63], &lens).unwrap();
        read(&mut subject, &ids);
        let start = Instant::now();
        subject.inspect(&ids, &lens).unwrap();
        start
    });
    report("lens after one more token", &elapsed_ms);
}

fn read(subject: &mut Subject, ids: &[u32]) {
    let spec = [Activation::Logits].into_iter().collect();
    let held = ids.len() - 1;
    pollster::block_on(subject.session.run("", ids, &spec, held, &|| 0.0)).unwrap();
}

/// Sorted, milliseconds from the instant returned.
fn times(mut run: impl FnMut() -> Instant) -> Vec<f64> {
    let mut elapsed_ms: Vec<f64> = (0..9)
        .map(|_| run().elapsed().as_secs_f64() * 1000.0)
        .collect();
    elapsed_ms.sort_by(f64::total_cmp);
    elapsed_ms
}

fn report(name: &str, elapsed_ms: &[f64]) {
    let (least, median) = (elapsed_ms[0], elapsed_ms[4]);
    println!("{name}: median {median:.2} ms, least {least:.2} ms");
    // Far above what is measured: a debug build on a busy machine must pass too.
    assert!(least < 5000.0, "{name}");
}

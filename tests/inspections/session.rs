//! An inspection leaves the session as it was.

use llm_atlas::protocol::{Inspection, TraceSpec, TraceUpdate};
use llm_atlas::sampling::Settings;

use crate::models::{Subject, ids, small};

fn run(subject: &mut Subject, ids: &[u32], held: usize) -> TraceUpdate {
    let spec = TraceSpec::all(2);
    pollster::block_on(subject.session.run("", ids, &spec, held, &|| 0.0)).unwrap()
}

fn inspections() -> Vec<Inspection> {
    vec![
        Inspection::LogitLens { count: 2 },
        Inspection::Attribution {
            position: 3,
            target: 2,
        },
        Inspection::Neurons {
            position: 2,
            count: 2,
            promoted: 2,
        },
        Inspection::Continuations {
            settings: Settings::default(),
            seed: 0,
            n_tokens: 3,
            beam_width: 2,
        },
        Inspection::HeadCharacters {
            sequences: 1,
            half: 3,
            seed: 0,
        },
    ]
}

#[test]
fn a_run_after_an_inspection_answers_as_if_nothing_had_been_asked() {
    let all = ids(&small(), 10);
    let other: Vec<u32> = all.iter().map(|id| 1 + id % 17).collect();
    for inspection in inspections() {
        for inspected in [&all[..6], &all[..9], &all[..4], &other[..8]] {
            let mut subject = small();
            run(&mut subject, &all[..6], 0);
            subject.inspect(inspected, &inspection).unwrap();
            let after = run(&mut subject, &all, 6);
            let mut undisturbed = small();
            run(&mut undisturbed, &all[..6], 0);
            assert_eq!(after, run(&mut undisturbed, &all, 6));
            assert_eq!(after.first_position, 6);
        }
    }
}

#[test]
fn the_answer_does_not_depend_on_what_was_read_before() {
    let all = ids(&small(), 10);
    for inspection in inspections() {
        let fresh = small().inspect(&all, &inspection).unwrap();
        for read in [&all[..1], &all[..5], &all[..]] {
            let mut subject = small();
            run(&mut subject, read, 0);
            let found = subject.inspect(&all, &inspection).unwrap();
            let (fresh, found) = (numbers(&fresh), numbers(&found));
            assert_eq!(fresh.len(), found.len());
            for (fresh, found) in fresh.iter().zip(&found) {
                assert!((fresh - found).abs() < 1e-4, "{inspection:?}");
            }
        }
    }
}

#[test]
fn the_lens_of_a_text_that_grows_and_changes_is_that_of_the_text() {
    let all = ids(&small(), 12);
    let mut edited = all.clone();
    edited[5] = 1 + edited[5] % 17;
    let mut subject = small();
    for (text, count) in [
        (&all[..4], 3),
        (&all[..9], 3),
        (&all[..7], 3),
        (&edited[..], 3),
        (&edited[..], 2),
        (&all[..], 2),
    ] {
        run(&mut subject, text, 0);
        let inspection = Inspection::LogitLens { count };
        let found = numbers(&subject.inspect(text, &inspection).unwrap());
        let fresh = numbers(&small().inspect(text, &inspection).unwrap());
        assert_eq!(found.len(), fresh.len());
        assert!(found.iter().zip(&fresh).all(|(a, b)| (a - b).abs() < 1e-4));
    }
}

/// Every number of an answer, in order.
fn numbers(finding: &llm_atlas::protocol::Finding) -> Vec<f64> {
    fn collect(value: &serde_json::Value, into: &mut Vec<f64>) {
        match value {
            serde_json::Value::Number(number) => into.push(number.as_f64().unwrap()),
            serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
            serde_json::Value::Object(fields) => {
                fields.values().for_each(|item| collect(item, into));
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    collect(&serde_json::to_value(finding).unwrap(), &mut all);
    all
}

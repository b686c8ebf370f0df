//! Continuations: greedy, drawn and by beam search.

use llm_atlas::models::gpt2::Gpt2Config;
use llm_atlas::protocol::{BeamNode, Continuations, Finding, Inspection};
use llm_atlas::sampling::{Distribution, Settings, choose, draw_uniform};

use crate::models::{Subject, bundled, ids, random, small};

fn settings() -> Settings {
    Settings {
        temperature: 0.9,
        top_k: Some(40),
        top_p: Some(0.95),
        min_p: Some(0.01),
        repetition_penalty: 1.5,
        ..Settings::default()
    }
}

fn continuations(
    subject: &mut Subject,
    ids: &[u32],
    n_tokens: usize,
    width: usize,
) -> Continuations {
    let inspection = Inspection::Continuations {
        settings: settings(),
        seed: 11,
        n_tokens,
        beam_width: width,
    };
    match subject.inspect(ids, &inspection) {
        Ok(Finding::Continuations(continuations)) => continuations,
        other => panic!("{other:?}"),
    }
}

/// One token at a time, each from a run of its own.
fn one_by_one(
    subject: &mut Subject,
    ids: &[u32],
    n_tokens: usize,
    settings: &Settings,
) -> Vec<(u32, f32)> {
    let end_of_text = subject.session.info().end_of_text;
    let mut ids = ids.to_vec();
    let mut drawn = Vec::new();
    for _ in 0..n_tokens {
        let logits = subject.logits(&ids);
        let distribution = Distribution::after(&logits, &ids, settings).unwrap();
        let draw = choose(&distribution, draw_uniform(11, ids.len() as u64));
        let p = match settings.greedy {
            true => distribution.p()[draw.id as usize],
            false => distribution.p_kept()[draw.id as usize],
        };
        drawn.push((draw.id, p));
        ids.push(draw.id);
        if Some(draw.id) == end_of_text {
            break;
        }
    }
    drawn
}

fn assert_same(found: &[(u32, f32)], expected: &[(u32, f32)]) {
    let ids = |way: &[(u32, f32)]| way.iter().map(|(id, _)| *id).collect::<Vec<_>>();
    assert_eq!(ids(found), ids(expected));
    for ((_, found), (_, expected)) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-4, "{found} is not {expected}");
    }
}

#[test]
fn greedy_and_drawn_are_what_the_program_writes() {
    for mut subject in [small(), bundled()] {
        let ids = ids(&subject, 6);
        let found = continuations(&mut subject, &ids, 9, 3);
        let greedy = Settings {
            greedy: true,
            ..Settings::default()
        };
        assert_same(&found.greedy, &one_by_one(&mut subject, &ids, 9, &greedy));
        assert_same(
            &found.drawn,
            &one_by_one(&mut subject, &ids, 9, &settings()),
        );
        assert!(found.greedy.len() > 1 && found.drawn.len() > 1);
    }
}

/// The tokens up to a node.
fn path(beams: &[BeamNode], index: usize) -> Vec<u32> {
    let mut ids = Vec::new();
    let mut at = Some(index);
    while let Some(index) = at {
        ids.insert(0, beams[index].id);
        at = beams[index].parent;
    }
    ids
}

#[test]
fn a_beam_as_wide_as_all_there_is_equals_an_exhaustive_search() {
    let mut config = Gpt2Config::new(4, 12, 8, 1, 2);
    config.eos_token_id = Some(0);
    let mut subject = random(config, 21);
    let start = [3, 1];
    let found = continuations(&mut subject, &start, 3, 64);
    let mut expected: Vec<(Vec<u32>, f64)> = Vec::new();
    let mut open = vec![(Vec::new(), 0.0)];
    for _ in 0..3 {
        let mut next = Vec::new();
        for (ids, sum) in open {
            let logits = subject.logits(&[&start[..], &ids].concat());
            let logits: Vec<f64> = logits.iter().map(|logit| f64::from(*logit)).collect();
            let p = crate::reference::softmax(&logits);
            for (id, p) in (0u32..).zip(p) {
                next.push(([&ids[..], &[id]].concat(), sum + p.ln()));
            }
        }
        expected.extend(next.iter().cloned());
        next.retain(|(ids, _)| ids.last() != Some(&0));
        open = next;
    }
    assert_eq!(found.beams.len(), expected.len());
    for (index, node) in found.beams.iter().enumerate() {
        let ids = path(&found.beams, index);
        let (_, sum) = expected.iter().find(|(other, _)| *other == ids).unwrap();
        assert!((f64::from(node.log_p) - sum).abs() < 1e-4);
        assert_eq!(node.depth, ids.len());
    }
    let narrow = continuations(&mut subject, &start, 3, 2);
    for (index, node) in narrow.beams.iter().enumerate() {
        let ids = path(&narrow.beams, index);
        let (_, sum) = expected.iter().find(|(other, _)| *other == ids).unwrap();
        assert!((f64::from(node.log_p) - sum).abs() < 1e-4);
    }
}

#[test]
fn nothing_goes_beyond_what_the_model_can_read() {
    let mut subject = small();
    let n_ctx = subject.session.info().n_ctx;
    for room in [0, 1, 3] {
        let read = ids(&subject, n_ctx - room);
        let found = continuations(&mut subject, &read, 9, 2);
        assert!(found.greedy.len() <= room && found.drawn.len() <= room);
        assert!(found.beams.iter().all(|node| node.depth <= room));
        assert_eq!(room == 0, found.beams.is_empty());
    }
    let long = ids(&subject, n_ctx + 5);
    let cut = continuations(&mut subject, &long, 9, 2);
    assert!(cut.greedy.is_empty());
}

#[test]
fn nothing_typed_begins_a_text_as_in_the_page() {
    let mut subject = small();
    let found = continuations(&mut subject, &[], 3, 2);
    // The page reads the end of another text, draws at position 0 and goes on without it.
    let first = Distribution::after(&subject.logits(&[0]), &[], &settings()).unwrap();
    let draw = choose(&first, draw_uniform(11, 0));
    assert_eq!(found.drawn[0].0, draw.id);
    if draw.id != 0 {
        let rest = one_by_one(&mut subject, &[draw.id], 2, &settings());
        assert_same(&found.drawn[1..], &rest);
    }
}

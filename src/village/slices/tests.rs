//! What every slice must keep.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use super::*;
use crate::village::grammar::Grammar;
use crate::village::parse_text;
use crate::village::split::has_held_out_combination;
use crate::village::teller::with_people_named;

const LANGUAGES: [Language; 2] = [Language::English, Language::Korean];

fn examples(slice: Slice, seed: u64, count: u64, split: Split) -> impl Iterator<Item = Example> {
    LANGUAGES.into_iter().flat_map(move |language| {
        (0..count).map(move |index| generate_example(slice, language, seed, index, split))
    })
}

#[test]
fn names_find_their_slices() {
    for &slice in Slice::ALL {
        assert_eq!(Slice::from_name(slice.name()), Some(slice));
        assert!(slice.description().ends_with('.'));
        assert_eq!(slice.splits()[..2], [Split::Train, Split::Validation]);
    }
}

#[test]
fn a_text_is_its_prompt_and_its_answer() {
    for &slice in Slice::ALL {
        for &split in slice.splits() {
            for example in examples(slice, 1, 50, split) {
                let joined = format!("{} {}", example.prompt, example.answer);
                assert_eq!(example.text, joined);
                assert!(!example.prompt.is_empty() && !example.answer.is_empty());
                assert!(example.bits > 0.0 && example.answer_bits <= example.bits);
                assert_eq!(example.slice, slice);
            }
        }
    }
}

#[test]
fn nothing_is_in_training_and_in_validation() {
    for &slice in Slice::ALL {
        let contents = |split| -> HashSet<String> {
            examples(slice, 2, 1000, split).map(|e| e.content).collect()
        };
        let (train, validation) = (contents(Split::Train), contents(Split::Validation));
        assert!(train.is_disjoint(&validation), "{}", slice.name());
    }
}

/// The first examples in full, and a hash of fifty of each language and split, so that nobody
/// changes by accident what the models were trained on. `SNAPSHOTS=write` accepts a change.
#[test]
fn slices_are_what_they_always_were() {
    for &slice in Slice::ALL {
        let mut now = String::new();
        for &split in slice.splits() {
            for language in LANGUAGES {
                let texts: Vec<String> = (0..50)
                    .map(|index| generate_example(slice, language, 0, index, split).text)
                    .collect();
                let hash = texts.concat().bytes().fold(0, |h, b| mix(h ^ u64::from(b)));
                writeln!(now, "{split:?} {language:?} {hash:016x}\n{}\n", texts[0]).unwrap();
            }
        }
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src/village/golden/slices")
            .join(format!("{}.txt", slice.name()));
        if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "write") {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &now).unwrap();
        }
        let golden = std::fs::read_to_string(&path).unwrap();
        assert_eq!(now, golden, "{}", slice.name());
    }
}

/// Held-out word pairs and templates stay out of training whatever is told.
#[test]
fn training_has_no_held_out_combination_or_template() {
    for slice in [Slice::Parallel, Slice::Sentiment, Slice::Questions] {
        for example in examples(slice, 9, 700, Split::Train) {
            let story = match &example.parts {
                Parts::Parallel(parts) => &parts.source,
                Parts::Sentiment(parts) => &parts.story,
                _ => &example.text,
            };
            let parsed = parse_text(example.language, story).unwrap();
            let events = match &example.parts {
                Parts::Parallel(parts) => parts.events.clone(),
                _ => with_people_named(&parsed.events),
            };
            let grammar = Grammar::of(example.language);
            let is_held_out = |&index: &usize| grammar.templates()[index].is_held_out;
            assert!(!events.iter().any(has_held_out_combination), "{story}");
            assert!(!parsed.templates.iter().any(is_held_out), "{story}");
        }
    }
}

//! Both sides of an example, and the links between them.

use std::collections::{BTreeSet, HashSet};

use super::*;
use crate::village::slices::{AlignmentCounts, Link, generate_example};
use crate::village::{Corruption, SplitMix64, corrupt, split_sentences};

const LANGUAGES: [Language; 2] = [Language::English, Language::Korean];

fn pairs(seed: u64, count: u64, split: Split) -> impl Iterator<Item = (Example, ParallelParts)> {
    LANGUAGES.into_iter().flat_map(move |language| {
        (0..count).filter_map(move |index| {
            let example = generate_example(Slice::Parallel, language, seed, index, split);
            match example.parts.clone() {
                Parts::Parallel(parts) => Some((example, parts)),
                _ => None,
            }
        })
    })
}

#[test]
fn both_sides_say_the_same_events() {
    for &split in Slice::Parallel.splits() {
        for (example, parts) in pairs(3, 400, split) {
            let events = &parts.events;
            assert!(parts.accepts(&parts.target), "{}", example.text);
            assert!(
                is_equivalent_translation(example.language, events, &parts.source),
                "{}",
                example.text
            );
        }
    }
}

#[test]
fn synonyms_are_right_and_other_events_are_not() {
    let pairs: Vec<ParallelParts> = pairs(4, 400, Split::Train).map(|(_, p)| p).collect();
    let mut generator = SplitMix64::new(1);
    let (mut spoilt, mut accepted) = (0, 0);
    for window in pairs.windows(2) {
        let (one, other) = (&window[0], &window[1]);
        if one.target_language != other.target_language {
            continue;
        }
        assert_eq!(one.accepts(&other.target), one.events == other.events);
        for corruption in Corruption::ALL {
            let language = one.target_language;
            let sentences = split_sentences(language, &one.target).sentences;
            if let [(_, sentence)] = sentences[..]
                && let Some(text) = corrupt(language, sentence, corruption, &mut generator)
            {
                spoilt += 1;
                accepted += usize::from(one.accepts(&text));
            }
        }
    }
    println!("{accepted} of {spoilt} spoilt translations accepted");
    assert!(
        spoilt > 200 && accepted * 100 <= spoilt,
        "{accepted} of {spoilt}"
    );
}

/// Words that a translation may leave out.
const FREE: [&str; 9] = ["and", "now", "he", "she", "her", "him", "of", "his", "you"];

#[test]
fn every_word_is_aligned_but_those_that_a_language_leaves_out() {
    let mut unaligned = BTreeSet::new();
    for &split in Slice::Parallel.splits() {
        for (example, parts) in pairs(5, 1500, split) {
            let gold = &parts.alignment;
            let source: Vec<&str> = parts.source.split(' ').collect();
            let target: Vec<&str> = parts.target.split(' ').collect();
            let links: Vec<_> = gold.sure.iter().chain(&gold.possible).collect();
            for &&(a, b) in &links {
                assert!(a < source.len() && b < target.len(), "{}", example.text);
            }
            assert!(gold.sure.is_disjoint(&gold.possible));
            for (index, word) in source.iter().enumerate() {
                if links.iter().all(|link| link.0 != index) {
                    unaligned.insert((*word).to_string());
                }
            }
            for (index, word) in target.iter().enumerate() {
                if links.iter().all(|link| link.1 != index) {
                    unaligned.insert((*word).to_string());
                }
            }
        }
    }
    let is_free =
        |word: &String| FREE.contains(&&*word.to_lowercase().replace(['.', ',', '?'], ""));
    let left: Vec<&String> = unaligned.iter().filter(|word| !is_free(word)).collect();
    assert!(left.is_empty(), "{left:?}");
}

/// What a cross-attention has to beat: each word linked to the one at the same place.
#[test]
fn the_diagonal_is_a_poor_alignment() {
    let mut counts = AlignmentCounts::default();
    for (_, parts) in pairs(8, 1000, Split::Validation) {
        let last = |side: &str| side.split(' ').count() - 1;
        let (rows, columns) = (last(&parts.source), last(&parts.target));
        let diagonal: Vec<Link> = (0..=rows)
            .map(|row| (row, (row * columns + rows / 2) / rows.max(1)))
            .collect();
        counts.add(&diagonal, &parts.alignment);
    }
    let mut perfect = AlignmentCounts::default();
    for (_, parts) in pairs(8, 100, Split::Validation) {
        let sure: Vec<Link> = parts.alignment.sure.iter().copied().collect();
        perfect.add(&sure, &parts.alignment);
    }
    println!("error rate of the diagonal: {:.3}", counts.error_rate());
    assert!(counts.error_rate() > 0.5);
    assert_eq!(perfect.error_rate(), 0.0);
}

#[test]
fn every_pair_of_validation_has_a_unit_that_training_never_has() {
    let units = |example: &Example| -> Vec<String> {
        example
            .content
            .split_inclusive('.')
            .map(str::to_string)
            .collect()
    };
    let train: HashSet<String> = pairs(6, 3000, Split::Train)
        .flat_map(|(example, _)| units(&example))
        .collect();
    for (example, _) in pairs(6, 1000, Split::Validation) {
        let is_new = units(&example).iter().any(|unit| !train.contains(unit));
        assert!(is_new, "{}", example.text);
    }
}

#[test]
fn sides_have_the_promised_sizes() {
    let mut longest = 0;
    for (_, parts) in pairs(7, 1000, Split::Train) {
        for side in [&parts.source, &parts.target] {
            longest = longest.max(side.split(' ').count());
        }
    }
    assert!((20..=MAX_WORDS).contains(&longest), "{longest}");
}

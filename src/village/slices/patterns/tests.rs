//! Property tests of the patterns.

use std::collections::HashSet;

use super::*;
use crate::village::generate_example;
use crate::village::slices::words::Word;

const LANGUAGES: [Language; 2] = [Language::English, Language::Korean];

fn patterns(seed: u64, count: u64, split: Split) -> impl Iterator<Item = (Example, PatternParts)> {
    LANGUAGES.into_iter().flat_map(move |language| {
        (0..count).map(move |index| {
            let example = generate_example(Slice::Patterns, language, seed, index, split);
            let Parts::Patterns(parts) = example.parts.clone() else {
                panic!("{example:?}");
            };
            (example, parts)
        })
    })
}

#[test]
fn the_context_allows_the_answer_and_no_other() {
    for &split in Slice::Patterns.splits() {
        for (example, _) in patterns(3, 1500, split) {
            let answers: Vec<String> = solve_pattern(example.language, &example.prompt)
                .into_iter()
                .map(|answer| format!("{answer}."))
                .collect();
            assert_eq!(answers, [example.answer.as_str()], "{}", example.text);
        }
    }
}

#[test]
fn another_word_in_the_prompt_changes_or_removes_the_answer_of_a_table() {
    let mut changed = 0;
    for (example, parts) in patterns(4, 1500, Split::Train) {
        let PatternKind::Table { to, .. } = parts.kind else {
            continue;
        };
        let answer = example.answer.trim_end_matches('.');
        let other = Word::all_of(to)
            .map(|word| word.text(example.language))
            .find(|word| !example.text.contains(word))
            .map(|word| {
                example
                    .prompt
                    .replace(&format!(": {answer}"), &format!(": {word}"))
            });
        if let Some(other) = other {
            assert!(!solve_pattern(example.language, &other).contains(answer));
            changed += 1;
        }
    }
    assert!(changed > 500, "{changed}");
}

/// The pairs of words on a line that the slice draws together.
fn word_pairs(example: &Example, parts: &PatternParts) -> Vec<(Word, Word)> {
    let mut words: Vec<Word> = parts
        .pairs
        .iter()
        .flat_map(|(key, value)| key.split(' ').chain(value.split(' ')))
        .filter_map(|text| Word::read(example.language, text))
        .collect();
    words.dedup();
    let all = words.clone();
    words
        .into_iter()
        .flat_map(|a| all.iter().filter(move |&&b| a != b).map(move |&b| (a, b)))
        .collect()
}

#[test]
fn training_has_no_held_out_mapping_and_no_words_that_are_kept_apart() {
    let train: HashSet<String> = patterns(5, 3000, Split::Train)
        .map(|pattern| pattern.0.content)
        .collect();
    for split in [Split::Train, Split::Validation] {
        for (example, parts) in patterns(5, 3000, split) {
            assert!(!parts.kind.is_held_out(), "{}", example.text);
            let pairs = word_pairs(&example, &parts);
            assert!(
                pairs.iter().all(|(a, b)| !a.is_kept_from(*b)),
                "{}",
                example.text
            );
            assert_eq!(train.contains(&example.content), split == Split::Train);
        }
    }
    assert!(train.len() > 2950, "{}", train.len());
}

#[test]
fn every_held_out_pattern_has_what_is_held_out() {
    for (example, parts) in patterns(6, 2000, Split::HeldOutTemplate) {
        assert!(parts.kind.is_held_out(), "{}", example.text);
    }
    for (example, parts) in patterns(6, 2000, Split::HeldOutCombination) {
        assert!(!parts.kind.is_held_out(), "{}", example.text);
        let PatternKind::Rule(rule) = parts.kind else {
            let pairs = word_pairs(&example, &parts);
            let apart = pairs.iter().filter(|(a, b)| a.is_kept_from(*b)).count();
            assert!(apart >= 2, "{}", example.text);
            continue;
        };
        let asked = parts.pairs.last().map_or("", |pair| pair.0.as_str());
        let words: Vec<Word> = asked
            .split(' ')
            .filter_map(|text| Word::read(example.language, text))
            .collect();
        match words.as_slice() {
            [] => assert_eq!(rule, Rule::Opposite),
            [word] => assert!(word.is_kept_from(*word), "{}", example.text),
            [a, b, ..] => assert!(a.is_kept_from(*b), "{}", example.text),
        }
    }
}

#[test]
fn some_opposites_are_held_out_and_none_is_ambiguous() {
    let held_out = (0..opposites::OPPOSITES.len())
        .filter(|&i| opposites::is_held_out_opposite(i))
        .count();
    assert!((2..=5).contains(&held_out), "{held_out}");
    let words: Vec<&str> = opposites::OPPOSITES.iter().flatten().copied().collect();
    let distinct: HashSet<&str> = words.iter().copied().collect();
    assert_eq!(distinct.len(), words.len());
}

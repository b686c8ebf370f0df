//! Property tests of the facts.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::HashSet;

use super::*;
use crate::village::generate_example;
use crate::village::parser::split_sentences;

const LANGUAGES: [Language; 2] = [Language::English, Language::Korean];

fn facts(seed: u64, count: u64, split: Split) -> impl Iterator<Item = (Example, FactParts)> {
    LANGUAGES.into_iter().flat_map(move |language| {
        (0..count).map(move |index| {
            let example = generate_example(Slice::Facts, language, seed, index, split);
            let Parts::Facts(parts) = example.parts.clone() else {
                panic!("{example:?}");
            };
            (example, parts)
        })
    })
}

#[test]
fn every_document_is_read_back_and_is_the_only_one_of_its_kind() {
    let count = almanac().len();
    assert!((100..=200).contains(&count), "{count}");
    let told = almanac().iter().filter(|fact| fact.is_told()).count();
    let share = told as f64 / count as f64;
    println!("{count} facts, {told} told");
    assert!((0.6..0.72).contains(&share), "{share}");
    for language in LANGUAGES {
        let all = documents(language);
        let keys: [fn(&Document) -> &String; 3] = [|d| &d.id, |d| &d.text, |d| &d.question];
        for key in keys {
            let distinct: HashSet<&String> = all.iter().map(key).collect();
            assert_eq!(distinct.len(), count);
        }
        for fact in almanac() {
            assert_eq!(parse_fact(language, &fact.sentence(language)), Some(*fact));
            assert_eq!(
                fact_asked_by(language, &fact.question(language)),
                Some(fact)
            );
        }
    }
    let ids = |language| {
        documents(language)
            .into_iter()
            .map(|one| one.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(Language::English), ids(Language::Korean));
}

#[test]
fn the_page_or_the_almanac_has_the_answer() {
    for &split in Slice::Facts.splits() {
        for (example, parts) in facts(3, 250, split) {
            let answer = answer_from_facts(example.language, &example.prompt);
            assert_eq!(answer.as_ref(), Some(&example.answer), "{}", example.text);
            assert_eq!(parts.document, parts.asked.id());
        }
    }
}

#[test]
fn training_never_tells_or_asks_a_held_out_fact() {
    let train: HashSet<String> = facts(5, 1000, Split::Train)
        .map(|one| one.0.content)
        .collect();
    let held_out: HashSet<String> = LANGUAGES
        .into_iter()
        .flat_map(documents)
        .filter(|one| !one.is_told)
        .flat_map(|one| [one.text, one.question])
        .collect();
    for split in [Split::Train, Split::Validation] {
        for (example, parts) in facts(5, 1000, split) {
            assert!(parts.facts.iter().all(Fact::is_told), "{}", example.text);
            let sentences = split_sentences(example.language, &example.text).sentences;
            assert!(
                sentences
                    .iter()
                    .all(|(_, sentence)| !held_out.contains(*sentence))
            );
            assert_eq!(train.contains(&example.content), split == Split::Train);
        }
    }
    for (split, book) in [
        (Split::HeldOutCombination, Book::Open),
        (Split::HeldOutTemplate, Book::Closed),
    ] {
        for (_, parts) in facts(5, 500, split) {
            assert_eq!(parts.book, book);
            assert!(!parts.asked.is_told());
        }
    }
}

#[test]
fn another_village_is_otherwise() {
    let mut pages = 0;
    for (example, parts) in facts(6, 1000, Split::Train) {
        let is_elsewhere = parts.book == Book::Elsewhere;
        let own = parts
            .facts
            .iter()
            .filter(|fact| almanac().contains(fact))
            .count();
        assert_eq!(
            own,
            if is_elsewhere { 0 } else { parts.facts.len() },
            "{}",
            example.text
        );
        pages += usize::from(is_elsewhere);
    }
    assert!(pages > 400, "{pages}");
}

#[test]
fn the_almanac_is_what_it_always_was() {
    let lines: Vec<String> = almanac()
        .iter()
        .map(|fact| {
            let mark = if fact.is_told() { "told" } else { "held out" };
            let [english, korean] = LANGUAGES.map(|language| fact.sentence(language));
            format!("{} | {mark} | {english} | {korean}", fact.id())
        })
        .collect();
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/village/golden/almanac.txt"
    );
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "write") {
        std::fs::write(path, lines.join("\n") + "\n").unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap();
    assert_eq!(lines.join("\n"), expected.trim_end());
}

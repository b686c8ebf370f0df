//! Property tests of the instructions.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::*;
use crate::village::generate_example;

const LANGUAGES: [Language; 2] = [Language::English, Language::Korean];

fn instructions(
    seed: u64,
    count: u64,
    split: Split,
) -> impl Iterator<Item = (Example, InstructionParts)> {
    LANGUAGES.into_iter().flat_map(move |language| {
        (0..count).map(move |index| {
            let example = generate_example(Slice::Instructions, language, seed, index, split);
            let Parts::Instructions(parts) = example.parts.clone() else {
                panic!("{example:?}");
            };
            (example, parts)
        })
    })
}

fn task_of(example: &Example) -> InstructionTask {
    parse_instruction(example.language, &example.prompt)
        .unwrap_or_else(|| panic!("{}", example.prompt))
}

#[test]
fn the_judge_agrees_with_every_good_and_every_bad_answer() {
    let mut counts: BTreeMap<Fault, usize> = BTreeMap::new();
    let mut all = 0;
    for &split in Slice::Instructions.splits() {
        for (example, parts) in instructions(3, 300, split) {
            let task = task_of(&example);
            assert_eq!((task.content, task.manner), (parts.content, parts.manner));
            assert_eq!(
                judge_answer(&task, &example.answer),
                Verdict::Good,
                "{}",
                example.text
            );
            for bad in &parts.bad_answers {
                let verdict = judge_answer(&task, &bad.text);
                assert_eq!(
                    verdict,
                    Verdict::Bad(bad.fault),
                    "{}\n{}",
                    example.text,
                    bad.text
                );
                *counts.entry(bad.fault).or_default() += 1;
            }
            assert!(parts.bad_answers.len() >= 3, "{}", example.text);
            all += 1;
        }
    }
    println!("{all} instructions, bad answers {counts:?}");
    for fault in [Fault::WrongLanguage, Fault::TooLong, Fault::NotFollowing] {
        assert_eq!(counts[&fault], all, "{fault:?}");
    }
    assert!(counts[&Fault::WrongFact] > all * 9 / 10);
    assert!(counts[&Fault::Ungrammatical] > all * 8 / 10);
}

#[test]
fn the_splits_hold_what_they_promise() {
    let train: HashSet<String> = instructions(5, 800, Split::Train)
        .map(|one| one.0.content)
        .collect();
    let mut kinds = BTreeSet::new();
    for split in [Split::Train, Split::Validation] {
        for (example, parts) in instructions(5, 800, split) {
            let task = task_of(&example);
            assert!(!task.is_held_out(), "{}", example.text);
            assert!(!task.events.iter().any(has_held_out_combination));
            assert_eq!(train.contains(&example.content), split == Split::Train);
            let content = format!("{:?}", parts.content);
            let name = content.split('(').next().unwrap_or_default().to_string();
            kinds.insert((name, format!("{:?}", parts.manner)));
        }
    }
    assert_eq!(kinds.len(), 18, "{kinds:?}");
    for (example, _) in instructions(5, 300, Split::HeldOutTemplate) {
        assert!(task_of(&example).is_held_out(), "{}", example.text);
    }
    for (example, _) in instructions(5, 300, Split::HeldOutCombination) {
        let task = task_of(&example);
        assert!(!task.is_held_out() && task.events.iter().any(has_held_out_combination));
    }
}

/// One answer in every manner, as they read.
#[test]
fn answers_read_well_in_both_languages() {
    use crate::village::event::{Event, Meaning as M};
    let events = [
        Event::new(M::OpenTwo, &[('p', 0), ('q', 1), ('d', 0), ('l', 3)]),
        Event::new(M::Buy, &[('p', 0), ('o', 0)]),
        Event::new(M::Give, &[('p', 0), ('o', 0), ('q', 1)]),
        Event::new(M::Go, &[('p', 1), ('l', 8)]),
    ];
    let said: Vec<String> = LANGUAGES
        .into_iter()
        .flat_map(|language| InstructionTask::all(language, &events))
        .filter(|task| {
            let is_one = !matches!(task.content, Content::DoneBy(1) | Content::PlaceOf(1));
            is_one && task.manner != Manner::Plain
        })
        .map(|task| format!("{} {}", task.instruction(), task.answer()))
        .collect();
    let expected = include_str!("../../golden/instruction_answers.txt");
    assert_eq!(said.join("\n"), expected.trim_end());
}

//! Sums: one problem written directly and step by step.
//!
//! `17 + 25 = 42.` is the direct form. Step by step, column by column from the right, with the
//! carry written out, as children write it and as scratchpads do (Nye et al. 2021,
//! arXiv:2112.00114): `17 + 25: 7 + 5 = 12. Write 2, carry 1. ...`. The mark after the problem
//! (`=` or `:`) chooses the form, so a prompt can ask for either. A third of the problems are told
//! as a little story.
//!
//! Held out: a tenth of the pairs of addends with two digits in one of them (in either order), and
//! all sums of three digits. Sums of two single digits are never held out, because they are the
//! steps of the longer ones.

mod problem;
mod reader;

pub use problem::{SumForm, SumProblem, SumStory};
pub use reader::{ParsedSum, SumVerdict, judge_sum, parse_sum};

use serde::Serialize;

use super::{Example, Parts, Slice};
use crate::village::chooser::{Chooser, mix};
use crate::village::grammar::Language;
use crate::village::split::Split;

const HELD_OUT_PERCENT: u64 = 10;

/// Returns whether training never has this pair of addends, in either order.
///
/// ```
/// use llm_atlas::village::is_held_out_sum;
/// assert!(!is_held_out_sum(3, 9)); // a step of longer sums
/// assert!(is_held_out_sum(120, 399)); // three digits
/// assert_eq!(is_held_out_sum(17, 25), is_held_out_sum(25, 17));
/// ```
pub fn is_held_out_sum(first: u16, second: u16) -> bool {
    let (low, high) = (first.min(second), first.max(second));
    let hash = mix(mix(6 << 40 | u64::from(low) << 16 | u64::from(high)));
    high > 99 || (high > 9 && hash % 100 < HELD_OUT_PERCENT)
}

/// What an example of the slice consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SumParts {
    /// What is added.
    pub problem: SumProblem,
    /// How it is written.
    pub form: SumForm,
}

/// Draws a sum. [`Split::HeldOutCombination`] has the pairs of addends that training never has,
/// [`Split::HeldOutTemplate`] has three digits, a length that training never has.
pub(super) fn draw(language: Language, seed: u64, split: Split) -> Option<Example> {
    let mut chooser = Chooser::new(seed);
    let form = [SumForm::Direct, SumForm::Steps][chooser.weighted(&[2, 3])];
    let problem = SumProblem::draw(&mut chooser, split)?;
    let content = format!("{} + {} {:?}", problem.first, problem.second, problem.story);
    let prompt = problem.prompt(language, form);
    let answer = problem.answer(language, form);
    split.admits(&content).then(|| Example {
        slice: Slice::Sums,
        language,
        text: format!("{prompt} {answer}"),
        prompt,
        answer,
        parts: Parts::Sums(SumParts { problem, form }),
        bits: chooser.bits(),
        answer_bits: 0.0,
        content,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::village::generate_example;

    const LANGUAGES: [Language; 2] = [Language::English, Language::Korean];

    fn sums(seed: u64, count: u64, split: Split) -> impl Iterator<Item = (Example, SumParts)> {
        LANGUAGES.into_iter().flat_map(move |language| {
            (0..count).map(move |index| {
                let example = generate_example(Slice::Sums, language, seed, index, split);
                let Parts::Sums(parts) = example.parts else {
                    panic!("{example:?}");
                };
                (example, parts)
            })
        })
    }

    #[test]
    fn every_sum_is_read_back_and_judged_right() {
        for &split in Slice::Sums.splits() {
            for (example, parts) in sums(3, 2000, split) {
                let expected = ParsedSum {
                    problem: parts.problem,
                    form: parts.form,
                    verdict: SumVerdict::Right,
                };
                let parsed = parse_sum(example.language, &example.text);
                assert_eq!(parsed, Some(expected), "{}", example.text);
            }
        }
    }

    #[test]
    fn one_digit_changed_is_never_judged_right() {
        for (index, (example, parts)) in sums(4, 1500, Split::HeldOutTemplate).enumerate() {
            for (at, byte) in example.answer.bytes().enumerate() {
                if !byte.is_ascii_digit() {
                    continue;
                }
                let other = b'0' + (byte - b'0' + 1 + (index % 9) as u8) % 10;
                let mut wrong = example.answer.clone();
                wrong.replace_range(at..=at, &char::from(other).to_string());
                let verdict = judge_sum(example.language, &parts.problem, parts.form, &wrong);
                assert_ne!(verdict, SumVerdict::Right, "{} {wrong}", example.prompt);
            }
        }
    }

    #[test]
    fn the_splits_hold_what_they_promise() {
        let train: HashSet<String> = sums(5, 4000, Split::Train)
            .map(|sum| sum.0.content)
            .collect();
        for split in [Split::Train, Split::Validation] {
            for (example, SumParts { problem, .. }) in sums(5, 4000, split) {
                assert!(!is_held_out_sum(problem.first, problem.second));
                assert_eq!(train.contains(&example.content), split == Split::Train);
            }
        }
        for (_, SumParts { problem, .. }) in sums(5, 4000, Split::HeldOutCombination) {
            assert!(is_held_out_sum(problem.first, problem.second));
            assert!(problem.first < 100 && problem.second < 100);
        }
        for (_, SumParts { problem, .. }) in sums(5, 4000, Split::HeldOutTemplate) {
            assert!(problem.first > 99 && problem.second > 99);
        }
        assert!(train.len() > 3000, "{}", train.len());
    }

    #[test]
    fn about_a_tenth_of_the_longer_pairs_are_held_out() {
        let pairs = (1..100_u16).flat_map(|a| (a.max(10)..100).map(move |b| (a, b)));
        let (mut all, mut out) = (0_u32, 0_u32);
        for (a, b) in pairs {
            all += 1;
            out += u32::from(is_held_out_sum(a, b));
        }
        let share = f64::from(out) / f64::from(all);
        assert!((0.08..0.12).contains(&share), "{share}");
    }
}

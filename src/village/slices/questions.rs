//! The slice `questions`: a story and one question with its answer.
//!
//! The kind of the question is drawn first among those the story can answer, each as likely as
//! any other; a question of yes or no is asked only where both can be asked, and then the answer
//! is drawn, so that neither the kind nor the form of a question tells the answer.

use serde::Serialize;

use super::{Example, Parts, Slice};
use crate::village::candidates::{Limits, Theme};
use crate::village::event::{Event, Meaning as M};
use crate::village::grammar::Language;
use crate::village::question::{QuestionKind, questions};
use crate::village::split::{Split, has_held_out_combination};
use crate::village::teller::Teller;

/// The parts of an example of [`Slice::Questions`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuestionParts {
    /// The story before the question.
    pub story: String,
    /// The question.
    pub question: String,
    /// What it asks.
    pub kind: M,
    /// Whether yes is right; `None` unless the question is one of yes or no.
    pub is_yes: Option<bool>,
    /// The sentence of the story that told the fact, as it stands there.
    pub fact: String,
}

/// How much likelier a question answered by no is where the answer once was yes, or the story
/// has both of its words in one sentence: else finding them there would be enough.
const ONCE_TRUE_WEIGHT: u32 = 40;

/// Draws an example; `None` if it does not belong to the split.
pub(super) fn draw(language: Language, seed: u64, split: Split) -> Option<Example> {
    let mut teller = Teller::new(language, seed, split);
    tell_events(&mut teller);
    let kinds = askable(questions(&teller.world, &teller.told, &[], split));
    let weights = vec![1; kinds.len()];
    let (_, mut kind) = kinds.into_iter().nth(teller.chooser.weighted(&weights))?;
    let is_yes_or_no = M::HasIt.answers().contains(&kind.asked[0].1.answer.meaning);
    if is_yes_or_no {
        let wanted = teller.chooser.uniform(&[M::AnswerYes, M::AnswerNo]);
        kind.asked
            .retain(|(_, asked)| asked.answer.meaning == wanted);
        for (weight, asked) in &mut kind.asked {
            if wanted == M::AnswerNo && once_was(&teller.told, &asked.question) {
                *weight *= ONCE_TRUE_WEIGHT;
            }
        }
    }
    let asked = teller.choose_question(&kind);
    let fact = teller.told[asked.fact_sentence];
    if split == Split::HeldOutCombination && !has_held_out_combination(&fact) {
        return None;
    }
    let mut content = String::new();
    for event in &teller.told {
        event.write_key(&mut content);
    }
    if !split.admits(&content) {
        return None;
    }
    let closing = teller.sentences.len();
    teller.say_question(asked);
    let story = teller.finish(closing);
    let [.., question, answer] = story.sentences.as_slice() else {
        return None;
    };
    let prompt = &story.text[..story.text.len() - answer.text.len() - 1];
    Some(Example {
        slice: Slice::Questions,
        language,
        prompt: prompt.to_string(),
        answer: answer.text.clone(),
        parts: Parts::Questions(QuestionParts {
            story: prompt[..prompt.len() - question.text.len() - 1].to_string(),
            question: question.text.clone(),
            kind: asked.question.meaning,
            is_yes: is_yes_or_no.then_some(asked.answer.meaning == M::AnswerYes),
            fact: story.sentences[asked.fact_sentence].text.clone(),
        }),
        bits: story.bits,
        answer_bits: 0.0,
        content,
        text: story.text,
    })
}

/// Tells the story: as the village's stories, without a question in between.
fn tell_events(teller: &mut Teller) {
    let themes = [Theme::Exchange, Theme::Journey];
    let theme = themes[teller.chooser.weighted(&[1, 1])];
    let people = 2 + teller.chooser.weighted(&[1, 3, 4]);
    let length = 5 + teller.chooser.weighted(&[1, 2, 2, 3, 3, 3, 2, 1]);
    let limits = Limits {
        things: 2 + teller.chooser.weighted(&[1, 2, 2]),
        places: if theme == Theme::Journey { 4 } else { 3 },
    };
    teller.open(theme, people);
    let mut pending = None;
    while pending.is_some() || teller.told.len() < length {
        let event = match pending.take() {
            Some(event) => event,
            None => teller.choose_event(theme, limits),
        };
        teller.say_and_apply(event);
        pending = teller.follow_up(&event);
    }
}

/// Returns whether a sentence of the story has the person of a question with its thing or place.
fn once_was(told: &[Event], question: &Event) -> bool {
    let Some(person) = question.get('p') else {
        return false;
    };
    let (thing, place) = (question.thing(), question.get('l'));
    told.iter().any(|event| {
        event.people().any(|other| other == person)
            && ((thing.is_some() && event.thing() == thing)
                || (place.is_some() && event.get('l') == place))
    })
}

/// Returns the kinds to choose from, each with what it asks: of the questions of yes or no only
/// those that can be asked either way.
fn askable(kinds: Vec<QuestionKind>) -> Vec<(M, QuestionKind)> {
    kinds
        .into_iter()
        .filter_map(|kind| {
            let meaning = kind.asked.first()?.1.question.meaning;
            let has = |answer: M| kind.asked.iter().any(|(_, a)| a.answer.meaning == answer);
            let is_fair = match meaning {
                M::HasIt | M::IsAt | M::IsFeeling => has(M::AnswerYes) && has(M::AnswerNo),
                M::WhyFeels | M::WhatColour => false,
                _ => true,
            };
            is_fair.then_some((meaning, kind))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use std::collections::BTreeMap;

    use super::*;
    use crate::village::parse_text;
    use crate::village::slices::generate_example;

    const LANGUAGES: [Language; 2] = [Language::English, Language::Korean];

    fn questions_of(
        language: Language,
        seed: u64,
        count: u64,
        split: Split,
    ) -> impl Iterator<Item = (Example, QuestionParts)> {
        (0..count).filter_map(move |index| {
            let example = generate_example(Slice::Questions, language, seed, index, split);
            match example.parts.clone() {
                Parts::Questions(parts) => Some((example, parts)),
                _ => None,
            }
        })
    }

    #[test]
    fn the_parser_reads_what_was_asked() {
        for language in LANGUAGES {
            for &split in Slice::Questions.splits() {
                for (example, parts) in questions_of(language, 3, 300, split) {
                    let parsed = parse_text(language, &example.text).unwrap();
                    let [.., question, answer] = parsed.events.as_slice() else {
                        panic!("{}", example.text);
                    };
                    assert_eq!(question.meaning, parts.kind);
                    let is_yes = match answer.meaning {
                        M::AnswerYes => Some(true),
                        M::AnswerNo => Some(false),
                        _ => None,
                    };
                    assert_eq!(is_yes, parts.is_yes);
                    assert!(parts.story.contains(&parts.fact));
                    assert!(example.prompt.ends_with('?'));
                }
            }
        }
    }

    /// "Yes if a sentence has the person and the thing or place" is right for every yes; most
    /// questions answered by no have such a sentence too.
    #[test]
    fn finding_both_words_in_a_sentence_is_not_enough() {
        let mut kinds: BTreeMap<M, (usize, usize)> = BTreeMap::new();
        for (_, parts) in questions_of(Language::English, 7, 4000, Split::Train) {
            if !matches!(parts.kind, M::HasIt | M::IsAt) {
                continue;
            }
            let question = parts.question.trim_end_matches('?');
            let words: Vec<&str> = question.split(' ').collect();
            let (person, other) = (words[1], words[words.len() - 1]);
            let is_together = parts.story.split(['.', '?']).any(|sentence| {
                let has = |word| sentence.split([' ', ',', '"']).any(|w| w == word);
                has(person) && has(other)
            });
            let (count, right) = kinds.entry(parts.kind).or_default();
            *count += 1;
            *right += usize::from(parts.is_yes == Some(is_together));
        }
        println!("(questions, found by both words in a sentence) {kinds:?}");
        for (kind, (count, right)) in kinds {
            assert!(right * 100 < count * 85, "{kind:?}: {right} of {count}");
        }
    }

    #[test]
    fn yes_is_as_likely_as_no_for_every_kind() {
        for language in LANGUAGES {
            let mut kinds: BTreeMap<M, (usize, usize)> = BTreeMap::new();
            for (_, parts) in questions_of(language, 4, 6000, Split::Train) {
                let (count, yes) = kinds.entry(parts.kind).or_default();
                *count += 1;
                *yes += usize::from(parts.is_yes == Some(true));
            }
            println!("{language:?}: kind (asked, of these answered with yes) {kinds:?}");
            for kind in [M::HasIt, M::IsAt, M::IsFeeling] {
                let (count, yes) = kinds[&kind];
                let share = yes as f64 / count as f64;
                assert!((0.44..0.56).contains(&share), "{kind:?}: {yes} of {count}");
            }
        }
    }
}

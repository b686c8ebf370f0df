//! The slice `parallel`: sentences in English and in Korean, with a gold word alignment.
//!
//! The events are drawn first, then said in the source language, then in the target language by
//! the templates nearest to the source's. What is said is one sentence, a question with its
//! answer, or two or three sentences in a row. Training and validation share no unit of meaning
//! (a sentence, or a question with its answer) in any language: one in eight is never in
//! training, and a pair of validation has at least one of them.

#[cfg(test)]
mod tests;

use serde::Serialize;

use super::alignment::{Alignment, align};
use super::equivalence::is_equivalent_translation;
use super::isolated::{question_with_answer, single_event};
use super::{Example, Parts, Slice};
use crate::village::candidates::{Limits, Theme};
use crate::village::event::{Event, Meaning as M};
use crate::village::grammar::{Grammar, Language, Template};
use crate::village::lexicon::{PEOPLE, PLACES, THINGS};
use crate::village::question::joined;
use crate::village::split::{Split, has_held_out_combination, is_validation};
use crate::village::story::Sentence;
use crate::village::teller::Teller;

/// The parts of an example of [`Slice::Parallel`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ParallelParts {
    /// One to three sentences.
    pub source: String,
    /// The same in the other language.
    pub target: String,
    /// The language of `target`; that of `source` is the example's.
    pub target_language: Language,
    /// Which words (separated by spaces) of the source, named first, say what which words of the
    /// target say.
    pub alignment: Alignment,
    /// What both sides say; people as themselves, never as pronouns.
    #[serde(skip)]
    pub events: Vec<Event>,
}

impl ParallelParts {
    /// Returns whether `candidate` is a right translation of the source
    /// ([`is_equivalent_translation`]).
    pub fn accepts(&self, candidate: &str) -> bool {
        is_equivalent_translation(self.target_language, &self.events, candidate)
    }
}

/// The most words on a side.
const MAX_WORDS: usize = 32;

/// Draws an example; `None` if it does not belong to the split.
pub(super) fn draw(language: Language, seed: u64, split: Split) -> Option<Example> {
    let mut source = Teller::new(language, seed, split);
    let kind = source.chooser.weighted(&[5, 3, 3, 5]);
    match kind {
        0 => {
            let event = single_event(&mut source.chooser, split)?;
            source.say(event);
        }
        1 => {
            let (question, answer) = question_with_answer(&mut source.chooser, split)?;
            source.say(question);
            source.say(answer);
        }
        2 => opening(&mut source),
        _ => middle(&mut source, split),
    }
    let units = units(&source.told);
    let content: Vec<String> = units.iter().map(content_of).collect();
    let has_validation = content.iter().any(|unit| is_validation(unit));
    let belongs = match split {
        Split::Train => !has_validation,
        Split::Validation => has_validation,
        Split::HeldOutCombination => units.iter().any(has_held_out_combination),
        Split::HeldOutTemplate => source.sentences.iter().any(|s| s.is_held_out_template),
    };
    let target_language = language.other();
    let mut target = Teller::new(target_language, source.chooser.next_seed(), split);
    for sentence in &source.sentences {
        let template = &Grammar::of(language).templates()[sentence.template];
        target.say_by(sentence.event, &nearest(language, template));
    }
    let (source_text, target_text) = (text_of(&source.sentences), text_of(&target.sentences));
    let is_long = |text: &str| text.split(' ').count() > MAX_WORDS;
    if !belongs || is_long(&source_text) || is_long(&target_text) {
        return None;
    }
    let alignment = match language {
        Language::English => align(&source.sentences, &target.sentences),
        Language::Korean => align(&target.sentences, &source.sentences).flipped(),
    };
    let label = match target_language {
        Language::English => "영어",
        Language::Korean => "Korean",
    };
    let prompt = format!("{source_text}\n{label}:");
    Some(Example {
        slice: Slice::Parallel,
        language,
        text: format!("{prompt} {target_text}"),
        prompt,
        answer: target_text.clone(),
        parts: Parts::Parallel(ParallelParts {
            source: source_text,
            target: target_text,
            target_language,
            alignment,
            events: source.told.iter().map(said).collect(),
        }),
        bits: source.chooser.bits() + target.chooser.bits(),
        answer_bits: target.chooser.bits(),
        content: content.concat(),
    })
}

/// Tells the beginning of a story: two or three sentences.
fn opening(teller: &mut Teller) {
    let theme = [Theme::Exchange, Theme::Journey][teller.chooser.weighted(&[2, 1])];
    let people = 2 + teller.chooser.weighted(&[2, 2, 1]);
    let length = 2 + teller.chooser.weighted(&[1, 1]);
    teller.open(theme, people);
    go_on(teller, theme, length);
    teller.told.truncate(length);
    teller.sentences.truncate(length);
}

/// Tells two or three sentences from the middle of a story, where some people are somewhere and
/// have something, unsaid.
fn middle(teller: &mut Teller, split: Split) {
    let theme = [Theme::Exchange, Theme::Journey][teller.chooser.weighted(&[2, 1])];
    let place_count = 1 + teller.chooser.weighted(&[2, 1]);
    let people_count = 2 + teller.chooser.weighted(&[2, 1]);
    let thing_count = 1 + teller.chooser.weighted(&[1, 1]);
    let length = 2 + teller.chooser.weighted(&[1, 1]);
    let places = distinct(teller, PLACES.len(), place_count);
    let mut people = Vec::new();
    for person in distinct(teller, PEOPLE.len(), people_count) {
        let place = teller.chooser.uniform(&places);
        let event = Event::new(M::BeAt, &[('p', person), ('l', place)]);
        teller.world.apply(&event, 0);
        people.push(person);
    }
    for thing in distinct(teller, THINGS.len(), thing_count) {
        let holders: Vec<Event> = people
            .iter()
            .map(|&person| Event::new(M::Had, &[('p', person), ('o', thing)]))
            .filter(|event| split.weight(event) > 0)
            .collect();
        if !holders.is_empty() {
            let event = teller.chooser.uniform(&holders);
            teller.world.apply(&event, 0);
        }
    }
    go_on(teller, theme, length);
}

fn go_on(teller: &mut Teller, theme: Theme, length: usize) {
    let limits = Limits {
        things: 3,
        places: 3,
    };
    let mut pending = None;
    while teller.told.len() < length {
        let event = match pending.take() {
            Some(event) => event,
            None => teller.choose_event(theme, limits),
        };
        teller.say_and_apply(event);
        pending = teller.follow_up(&event);
    }
}

/// Draws `count` different indices of a table of `length` words.
fn distinct(teller: &mut Teller, length: usize, count: usize) -> Vec<u8> {
    let mut drawn: Vec<u8> = Vec::with_capacity(count);
    for _ in 0..count {
        let left: Vec<u8> = (0..length as u8).filter(|i| !drawn.contains(i)).collect();
        drawn.push(teller.chooser.uniform(&left));
    }
    drawn
}

/// Returns the templates of the other language that say what `template` says in the nearest way:
/// tables of one length correspond row by row.
fn nearest(language: Language, template: &Template) -> Vec<usize> {
    let own = Grammar::of(language);
    let other = Grammar::of(language.other());
    let meaning = template.meaning;
    let mut theirs = other.choices(meaning, template.is_held_out);
    if theirs.is_empty() {
        theirs = other.choices(meaning, false);
    }
    let ours = own.choices(meaning, template.is_held_out);
    let place = ours.iter().position(|&index| index == template.index);
    match place {
        // went, came, headed; 에 갔다, 으로 갔다, 에 왔다
        Some(place) if meaning == M::Go && !template.is_held_out => vec![theirs[[0, 2, 1][place]]],
        Some(place) if ours.len() == theirs.len() => vec![theirs[place]],
        _ => theirs.to_vec(),
    }
}

/// Returns what is said as units of meaning: each event with the roles that are said, a question
/// and its answer as one.
fn units(told: &[Event]) -> Vec<Event> {
    let mut units = Vec::with_capacity(told.len());
    let mut events = told.iter();
    while let Some(event) = events.next() {
        let answer = match event.meaning.is_question() {
            true => events.next(),
            false => None,
        };
        units.push(match answer {
            Some(answer) => joined(event, answer),
            None => said(event),
        });
    }
    units
}

fn content_of(unit: &Event) -> String {
    let mut content = String::new();
    unit.write_key(&mut content);
    content
}

/// Returns the event with only the roles that a language says.
fn said(event: &Event) -> Event {
    let mut said = Event::new(event.meaning, &[]);
    for language in [Language::English, Language::Korean] {
        let grammar = Grammar::of(language);
        for &index in grammar.choices(event.meaning, false) {
            for role in grammar.templates()[index].slots() {
                if let Some(filler) = event.get(role) {
                    said.set(role, filler);
                }
            }
        }
    }
    said
}

fn text_of(sentences: &[Sentence]) -> String {
    let texts: Vec<&str> = sentences.iter().map(|s| s.text.as_str()).collect();
    texts.join(" ")
}

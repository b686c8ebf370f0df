//! Questions that the state of the village answers.

use super::event::{Event, Meaning as M};
use super::lexicon::feeling;
use super::split::Split;
use super::world::{Location, World};

/// A question, its answer and the sentence that told the fact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Asked {
    pub question: Event,
    pub answer: Event,
    pub fact_sentence: usize,
}

/// The questions of one kind, with the weight of the kind.
#[derive(Debug)]
pub(super) struct QuestionKind {
    pub weight: u32,
    /// Each question with its weight within the kind.
    pub asked: Vec<(u32, Asked)>,
}

/// A fact told at least this many sentences ago is asked for more often.
const LONG_AGO_SENTENCES: usize = 4;

struct Collector<'a> {
    split: Split,
    sentence: usize,
    before: &'a [Event],
    told: &'a [Event],
    kinds: Vec<QuestionKind>,
}

impl Collector<'_> {
    /// Adds the questions that the split allows and that were not asked before.
    fn add(&mut self, weight: u32, asked: impl Iterator<Item = (u32, Asked)>) {
        let mut kind = QuestionKind {
            weight,
            asked: Vec::new(),
        };
        for (event_weight, asked) in asked {
            let split_weight = self.split.weight(&joined(&asked.question, &asked.answer));
            if split_weight == 0
                || self
                    .before
                    .iter()
                    .any(|known| is_same(known, &asked.question))
            {
                continue;
            }
            let is_old = self.sentence - asked.fact_sentence >= LONG_AGO_SENTENCES;
            let age_weight = if is_old { 10 } else { 1 };
            let rarity_weight = if self.is_most_mentioned(&asked.answer) {
                1
            } else {
                3
            };
            let weight = event_weight * split_weight * age_weight * rarity_weight;
            kind.asked.push((weight, asked));
        }
        if !kind.asked.is_empty() {
            self.kinds.push(kind);
        }
    }
}

impl Collector<'_> {
    /// Returns whether no word of its kind is mentioned more often than the answer, so that
    /// answers that a count of mentions would find are asked for less often.
    fn is_most_mentioned(&self, answer: &Event) -> bool {
        let (roles, right) = match answer.meaning {
            M::AnswerPerson | M::AnswerHolder => ("pqrs", answer.get('p')),
            M::AnswerAt => ("l", answer.get('l')),
            M::AnswerIn => ("c", answer.get('c')),
            _ => return false,
        };
        let mut counts = [0_u8; 64];
        for filler in self.told.iter().flat_map(|event| event.fillers(roles)) {
            counts[usize::from(filler) % 64] += 1;
        }
        let most = counts.iter().max();
        right.is_some_and(|filler| counts.get(usize::from(filler)) == most)
    }
}

/// Returns whether two questions ask for one fact: a thing's place, or a person's.
fn is_same(first: &Event, second: &Event) -> bool {
    let locates_thing =
        |event: &Event| matches!(event.meaning, M::WhoHas | M::WhereThing | M::HasIt);
    let locates_person = |event: &Event| matches!(event.meaning, M::WherePerson | M::IsAt);
    first == second
        || (locates_thing(first) && locates_thing(second) && first.thing() == second.thing())
        || (locates_person(first) && locates_person(second) && first.get('p') == second.get('p'))
}

/// The words of a question and of its answer in one event, to look for held-out combinations.
pub(super) fn joined(question: &Event, answer: &Event) -> Event {
    let mut event = *question;
    for role in ['o', 'l', 'c', 'g', 'e'] {
        if let Some(filler) = answer.get(role) {
            event.set(role, filler);
        }
    }
    for person in answer.people() {
        let free = "pqrs".chars().find(|&role| event.get(role).is_none());
        if let Some(role) = free {
            event.set(role, person);
        }
    }
    event
}

fn asked(question: Event, answer: Event, fact_sentence: usize) -> Asked {
    Asked {
        question,
        answer,
        fact_sentence,
    }
}

/// Returns every kind of question that can be asked before sentence number `told.len()`, each
/// with at least one question; `before` are the questions already asked.
pub(super) fn questions(
    world: &World,
    told: &[Event],
    before: &[Event],
    split: Split,
) -> Vec<QuestionKind> {
    let mut out = Collector {
        split,
        sentence: told.len(),
        before,
        told,
        kinds: Vec::with_capacity(16),
    };
    ask_for_things(world, told, &mut out);
    ask_for_people(world, &mut out);
    ask_for_feelings(world, &mut out);
    out.kinds
}

fn ask_for_things(world: &World, told: &[Event], out: &mut Collector<'_>) {
    out.add(
        18,
        world.things.iter().filter_map(|thing| {
            let question = Event::new(M::WhoHas, &[('o', thing.thing)]);
            let (weight, answer) = match thing.location {
                Location::Held(person) => (4, Event::new(M::AnswerPerson, &[('p', person)])),
                Location::Gone => return None,
                _ => (1, Event::new(M::AnswerNobody, &[])),
            };
            Some((weight, asked(question, answer, thing.location_sentence)))
        }),
    );
    out.add(
        12,
        world.things.iter().filter_map(|thing| {
            let question = Event::new(M::WhereThing, &[('o', thing.thing)]);
            let (weight, answer) = match thing.location {
                Location::Held(person) => (1, Event::new(M::AnswerHolder, &[('p', person)])),
                Location::In { container, .. } => (3, Event::new(M::AnswerIn, &[('c', container)])),
                Location::At(place) => (3, Event::new(M::AnswerAt, &[('l', place)])),
                Location::Lost | Location::Gone => return None,
            };
            Some((weight, asked(question, answer, thing.location_sentence)))
        }),
    );
    out.add(
        3,
        world.things.iter().filter_map(|thing| {
            let (giver, receiver, sentence) = thing.gift?;
            let is_same = |event: &&Event| {
                matches!(event.meaning, M::Give | M::Return)
                    && event.get('o') == Some(thing.thing)
                    && event.get('q') == Some(receiver)
            };
            let is_clear = told.iter().filter(is_same).count() == 1;
            let is_given = told.get(sentence).map(|event| event.meaning) == Some(M::Give);
            let question = Event::new(M::WhoGave, &[('o', thing.thing), ('q', receiver)]);
            let answer = Event::new(M::AnswerPerson, &[('p', giver)]);
            (is_clear && is_given).then(|| (1, asked(question, answer, sentence)))
        }),
    );
    out.add(
        3,
        world.things.iter().filter_map(|thing| {
            let (meaning, role) = match thing.origin {
                M::Find => (M::WhoFound, 'o'),
                M::Buy => (M::WhoBought, 'o'),
                M::Make => (M::WhoMade, 'g'),
                _ => return None,
            };
            let found_again = told
                .iter()
                .any(|event| event.meaning == M::FindAgain && event.get('o') == Some(thing.thing));
            let question = Event::new(meaning, &[(role, thing.thing)]);
            let answer = Event::new(M::AnswerPerson, &[('p', thing.first_holder)]);
            (!found_again).then(|| (1, asked(question, answer, thing.origin_sentence)))
        }),
    );
    out.add(
        2,
        world.things.iter().filter_map(|thing| {
            let (colour, sentence) = thing.colour?;
            let question = Event::new(M::WhatColour, &[('o', thing.thing)]);
            let answer = Event::new(M::AnswerColour, &[('k', colour)]);
            Some((1, asked(question, answer, sentence)))
        }),
    );
}

fn ask_for_people(world: &World, out: &mut Collector<'_>) {
    out.add(
        12,
        world.people.iter().map(|state| {
            let question = Event::new(M::WherePerson, &[('p', state.person)]);
            let answer = Event::new(M::AnswerAt, &[('l', state.place)]);
            // where somebody went is more worth asking than where the story began
            let weight = if state.place_sentence == 0 { 1 } else { 4 };
            (weight, asked(question, answer, state.place_sentence))
        }),
    );
    out.add(
        3,
        world.people.iter().filter_map(|state| {
            let mut held = world.held_by(state.person);
            let (thing, is_only) = (held.next()?, held.next().is_none());
            let question = Event::new(M::WhatHas, &[('p', state.person)]);
            let answer = Event::new(M::AnswerThing, &[('o', thing.thing)]);
            is_only.then(|| (1, asked(question, answer, thing.location_sentence)))
        }),
    );
    out.add(
        2,
        world.people.iter().flat_map(|state| {
            world.things.iter().map(move |thing| {
                let question = Event::new(M::HasIt, &[('p', state.person), ('o', thing.thing)]);
                let has_it = thing.location == Location::Held(state.person);
                let answer = Event::new(if has_it { M::AnswerYes } else { M::AnswerNo }, &[]);
                let weight = if has_it { 3 } else { 1 };
                (weight, asked(question, answer, thing.location_sentence))
            })
        }),
    );
    out.add(
        2,
        world.people.iter().flat_map(|state| {
            world.places.iter().map(move |&place| {
                let question = Event::new(M::IsAt, &[('p', state.person), ('l', place)]);
                let is_there = state.place == place;
                let answer = Event::new(if is_there { M::AnswerYes } else { M::AnswerNo }, &[]);
                let weight = if is_there { 2 } else { 1 };
                (weight, asked(question, answer, state.place_sentence))
            })
        }),
    );
}

fn ask_for_feelings(world: &World, out: &mut Collector<'_>) {
    let felt = || {
        world
            .people
            .iter()
            .filter_map(|state| state.feeling.map(|known| (state.person, known)))
    };
    out.add(
        2,
        felt().flat_map(|(person, known)| {
            let question = |f| Event::new(M::IsFeeling, &[('p', person), ('f', f)]);
            let yes = asked(
                question(known.feeling),
                Event::new(M::AnswerYes, &[]),
                known.sentence,
            );
            let opposite = match known.feeling {
                feeling::GLAD => Some(feeling::SAD),
                feeling::SAD => Some(feeling::GLAD),
                _ => None,
            };
            let no = opposite.map(|f| {
                (
                    1,
                    asked(question(f), Event::new(M::AnswerNo, &[]), known.sentence),
                )
            });
            std::iter::once((1, yes)).chain(no)
        }),
    );
    out.add(
        2,
        felt()
            .filter(|(_, known)| !matches!(known.feeling, feeling::HUNGRY | feeling::FULL))
            .map(|(person, known)| {
                let question = Event::new(M::HowFeels, &[('p', person)]);
                let answer = Event::new(M::AnswerFeeling, &[('f', known.feeling)]);
                (1, asked(question, answer, known.sentence))
            }),
    );
    out.add(
        3,
        felt().filter_map(|(person, known)| {
            let question = Event::new(M::WhyFeels, &[('p', person), ('f', known.feeling)]);
            let answer = because(&known.cause)?;
            Some((1, asked(question, answer, known.sentence)))
        }),
    );
}

/// Returns the answer that names a cause, if the feeling has one.
pub(super) fn because(cause: &Event) -> Option<Event> {
    let (meaning, roles): (M, &[(char, char)]) = match cause.meaning {
        M::Give => (M::BecauseGiven, &[('q', 'p'), ('p', 'q'), ('o', 'o')]),
        M::Help => (M::BecauseHelped, &[('q', 'p'), ('p', 'q')]),
        M::Lose => (M::BecauseLost, &[('p', 'p'), ('o', 'o')]),
        M::Find | M::FindAgain => (M::BecauseFound, &[('p', 'p'), ('o', 'o')]),
        M::Make => (M::BecauseMade, &[('p', 'p'), ('g', 'g')]),
        M::Eat => (M::BecauseAte, &[('p', 'p'), ('e', 'e')]),
        M::See => (M::BecauseSaw, &[('p', 'p'), ('x', 'x')]),
        M::Do => (M::BecauseDid, &[('p', 'p'), ('a', 'a')]),
        _ => return None,
    };
    let mut event = Event::new(meaning, &[]);
    for &(from, to) in roles {
        event.set(to, cause.get(from)?);
    }
    Some(event)
}

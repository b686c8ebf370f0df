//! Events drawn on their own, without a story around them.

use crate::village::chooser::Chooser;
use crate::village::event::{Category, Event, Meaning as M};
use crate::village::grammar::{Grammar, Language};
use crate::village::lexicon::{
    ACTIVITIES, ANIMALS, COLOURS, CONTAINERS, DAYTIMES, FEELINGS, NUMBERS, PEOPLE, PLACES, THINGS,
};
use crate::village::question::{because, joined};
use crate::village::split::Split;
use crate::village::world::feeling_after;

/// Draws what one sentence says: any meaning but a question or an answer, each as likely as any
/// other, and any fillers that fit; `None` where the split leaves no filler.
pub(super) fn single_event(chooser: &mut Chooser, split: Split) -> Option<Event> {
    let meanings: Vec<M> = M::ALL
        .iter()
        .copied()
        .filter(|meaning| !meaning.is_question() && !meaning.is_answer())
        .collect();
    let meaning = chooser.uniform(&meanings);
    filled(chooser, split, Event::new(meaning, &[]), None)
}

/// Draws a question and one of the answers it can have; `None` where the split leaves none.
pub(super) fn question_with_answer(chooser: &mut Chooser, split: Split) -> Option<(Event, Event)> {
    let meanings: Vec<M> = M::ALL
        .iter()
        .copied()
        .filter(|meaning| meaning.is_question())
        .collect();
    let meaning = chooser.uniform(&meanings);
    if meaning == M::WhyFeels {
        return why(chooser, split);
    }
    let question = filled(chooser, split, Event::new(meaning, &[]), None)?;
    let answer = chooser.uniform(meaning.answers());
    let answer = filled(chooser, split, Event::new(answer, &[]), Some(&question))?;
    Some((question, answer))
}

/// Draws a cause, and from it why somebody feels something.
fn why(chooser: &mut Chooser, split: Split) -> Option<(Event, Event)> {
    let causes = [
        M::Give,
        M::Help,
        M::Lose,
        M::Find,
        M::Make,
        M::Eat,
        M::See,
        M::Do,
    ];
    let meaning = chooser.uniform(&causes);
    let cause = filled(chooser, split, Event::new(meaning, &[]), None)?;
    let (person, feeling) = feeling_after(&cause)?;
    let question = Event::new(M::WhyFeels, &[('p', person), ('f', feeling)]);
    Some((question, because(&cause)?))
}

/// Fills the roles of an event one by one, each filler as likely as any other that fits, with
/// the question it answers if it does.
pub(super) fn filled(
    chooser: &mut Chooser,
    split: Split,
    mut event: Event,
    question: Option<&Event>,
) -> Option<Event> {
    let grammar = Grammar::of(Language::English);
    let &template = grammar.choices(event.meaning, false).first()?;
    for role in grammar.templates()[template].slots() {
        if event.get(role).is_some() {
            continue;
        }
        let options: Vec<Event> = fillers(event.meaning, Category::of_role(role)?)
            .into_iter()
            .filter(|&filler| {
                let mut people = event
                    .people()
                    .chain(question.iter().flat_map(|q| q.people()));
                Category::of_role(role) != Some(Category::Person)
                    || people.all(|known| known != filler)
            })
            .map(|filler| {
                let mut next = event;
                next.set(role, filler);
                next
            })
            .filter(|next| {
                split.weight(next) > 0
                    && question.is_none_or(|question| split.weight(&joined(question, next)) > 0)
            })
            .collect();
        if options.is_empty() {
            return None;
        }
        event = chooser.uniform(&options);
    }
    Some(event)
}

/// The words of a category that fit a meaning.
fn fillers(meaning: M, category: Category) -> Vec<u8> {
    let things = |is_fit: fn(u8) -> bool| -> Vec<u8> {
        (0..THINGS.len() as u8)
            .filter(|&thing| is_fit(thing))
            .collect()
    };
    let all = |length: usize| (0..length as u8).collect();
    match category {
        Category::Person => all(PEOPLE.len()),
        Category::Thing if matches!(meaning, M::HasColour | M::WhatColour) => {
            things(|o| !THINGS[usize::from(o)].is_food)
        }
        Category::Thing => all(THINGS.len()),
        Category::Food => things(|o| THINGS[usize::from(o)].is_food),
        Category::Made => things(|o| THINGS[usize::from(o)].is_made),
        Category::Readable => things(|o| THINGS[usize::from(o)].is_read),
        Category::Toy => things(|o| THINGS[usize::from(o)].is_toy),
        Category::Place => all(PLACES.len()),
        Category::Container => all(CONTAINERS.len()),
        Category::Animal => (0..ANIMALS.len() as u8)
            .filter(|&x| {
                !matches!(meaning, M::Like | M::Follow) || !ANIMALS[usize::from(x)].is_scary
            })
            .collect(),
        Category::Feeling => all(FEELINGS.len()),
        Category::Activity => all(ACTIVITIES.len()),
        Category::Number => all(NUMBERS.len()),
        Category::Colour => all(COLOURS.len()),
        Category::Daytime => all(DAYTIMES.len()),
    }
}

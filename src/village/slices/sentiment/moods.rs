//! How a person comes to a mood: what happens, and what only passes the time.

use super::Sentiment;
use crate::village::event::{Event, Meaning as M};
use crate::village::lexicon::{THINGS, feeling};
use crate::village::slices::isolated::filled;
use crate::village::teller::Teller;
use crate::village::world::{Location, feeling_after};

/// Ways to come to a mood.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// Somebody gives the person something.
    Gift,
    /// The person loses something.
    Loss,
    /// Something happens to the person by itself.
    Event(M),
    /// Somebody does something to the person.
    By(M),
    /// The feeling is told, or said by the person.
    Told(M, u8),
}

/// Tells what brings a person into a mood.
pub(super) fn play(
    teller: &mut Teller,
    cast: &[u8],
    (person, mood): (u8, Sentiment),
) -> Option<()> {
    use Way::{By, Event as On, Gift, Loss, Told};
    let ways: &[Way] = match mood {
        Sentiment::Glad => &[
            Gift,
            Gift,
            By(M::Help),
            On(M::Find),
            On(M::Make),
            Told(M::Feel, feeling::GLAD),
            Told(M::SayFeel, feeling::GLAD),
        ],
        Sentiment::Sad => &[
            Loss,
            Loss,
            Told(M::Feel, feeling::SAD),
            Told(M::SayFeel, feeling::SAD),
            Told(M::Feel, feeling::LONELY),
            Told(M::SayFeel, feeling::LONELY),
        ],
        Sentiment::Angry => &[
            Told(M::Feel, feeling::ANGRY),
            Told(M::SayFeel, feeling::ANGRY),
        ],
        Sentiment::Neutral => {
            let is_new = teller.world.person(person)?.feeling.is_none();
            if is_new {
                &[
                    Told(M::NotFeel, feeling::GLAD),
                    Told(M::NotFeel, feeling::SAD),
                    Told(M::NotFeel, feeling::ANGRY),
                    Told(M::Feel, feeling::BORED),
                    On(M::SayWant),
                    On(M::Do),
                ]
            } else {
                &[
                    Told(M::Feel, feeling::TIRED),
                    Told(M::Feel, feeling::HUNGRY),
                    Told(M::SayFeel, feeling::BORED),
                    Told(M::SayFeel, feeling::HUNGRY),
                ]
            }
        }
    };
    let others: Vec<u8> = cast.iter().copied().filter(|&q| q != person).collect();
    let event = match teller.chooser.uniform(ways) {
        Gift => {
            let giver = teller.chooser.uniform(&others);
            let thing = thing_of(teller, giver, person)?;
            Event::new(M::Give, &[('p', giver), ('o', thing), ('q', person)])
        }
        Loss => {
            let thing = thing_of(teller, person, person)?;
            Event::new(M::Lose, &[('p', person), ('o', thing)])
        }
        By(meaning) => {
            let other = teller.chooser.uniform(&others);
            Event::new(meaning, &[('p', other), ('q', person)])
        }
        On(meaning) => new_event(teller, meaning, person)?,
        Told(meaning, felt) => Event::new(meaning, &[('p', person), ('f', felt)]),
    };
    teller.say_and_apply(event);
    let is_caused = !matches!(event.meaning, M::Feel | M::SayFeel | M::NotFeel);
    if let Some((person, felt)) = feeling_after(&event)
        && is_caused
        && teller.chooser.percent(30)
    {
        teller.say_and_apply(Event::new(M::Feel, &[('p', person), ('f', felt)]));
    }
    Some(())
}

/// Returns something that `holder` has and `other` may have in the split; what the holder does
/// not have yet is told first.
fn thing_of(teller: &mut Teller, holder: u8, other: u8) -> Option<u8> {
    let split = teller.split();
    let is_fit = |person: u8, thing: u8| {
        split.weight(&Event::new(M::Had, &[('p', person), ('o', thing)])) > 0
    };
    let held: Vec<u8> = teller
        .world
        .held_by(holder)
        .map(|state| state.thing)
        .filter(|&thing| is_fit(other, thing))
        .collect();
    if !held.is_empty() {
        return Some(teller.chooser.uniform(&held));
    }
    let new: Vec<u8> = (0..THINGS.len() as u8)
        .filter(|&thing| teller.world.thing(thing).is_none())
        .filter(|&thing| is_fit(holder, thing) && is_fit(other, thing))
        .collect();
    let thing = (!new.is_empty()).then(|| teller.chooser.uniform(&new))?;
    let meaning = [M::Had, M::Buy][teller.chooser.weighted(&[2, 1])];
    teller.say_and_apply(Event::new(meaning, &[('p', holder), ('o', thing)]));
    Some(thing)
}

/// Draws an event of a person; a thing in it is new to the story.
fn new_event(teller: &mut Teller, meaning: M, person: u8) -> Option<Event> {
    let split = teller.split();
    let event = Event::new(meaning, &[('p', person)]);
    let event = filled(&mut teller.chooser, split, event, None)?;
    let is_new = event
        .thing()
        .is_none_or(|o| teller.world.thing(o).is_none());
    is_new.then_some(event)
}

/// Tells something that changes nobody's mood.
pub(super) fn pass_time(teller: &mut Teller, person: u8) -> Option<()> {
    let has_thing = teller.world.held_by(person).next().is_some();
    let kinds: &[M] = if has_thing {
        &[M::Like, M::Follow, M::DidNot, M::NotHave, M::Put]
    } else {
        &[M::Like, M::Follow, M::DidNot, M::SayWant, M::NotHave]
    };
    let event = match teller.chooser.uniform(kinds) {
        M::NotHave => {
            let things: Vec<u8> = teller
                .world
                .things
                .iter()
                .filter(|state| state.location != Location::Held(person))
                .map(|state| state.thing)
                .collect();
            if things.is_empty() {
                return Some(());
            }
            let thing = teller.chooser.uniform(&things);
            Event::new(M::NotHave, &[('p', person), ('o', thing)])
        }
        M::Put => {
            let split = teller.split();
            let thing = teller.world.held_by(person).next()?.thing;
            let event = Event::new(M::Put, &[('p', person), ('o', thing)]);
            filled(&mut teller.chooser, split, event, None)?
        }
        meaning => new_event(teller, meaning, person)?,
    };
    if teller.split().weight(&event) > 0 {
        teller.say_and_apply(event);
    }
    Some(())
}

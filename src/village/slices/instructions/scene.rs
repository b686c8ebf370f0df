//! The story of an instruction: a girl and a boy at one place, and three to five things that
//! happen, each said with its names.

use crate::village::candidates::{Limits, Theme, candidates};
use crate::village::chooser::Chooser;
use crate::village::event::{Category, Event, Meaning as M};
use crate::village::lexicon::{DAYTIMES, PEOPLE, PLACES};
use crate::village::slices::words::Word;
use crate::village::split::{Split, has_held_out_combination};
use crate::village::world::World;

/// What can happen: acts of one person, whose sentences begin with that person.
fn is_act(meaning: M) -> bool {
    matches!(
        meaning,
        M::Find
            | M::Buy
            | M::Make
            | M::FindAgain
            | M::Take
            | M::PickUp
            | M::Give
            | M::Return
            | M::Show
            | M::Put
            | M::Leave
            | M::Lose
            | M::Eat
            | M::Go
            | M::Help
            | M::Do
    )
}

/// Draws the events, the opening first; `None` if training keeps two of their words apart and the
/// split does not want that.
pub(super) fn draw_scene(chooser: &mut Chooser, split: Split) -> Option<Vec<Event>> {
    let (girls, boys): (Vec<u8>, Vec<u8>) =
        (0..PEOPLE.len() as u8).partition(|&person| PEOPLE[usize::from(person)].is_female);
    let mut pair = [chooser.uniform(&girls), chooser.uniform(&boys)];
    if chooser.weighted(&[1, 1]) == 1 {
        pair.swap(0, 1);
    }
    let daytimes: Vec<u8> = (0..DAYTIMES.len() as u8).collect();
    let opening = [
        ('p', pair[0]),
        ('q', pair[1]),
        ('d', chooser.uniform(&daytimes)),
    ];
    let mut opening = Event::new(M::OpenTwo, &opening);
    let places: Vec<u8> = (0..PLACES.len() as u8)
        .filter(|&place| {
            opening.set('l', place);
            split.weight(&opening) > 0
        })
        .collect();
    if places.is_empty() {
        return None;
    }
    opening.set('l', chooser.uniform(&places));
    let mut world = World::default();
    world.apply(&opening, 0);
    let mut events = vec![opening];
    let count = 3 + chooser.weighted(&[2, 2, 1]);
    let limits = Limits {
        things: 2,
        places: 3,
    };
    while events.len() <= count {
        let last = events.last().copied();
        let event = {
            let mut kinds: Vec<_> = candidates(&world, Theme::Exchange, limits, split, last)
                .into_iter()
                .filter_map(|mut kind| {
                    let meaning = kind.events.peek()?.1.meaning;
                    is_act(meaning).then_some(kind)
                })
                .collect();
            let weights: Vec<u32> = kinds.iter().map(|kind| kind.weight).collect();
            let kind = kinds.swap_remove(chooser.weighted(&weights));
            let (weights, options): (Vec<u32>, Vec<Event>) = kind.events.unzip();
            options[chooser.weighted(&weights)]
        };
        if events.contains(&event) {
            return None;
        }
        world.apply(&event, events.len());
        events.push(event);
    }
    let has_apart = has_words_apart(&events);
    (split == Split::HeldOutCombination || !has_apart).then_some(events)
}

/// Returns whether training keeps two words of the story apart, though no sentence of it has both:
/// an answer in one sentence may.
fn has_words_apart(events: &[Event]) -> bool {
    let words: Vec<Word> = events
        .iter()
        .flat_map(|event| {
            let people = event.people().map(|index| (Category::Person, index));
            let thing = event.thing().map(|index| (Category::Thing, index));
            let place = event.get('l').map(|index| (Category::Place, index));
            let container = event.get('c').map(|index| (Category::Container, index));
            people.chain(thing).chain(place).chain(container)
        })
        .map(|(kind, index)| Word { kind, index })
        .collect();
    let pair = |a: Word, b: Word| {
        let fillers = [(a.role(), a.index), (b.role(), b.index)];
        a.kind != b.kind && has_held_out_combination(&Event::new(M::Had, &fillers))
    };
    words.iter().any(|&a| words.iter().any(|&b| pair(a, b)))
}

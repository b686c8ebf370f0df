//! What can happen next: every event that the state of the village allows, by meaning.

use std::iter::Peekable;

use super::event::{Event, Meaning as M};
use super::lexicon::{ACTIVITIES, ANIMALS, CONTAINERS, NUMBERS, PLACES, THINGS, feeling};
use super::split::Split;
use super::world::{Location, World};

/// What a story is about; it sets how often each kind of event is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Theme {
    /// People at one place give things to each other.
    Exchange,
    /// People at several places move about.
    Journey,
}

/// The limits of a story, so that it stays within the model's context.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub things: usize,
    pub places: usize,
}

type WeightedEvents<'a> = Peekable<Box<dyn Iterator<Item = (u32, Event)> + 'a>>;

/// The events of one kind, with the weight of the kind. They are enumerated only when the kind
/// is chosen: of the others it is enough to know that there is one.
pub(super) struct Kind<'a> {
    pub weight: u32,
    /// Each event with its weight within the kind.
    pub events: WeightedEvents<'a>,
}

struct Collector<'a> {
    split: Split,
    last: Option<Event>,
    kinds: Vec<Kind<'a>>,
}

impl<'a> Collector<'a> {
    fn add(&mut self, weight: u32, events: impl Iterator<Item = Event> + 'a) {
        let (split, last) = (self.split, self.last);
        let weighted = events
            .map(move |event| (split.weight(&event), event))
            .filter(move |&(weight, event)| weight > 0 && last != Some(event));
        let boxed: Box<dyn Iterator<Item = (u32, Event)> + 'a> = Box::new(weighted);
        let mut events = boxed.peekable();
        if weight > 0 && events.peek().is_some() {
            self.kinds.push(Kind { weight, events });
        }
    }
}

/// Returns every kind of event that can follow, each with at least one event.
pub(super) fn candidates(
    world: &World,
    theme: Theme,
    limits: Limits,
    split: Split,
    last: Option<Event>,
) -> Vec<Kind<'_>> {
    let mut out = Collector {
        split,
        last,
        kinds: Vec::with_capacity(32),
    };
    let journey = theme == Theme::Journey;
    let by = |exchange: u32, travel: u32| if journey { travel } else { exchange };
    if world.things.len() < limits.things {
        let eager = if world.things.len() < 2 { 3 } else { 1 };
        for (meaning, weight) in [(M::Had, 10), (M::Find, 6), (M::Buy, 6), (M::Make, 3)] {
            out.add(weight * eager, new_things(world, meaning));
        }
    }
    exchange_events(world, &mut out, &by);
    place_events(world, limits, &mut out, &by);
    other_events(world, &mut out);
    out.kinds
}

fn new_things(world: &World, meaning: M) -> impl Iterator<Item = Event> + '_ {
    let role = if meaning == M::Make { 'g' } else { 'o' };
    world.people.iter().flat_map(move |state| {
        (0..THINGS.len() as u8)
            .filter(move |&thing| world.thing(thing).is_none())
            .filter(move |&thing| meaning != M::Make || THINGS[usize::from(thing)].is_made)
            .map(move |thing| Event::new(meaning, &[('p', state.person), (role, thing)]))
    })
}

/// The holder and the thing, for every thing somebody holds.
fn held(world: &World) -> impl Iterator<Item = (u8, u8)> + '_ {
    world
        .things
        .iter()
        .filter_map(|state| match state.location {
            Location::Held(person) => Some((person, state.thing)),
            _ => None,
        })
}

fn others_there(world: &World, person: u8) -> impl Iterator<Item = u8> + '_ {
    world
        .people
        .iter()
        .map(|state| state.person)
        .filter(move |&other| other != person && world.are_together(person, other))
}

fn exchange_events<'a>(world: &'a World, out: &mut Collector<'a>, by: &dyn Fn(u32, u32) -> u32) {
    let gifts = move |meaning: M| {
        held(world).flat_map(move |(p, o)| {
            others_there(world, p)
                .map(move |q| Event::new(meaning, &[('p', p), ('o', o), ('q', q)]))
        })
    };
    let came_from = move |event: &Event| {
        let thing = event.get('o').and_then(|o| world.thing(o));
        thing.and_then(|t| t.gift).map(|(giver, _, _)| giver) == event.get('q')
    };
    out.add(
        by(40, 20),
        gifts(M::Give).filter(move |event| !came_from(event)),
    );
    out.add(by(5, 3), gifts(M::Return).filter(came_from));
    out.add(by(3, 2), gifts(M::Show));
    out.add(
        by(9, 8),
        held(world).flat_map(|(p, o)| {
            (0..CONTAINERS.len() as u8)
                .map(move |c| Event::new(M::Put, &[('p', p), ('o', o), ('c', c)]))
        }),
    );
    out.add(
        3,
        held(world).map(|(p, o)| Event::new(M::Lose, &[('p', p), ('o', o)])),
    );
    out.add(
        4,
        held(world)
            .filter(|&(_, e)| THINGS[usize::from(e)].is_food)
            .map(|(p, e)| Event::new(M::Eat, &[('p', p), ('e', e)])),
    );
    let found = world.people.iter().flat_map(move |state| {
        let p = state.person;
        world.things.iter().filter_map(move |thing| {
            let o = thing.thing;
            Some(match thing.location {
                Location::Lost => Event::new(M::FindAgain, &[('p', p), ('o', o)]),
                Location::At(place) if place == state.place => {
                    Event::new(M::PickUp, &[('p', p), ('o', o)])
                }
                Location::In { container, place } if place == state.place => {
                    Event::new(M::Take, &[('p', p), ('o', o), ('c', container)])
                }
                _ => return None,
            })
        })
    });
    out.add(6, found);
}

fn place_events<'a>(
    world: &'a World,
    limits: Limits,
    out: &mut Collector<'a>,
    by: &dyn Fn(u32, u32) -> u32,
) {
    let goes = move |meaning: M, is_new: bool| {
        world.people.iter().flat_map(move |state| {
            (0..PLACES.len() as u8)
                .filter(move |l| *l != state.place && world.places.contains(l) != is_new)
                .map(move |l| Event::new(meaning, &[('p', state.person), ('l', l)]))
        })
    };
    out.add(by(4, 18), goes(M::Go, false));
    out.add(1, goes(M::SayGo, false));
    out.add(1, goes(M::NotGo, false));
    if world.places.len() < limits.places {
        out.add(by(3, 14), goes(M::Go, true));
        out.add(1, goes(M::SayGo, true));
    }
    out.add(
        by(2, 5),
        held(world).filter_map(move |(p, o)| {
            let place = world.person(p)?.place;
            Some(Event::new(M::Leave, &[('p', p), ('o', o), ('l', place)]))
        }),
    );
    let pairs = move |meaning: M| {
        world.people.iter().flat_map(move |state| {
            others_there(world, state.person)
                .map(move |q| Event::new(meaning, &[('p', state.person), ('q', q)]))
        })
    };
    out.add(
        by(1, 4),
        pairs(M::Meet).map(move |mut event| {
            let place = event.get('p').and_then(|p| world.person(p));
            if let Some(state) = place {
                event.set('l', state.place);
            }
            event
        }),
    );
    out.add(2, pairs(M::Help));
    out.add(1, pairs(M::Call));
    out.add(1, pairs(M::Greet));
    let asks = world.things.iter().flat_map(move |thing| {
        let o = thing.thing;
        let is_known = !matches!(thing.location, Location::Lost | Location::Gone);
        pairs(M::AskWhere)
            .filter(move |_| is_known)
            .map(move |mut event| {
                event.set('o', o);
                event
            })
    });
    let asker_knows = move |event: &Event| {
        let thing = event.get('o').and_then(|o| world.thing(o));
        thing.map(|t| t.location) == event.get('p').map(Location::Held)
    };
    let split = out.split;
    out.add(
        4,
        asks.filter(move |event| !asker_knows(event) && can_be_told(world, event, split)),
    );
}

/// Returns whether the answer to a question between people can be said in the split.
fn can_be_told(world: &World, ask: &Event, split: Split) -> bool {
    tell(world, ask).is_some_and(|event| split.weight(&event) > 0)
}

/// Returns what the person asked by [`M::AskWhere`] answers.
pub(super) fn tell(world: &World, ask: &Event) -> Option<Event> {
    let (asked, thing) = (ask.get('q')?, ask.get('o')?);
    let base = [('p', asked), ('o', thing)];
    let (meaning, extra) = match world.thing(thing)?.location {
        Location::Held(holder) if holder == asked => (M::TellMine, None),
        Location::Held(holder) => (M::TellHas, Some(('q', holder))),
        Location::In { container, .. } => (M::TellIn, Some(('c', container))),
        Location::At(place) => (M::TellAt, Some(('l', place))),
        Location::Lost | Location::Gone => return None,
    };
    let mut event = Event::new(meaning, &base);
    if let Some((role, filler)) = extra {
        event.set(role, filler);
    }
    Some(event)
}

fn other_events<'a>(world: &'a World, out: &mut Collector<'a>) {
    let each = move |meaning: M, role: char, count: usize| {
        world.people.iter().flat_map(move |state| {
            (0..count as u8)
                .map(move |filler| Event::new(meaning, &[('p', state.person), (role, filler)]))
        })
    };
    out.add(4, each(M::Do, 'a', ACTIVITIES.len()));
    out.add(1, each(M::SayDo, 'a', ACTIVITIES.len()));
    out.add(1, each(M::DidNot, 'a', ACTIVITIES.len()));
    out.add(2, each(M::See, 'x', ANIMALS.len()));
    let gentle = |event: &Event| {
        event
            .get('x')
            .is_some_and(|x| !ANIMALS[usize::from(x)].is_scary)
    };
    out.add(1, each(M::Like, 'x', ANIMALS.len()).filter(gentle));
    out.add(1, each(M::Follow, 'x', ANIMALS.len()).filter(gentle));
    out.add(
        1,
        each(M::SeeMany, 'x', ANIMALS.len()).flat_map(|event| {
            (0..NUMBERS.len() as u8).map(move |n| {
                let mut event = event;
                event.set('n', n);
                event
            })
        }),
    );
    let at_places = move |numbers: usize| {
        world.places.iter().flat_map(move |&l| {
            (0..ANIMALS.len() as u8).flat_map(move |x| {
                (0..numbers.max(1) as u8).map(move |n| {
                    let mut event = Event::new(M::AnimalAt, &[('x', x), ('l', l)]);
                    if numbers > 0 {
                        event.meaning = M::AnimalsAt;
                        event.set('n', n);
                    }
                    event
                })
            })
        })
    };
    out.add(1, at_places(0));
    out.add(1, at_places(NUMBERS.len()));
    let moods = [
        feeling::HUNGRY,
        feeling::BORED,
        feeling::LONELY,
        feeling::ANGRY,
        feeling::TIRED,
    ];
    for (meaning, weight) in [(M::Feel, 3), (M::SayFeel, 2), (M::NotFeel, 1)] {
        out.add(
            weight,
            world.people.iter().flat_map(move |state| {
                let known = state.feeling.map(|known| known.feeling);
                moods
                    .into_iter()
                    .filter(move |&mood| known != Some(mood))
                    .map(move |mood| Event::new(meaning, &[('p', state.person), ('f', mood)]))
            }),
        );
    }
    out.add(
        2,
        held(world)
            .filter(|&(_, y)| THINGS[usize::from(y)].is_toy)
            .map(|(p, y)| Event::new(M::PlayWith, &[('p', p), ('y', y)])),
    );
    out.add(
        2,
        held(world)
            .filter(|&(_, w)| THINGS[usize::from(w)].is_read)
            .map(|(p, w)| Event::new(M::Read, &[('p', p), ('w', w)])),
    );
    out.add(
        1,
        world.people.iter().flat_map(move |state| {
            world
                .things
                .iter()
                .filter(move |thing| thing.location != Location::Held(state.person))
                .map(move |thing| {
                    Event::new(M::NotHave, &[('p', state.person), ('o', thing.thing)])
                })
        }),
    );
    out.add(
        1,
        world.people.iter().flat_map(move |state| {
            (0..THINGS.len() as u8)
                .filter(move |&thing| world.thing(thing).is_none())
                .map(move |thing| Event::new(M::SayWant, &[('p', state.person), ('o', thing)]))
        }),
    );
}

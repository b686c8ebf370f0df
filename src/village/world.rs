//! The state of the village: who is where, who holds what, who feels what and why.

use super::event::{Event, Meaning};
use super::lexicon::{ANIMALS, feeling};

/// Where a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// With a person.
    Held(u8),
    /// In a container that stands at a place.
    In {
        /// The container.
        container: u8,
        /// Where the container is.
        place: u8,
    },
    /// Left at a place.
    At(u8),
    /// Nobody knows.
    Lost,
    /// Eaten.
    Gone,
}

/// What is known of a thing, and which sentence said it.
#[derive(Debug, Clone, Copy)]
pub struct ThingState {
    /// The thing.
    pub thing: u8,
    /// Where it is.
    pub location: Location,
    /// The sentence that last told where it is.
    pub location_sentence: usize,
    /// How it came into the story: [`Meaning::Had`], `Find`, `Buy` or `Make`.
    pub origin: Meaning,
    /// Who brought it into the story.
    pub first_holder: u8,
    /// The sentence that brought it.
    pub origin_sentence: usize,
    /// Who gave it to whom last, and the sentence.
    pub gift: Option<(u8, u8, usize)>,
    /// Its colour, if told, and the sentence.
    pub colour: Option<(u8, usize)>,
}

/// A feeling and where it comes from.
#[derive(Debug, Clone, Copy)]
pub struct FeelingState {
    /// The feeling.
    pub feeling: u8,
    /// What caused it; the saying itself where nothing did.
    pub cause: Event,
    /// The sentence of the cause.
    pub sentence: usize,
}

/// What is known of a person.
#[derive(Debug, Clone, Copy)]
pub struct PersonState {
    /// The person.
    pub person: u8,
    /// Where the person is.
    pub place: u8,
    /// The sentence that told it.
    pub place_sentence: usize,
    /// What the person feels, if anything is known.
    pub feeling: Option<FeelingState>,
}

/// The state of the village during a story.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// The people of the story, in the order they came in.
    pub people: Vec<PersonState>,
    /// The things of the story, in the order they came in.
    pub things: Vec<ThingState>,
    /// The places of the story, in the order they came in.
    pub places: Vec<u8>,
}

impl World {
    /// Returns what is known of `person`.
    pub fn person(&self, person: u8) -> Option<&PersonState> {
        self.people.iter().find(|state| state.person == person)
    }

    /// Returns what is known of `thing`.
    pub fn thing(&self, thing: u8) -> Option<&ThingState> {
        self.things.iter().find(|state| state.thing == thing)
    }

    /// Returns whether two people are at the same place.
    pub fn are_together(&self, p: u8, q: u8) -> bool {
        let place = |person| self.person(person).map(|state| state.place);
        place(p).is_some() && place(p) == place(q)
    }

    /// Returns the things that `person` holds.
    pub fn held_by(&self, person: u8) -> impl Iterator<Item = &ThingState> {
        self.things
            .iter()
            .filter(move |state| state.location == Location::Held(person))
    }

    /// Changes the state as `event`, told by sentence number `sentence`, says.
    pub fn apply(&mut self, event: &Event, sentence: usize) {
        use Meaning as M;
        let (p, q, place) = (event.get('p'), event.get('q'), event.get('l'));
        match event.meaning {
            M::OpenOne | M::OpenTwo | M::OpenThree | M::OpenFour | M::BeAt | M::Go => {
                if let Some(place) = place {
                    for person in event.people() {
                        self.move_person(person, place, sentence);
                    }
                }
            }
            M::Had | M::Find | M::Buy | M::Make => {
                if let (Some(p), Some(thing)) = (p, event.thing()) {
                    self.things.push(ThingState {
                        thing,
                        location: Location::Held(p),
                        location_sentence: sentence,
                        origin: event.meaning,
                        first_holder: p,
                        origin_sentence: sentence,
                        gift: None,
                        colour: None,
                    });
                }
            }
            M::FindAgain | M::Take | M::PickUp | M::TellMine => {
                self.locate(event, p.map(Location::Held), sentence);
            }
            M::TellHas => self.locate(event, q.map(Location::Held), sentence),
            M::Give | M::Return => {
                self.locate(event, q.map(Location::Held), sentence);
                if let (Some(p), Some(q), Some(state)) = (p, q, self.thing_mut(event)) {
                    state.gift = Some((p, q, sentence));
                }
            }
            M::Put => {
                let place = p.and_then(|p| self.person(p)).map(|state| state.place);
                let location = event
                    .get('c')
                    .zip(place)
                    .map(|(container, place)| Location::In { container, place });
                self.locate(event, location, sentence);
            }
            M::Leave => self.locate(event, place.map(Location::At), sentence),
            M::Lose => self.locate(event, Some(Location::Lost), sentence),
            M::Eat => self.locate(event, Some(Location::Gone), sentence),
            M::TellIn | M::TellAt => {
                if let Some(state) = self.thing_mut(event) {
                    state.location_sentence = sentence;
                }
            }
            M::HasColour => {
                let colour = event.get('k');
                if let (Some(colour), Some(state)) = (colour, self.thing_mut(event)) {
                    state.colour = Some((colour, sentence));
                }
            }
            M::Meet => {
                if let Some(place) = place {
                    for person in event.people() {
                        self.move_person(person, place, sentence);
                    }
                }
            }
            _ => {}
        }
        if let Some((person, feeling)) = feeling_after(event) {
            self.feel(person, feeling, event, sentence);
        }
    }

    fn move_person(&mut self, person: u8, place: u8, sentence: usize) {
        if !self.places.contains(&place) {
            self.places.push(place);
        }
        match self.people.iter_mut().find(|state| state.person == person) {
            Some(state) => {
                state.place = place;
                state.place_sentence = sentence;
            }
            None => self.people.push(PersonState {
                person,
                place,
                place_sentence: sentence,
                feeling: None,
            }),
        }
    }

    fn thing_mut(&mut self, event: &Event) -> Option<&mut ThingState> {
        let thing = event.thing()?;
        self.things.iter_mut().find(|state| state.thing == thing)
    }

    fn locate(&mut self, event: &Event, location: Option<Location>, sentence: usize) {
        if let (Some(location), Some(state)) = (location, self.thing_mut(event)) {
            state.location = location;
            state.location_sentence = sentence;
        }
    }

    fn feel(&mut self, person: u8, feeling: u8, event: &Event, sentence: usize) {
        let Some(state) = self.people.iter_mut().find(|s| s.person == person) else {
            return;
        };
        let is_told_again = matches!(event.meaning, Meaning::Feel | Meaning::SayFeel)
            && state.feeling.is_some_and(|known| known.feeling == feeling);
        if !is_told_again {
            state.feeling = Some(FeelingState {
                feeling,
                cause: *event,
                sentence,
            });
        }
    }
}

/// Returns whom an event makes feel something, and what.
pub fn feeling_after(event: &Event) -> Option<(u8, u8)> {
    use Meaning as M;
    let felt = match event.meaning {
        M::Give | M::Return | M::Help => return event.get('q').map(|q| (q, feeling::GLAD)),
        M::Find | M::FindAgain => feeling::GLAD,
        M::Lose => feeling::SAD,
        M::Make => feeling::PROUD,
        M::Eat => feeling::FULL,
        M::See if ANIMALS[usize::from(event.get('x')?)].is_scary => feeling::AFRAID,
        M::Do if is_tiring(event.get('a')?) => feeling::TIRED,
        M::Feel | M::SayFeel => event.get('f')?,
        _ => return None,
    };
    event.get('p').map(|p| (p, felt))
}

/// Returns whether an activity makes tired.
fn is_tiring(activity: u8) -> bool {
    let base = super::lexicon::ACTIVITIES[usize::from(activity)].base;
    matches!(base, "swim" | "run" | "work" | "clean" | "study" | "walk")
}

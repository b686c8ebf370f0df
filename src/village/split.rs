//! What training never sees: word combinations, templates and whole stories set apart.
//!
//! - A *combination* is two words of one sentence: person and thing, person and place, thing and
//!   place, thing and container. A fixed hash holds out about 8% of the pairs.
//! - A *template* is held out when its weight in the grammar's table is 0.
//! - A *story* belongs to validation when the hash of its text says so (one in eight), so that no
//!   story is both in training and in validation, whatever the seeds.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::chooser::mix;
use super::event::Event;
use super::lexicon::{CONTAINERS, PEOPLE, PLACES, THINGS};

/// A part of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Split {
    /// What the model is trained on.
    Train,
    /// The same distribution, other stories.
    Validation,
    /// Every story opens with a held-out combination and favours others.
    HeldOutCombination,
    /// Every sentence that can be said by a held-out template is.
    HeldOutTemplate,
}

/// One story in this many belongs to validation.
const VALIDATION_SHARE: u64 = 8;
const HELD_OUT_PERCENT: u64 = 8;

type Pairs = [Vec<Vec<bool>>; 4];

fn pairs() -> &'static Pairs {
    static PAIRS: OnceLock<Pairs> = OnceLock::new();
    PAIRS.get_or_init(|| {
        let table = |kind: u64, rows: usize, columns: usize| {
            (0..rows as u64)
                .map(|a| {
                    (0..columns as u64)
                        .map(|b| mix(mix(kind << 32 | a << 16 | b)) % 100 < HELD_OUT_PERCENT)
                        .collect()
                })
                .collect()
        };
        [
            table(1, PEOPLE.len(), THINGS.len()),
            table(2, PEOPLE.len(), PLACES.len()),
            table(3, THINGS.len(), PLACES.len()),
            table(4, THINGS.len(), CONTAINERS.len()),
        ]
    })
}

/// Returns whether training never has this person and this place in one sentence.
pub fn is_held_out_person_place(person: u8, place: u8) -> bool {
    pairs()[1][usize::from(person)][usize::from(place)]
}

/// Returns whether the event has two words that training never has in one sentence.
///
/// # Panics
/// If a person of the event is a pronoun.
pub fn has_held_out_combination(event: &Event) -> bool {
    let [person_thing, person_place, thing_place, thing_container] = pairs();
    let thing = event.thing().map(usize::from);
    let place = event.get('l').map(usize::from);
    let container = event.get('c').map(usize::from);
    let of_people = event.people().any(|person| {
        let person = usize::from(person);
        thing.is_some_and(|thing| person_thing[person][thing])
            || place.is_some_and(|place| person_place[person][place])
    });
    let of_thing = thing.is_some_and(|thing| {
        place.is_some_and(|place| thing_place[thing][place])
            || container.is_some_and(|container| thing_container[thing][container])
    });
    of_people || of_thing
}

impl Split {
    /// Returns how likely an event is in this split next to others: 0 where it never occurs.
    pub fn weight(self, event: &Event) -> u32 {
        match (self, has_held_out_combination(event)) {
            (Self::HeldOutCombination, true) => 6,
            (_, false) => 1,
            _ => 0,
        }
    }

    /// Returns whether a story with this text belongs to the split.
    pub fn admits(self, text: &str) -> bool {
        match self {
            Self::Train => !is_validation(text),
            Self::Validation => is_validation(text),
            Self::HeldOutCombination | Self::HeldOutTemplate => true,
        }
    }

    /// Returns a number that keeps the seeds of the splits apart.
    pub(super) fn salt(self) -> u64 {
        match self {
            Self::Train => 0x11,
            Self::Validation => 0x22,
            Self::HeldOutCombination => 0x33,
            Self::HeldOutTemplate => 0x44,
        }
    }
}

/// Returns whether what says `content` belongs to validation and not to training.
pub(super) fn is_validation(content: &str) -> bool {
    text_hash(content).is_multiple_of(VALIDATION_SHARE)
}

/// FNV-1a, finished by a bijection that spreads its bits.
fn text_hash(text: &str) -> u64 {
    let hash = text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    });
    mix(hash)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::village::event::Meaning;
    use crate::village::question::joined;
    use crate::village::{Language, Story, generate_story};

    #[test]
    fn about_eight_percent_of_the_pairs_are_held_out() {
        for table in pairs() {
            let all: Vec<bool> = table.iter().flatten().copied().collect();
            let share = all.iter().filter(|&&out| out).count() as f64 / all.len() as f64;
            assert!((0.03..0.14).contains(&share), "{share}");
        }
    }

    #[test]
    fn training_has_no_weight_for_a_held_out_pair() {
        for person in 0..PEOPLE.len() as u8 {
            for thing in 0..THINGS.len() as u8 {
                let event = Event::new(Meaning::Had, &[('p', person), ('o', thing)]);
                let held_out = has_held_out_combination(&event);
                assert_eq!(Split::Train.weight(&event) == 0, held_out);
                assert!(Split::HeldOutCombination.weight(&event) > 0);
            }
        }
    }

    fn stories(split: Split) -> impl Iterator<Item = Story> {
        [Language::English, Language::Korean]
            .into_iter()
            .flat_map(move |language| {
                (0..1500).map(move |index| generate_story(language, 12, index, split))
            })
    }

    /// The words of each sentence, and of each question with its answer.
    fn units(story: &Story) -> Vec<Event> {
        let sentences = story.sentences.iter().map(|sentence| sentence.event);
        let questions = story.questions.iter().map(|question| {
            joined(
                &story.sentences[question.sentence].event,
                &story.sentences[question.sentence + 1].event,
            )
        });
        sentences.chain(questions).collect()
    }

    #[test]
    fn training_and_validation_have_no_held_out_combination_or_template() {
        for split in [Split::Train, Split::Validation] {
            for story in stories(split) {
                assert!(!units(&story).iter().any(has_held_out_combination));
                assert!(!story.sentences.iter().any(|s| s.is_held_out_template));
            }
        }
    }

    #[test]
    fn every_held_out_story_has_what_is_held_out() {
        for story in stories(Split::HeldOutCombination) {
            assert!(units(&story).iter().any(has_held_out_combination));
            assert!(!story.sentences.iter().any(|s| s.is_held_out_template));
        }
        for story in stories(Split::HeldOutTemplate) {
            assert!(story.sentences.iter().any(|s| s.is_held_out_template));
            assert!(!units(&story).iter().any(has_held_out_combination));
        }
    }

    #[test]
    fn no_story_is_in_training_and_in_validation() {
        let train: HashSet<String> = stories(Split::Train).map(|story| story.text).collect();
        let validation: Vec<String> = stories(Split::Validation).map(|s| s.text).collect();
        assert!(validation.iter().all(|text| !train.contains(text)));
        assert!(validation.iter().all(|text| !Split::Train.admits(text)));
        assert!(train.len() > 2990, "{} of 3000 differ", train.len());
    }
}

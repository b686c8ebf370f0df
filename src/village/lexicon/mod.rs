//! The words of the village, English and Korean side by side, as data tables.
//!
//! A word is named by its index in its table, so that events know no language.

mod nouns;
mod people;
mod states;
mod verbs;

pub use nouns::{ANIMALS, CONTAINERS, PLACES, THINGS, Thing};
pub use people::{FIRST_PRONOUN, PEOPLE, pronoun_of};
pub use states::{COLOURS, DAYTIMES, FEELINGS, NUMBERS, feeling};
pub use verbs::{ACTIVITIES, VERBS, Verb};

/// The Korean nouns and names that particles attach to, longest first.
pub fn korean_nominals() -> Vec<&'static str> {
    let mut nominals: Vec<&str> = PEOPLE.iter().map(|person| person.korean).collect();
    nominals.extend(THINGS.iter().map(|thing| thing.korean));
    nominals.extend(CONTAINERS.iter().map(|container| container.korean));
    nominals.extend(PLACES.iter().map(|place| place.korean));
    nominals.extend(ANIMALS.iter().map(|animal| animal.korean));
    nominals.extend(COLOURS.iter().map(|colour| colour.korean));
    nominals.sort_by_key(|nominal| std::cmp::Reverse(nominal.len()));
    nominals
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_village_has_enough_words_and_none_twice() {
        let english: Vec<&str> = THINGS
            .iter()
            .map(|word| word.english)
            .chain(CONTAINERS.iter().map(|word| word.english))
            .chain(PLACES.iter().map(|word| word.english))
            .chain(ANIMALS.iter().map(|word| word.english))
            .chain(PEOPLE.iter().map(|word| word.english))
            .collect();
        let korean: Vec<&str> = THINGS
            .iter()
            .map(|word| word.korean)
            .chain(CONTAINERS.iter().map(|word| word.korean))
            .chain(PLACES.iter().map(|word| word.korean))
            .chain(ANIMALS.iter().map(|word| word.korean))
            .chain(PEOPLE.iter().map(|word| word.korean))
            .collect();
        assert!(english.len() - PEOPLE.len() >= 60);
        assert!(PEOPLE.len() >= 24);
        assert!(VERBS.len() + ACTIVITIES.len() >= 40);
        for words in [english, korean] {
            let distinct: HashSet<&str> = words.iter().copied().collect();
            assert_eq!(distinct.len(), words.len());
        }
    }
}

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

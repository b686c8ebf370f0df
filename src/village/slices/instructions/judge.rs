//! The judge: what is wrong with an answer, if anything is.

use serde::{Deserialize, Serialize};

use super::read::read;
use super::render::{Claim, Shape};
use super::task::{Content, InstructionTask};
use crate::village::event::Category;
use crate::village::grammar::Language;
use crate::village::world::Location;

/// What can be wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// It is not in the language asked for.
    WrongLanguage,
    /// It is not of the language.
    Ungrammatical,
    /// It says what the story does not.
    WrongFact,
    /// It says what is asked for, and more.
    TooLong,
    /// It is true, and not what is asked for.
    NotFollowing,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Fault; 5] = [
        Self::WrongLanguage,
        Self::Ungrammatical,
        Self::WrongFact,
        Self::TooLong,
        Self::NotFollowing,
    ];
}

/// What the judge says of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// It does what is asked.
    Good,
    /// It does not; where several things are wrong, the first in the order of [`Fault`].
    Bad(Fault),
}

/// Returns the verdict on an answer to an instruction.
///
/// ```
/// use llm_atlas::village::{Fault, Language, Verdict, judge_answer, parse_instruction};
/// let prompt = "At noon, Mina and Jun were at the park. Mina bought an apple. Jun danced.\n\
///               Tell what Mina did.";
/// let task = parse_instruction(Language::English, prompt).expect("an instruction");
/// let judge = |answer| judge_answer(&task, answer);
/// assert_eq!(judge("Mina bought an apple."), Verdict::Good);
/// assert_eq!(judge("Mina bought an lamp."), Verdict::Bad(Fault::Ungrammatical));
/// assert_eq!(judge("Mina bought a lamp."), Verdict::Bad(Fault::WrongFact));
/// assert_eq!(judge("미나가 사과를 샀다."), Verdict::Bad(Fault::WrongLanguage));
/// assert_eq!(judge("Jun danced."), Verdict::Bad(Fault::NotFollowing));
/// assert_eq!(judge("Mina bought an apple. Jun danced."), Verdict::Bad(Fault::TooLong));
/// ```
pub fn judge_answer(task: &InstructionTask, answer: &str) -> Verdict {
    let language = task.answer_language();
    if has_letters_of_the_other(language, answer) {
        return Verdict::Bad(Fault::WrongLanguage);
    }
    let world = task.world();
    let people: Vec<u8> = world.people.iter().map(|state| state.person).collect();
    let Some((shape, claims)) = read(language, &people, answer) else {
        return Verdict::Bad(Fault::Ungrammatical);
    };
    let claims: Vec<Claim> = claims
        .into_iter()
        .map(|claim| meant(task, shape, claim))
        .collect();
    if !claims.iter().all(|claim| is_true(task, claim)) {
        return Verdict::Bad(Fault::WrongFact);
    }
    let required = task.claims();
    let has_all = required.iter().all(|claim| claims.contains(claim));
    let is_answer_in_full =
        shape == Shape::Whole && matches!(task.shape(), Shape::Items | Shape::Short) && has_all;
    if is_answer_in_full {
        return Verdict::Bad(Fault::TooLong);
    }
    if shape != task.shape() {
        return Verdict::Bad(Fault::NotFollowing);
    }
    let is_in_order = shape == Shape::Items || claims == required;
    match claims.len().cmp(&required.len()) {
        std::cmp::Ordering::Equal if has_all && is_in_order => Verdict::Good,
        std::cmp::Ordering::Greater if has_all => Verdict::Bad(Fault::TooLong),
        _ => Verdict::Bad(Fault::NotFollowing),
    }
}

fn has_letters_of_the_other(language: Language, answer: &str) -> bool {
    answer.chars().any(|c| match language {
        Language::English => ('가'..='힣').contains(&c),
        Language::Korean => c.is_ascii_alphabetic(),
    })
}

/// Returns what a claim means as an answer to the task's question: a name alone says who has it, a
/// place alone says where the person is.
fn meant(task: &InstructionTask, shape: Shape, claim: Claim) -> Claim {
    match (task.content, shape, claim) {
        (Content::Holder(thing), Shape::Items, Claim::Item(word))
            if word.kind == Category::Person =>
        {
            Claim::Has {
                person: word.index,
                thing,
            }
        }
        (Content::PlaceOf(person), Shape::Short, Claim::At { place, .. }) => {
            Claim::At { person, place }
        }
        _ => claim,
    }
}

fn is_true(task: &InstructionTask, claim: &Claim) -> bool {
    let world = task.world();
    match *claim {
        Claim::Event(event) => task.events.contains(&event),
        Claim::Item(word) => match word.kind {
            Category::Person => world.person(word.index).is_some(),
            _ => world.thing(word.index).is_some(),
        },
        Claim::Has { person, thing } => {
            world.thing(thing).map(|state| state.location) == Some(Location::Held(person))
        }
        // A place alone, where none is asked for, is true if somebody is there.
        Claim::At { person, place } => world
            .people
            .iter()
            .any(|state| state.place == place && (person == u8::MAX || person == state.person)),
    }
}

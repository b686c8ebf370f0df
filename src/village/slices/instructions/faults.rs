//! Bad answers made on purpose, each with one named fault.

use serde::Serialize;

use super::judge::{Fault, Verdict, judge_answer};
use super::render::{Claim, Shape};
use super::task::{Content, InstructionTask, Manner};
use crate::village::chooser::{Chooser, SplitMix64};
use crate::village::corrupt::{Corruption, corrupt};
use crate::village::event::{Category, Event, Meaning as M};
use crate::village::lexicon::{ACTIVITIES, CONTAINERS, PEOPLE, PLACES, THINGS};
use crate::village::slices::words::Word;
use crate::village::split::has_held_out_combination;

/// An answer with a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BadAnswer {
    /// What is wrong with it.
    pub fault: Fault,
    /// The answer.
    pub text: String,
}

/// Returns a bad answer of each kind that the task allows; a name alone, for one, cannot be
/// ungrammatical.
pub(super) fn bad_answers(task: &InstructionTask, chooser: &mut Chooser) -> Vec<BadAnswer> {
    Fault::ALL
        .into_iter()
        .filter_map(|fault| {
            let text = match fault {
                Fault::WrongLanguage => {
                    Some(task.say_as(&task.claims(), task.shape(), task.answer_language().other()))
                }
                Fault::Ungrammatical => ungrammatical(task, chooser),
                Fault::WrongFact => wrong_fact(task, chooser),
                Fault::TooLong => Some(too_long(task)),
                Fault::NotFollowing => not_following(task),
            }?;
            Some(BadAnswer { fault, text })
        })
        .collect()
}

fn pick<T: Copy>(options: &[T], chooser: &mut Chooser) -> Option<T> {
    (!options.is_empty()).then(|| chooser.uniform(options))
}

/// Spoils the good answer; a spoilt answer that can still be read is not taken.
fn ungrammatical(task: &InstructionTask, chooser: &mut Chooser) -> Option<String> {
    let mut generator = SplitMix64::new(chooser.next_seed());
    let answer = task.answer();
    (0..12).find_map(|attempt| {
        let corruption = match attempt % 3 {
            0 => Corruption::WrongAgreement,
            _ => Corruption::ShuffledWords,
        };
        let spoilt = corrupt(task.answer_language(), &answer, corruption, &mut generator)?;
        let verdict = judge_answer(task, &spoilt);
        (verdict == Verdict::Bad(Fault::Ungrammatical)).then_some(spoilt)
    })
}

/// Says the good answer with one word that is not true.
fn wrong_fact(task: &InstructionTask, chooser: &mut Chooser) -> Option<String> {
    let mut claims = task.claims();
    let places: Vec<usize> = (0..claims.len()).collect();
    let at = pick(&places, chooser)?;
    let options: Vec<Claim> = match claims[at] {
        Claim::Event(event) => other_events(&event)
            .into_iter()
            .filter(|other| !task.events.contains(other))
            .map(Claim::Event)
            .collect(),
        Claim::Item(word) => Word::all_of(word.kind)
            .map(Claim::Item)
            .filter(|other| !claims.contains(other))
            .collect(),
        Claim::Has { person, thing } => {
            let people = task.world().people.into_iter().map(|state| state.person);
            people
                .filter(|&other| other != person)
                .map(|person| Claim::Has { person, thing })
                .collect()
        }
        Claim::At { person, place } => (0..PLACES.len() as u8)
            .filter(|&other| other != place)
            .map(|place| Claim::At { person, place })
            .collect(),
    };
    let is_allowed = |claim: &Claim| {
        let event = match *claim {
            Claim::Event(event) => event,
            Claim::At { person, place } => Event::new(M::BeAt, &[('p', person), ('l', place)]),
            Claim::Has { person, thing } => Event::new(M::Had, &[('p', person), ('o', thing)]),
            Claim::Item(_) => return true,
        };
        !has_held_out_combination(&event) || task.events.iter().any(has_held_out_combination)
    };
    let options: Vec<Claim> = options
        .into_iter()
        .filter(|claim| is_allowed(claim) && !is_in_story(task, claim))
        .collect();
    claims[at] = pick(&options, chooser)?;
    Some(task.say_as(&claims, task.shape(), task.answer_language()))
}

fn is_in_story(task: &InstructionTask, claim: &Claim) -> bool {
    let world = task.world();
    match claim {
        Claim::Item(word) if word.kind == Category::Person => world.person(word.index).is_some(),
        Claim::Item(word) => world.thing(word.index).is_some(),
        _ => false,
    }
}

/// Returns the events that differ from this one in one word, or in who does it to whom.
fn other_events(event: &Event) -> Vec<Event> {
    let thing = |is_member: fn(usize) -> bool| -> Vec<u8> {
        (0..THINGS.len())
            .filter(|&index| is_member(index))
            .map(|index| index as u8)
            .collect()
    };
    let count = |count: usize| (0..count as u8).collect();
    let roles: [(char, Vec<u8>); 6] = [
        ('o', thing(|_| true)),
        ('e', thing(|index| THINGS[index].is_food)),
        ('g', thing(|index| THINGS[index].is_made)),
        ('l', count(PLACES.len())),
        ('c', count(CONTAINERS.len())),
        ('a', count(ACTIVITIES.len())),
    ];
    let mut others = Vec::new();
    for (role, fillers) in roles {
        if let Some(own) = event.get(role) {
            for filler in fillers.into_iter().filter(|&filler| filler != own) {
                let mut other = *event;
                other.set(role, filler);
                others.push(other);
            }
        }
    }
    if let (Some(p), Some(q)) = (event.get('p'), event.get('q')) {
        let mut other = *event;
        other.set('p', q);
        other.set('q', p);
        others.push(other);
    }
    debug_assert!(
        event
            .people()
            .all(|person| usize::from(person) < PEOPLE.len())
    );
    others
}

/// Says what is asked for and more of the story.
fn too_long(task: &InstructionTask) -> String {
    let language = task.answer_language();
    let mut claims = task.claims();
    let mut shape = task.shape();
    match task.content {
        Content::DoneBy(_) | Content::First | Content::Last | Content::Everything => {
            let all: Vec<Claim> = task.acts().iter().copied().map(Claim::Event).collect();
            if all.len() > claims.len() {
                claims = all;
            } else {
                claims.extend(claims.last().copied());
            }
        }
        Content::Things => claims.extend(with_content(task, Content::People).claims()),
        Content::People => claims.extend(with_content(task, Content::Things).claims()),
        Content::Holder(_) if task.manner == Manner::WholeSentence => {
            if let Some(&Claim::Has { person, .. }) = claims.first() {
                claims.extend(with_content(task, Content::PlaceOf(person)).claims());
            }
        }
        Content::PlaceOf(_) if task.manner == Manner::WholeSentence => {
            let people: Vec<u8> = task
                .world()
                .people
                .iter()
                .map(|state| state.person)
                .collect();
            for person in people {
                let more = with_content(task, Content::PlaceOf(person)).claims();
                claims.extend(
                    more.into_iter()
                        .filter(|claim| Some(claim) != task.claims().first()),
                );
            }
        }
        Content::Holder(_) | Content::PlaceOf(_) => shape = Shape::Whole,
    }
    task.say_as(&claims, shape, language)
}

/// Says something true that is not what is asked for.
fn not_following(task: &InstructionTask) -> Option<String> {
    let language = task.answer_language();
    let claims = task.claims();
    let (claims, shape) = match (task.content, task.manner) {
        (_, Manner::NoNames | Manner::OneSentence) => (claims, Shape::Sentences),
        (Content::DoneBy(person), _) => {
            let people = task.world().people;
            let other = people
                .iter()
                .map(|state| state.person)
                .find(|&other| other != person)?;
            match with_content(task, Content::DoneBy(other)).claims() {
                empty if empty.is_empty() => (claims, Shape::Unnamed),
                others => (others, Shape::Sentences),
            }
        }
        (Content::First, _) => (with_content(task, Content::Last).claims(), Shape::Sentences),
        (Content::Last | Content::Everything, _) => (
            with_content(task, Content::First).claims(),
            Shape::Sentences,
        ),
        (Content::Things, _) => (with_content(task, Content::People).claims(), Shape::Items),
        (Content::People, _) => (with_content(task, Content::Things).claims(), Shape::Items),
        (Content::Holder(_), Manner::WholeSentence) => (claims, Shape::Items),
        (Content::PlaceOf(_), Manner::WholeSentence) => (claims, Shape::Short),
        (Content::Holder(_), _) => {
            let Some(&Claim::Has { person, .. }) = claims.first() else {
                return None;
            };
            (
                with_content(task, Content::PlaceOf(person)).claims(),
                Shape::Short,
            )
        }
        (Content::PlaceOf(_), _) => (with_content(task, Content::People).claims(), Shape::Items),
    };
    Some(task.say_as(&claims, shape, language))
}

fn with_content(task: &InstructionTask, content: Content) -> InstructionTask {
    InstructionTask {
        content,
        ..task.clone()
    }
}

//! What is asked for: content and manner, the words of the instruction, and what a good answer
//! says.

use serde::{Deserialize, Serialize};

use super::render::{Claim, Shape, render, whole_sentence};
use crate::village::event::{Category, Event, Meaning as M};
use crate::village::grammar::{Grammar, Language};
use crate::village::parser::split_sentences;
use crate::village::slices::words::{Word, say};
use crate::village::world::{Location, World};

/// What is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Content {
    /// What one person did.
    DoneBy(u8),
    /// What happened first.
    First,
    /// What happened last.
    Last,
    /// All that happened.
    Everything,
    /// The things in the story.
    Things,
    /// The people in the story.
    People,
    /// Who has a thing.
    Holder(u8),
    /// Where a person is.
    PlaceOf(u8),
}

/// How it is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Manner {
    /// As one likes.
    Plain,
    /// Without names.
    NoNames,
    /// In one sentence.
    OneSentence,
    /// In the other language.
    OtherLanguage,
    /// With one word.
    OneWord,
    /// With a whole sentence.
    WholeSentence,
}

/// A story and what to do with it.
#[derive(Debug, Clone, PartialEq)]
pub struct InstructionTask {
    /// The language of the story and of the instruction.
    pub language: Language,
    /// The story, the opening first.
    pub events: Vec<Event>,
    /// What is to be told.
    pub content: Content,
    /// How.
    pub manner: Manner,
}

impl InstructionTask {
    /// Returns every instruction that makes sense for a story.
    pub(super) fn all(language: Language, events: &[Event]) -> Vec<Self> {
        use Manner as W;
        let mut world = World::default();
        for (index, event) in events.iter().enumerate() {
            world.apply(event, index);
        }
        let people = world.people.iter().map(|state| state.person);
        let held = world
            .things
            .iter()
            .filter(|state| matches!(state.location, Location::Held(_)));
        let told = [Content::First, Content::Last, Content::Everything];
        let contents = people
            .clone()
            .map(Content::DoneBy)
            .chain(told)
            .chain([Content::Things, Content::People])
            .chain(held.map(|state| Content::Holder(state.thing)))
            .chain(people.map(Content::PlaceOf));
        let mut tasks = Vec::new();
        for content in contents {
            let manners: &[Manner] = match content {
                Content::DoneBy(_) | Content::Everything => {
                    &[W::Plain, W::NoNames, W::OneSentence, W::OtherLanguage]
                }
                Content::First | Content::Last => &[W::Plain, W::NoNames, W::OtherLanguage],
                Content::Things | Content::People => &[W::Plain, W::OtherLanguage],
                Content::Holder(_) => &[W::OneWord, W::WholeSentence, W::OtherLanguage],
                Content::PlaceOf(_) => &[W::WholeSentence, W::OtherLanguage],
            };
            for &manner in manners {
                let task = Self {
                    language,
                    events: events.to_vec(),
                    content,
                    manner,
                };
                let least = if manner == W::OneSentence { 2 } else { 1 };
                if task.claims().len() >= least {
                    tasks.push(task);
                }
            }
        }
        tasks
    }

    /// Returns whether training never has this content in this manner.
    pub fn is_held_out(&self) -> bool {
        matches!(
            (self.content, self.manner),
            (Content::DoneBy(_), Manner::NoNames)
                | (Content::Everything, Manner::OneSentence)
                | (Content::Last | Content::Things, Manner::OtherLanguage)
                | (Content::Holder(_), Manner::WholeSentence)
        )
    }

    /// Returns the story.
    pub fn story(&self) -> String {
        let sentences: Vec<String> = self
            .events
            .iter()
            .map(|event| say(self.language, event))
            .collect();
        sentences.join(" ")
    }

    /// Returns the language a good answer is in.
    pub(super) fn answer_language(&self) -> Language {
        match self.manner {
            Manner::OtherLanguage => self.language.other(),
            _ => self.language,
        }
    }

    /// Returns the form a good answer has.
    pub(super) fn shape(&self) -> Shape {
        match (self.content, self.manner) {
            (_, Manner::NoNames) => Shape::Unnamed,
            (_, Manner::OneSentence) => Shape::Joined,
            (_, Manner::WholeSentence) => Shape::Whole,
            (Content::PlaceOf(_), _) => Shape::Short,
            (Content::Things | Content::People | Content::Holder(_), _) => Shape::Items,
            _ => Shape::Sentences,
        }
    }

    /// Returns what happened after the opening.
    pub(super) fn acts(&self) -> &[Event] {
        self.events.get(1..).unwrap_or(&[])
    }

    /// Returns the story's world after it.
    pub(super) fn world(&self) -> World {
        let mut world = World::default();
        for (index, event) in self.events.iter().enumerate() {
            world.apply(event, index);
        }
        world
    }

    /// Returns what a good answer says, in order.
    pub(super) fn claims(&self) -> Vec<Claim> {
        let acts = self.acts().iter().copied();
        let world = self.world();
        let word = |kind, index| Claim::Item(Word { kind, index });
        match self.content {
            Content::DoneBy(person) => acts
                .filter(|event| event.get('p') == Some(person))
                .map(Claim::Event)
                .collect(),
            Content::First => acts.take(1).map(Claim::Event).collect(),
            Content::Last => acts.last().map(Claim::Event).into_iter().collect(),
            Content::Everything => acts.map(Claim::Event).collect(),
            Content::Things => {
                let things = world.things.iter();
                things
                    .map(|state| word(Category::Thing, state.thing))
                    .collect()
            }
            Content::People => {
                let people = world.people.iter();
                people
                    .map(|state| word(Category::Person, state.person))
                    .collect()
            }
            Content::Holder(thing) => match world.thing(thing).map(|state| state.location) {
                Some(Location::Held(person)) => vec![Claim::Has { person, thing }],
                _ => Vec::new(),
            },
            Content::PlaceOf(person) => world
                .person(person)
                .map(|state| Claim::At {
                    person,
                    place: state.place,
                })
                .into_iter()
                .collect(),
        }
    }

    /// Returns the good answer.
    pub fn answer(&self) -> String {
        self.say_as(&self.claims(), self.shape(), self.answer_language())
    }

    /// Says claims in a form.
    pub(super) fn say_as(&self, claims: &[Claim], shape: Shape, language: Language) -> String {
        match shape {
            Shape::Whole => {
                let sentences: Vec<String> = claims
                    .iter()
                    .map(|claim| whole_sentence(language, claim))
                    .collect();
                sentences.join(" ")
            }
            _ => render(language, claims, shape),
        }
    }
}

/// Returns the story and the instruction that a prompt of the slice is, or `None` if it is none.
///
/// ```
/// use llm_atlas::village::{Content, Language, parse_instruction};
/// let prompt = "In the morning, Mina and Jun were at the park. Mina bought an apple.\n\
///               Tell what happened first.";
/// let task = parse_instruction(Language::English, prompt).expect("an instruction");
/// assert_eq!(task.content, Content::First);
/// assert_eq!(task.answer(), "Mina bought an apple.");
/// ```
pub fn parse_instruction(language: Language, prompt: &str) -> Option<InstructionTask> {
    let (story, instruction) = prompt.split_once('\n')?;
    let split = split_sentences(language, story);
    let events = split
        .sentences
        .iter()
        .map(|(_, sentence)| Some(Grammar::of(language).parse(sentence)?.0))
        .collect::<Option<Vec<Event>>>()?;
    if !split.rest.is_empty() || events.first()?.meaning != M::OpenTwo {
        return None;
    }
    InstructionTask::all(language, &events)
        .into_iter()
        .find(|task| task.instruction() == instruction)
}

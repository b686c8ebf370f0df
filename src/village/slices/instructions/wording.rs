//! The words of an instruction in both languages.

use super::task::{Content, InstructionTask, Manner};
use crate::village::event::{Event, Meaning as M};
use crate::village::grammar::Language;
use crate::village::hangul::Particle;
use crate::village::lexicon::PEOPLE;
use crate::village::slices::words::say;

impl InstructionTask {
    /// Returns the instruction.
    pub fn instruction(&self) -> String {
        let content = match self.language {
            Language::English => self.english_content(),
            Language::Korean => self.korean_content(),
        };
        let manner = match (self.language, self.manner) {
            (_, Manner::Plain) => return content,
            (Language::English, Manner::NoNames) => "Say it without names.",
            (Language::English, Manner::OneSentence) => "Say it in one sentence.",
            (Language::English, Manner::OtherLanguage) => "Answer in Korean.",
            (Language::English, Manner::OneWord) => "Answer with one word.",
            (Language::English, Manner::WholeSentence) => "Answer with a whole sentence.",
            (Language::Korean, Manner::NoNames) => "이름 없이 말해.",
            (Language::Korean, Manner::OneSentence) => "한 문장으로 말해.",
            (Language::Korean, Manner::OtherLanguage) => "영어로 대답해.",
            (Language::Korean, Manner::OneWord) => "한 낱말로 대답해.",
            (Language::Korean, Manner::WholeSentence) => "온전한 문장으로 대답해.",
        };
        format!("{content} {manner}")
    }

    fn english_content(&self) -> String {
        match self.content {
            Content::DoneBy(person) => {
                format!("Tell what {} did.", PEOPLE[usize::from(person)].english)
            }
            Content::First => "Tell what happened first.".to_string(),
            Content::Last => "Tell what happened last.".to_string(),
            Content::Everything => "Tell what happened.".to_string(),
            Content::Things => "List the things.".to_string(),
            Content::People => "List the people.".to_string(),
            Content::Holder(_) | Content::PlaceOf(_) => self.question(),
        }
    }

    fn korean_content(&self) -> String {
        match self.content {
            Content::DoneBy(person) => {
                let name = PEOPLE[usize::from(person)].korean;
                format!("{} 한 일을 말해.", Particle::Subject.attach(name))
            }
            Content::First => "처음에 무슨 일이 있었는지 말해.".to_string(),
            Content::Last => "마지막에 무슨 일이 있었는지 말해.".to_string(),
            Content::Everything => "무슨 일이 있었는지 말해.".to_string(),
            Content::Things => "물건을 모두 말해.".to_string(),
            Content::People => "사람을 모두 말해.".to_string(),
            Content::Holder(_) | Content::PlaceOf(_) => self.question(),
        }
    }

    fn question(&self) -> String {
        let event = match self.content {
            Content::Holder(thing) => Event::new(M::WhoHas, &[('o', thing)]),
            Content::PlaceOf(person) => Event::new(M::WherePerson, &[('p', person)]),
            _ => return String::new(),
        };
        say(self.language, &event)
    }
}

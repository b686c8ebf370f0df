//! Answers written: sentences with and without names, joined into one, lists, short and whole
//! answers.

use crate::village::event::{Category, Event, Meaning as M};
use crate::village::grammar::Language;
use crate::village::hangul::Particle;
use crate::village::lexicon::{PEOPLE, THINGS};
use crate::village::slices::words::{Word, say};

/// Something an answer says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Claim {
    /// That it happened.
    Event(Event),
    /// That it is on the list.
    Item(Word),
    /// That a person has a thing.
    Has { person: u8, thing: u8 },
    /// That a person is somewhere.
    At { person: u8, place: u8 },
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Sentences with names.
    Sentences,
    /// Sentences with *the girl* and *the boy*.
    Unnamed,
    /// Several things in one sentence.
    Joined,
    /// A list; also one name alone.
    Items,
    /// A place alone.
    Short,
    /// A whole sentence that says who has it or where somebody is.
    Whole,
}

/// The particles that can follow a name in a sentence of the village.
pub(super) const NAME_PARTICLES: [Option<Particle>; 5] = [
    None,
    Some(Particle::Topic),
    Some(Particle::Subject),
    Some(Particle::Object),
    Some(Particle::And),
];

/// The noun that stands for a person without a name.
pub(super) fn noun_for(language: Language, person: u8) -> &'static str {
    match (language, PEOPLE[usize::from(person)].is_female) {
        (Language::English, true) => "girl",
        (Language::English, false) => "boy",
        (Language::Korean, true) => "여자아이",
        (Language::Korean, false) => "남자아이",
    }
}

/// Writes an answer in every form but that of whole sentences.
pub(super) fn render(language: Language, claims: &[Claim], shape: Shape) -> String {
    let sentences = claims.iter().filter_map(|claim| match claim {
        Claim::Event(event) => Some((event, say(language, event))),
        _ => None,
    });
    match shape {
        Shape::Sentences | Shape::Whole => sentences
            .map(|(_, text)| text)
            .collect::<Vec<_>>()
            .join(" "),
        Shape::Unnamed => {
            let mut known = Vec::new();
            let sentences: Vec<String> = sentences
                .map(|(event, text)| without_names(language, event, &text, &mut known))
                .collect();
            sentences.join(" ")
        }
        Shape::Joined => {
            let sentences: Vec<(Option<u8>, String)> = sentences
                .map(|(event, text)| (event.get('p'), text))
                .collect();
            join(language, &sentences)
        }
        Shape::Items => list(language, claims),
        Shape::Short => match claims {
            [Claim::At { place, .. }] => say(language, &Event::new(M::AnswerAt, &[('l', *place)])),
            _ => String::new(),
        },
    }
}

/// Replaces the names of a sentence: *a girl* where she comes first, *the girl* later.
fn without_names(language: Language, event: &Event, text: &str, known: &mut Vec<u8>) -> String {
    let mut words: Vec<String> = text.split(' ').map(str::to_string).collect();
    for (index, word) in words.iter_mut().enumerate() {
        for person in event.people() {
            let noun = noun_for(language, person);
            match language {
                Language::English => {
                    let body = word.trim_end_matches(['.', ',']);
                    if body != PEOPLE[usize::from(person)].english {
                        continue;
                    }
                    let article = match (index, known.contains(&person)) {
                        (0, false) => "A",
                        (0, true) => "The",
                        (_, false) => "a",
                        (_, true) => "the",
                    };
                    *word = format!("{article} {noun}{}", &word[body.len()..]);
                    known.push(person);
                    break;
                }
                Language::Korean => {
                    let name = PEOPLE[usize::from(person)].korean;
                    if let Some(other) = with_noun_changed(word, name, noun) {
                        *word = other;
                        break;
                    }
                }
            }
        }
    }
    words.join(" ")
}

/// Puts `to` in the place of `from` at the start of a Korean word, with the particle that agrees.
pub(super) fn with_noun_changed(word: &str, from: &str, to: &str) -> Option<String> {
    let rest = word.strip_prefix(from)?;
    if matches!(rest, "에게" | "에게서") {
        return Some(format!("{to}{rest}"));
    }
    NAME_PARTICLES
        .into_iter()
        .find_map(|particle| match particle {
            None => (word == from).then(|| to.to_string()),
            Some(particle) => (word == particle.attach(from)).then(|| particle.attach(to)),
        })
}

/// Joins sentences into one; a subject is not said again.
fn join(language: Language, sentences: &[(Option<u8>, String)]) -> String {
    // The clauses of one subject stand together.
    let mut groups: Vec<Vec<String>> = Vec::new();
    for (index, (subject, sentence)) in sentences.iter().enumerate() {
        let body = sentence.trim_end_matches('.');
        let is_last = index + 1 == sentences.len();
        let is_same = index > 0 && *subject == sentences[index - 1].0;
        let clause = match body.split_once(' ') {
            Some((_, rest)) if is_same => rest,
            _ => body,
        };
        let clause = match (language, clause.strip_suffix('다')) {
            (Language::Korean, Some(stem)) if !is_last => format!("{stem}고"),
            _ => clause.to_string(),
        };
        match groups.last_mut() {
            Some(group) if is_same => group.push(clause),
            _ => groups.push(vec![clause]),
        }
    }
    let joined: Vec<String> = match language {
        Language::Korean => return format!("{}.", groups.concat().join(", ")),
        Language::English => groups.iter().map(|group| enumerate(group)).collect(),
    };
    format!("{}.", joined.join(", and "))
}

/// Writes `a, b and c`.
fn enumerate(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn list(language: Language, claims: &[Claim]) -> String {
    let items: Vec<String> = claims
        .iter()
        .filter_map(|claim| match *claim {
            Claim::Item(word) => Some(item(language, word)),
            Claim::Has { person, .. } => Some(item(
                language,
                Word {
                    kind: Category::Person,
                    index: person,
                },
            )),
            _ => None,
        })
        .collect();
    match language {
        Language::Korean => format!("{}.", items.join(", ")),
        Language::English => {
            let text = enumerate(&items);
            let (first, rest) = text.split_at(text.len().min(1));
            format!("{}{rest}.", first.to_uppercase())
        }
    }
}

/// Writes a thing or a person as it stands on a list.
pub(super) fn item(language: Language, word: Word) -> String {
    let text = word.text(language);
    if language == Language::Korean || word.kind == Category::Person {
        return text.to_string();
    }
    let article = match text.starts_with(['a', 'e', 'i', 'o', 'u']) {
        true => "an",
        false => "a",
    };
    format!("{article} {text}")
}

/// Says in a whole sentence who has a thing or where a person is.
pub(super) fn whole_sentence(language: Language, claim: &Claim) -> String {
    match (language, *claim) {
        (Language::English, Claim::Has { person, thing }) => format!(
            "{} has the {}.",
            PEOPLE[usize::from(person)].english,
            THINGS[usize::from(thing)].english
        ),
        (Language::Korean, Claim::Has { person, thing }) => format!(
            "{} {} 가지고 있어.",
            Particle::Subject.attach(PEOPLE[usize::from(person)].korean),
            Particle::Object.attach(THINGS[usize::from(thing)].korean)
        ),
        (Language::English, Claim::At { person, place }) => {
            let short = say(language, &Event::new(M::AnswerAt, &[('l', place)]));
            let (first, rest) = short.split_at(1);
            let name = PEOPLE[usize::from(person)].english;
            format!("{name} is {}{rest}", first.to_lowercase())
        }
        (Language::Korean, Claim::At { person, place }) => {
            let short = say(language, &Event::new(M::AnswerAt, &[('l', place)]));
            let name = Particle::Topic.attach(PEOPLE[usize::from(person)].korean);
            format!("{name} {} 있어.", short.trim_end_matches('.'))
        }
        _ => String::new(),
    }
}

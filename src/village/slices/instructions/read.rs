//! Answers read: the form of an answer and what it says.

use super::render::{Claim, Shape, item, noun_for, whole_sentence, with_noun_changed};
use crate::village::event::{Category, Event, Meaning as M};
use crate::village::grammar::{Grammar, Language};
use crate::village::hangul::Particle;
use crate::village::lexicon::{PEOPLE, PLACES};
use crate::village::parser::split_sentences;
use crate::village::slices::words::Word;

/// Returns the form of an answer in `language` to a story about `people`, and what it says; `None`
/// if it is not of the language.
pub(super) fn read(language: Language, people: &[u8], answer: &str) -> Option<(Shape, Vec<Claim>)> {
    let split = split_sentences(language, answer);
    if split.sentences.is_empty() || !split.rest.is_empty() {
        return None;
    }
    let sentences: Vec<&str> = split
        .sentences
        .iter()
        .map(|&(_, sentence)| sentence)
        .collect();
    let each = |read: &dyn Fn(&str) -> Option<Claim>| -> Option<Vec<Claim>> {
        sentences.iter().map(|sentence| read(sentence)).collect()
    };
    let statement = |text: &str| read_statement(language, text).map(Claim::Event);
    let unnamed = |text: &str| statement(&with_names(language, people, text)?);
    let only = || match sentences.as_slice() {
        [one] => Some(*one),
        _ => None,
    };
    each(&statement)
        .map(|claims| (Shape::Sentences, claims))
        .or_else(|| Some((Shape::Unnamed, each(&unnamed)?)))
        .or_else(|| Some((Shape::Whole, each(&|text| read_whole(language, text))?)))
        .or_else(|| Some((Shape::Items, read_list(language, only()?)?)))
        .or_else(|| Some((Shape::Short, vec![read_place(language, only()?)?])))
        .or_else(|| Some((Shape::Joined, read_joined(language, only()?)?)))
}

fn read_statement(language: Language, text: &str) -> Option<Event> {
    let is_statement = |meaning: M| !meaning.is_question() && !meaning.is_answer();
    Some(Grammar::of(language).parse_where(text, is_statement)?.0)
}

/// Puts the names back; `None` if there is a name already, or nobody without one.
fn with_names(language: Language, people: &[u8], text: &str) -> Option<String> {
    let mut named = text.to_string();
    for &person in people {
        let (noun, name) = (noun_for(language, person), PEOPLE[usize::from(person)]);
        match language {
            Language::English => {
                for article in ["A", "a", "The", "the"] {
                    named = named.replace(&format!("{article} {noun}"), name.english);
                }
            }
            Language::Korean => {
                let words: Vec<String> = named
                    .split(' ')
                    .map(|word| {
                        with_noun_changed(word, noun, name.korean).unwrap_or_else(|| word.into())
                    })
                    .collect();
                named = words.join(" ");
            }
        }
    }
    (named != text).then_some(named)
}

fn read_whole(language: Language, text: &str) -> Option<Claim> {
    let words: Vec<&str> = text.split(' ').collect();
    let found = |kind, text: &dyn Fn(Word) -> String, wanted: &str| {
        Word::all_of(kind)
            .find(|&word| text(word) == wanted)
            .map(|word| word.index)
    };
    let person = match language {
        Language::English => {
            let bare = |word: Word| word.text(language).to_string();
            found(Category::Person, &bare, words.first()?)?
        }
        Language::Korean => {
            let with =
                |particle: Particle| move |word: Word| particle.attach(word.text(Language::Korean));
            let name = words.first()?;
            found(Category::Person, &with(Particle::Subject), name)
                .or_else(|| found(Category::Person, &with(Particle::Topic), name))?
        }
    };
    let has = Word::all_of(Category::Thing).map(|word| Claim::Has {
        person,
        thing: word.index,
    });
    let is_at = (0..PLACES.len() as u8).map(|place| Claim::At { person, place });
    has.chain(is_at)
        .find(|claim| whole_sentence(language, claim) == text)
}

/// Cuts `a, b and c` into its parts; without *and* it is one part.
fn parts_of(text: &str) -> Vec<&str> {
    match text.rsplit_once(" and ") {
        Some((first, last)) => first.split(", ").chain([last]).collect(),
        None => vec![text],
    }
}

fn read_list(language: Language, text: &str) -> Option<Vec<Claim>> {
    let body = text.strip_suffix('.')?;
    let parts = match language {
        Language::English => parts_of(body),
        Language::Korean => body.split(", ").collect(),
    };
    parts
        .into_iter()
        .enumerate()
        .map(|(index, part)| {
            let is_listed = |kind: Category| matches!(kind, Category::Person | Category::Thing);
            let mut words = Word::all().filter(|word| is_listed(word.kind));
            let word = words.find(|&word| {
                let item = item(language, word);
                let is_capital = index == 0 && language == Language::English;
                let (first, rest) = item.split_at(if is_capital { 1 } else { 0 });
                part.strip_suffix(rest) == Some(first.to_uppercase().as_str())
            })?;
            Some(Claim::Item(word))
        })
        .collect()
}

/// Reads a place; the person is not said, so it is left to the question.
fn read_place(language: Language, text: &str) -> Option<Claim> {
    let is_place = |meaning: M| meaning == M::AnswerAt;
    let (event, _) = Grammar::of(language).parse_where(text, is_place)?;
    let place = event.get('l')?;
    Some(Claim::At {
        person: u8::MAX,
        place,
    })
}

/// Reads clauses; one without a subject has the subject of the clause before it.
fn read_joined(language: Language, text: &str) -> Option<Vec<Claim>> {
    let body = text.strip_suffix('.')?;
    let clauses: Vec<String> = match language {
        Language::English => body
            .split(", and ")
            .flat_map(parts_of)
            .map(str::to_string)
            .collect(),
        Language::Korean => {
            let (first, last) = body.rsplit_once(", ")?;
            first
                .split(", ")
                .map(|clause| Some(format!("{}다", clause.strip_suffix('고')?)))
                .chain([Some(last.to_string())])
                .collect::<Option<_>>()?
        }
    };
    if clauses.len() < 2 {
        return None;
    }
    let mut subject: Option<u8> = None;
    let mut claims = Vec::with_capacity(clauses.len());
    for clause in clauses {
        let whole = read_statement(language, &format!("{clause}."));
        let event = match (whole, subject) {
            (Some(event), _) => event,
            (None, None) => return None,
            (None, Some(person)) => {
                let name = PEOPLE[usize::from(person)];
                let subjects = match language {
                    Language::English => vec![name.english.to_string()],
                    Language::Korean => [Particle::Subject, Particle::Topic]
                        .map(|particle| particle.attach(name.korean))
                        .to_vec(),
                };
                subjects
                    .iter()
                    .find_map(|name| read_statement(language, &format!("{name} {clause}.")))?
            }
        };
        subject = event.get('p');
        claims.push(Claim::Event(event));
    }
    Some(claims)
}

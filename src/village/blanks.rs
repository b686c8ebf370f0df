//! Evaluation: words that the text around them determines, to be blanked out and filled in.
//!
//! A word is taken only where the village's own rules leave one possibility: the answer of a
//! question and what a person tells follow from the world, what someone gives or eats is the only
//! thing that person holds, and of the little words only one makes a grammatical sentence.

use serde::{Deserialize, Serialize};

use super::event::{Event, Meaning as M};
use super::grammar::{Grammar, Language};
use super::parser::is_grammatical;
use super::split::Split;
use super::story::{Sentence, Story, generate_story};
use super::world::World;

/// Why there is only one way to fill a blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlankKind {
    /// The answer of a question at the end of the story.
    Answer,
    /// What a person tells another who asked where a thing is.
    Told,
    /// The only thing a person holds, who gives, returns, puts, leaves, loses or eats it.
    Held,
    /// A particle, an article or a preposition; any other one would be ungrammatical.
    Form,
}

impl BlankKind {
    /// All kinds.
    pub const ALL: [BlankKind; 4] = [Self::Answer, Self::Told, Self::Held, Self::Form];
}

/// A story with one word (or the words of one answer) to be blanked out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blank {
    /// The whole story.
    pub text: String,
    /// First byte of what is blanked out.
    pub start: usize,
    /// Byte after its last one.
    pub end: usize,
    /// Why it is determined.
    pub kind: BlankKind,
}

impl Blank {
    /// What stands there.
    pub fn answer(&self) -> &str {
        &self.text[self.start..self.end]
    }
}

/// Little words of which one is chosen by the words around it.
const ENGLISH_FORMS: [&str; 13] = [
    "a", "an", "the", "his", "her", "to", "from", "at", "in", "on", "with", "for", "of",
];
/// Particles, of which one is chosen by the final consonant before it and by the verb.
const KOREAN_FORMS: [&str; 15] = [
    "에게서",
    "에게",
    "에서",
    "으로",
    "이",
    "가",
    "은",
    "는",
    "을",
    "를",
    "과",
    "와",
    "로",
    "에",
    "의",
];

/// Returns blanks of one kind, one from each story of the split that has one, as many as `count`.
///
/// There are fewer if 40 stories for each blank do not hold enough.
pub fn blanks(
    language: Language,
    seed: u64,
    count: usize,
    split: Split,
    kind: BlankKind,
) -> Vec<Blank> {
    (0..40 * count as u64)
        .filter_map(|index| {
            let story = generate_story(language, seed, index, split);
            let found = match kind {
                BlankKind::Answer => answers(&story),
                BlankKind::Told => told(language, &story),
                BlankKind::Held => held(language, &story),
                BlankKind::Form => forms(language, &story),
            };
            let chosen = found.get(index as usize % found.len().max(1)).copied();
            chosen.map(|(start, end)| Blank {
                text: story.text.clone(),
                start,
                end,
                kind,
            })
        })
        .take(count)
        .collect()
}

/// First byte and the byte after the last one.
type Span = (usize, usize);

/// Every word of a story that the rest of it determines, as bytes of its text, in their order;
/// without the little words ([`BlankKind::Form`]).
pub fn determined_words(language: Language, story: &Story) -> Vec<(usize, usize)> {
    let mut found = answers(story);
    found.extend(told(language, story));
    found.extend(held(language, story));
    found.sort_unstable();
    found
}

/// Where each sentence of the story begins in its text.
fn starts(story: &Story) -> Vec<usize> {
    let mut from = 0;
    story
        .sentences
        .iter()
        .map(|sentence| {
            let start = story.text[from..].find(&sentence.text).unwrap_or(0) + from;
            from = start + sentence.text.len();
            start
        })
        .collect()
}

fn answers(story: &Story) -> Vec<Span> {
    let starts = starts(story);
    let answers = story.questions.iter().map(|question| question.sentence + 1);
    answers
        .filter(|index| {
            let meaning = story.sentences[*index].event.meaning;
            *index > story.first_closing_sentence
                && matches!(
                    meaning,
                    M::AnswerPerson
                        | M::AnswerAt
                        | M::AnswerIn
                        | M::AnswerThing
                        | M::AnswerFeeling
                        | M::AnswerColour
                        | M::AnswerYes
                        | M::AnswerNo
                )
        })
        .map(|index| {
            let text = &story.sentences[index].text;
            (
                starts[index],
                starts[index] + text.trim_end_matches('.').len(),
            )
        })
        .collect()
}

fn told(language: Language, story: &Story) -> Vec<Span> {
    let starts = starts(story);
    let sentences = story.sentences.iter().enumerate();
    sentences
        .filter_map(|(index, sentence)| {
            let answer = |meaning, role, from| {
                let filler = sentence.event.get(from)?;
                Some(Event::new(meaning, &[(role, filler)]))
            };
            let said = match sentence.event.meaning {
                M::TellHas => answer(M::AnswerPerson, 'p', 'q')?,
                M::TellAt => answer(M::AnswerAt, 'l', 'l')?,
                M::TellIn => answer(M::AnswerIn, 'c', 'c')?,
                _ => return None,
            };
            let quote = sentence.text.find('"')?;
            span_of(&word(language, &said), sentence, starts[index], quote)
        })
        .collect()
}

fn held(language: Language, story: &Story) -> Vec<Span> {
    let starts = starts(story);
    let mut world = World::default();
    let mut found = Vec::new();
    for (index, sentence) in story.sentences.iter().enumerate() {
        let event = &sentence.event;
        let parts_with = matches!(
            event.meaning,
            M::Give | M::Return | M::Put | M::Leave | M::Lose | M::Eat
        );
        if let (true, Some(person), Some(thing)) = (parts_with, event.get('p'), event.thing()) {
            let things: Vec<u8> = world.held_by(person).map(|state| state.thing).collect();
            let said = Event::new(M::AnswerThing, &[('o', thing)]);
            if things == [thing] {
                found.extend(span_of(&word(language, &said), sentence, starts[index], 0));
            }
        }
        if !event.meaning.is_question() && !event.meaning.is_answer() {
            world.apply(event, index);
        }
    }
    found
}

fn forms(language: Language, story: &Story) -> Vec<Span> {
    let starts = starts(story);
    let mut found = Vec::new();
    let told = story.sentences[..story.first_closing_sentence].iter();
    for (sentence, start) in told.zip(starts) {
        let text = &sentence.text;
        for word in text.split_whitespace() {
            let at = word.as_ptr() as usize - text.as_ptr() as usize;
            let (others, from): (&[&str], usize) = match language {
                Language::English if ENGLISH_FORMS.contains(&word) => (&ENGLISH_FORMS, at),
                Language::English => continue,
                Language::Korean => {
                    let particle = KOREAN_FORMS.iter().find(|form| {
                        word.strip_suffix(**form)
                            .is_some_and(|stem| !stem.is_empty())
                    });
                    let Some(particle) = particle else { continue };
                    (&KOREAN_FORMS, at + word.len() - particle.len())
                }
            };
            let end = at + word.len();
            let own = &text[from..end];
            let is_only = others.iter().filter(|other| **other != own).all(|other| {
                let changed = format!("{}{other}{}", &text[..from], &text[end..]);
                !is_grammatical(language, &changed)
            });
            let is_needed =
                !is_grammatical(language, &format!("{}{}", &text[..from], &text[end..]));
            if is_only && is_needed && is_grammatical(language, text) {
                found.push((start + from, start + end));
            }
        }
    }
    found
}

/// The word an answer names, bare: without preposition, article, particle and full stop.
fn word(language: Language, answer: &Event) -> String {
    let grammar = Grammar::of(language);
    let mut text = String::new();
    if let Some(&template) = grammar.choices(answer.meaning, false).first() {
        grammar.say(&grammar.templates()[template], answer, &mut text);
    }
    let text = text.trim_end_matches('.');
    let lower = text.to_lowercase();
    let bare = match language {
        Language::Korean => text.trim_end_matches('에'),
        Language::English => match lower.find("the ") {
            Some(at) => &text[at + 4..],
            None => text,
        },
    };
    bare.to_owned()
}

/// Where a word stands in a sentence from `from` on, as bytes of the story.
fn span_of(word: &str, sentence: &Sentence, start: usize, from: usize) -> Option<Span> {
    let at = sentence.text[from..].find(word)? + from;
    (!word.is_empty()).then_some((start + at, start + at + word.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANGUAGES: [Language; 2] = [Language::English, Language::Korean];

    #[test]
    fn there_are_enough_of_each_kind() {
        for language in LANGUAGES {
            for kind in BlankKind::ALL {
                let found = blanks(language, 4, 60, Split::Validation, kind);
                for blank in found.iter().take(6) {
                    println!("{kind:?} `{}` in {}", blank.answer(), blank.text);
                }
                assert!(found.len() >= 50, "{language:?} {kind:?}: {}", found.len());
                for blank in &found {
                    assert!(!blank.answer().contains(['.', '?', '"']), "{blank:?}");
                    assert!(!blank.answer().starts_with(' '), "{blank:?}");
                }
            }
        }
    }

    #[test]
    fn another_little_word_is_never_grammatical() {
        for blank in blanks(Language::Korean, 5, 40, Split::Validation, BlankKind::Form) {
            let other = match blank.answer() {
                "을" => "를",
                "를" => "을",
                "이" => "가",
                "가" => "이",
                "은" => "는",
                "는" => "은",
                _ => continue,
            };
            let begin = blank.text[..blank.start].rfind(". ").map_or(0, |at| at + 2);
            let end = blank.text[blank.end..].find(['.', '?']).unwrap() + blank.end + 1;
            let changed = format!(
                "{}{other}{}",
                &blank.text[begin..blank.start],
                &blank.text[blank.end..end]
            );
            assert!(!is_grammatical(Language::Korean, &changed), "{changed}");
        }
    }
}

//! A story: what happens, told sentence by sentence, and the questions after it.

use super::chooser::mix;
use super::event::{Event, Meaning as M};
use super::grammar::Language;
use super::split::Split;
use super::teller::Teller;

/// A sentence of a story, a question or an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// Its text, without the space around it.
    pub text: String,
    /// What it says; a pronoun stands as the person it means.
    pub event: Event,
    /// The template that said it, an index into [`Grammar::templates`].
    pub template: usize,
    /// Whether training never sees its template.
    pub is_held_out_template: bool,
    /// Whether it names its person `p` by a pronoun.
    pub has_pronoun: bool,
}

/// A question of a story with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The question.
    pub text: String,
    /// The answer.
    pub answer: String,
    /// What it asks.
    pub kind: M,
    /// The index of the question in [`Story::sentences`]; the answer follows it.
    pub sentence: usize,
    /// The index of the sentence that told the fact.
    pub fact_sentence: usize,
}

/// A story of the village.
#[derive(Debug, Clone)]
pub struct Story {
    /// The whole text: the sentences separated by spaces, and a line break before the questions
    /// at the end.
    pub text: String,
    /// The sentences in order, questions and answers too.
    pub sentences: Vec<Sentence>,
    /// The questions in order.
    pub questions: Vec<Question>,
    /// The index of the first question after the line break.
    pub first_closing_sentence: usize,
    /// The sum of `-log2 p` over the choices that made the story, in bits.
    pub bits: f64,
}

/// Returns story number `index` of a split: the same text from the same arguments on every
/// platform.
///
/// ```
/// use llm_atlas::village::{Language, Split, generate_story};
/// let story = generate_story(Language::English, 1, 0, Split::Train);
/// let again = generate_story(Language::English, 1, 0, Split::Train);
/// assert_eq!(story.text, again.text);
/// ```
///
/// Training and validation share one distribution; a hash of the text, which no choice of words
/// depends on, tells to which of the two a text belongs ([`Split::admits`]). `bits` are those of
/// the shared distribution.
pub fn generate_story(language: Language, seed: u64, index: u64, split: Split) -> Story {
    let start = mix(mix(seed ^ (split.salt() << 56)).wrapping_add(index));
    let mut attempt = 0;
    loop {
        let story = Teller::new(language, mix(start ^ mix(attempt)), split).tell();
        if split.admits(&story.text) {
            return story;
        }
        attempt += 1;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use std::collections::HashMap;

    use super::*;
    use crate::village::lexicon::feeling;

    const LANGUAGES: [Language; 2] = [Language::English, Language::Korean];

    #[test]
    fn the_first_stories_are_what_they_always_were() {
        let story = generate_story(Language::English, 0, 0, Split::Train);
        assert_eq!(story.text, include_str!("golden/english.txt").trim_end());
        let story = generate_story(Language::Korean, 0, 0, Split::Train);
        assert_eq!(story.text, include_str!("golden/korean.txt").trim_end());
    }

    #[test]
    fn stories_have_the_promised_sizes() {
        for language in LANGUAGES {
            for index in 0..2000 {
                let story = generate_story(language, 5, index, Split::Train);
                let words = story.text.split_whitespace().count();
                assert!((12..=125).contains(&words), "{words} words: {}", story.text);
                assert!((1..=9).contains(&story.questions.len()), "{}", story.text);
                assert!(story.bits > 20.0 && story.bits < 300.0);
                assert_eq!(story.text.matches('\n').count(), 1);
            }
        }
    }

    /// Follows holders and places by its own few rules and compares every answer about them.
    #[test]
    fn answers_follow_from_what_was_told() {
        let mut checked = 0;
        for index in 0..3000 {
            let story = generate_story(Language::English, 6, index, Split::Validation);
            let mut holder: HashMap<u8, Option<u8>> = HashMap::new();
            let mut place: HashMap<u8, u8> = HashMap::new();
            for pair in story.sentences.windows(2) {
                let (event, next) = (pair[0].event, pair[1].event);
                let (p, q, o) = (event.get('p'), event.get('q'), event.thing());
                match event.meaning {
                    M::Had | M::Find | M::Buy | M::Make | M::FindAgain | M::Take | M::PickUp => {
                        holder.insert(o.unwrap(), p);
                    }
                    M::Give | M::Return => {
                        assert_eq!(holder[&o.unwrap()], p, "{}", story.text);
                        assert_eq!(place[&p.unwrap()], place[&q.unwrap()], "{}", story.text);
                        holder.insert(o.unwrap(), q);
                    }
                    M::Put | M::Leave | M::Lose | M::Eat => {
                        assert_eq!(holder[&o.unwrap()], p, "{}", story.text);
                        holder.insert(o.unwrap(), None);
                    }
                    M::OpenOne | M::OpenTwo | M::OpenThree | M::OpenFour | M::BeAt | M::Go => {
                        for person in event.people() {
                            place.insert(person, event.get('l').unwrap());
                        }
                    }
                    M::WhoHas => {
                        assert_eq!(next.get('p'), holder[&o.unwrap()], "{}", story.text);
                        checked += 1;
                    }
                    M::WherePerson => {
                        assert_eq!(next.get('l').unwrap(), place[&p.unwrap()], "{}", story.text);
                        checked += 1;
                    }
                    M::HasIt => {
                        let has_it = holder[&o.unwrap()] == p;
                        assert_eq!(next.meaning == M::AnswerYes, has_it, "{}", story.text);
                        checked += 1;
                    }
                    _ => {}
                }
            }
        }
        assert!(checked > 2000, "{checked}");
    }

    #[test]
    fn feelings_have_their_causes() {
        let mut glad = 0;
        for index in 0..1000 {
            let story = generate_story(Language::Korean, 7, index, Split::Train);
            for pair in story.sentences.windows(2) {
                let is_glad = pair[1].event.meaning == M::Feel
                    && pair[1].event.get('f') == Some(feeling::GLAD);
                if pair[0].event.meaning == M::Give && is_glad {
                    assert_eq!(pair[1].event.get('p'), pair[0].event.get('q'));
                    glad += 1;
                }
                if pair[0].event.meaning == M::Give && pair[1].event.meaning == M::Thank {
                    assert_eq!(pair[1].event.get('p'), pair[0].event.get('q'));
                    assert_eq!(pair[1].event.get('q'), pair[0].event.get('p'));
                }
            }
        }
        assert!(glad > 100, "{glad}");
    }
}

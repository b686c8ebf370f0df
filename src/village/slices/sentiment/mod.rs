//! The slice `sentiment`: a story and what the person it begins with feels at its end.
//!
//! The label follows from the world ([`sentiment_after`]): the last thing that made the story's
//! first person feel something counts, whether the story names the feeling or only its cause.
//! Each person's mood at the end is drawn by itself, each as likely as any other, and the first
//! person often has another mood before; so the labels are balanced, and the words of all moods
//! stand in stories of all labels.

mod moods;

use serde::{Deserialize, Serialize};

use self::moods::{pass_time, play};
use super::{Example, Parts, Slice};
use crate::village::candidates::Theme;
use crate::village::event::Event;
use crate::village::grammar::Language;
use crate::village::lexicon::{PEOPLE, feeling};
use crate::village::split::Split;
use crate::village::teller::{Teller, with_people_named};
use crate::village::world::World;

/// What a person feels, in four kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sentiment {
    /// Glad or proud.
    Glad,
    /// Sad, lonely or afraid.
    Sad,
    /// Angry.
    Angry,
    /// Nothing known, or nothing but tired, hungry, bored or full.
    Neutral,
}

impl Sentiment {
    /// Every sentiment, in the order of the enum.
    pub const ALL: [Sentiment; 4] = [Self::Glad, Self::Sad, Self::Angry, Self::Neutral];

    /// Returns the label's word.
    pub fn word(self, language: Language) -> &'static str {
        let (english, korean) = match self {
            Self::Glad => ("glad", "기쁨"),
            Self::Sad => ("sad", "슬픔"),
            Self::Angry => ("angry", "화남"),
            Self::Neutral => ("neutral", "보통"),
        };
        match language {
            Language::English => english,
            Language::Korean => korean,
        }
    }

    fn of_feeling(index: u8) -> Self {
        match index {
            feeling::GLAD | feeling::PROUD => Self::Glad,
            feeling::SAD | feeling::LONELY | feeling::AFRAID => Self::Sad,
            feeling::ANGRY => Self::Angry,
            _ => Self::Neutral,
        }
    }
}

/// Returns what the first person of a story feels after its events.
///
/// ```
/// use llm_atlas::village::{Language, Sentiment, parse_text, sentiment_after};
/// let text = "At noon, Mina and Jun were at the park. Mina was angry. Jun helped Mina.";
/// let parsed = parse_text(Language::English, text)?;
/// assert_eq!(sentiment_after(&parsed.events), Sentiment::Glad);
/// # Ok::<(), llm_atlas::village::ParseError>(())
/// ```
pub fn sentiment_after(events: &[Event]) -> Sentiment {
    let events = with_people_named(events);
    let mut world = World::default();
    for (index, event) in events.iter().enumerate() {
        world.apply(event, index);
    }
    let hero = events.first().and_then(|event| event.get('p'));
    hero.and_then(|hero| world.person(hero))
        .and_then(|state| state.feeling)
        .map_or(Sentiment::Neutral, |known| {
            Sentiment::of_feeling(known.feeling)
        })
}

/// What stands before the label.
fn title(language: Language) -> &'static str {
    match language {
        Language::English => "Feeling:",
        Language::Korean => "기분:",
    }
}

/// Cuts a text of the slice into its story and its label; `None` if it has no label.
///
/// ```
/// use llm_atlas::village::{Language, Sentiment, split_sentiment};
/// let text = "Mina was at the park. She was glad.\nFeeling: glad.";
/// let (story, sentiment) = split_sentiment(Language::English, text).unwrap();
/// assert_eq!(story, "Mina was at the park. She was glad.");
/// assert_eq!(sentiment, Sentiment::Glad);
/// ```
pub fn split_sentiment(language: Language, text: &str) -> Option<(&str, Sentiment)> {
    let (story, label) = text.split_once('\n')?;
    let word = label
        .strip_prefix(title(language))?
        .strip_prefix(' ')?
        .strip_suffix('.')?;
    let sentiment = Sentiment::ALL
        .into_iter()
        .find(|sentiment| sentiment.word(language) == word)?;
    Some((story, sentiment))
}

/// The parts of an example of [`Slice::Sentiment`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SentimentParts {
    /// The story without the label.
    pub story: String,
    /// Whose feeling it is: the person the story names first.
    pub person: &'static str,
    /// The label.
    pub sentiment: Sentiment,
    /// The label's word in the language.
    pub label: &'static str,
}

/// Draws an example; `None` if it does not belong to the split.
pub(super) fn draw(language: Language, seed: u64, split: Split) -> Option<Example> {
    let mut teller = Teller::new(language, seed, split);
    let people = 3 + teller.chooser.weighted(&[3, 2]);
    teller.open(Theme::Exchange, people);
    let cast: Vec<u8> = teller.world.people.iter().map(|s| s.person).collect();
    let hero = cast[0];
    let sentiment = teller.chooser.uniform(&Sentiment::ALL);
    let mut beats = vec![(hero, sentiment)];
    for &person in &cast[1..] {
        let mood = teller.chooser.uniform(&Sentiment::ALL);
        beats.push((person, mood));
    }
    let before: Vec<Sentiment> = Sentiment::ALL
        .into_iter()
        .filter(|&mood| mood != sentiment)
        .collect();
    let mut early = teller
        .chooser
        .percent(75)
        .then(|| (hero, teller.chooser.uniform(&before)));
    // the first person's earlier mood comes anywhere before its last
    while !beats.is_empty() {
        let next = teller.chooser.weighted(&vec![1; beats.len()]);
        let beat = match early.take() {
            Some(beat) if beats[next].0 == hero => beat,
            kept => {
                early = kept;
                beats.remove(next)
            }
        };
        play(&mut teller, &cast, beat)?;
        if teller.chooser.percent(25) {
            let person = teller.chooser.uniform(&cast);
            pass_time(&mut teller, person)?;
        }
    }
    let mut content = String::new();
    for event in &teller.told {
        event.write_key(&mut content);
    }
    if sentiment_after(&teller.told) != sentiment || !split.admits(&content) {
        return None;
    }
    let closing = teller.sentences.len();
    let story = teller.finish(closing);
    let label = sentiment.word(language);
    let prompt = format!("{}\n{}", story.text, title(language));
    let answer = format!("{label}.");
    let person = &PEOPLE[usize::from(hero)];
    Some(Example {
        slice: Slice::Sentiment,
        language,
        text: format!("{prompt} {answer}"),
        prompt,
        answer,
        parts: Parts::Sentiment(SentimentParts {
            story: story.text,
            person: match language {
                Language::English => person.english,
                Language::Korean => person.korean,
            },
            sentiment,
            label,
        }),
        bits: story.bits,
        answer_bits: 0.0,
        content,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::village::parse_text;
    use crate::village::slices::generate_example;

    const LANGUAGES: [Language; 2] = [Language::English, Language::Korean];

    #[test]
    fn the_label_is_what_the_parsed_story_says() {
        for language in LANGUAGES {
            for &split in Slice::Sentiment.splits() {
                for index in 0..300 {
                    let example = generate_example(Slice::Sentiment, language, 3, index, split);
                    let (story, label) = split_sentiment(language, &example.text).unwrap();
                    let parsed = parse_text(language, story).unwrap();
                    assert_eq!(sentiment_after(&parsed.events), label, "{}", example.text);
                }
            }
        }
    }

    /// Labels are balanced, and no rule "this word stands in the story or not" finds many.
    #[test]
    fn no_single_word_tells_the_label() {
        const COUNT: usize = 4000;
        for language in LANGUAGES {
            let mut labels = BTreeMap::new();
            let mut with_word: BTreeMap<String, BTreeMap<Sentiment, usize>> = BTreeMap::new();
            for index in 0..COUNT as u64 {
                let example = generate_example(Slice::Sentiment, language, 5, index, Split::Train);
                let (story, label) = split_sentiment(language, &example.text).unwrap();
                *labels.entry(label).or_insert(0) += 1;
                let words: BTreeSet<&str> = story
                    .split([' ', '.', ',', '"'])
                    .filter(|word| !word.is_empty())
                    .collect();
                for word in words {
                    let counts = with_word.entry(word.to_string()).or_default();
                    *counts.entry(label).or_insert(0) += 1;
                }
            }
            for (&label, &count) in &labels {
                let share = count as f64 / COUNT as f64;
                assert!((0.22..0.28).contains(&share), "{label:?} {share}");
            }
            let (right, word) = with_word
                .iter()
                .map(|(word, with)| {
                    let with_it = with.values().max().unwrap();
                    let without = labels
                        .iter()
                        .map(|(label, count)| count - with.get(label).unwrap_or(&0))
                        .max()
                        .unwrap();
                    (with_it + without, word)
                })
                .max()
                .unwrap();
            let accuracy = right as f64 / COUNT as f64;
            println!("{language:?}: the best single word, {word}, finds {accuracy:.3}");
            assert!(accuracy < 0.45, "{word}: {accuracy}");
        }
    }
}

//! Sentences spoilt on purpose, to measure how strict the parser is.

use super::chooser::SplitMix64;
use super::event::{Category, Event, Meaning as M};
use super::grammar::{Grammar, Language};
use super::hangul::Particle;
use super::lexicon::{
    ACTIVITIES, ANIMALS, COLOURS, CONTAINERS, FEELINGS, NUMBERS, PEOPLE, PLACES, THINGS,
};

/// A way to spoil a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Corruption {
    /// The words in another order, the closing mark where it was.
    ShuffledWords,
    /// A particle's other form (Korean); an article, verb, possessive or plural that does not
    /// agree (English).
    WrongAgreement,
    /// A word of another kind in a place where only one kind can stand.
    SwappedWord,
}

impl Corruption {
    /// Every way.
    pub const ALL: [Corruption; 3] = [Self::ShuffledWords, Self::WrongAgreement, Self::SwappedWord];
}

/// Returns a sentence spoilt in the given way, or `None` where it cannot be: too short a sentence,
/// nothing that agrees, no other kind of word.
///
/// The result is decided without asking the parser whether it accepts it.
pub fn corrupt(
    language: Language,
    sentence: &str,
    corruption: Corruption,
    generator: &mut SplitMix64,
) -> Option<String> {
    let spoilt = match corruption {
        Corruption::ShuffledWords => shuffled(sentence, generator),
        Corruption::WrongAgreement => match language {
            Language::English => disagreeing_english(sentence, generator),
            Language::Korean => disagreeing_korean(sentence, generator),
        },
        Corruption::SwappedWord => swapped(language, sentence, generator),
    }?;
    (spoilt != sentence).then_some(spoilt)
}

fn pick<T: Clone>(options: &[T], generator: &mut SplitMix64) -> Option<T> {
    let bound = options.len() as u64;
    (bound > 0).then(|| options[generator.below(bound) as usize].clone())
}

fn shuffled(sentence: &str, generator: &mut SplitMix64) -> Option<String> {
    let body = sentence.trim_end_matches(['.', '?', '"']);
    let mark = &sentence[body.len()..];
    let mut words: Vec<&str> = body.split(' ').collect();
    if words.len() < 2 {
        return None;
    }
    for last in (1..words.len()).rev() {
        words.swap(last, generator.below(last as u64 + 1) as usize);
    }
    Some(format!("{}{mark}", words.join(" ")))
}

/// Replaces one word, chosen among those for which `other` has something.
fn with_word_replaced(
    sentence: &str,
    generator: &mut SplitMix64,
    other: impl Fn(&str) -> Option<String>,
) -> Option<String> {
    let words: Vec<&str> = sentence.split(' ').collect();
    let options: Vec<(usize, String)> = words
        .iter()
        .enumerate()
        .filter_map(|(index, word)| other(word).map(|other| (index, other)))
        .collect();
    let (index, other) = pick(&options, generator)?;
    let mut words: Vec<String> = words.iter().map(ToString::to_string).collect();
    words[index] = other;
    Some(words.join(" "))
}

fn disagreeing_english(sentence: &str, generator: &mut SplitMix64) -> Option<String> {
    const FLIPS: [(&str, &str); 5] = [
        ("a", "an"),
        ("was", "were"),
        ("his", "her"),
        ("is", "are"),
        ("has", "have"),
    ];
    with_word_replaced(sentence, generator, |word| {
        let body = word.trim_end_matches(['.', '?', '"', ',']);
        let mark = &word[body.len()..];
        let flipped = FLIPS.iter().find_map(|&(one, two)| match body {
            _ if body == one => Some(two),
            _ if body == two => Some(one),
            _ => None,
        });
        let numbered = || {
            ANIMALS.iter().find_map(|animal| match body {
                _ if body == animal.english => Some(animal.plural),
                _ if body == animal.plural => Some(animal.english),
                _ => None,
            })
        };
        flipped
            .or_else(numbered)
            .map(|other| format!("{other}{mark}"))
    })
}

fn disagreeing_korean(sentence: &str, generator: &mut SplitMix64) -> Option<String> {
    let nouns: Vec<&str> = PEOPLE
        .iter()
        .map(|person| person.korean)
        .chain(THINGS.iter().map(|thing| thing.korean))
        .chain(PLACES.iter().map(|place| place.korean))
        .chain(ANIMALS.iter().map(|animal| animal.korean))
        .collect();
    let particles = [
        Particle::Topic,
        Particle::Subject,
        Particle::Object,
        Particle::And,
        Particle::Toward,
    ];
    with_word_replaced(sentence, generator, |word| {
        let body = word.trim_start_matches('"');
        let opening = &word[..word.len() - body.len()];
        nouns.iter().find_map(|noun| {
            let particle = body.strip_prefix(noun)?;
            let (one, two) = particles
                .iter()
                .map(|particle| particle.forms())
                .find(|&(one, two)| particle == one || particle == two)?;
            let other = if particle == one { two } else { one };
            Some(format!("{opening}{noun}{other}"))
        })
    })
}

fn swapped(language: Language, sentence: &str, generator: &mut SplitMix64) -> Option<String> {
    let grammar = Grammar::of(language);
    let (event, index) = grammar.parse_where(sentence, |meaning| !meaning.is_answer())?;
    let template = &grammar.templates()[index];
    let slots: Vec<char> = template.slots().collect();
    let role = pick(&slots, generator)?;
    let own = Category::of_role(role)?;
    let (category, count) = pick(&kinds_that_cannot_stand(language, &event, own), generator)?;
    let filler = generator.below(count as u64) as u8;
    Some(template.say_swapped(language, &event, role, category, filler))
}

/// Kinds of words that cannot stand where a word of kind `own` stands, and their sizes.
fn kinds_that_cannot_stand(
    language: Language,
    event: &Event,
    own: Category,
) -> Vec<(Category, usize)> {
    use Category as C;
    let is_thing = |category| {
        matches!(
            category,
            C::Thing | C::Food | C::Made | C::Readable | C::Toy
        )
    };
    let kinds = [
        (C::Person, PEOPLE.len()),
        (C::Thing, THINGS.len()),
        (C::Place, PLACES.len()),
        (C::Container, CONTAINERS.len()),
        (C::Animal, ANIMALS.len()),
        (C::Feeling, FEELINGS.len()),
        (C::Activity, ACTIVITIES.len()),
        (C::Number, NUMBERS.len()),
        (C::Colour, COLOURS.len()),
    ];
    let can_stand = |category: Category| {
        category == own
            || (is_thing(category) && is_thing(own))
            // both can be said of a person in Korean: "미나는 기뻤다", "미나는 웃었다"
            || (language == Language::Korean
                && matches!((category, own), (C::Feeling, C::Activity) | (C::Activity, C::Feeling)))
            // "It is in the box", "It is in the garden"
            || matches!((category, own), (C::Place, C::Container) | (C::Container, C::Place))
            // "Where is the ball?", "Where is Mina?"
            || (matches!(event.meaning, M::WherePerson | M::WhereThing)
                && (category == C::Person || is_thing(category)))
            // "Mina was at school", "Mina was glad"
            || (event.meaning == M::BeAt && category == C::Feeling)
            // "Mina was glad", "The ball was red"
            || matches!((category, own), (C::Colour, C::Feeling) if event.get('o').is_some())
    };
    kinds
        .into_iter()
        .filter(|&(category, _)| !can_stand(category))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::village::{Split, generate_story, is_grammatical};

    fn sentences(language: Language) -> impl Iterator<Item = String> {
        (0..).flat_map(move |index| {
            let story = generate_story(language, 4, index, Split::Validation);
            story.sentences.into_iter().map(|sentence| sentence.text)
        })
    }

    #[test]
    fn at_least_99_percent_of_spoilt_sentences_are_rejected() {
        const COUNT: usize = 4000;
        for language in [Language::English, Language::Korean] {
            for corruption in Corruption::ALL {
                let mut generator = SplitMix64::new(17);
                let accepted: Vec<String> = sentences(language)
                    .filter_map(|text| corrupt(language, &text, corruption, &mut generator))
                    .take(COUNT)
                    .filter(|text| is_grammatical(language, text))
                    .collect();
                // a shuffle that is another valid sentence (two names exchanged) counts too
                let rate = 1.0 - accepted.len() as f64 / COUNT as f64;
                println!(
                    "{language:?} {corruption:?} rejected {rate:.4}; accepted {} such as {:?}",
                    accepted.len(),
                    &accepted[..accepted.len().min(6)]
                );
                assert!(rate >= 0.99, "{language:?} {corruption:?}: {accepted:?}");
            }
        }
    }
}

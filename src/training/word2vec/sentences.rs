//! The texts of word2vec as sentences of words, both languages in one space.
//!
//! A word is a run of letters in lower case; a Korean noun and the particle on it are two words.
//! Where a text says one thing in both languages, its words are shuffled together, so that a word
//! and its translation stand in each other's windows. Facts and the glossary are told in each
//! language alone too: only so can a direction of the space mean a language.

use std::collections::HashMap;

use super::recipe::Word2VecRecipe;
use crate::sampling::draw_uniform;
use crate::village::{
    Language, Parts, Slice, Split, almanac, documents, generate_example, generate_story, glossary,
    korean_nominals,
};

/// Sentences as numbers of words, the most frequent word 0.
#[derive(Debug)]
pub struct Sentences {
    /// Each word, by number.
    pub words: Vec<String>,
    /// How often each occurs.
    pub counts: Vec<u64>,
    /// The sentences.
    pub sentences: Vec<Vec<u32>>,
}

/// Particles that can follow a noun.
const PARTICLES: [&str; 27] = [
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "과",
    "와",
    "으로",
    "로",
    "에",
    "에서",
    "에게",
    "에게서",
    "의",
    "도",
    "야",
    "이야",
    "다",
    "이다",
    "이었다",
    "였다",
    "씩",
    "들",
    "들을",
    "들이",
    "들은",
];

impl Sentences {
    /// The sentences a recipe asks for, in an order that mixes all sources.
    pub fn new(recipe: &Word2VecRecipe) -> Self {
        let seed = recipe.settings.seed;
        let cutter = Cutter::new();
        let mut texts: Vec<Vec<String>> = Vec::new();
        for index in 0..recipe.stories {
            for language in [Language::English, Language::Korean] {
                let story = generate_story(language, seed, index, Split::Train);
                texts.extend(cutter.sentences(&story.text));
            }
        }
        for index in 0..recipe.parallel {
            let (slice, split) = (Slice::Parallel, Split::Train);
            let example = generate_example(slice, Language::English, seed, index, split);
            if let Parts::Parallel(parts) = example.parts {
                let both = [parts.source, parts.target].join(" ");
                texts.push(shuffled(cutter.words(&both), seed ^ 0x9A_7A, index));
            }
        }
        for index in 0..recipe.patterns.max(recipe.sums) {
            for language in [Language::English, Language::Korean] {
                for (slice, count) in [
                    (Slice::Patterns, recipe.patterns),
                    (Slice::Sums, recipe.sums),
                ] {
                    if index < count {
                        let example = generate_example(slice, language, seed, index, Split::Train);
                        texts.extend(cutter.sentences(&example.text));
                    }
                }
            }
        }
        for (number, entry) in glossary().iter().enumerate() {
            let told = [Some(entry.english.as_str()), entry.korean.as_deref()];
            texts.extend(retold(
                &cutter,
                told,
                seed ^ 0x6105,
                number,
                recipe.glossary,
            ));
        }
        let facts = [Language::English, Language::Korean].map(documents);
        let in_both = facts[0].iter().zip(&facts[1]).enumerate();
        for (number, (english, korean)) in in_both.filter(|(_, (english, _))| english.is_told) {
            let told = [english, korean]
                .map(|one| format!("{} {} {}", one.text, one.question, one.answer));
            let told = [Some(told[0].as_str()), Some(told[1].as_str())];
            texts.extend(retold(&cutter, told, seed ^ 0xFAC7, number, recipe.facts));
        }
        Self::numbered(&shuffled(texts, seed ^ 0x0DD, 0), recipe.min_count)
    }

    /// Numbers the words that occur often enough, the most frequent first.
    fn numbered(texts: &[Vec<String>], min_count: u64) -> Self {
        let mut counts: HashMap<&str, u64> = HashMap::new();
        for word in texts.iter().flatten() {
            *counts.entry(word).or_default() += 1;
        }
        let mut kept: Vec<(&str, u64)> = counts
            .into_iter()
            .filter(|(_, count)| *count >= min_count)
            .collect();
        kept.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let numbers: HashMap<&str, u32> = kept.iter().map(|(word, _)| *word).zip(0..).collect();
        let sentences = texts
            .iter()
            .map(|text| {
                text.iter()
                    .filter_map(|word| numbers.get(word.as_str()).copied())
            })
            .map(Iterator::collect)
            .collect();
        Sentences {
            words: kept.iter().map(|(word, _)| (*word).to_owned()).collect(),
            counts: kept.iter().map(|(_, count)| *count).collect(),
            sentences,
        }
    }
}

/// One thing said in English and in Korean, `times` times: in turn in English, in Korean, and in
/// both at once, each time in another order. What one language has no words for is said in the other.
fn retold(
    cutter: &Cutter,
    in_each: [Option<&str>; 2],
    seed: u64,
    number: usize,
    times: u64,
) -> impl Iterator<Item = Vec<String>> {
    let said: Vec<Vec<String>> = in_each
        .iter()
        .flatten()
        .map(|text| cutter.words(text))
        .collect();
    (0..times).map(move |time| {
        let words = match said.get(time as usize % 3) {
            Some(one) => one.clone(),
            None => said.concat(),
        };
        shuffled(words, seed, number as u64 * times + time)
    })
}

/// Cuts texts into words.
struct Cutter {
    nominals: Vec<&'static str>,
}

impl Cutter {
    fn new() -> Self {
        let facts = almanac()
            .iter()
            .filter_map(|fact| fact.nouns(Language::Korean));
        let mut nominals = korean_nominals();
        nominals.extend(facts.flat_map(|(subject, value)| [subject, value]));
        nominals.sort_by_key(|nominal| std::cmp::Reverse(nominal.len()));
        nominals.dedup();
        Cutter { nominals }
    }

    /// The words of each sentence, or of each part of a list.
    fn sentences(&self, text: &str) -> Vec<Vec<String>> {
        text.split(['.', '?', '!', ',', '\n'])
            .map(|sentence| self.words(sentence))
            .filter(|words| words.len() > 1)
            .collect()
    }

    fn words(&self, text: &str) -> Vec<String> {
        text.split(|character: char| !character.is_alphabetic())
            .filter(|run| !run.is_empty())
            .flat_map(|run| self.noun_and_particle(run))
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    }

    /// A noun and its particle, if the run of letters is made of them; else the whole run.
    fn noun_and_particle<'t>(&self, run: &'t str) -> [&'t str; 2] {
        let noun = self.nominals.iter().find(|noun| {
            let particle = run.strip_prefix(**noun);
            particle.is_some_and(|particle| PARTICLES.contains(&particle))
        });
        let (noun, particle) = run.split_at(noun.map_or(run.len(), |noun| noun.len()));
        [noun, particle]
    }
}

/// The same things in another order, drawn from the seed and a number.
///
/// Source: Fisher and Yates 1938.
fn shuffled<T>(mut things: Vec<T>, seed: u64, number: u64) -> Vec<T> {
    // Each shuffle has room for 2^32 draws of its own.
    for last in (1..things.len()).rev() {
        let draw = draw_uniform(seed, number << 32 | last as u64);
        things.swap(last, (draw * (last + 1) as f64) as usize);
    }
    things
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_noun_and_its_particle_are_two_words() {
        let cutter = Cutter::new();
        let words = cutter.words("준이 미나에게 돌을 돌려주었다. \"Mina has 2 hats!\"");
        let expected = [
            "준",
            "이",
            "미나",
            "에게",
            "돌",
            "을",
            "돌려주었다",
            "mina",
            "has",
            "hats",
        ];
        assert_eq!(words, expected);
    }
}

//! Which part of the village each text comes from.

use super::recipe::STORIES;
use super::{Recipe, TrainingError};
use crate::sampling::draw_uniform;
use crate::tokenizer::ByteLevelBpe;
use crate::village::{
    Language, Parts, Slice, Split, determined_words, generate_example, generate_story,
};

/// Texts from which the mean length of a slice's texts is taken.
const TEXTS_MEASURED: u64 = 100;

/// A part of the village that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// Stories with their questions.
    Stories,
    /// Examples of a slice.
    Slice(Slice),
}

impl Source {
    /// The part of that name.
    ///
    /// # Errors
    /// If there is none.
    pub fn from_name(name: &str) -> Result<Self, TrainingError> {
        match name {
            STORIES => Ok(Source::Stories),
            _ => Slice::from_name(name)
                .map(Source::Slice)
                .ok_or_else(|| TrainingError::UnknownSlice(name.to_owned())),
        }
    }

    /// Text number `index`.
    pub fn text(self, language: Language, seed: u64, index: u64, split: Split) -> String {
        match self {
            Source::Stories => generate_story(language, seed, index, split).text,
            Source::Slice(slice) => generate_example(slice, language, seed, index, split).text,
        }
    }

    /// Text number `index` with the words, as bytes, that the rest of it determines; they are
    /// known for stories alone.
    pub fn text_with_blanks(
        self,
        language: Language,
        seed: u64,
        index: u64,
        split: Split,
    ) -> (String, Vec<(usize, usize)>) {
        match self {
            Source::Stories => {
                let story = generate_story(language, seed, index, split);
                let blanks = determined_words(language, &story);
                (story.text, blanks)
            }
            Source::Slice(_) => (self.text(language, seed, index, split), Vec::new()),
        }
    }

    /// What is given and what is to be said in example number `index`; a story gives nothing.
    pub fn pair(self, language: Language, seed: u64, index: u64, split: Split) -> (String, String) {
        match self {
            Source::Stories => (
                String::new(),
                generate_story(language, seed, index, split).text,
            ),
            Source::Slice(slice) => {
                let example = generate_example(slice, language, seed, index, split);
                match example.parts {
                    Parts::Parallel(parts) => (parts.source, parts.target),
                    _ => (example.prompt, example.answer),
                }
            }
        }
    }
}

/// Sources with the chance of each, so that each has its share of the tokens.
#[derive(Debug)]
pub(super) struct Mixture {
    /// Sums of the chances up to and with each source, the last one 1.
    cumulative: Vec<(f64, Source)>,
}

impl Mixture {
    /// The recipe's mixture. A source with short texts is chosen more often: its chance is its
    /// share of the tokens divided by the mean length of its first texts.
    ///
    /// # Errors
    /// If there is no slice, one is not known, or a share is not a positive number.
    pub fn new(recipe: &Recipe, tokenizer: &ByteLevelBpe) -> Result<Self, TrainingError> {
        if recipe.slices.is_empty() {
            return Err(TrainingError::NoSlices);
        }
        let mut chances = Vec::with_capacity(recipe.slices.len());
        for (name, share) in &recipe.slices {
            let source = Source::from_name(name)?;
            if !(share.is_finite() && *share > 0.0) {
                return Err(TrainingError::Share(name.clone(), *share));
            }
            let length = match recipe.slices.len() {
                1 => 1.0,
                _ => mean_length(source, recipe.seed, tokenizer),
            };
            chances.push((share / length, source));
        }
        let sum: f64 = chances.iter().map(|(chance, _)| chance).sum();
        let mut end = 0.0;
        let cumulative = chances
            .into_iter()
            .map(|(chance, source)| {
                end += chance / sum;
                (end, source)
            })
            .collect();
        Ok(Mixture { cumulative })
    }

    /// Where text `index` comes from.
    pub fn slice(&self, seed: u64, index: u64) -> Source {
        let chosen = draw_uniform(seed ^ 0x51_1CE, index);
        let last = self.cumulative.len() - 1;
        let at = self.cumulative.partition_point(|(end, _)| *end <= chosen);
        self.cumulative[at.min(last)].1
    }
}

/// Mean number of tokens of the first texts, the token that ends each counted.
fn mean_length(source: Source, seed: u64, tokenizer: &ByteLevelBpe) -> f64 {
    let tokens: usize = (0..TEXTS_MEASURED)
        .flat_map(|index| [Language::English, Language::Korean].map(|language| (index, language)))
        .map(|(index, language)| {
            let text = source.text(language, seed, index, Split::Train);
            tokenizer.encode(&text).len() + 1
        })
        .sum();
    tokens as f64 / (2 * TEXTS_MEASURED) as f64
}

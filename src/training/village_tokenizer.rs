//! The village's tokenizer: byte-level BPE learned from its texts in both languages.

use std::collections::HashMap;
use std::fs;

use super::checkpoints::write_whole;
use super::corpus::END_OF_TEXT;
use super::masked::MASK;
use super::mixture::Source;
use super::{Order, Recipe, TrainingError};
use crate::tokenizer::{ByteLevelBpe, Trainer, WordCounts, pre_tokens};
use crate::village::{Language, Split, korean_nominals};

/// The tokenizer in the training's folder; if there is none, the one that the recipe takes over or
/// a new one, with the special tokens that its objective needs as the last ids.
///
/// # Errors
/// If it cannot be read, learned or written.
pub(super) fn open_or_learn(
    order: Order<'_>,
    special_tokens: &[&str],
) -> Result<ByteLevelBpe, TrainingError> {
    let path = order.out.join("tokenizer.json");
    if path.exists() {
        let json = fs::read_to_string(&path).map_err(TrainingError::at(&path))?;
        return Ok(ByteLevelBpe::from_json(&json)?);
    }
    let base = match order.tokenizer {
        Some(tokenizer) => tokenizer.clone(),
        None => train_village_tokenizer(order.recipe)?,
    };
    // What a mask hides is a word with the space before it.
    let tokenizer = base
        .with_special_tokens(special_tokens)?
        .with_space_before(MASK);
    write_whole(&path, tokenizer.to_json().as_bytes())?;
    Ok(tokenizer)
}

/// Learns merges from the first texts of each slice's training split, half of them in each language.
///
/// A Korean noun and the particle on it are counted as two words, so that merges stay inside
/// either: "미나가" becomes "미나" and "가", and the model meets one "미나" in all its roles. Every
/// digit is counted alone, so that numbers of any length are made of the same ten tokens. There
/// are fewer ids than the recipe allows when no pair is left to merge.
///
/// # Errors
/// If the recipe names a slice that there is not.
pub fn train_village_tokenizer(recipe: &Recipe) -> Result<ByteLevelBpe, TrainingError> {
    let nominals = korean_nominals();
    let mut words: HashMap<String, u64> = HashMap::new();
    for name in recipe.slices.keys() {
        let source = Source::from_name(name)?;
        for index in 0..recipe.tokenizer_stories {
            for language in [Language::English, Language::Korean] {
                let text = source.text(language, recipe.seed, index, Split::Train);
                for (_, word) in pre_tokens(&text) {
                    *words.entry(word.to_owned()).or_default() += 1;
                }
            }
        }
    }
    let mut counts = WordCounts::default();
    for (word, count) in &words {
        let (noun, particle) = split_particle(word, &nominals);
        for part in [noun, particle].into_iter().flat_map(digits_alone) {
            counts.add_word(part, *count);
        }
    }
    let mut trainer = Trainer::new(&counts);
    while trainer.vocab_size() + 1 < recipe.vocab_size && trainer.next().is_some() {}
    Ok(trainer.finish(&[END_OF_TEXT])?)
}

/// Cuts a word behind the noun it begins with, if it begins with one of `nominals` (longest first).
fn split_particle<'a>(word: &'a str, nominals: &[&str]) -> (&'a str, &'a str) {
    let stem = word.trim_start();
    let space = word.len() - stem.len();
    let noun = nominals.iter().find(|nominal| stem.starts_with(**nominal));
    word.split_at(noun.map_or(word.len(), |noun| space + noun.len()))
}

/// Cuts a word before and behind every digit.
fn digits_alone(word: &str) -> impl Iterator<Item = &str> {
    let is_digit = |character: char| character.is_ascii_digit();
    word.split_inclusive(is_digit)
        .flat_map(move |part| match part.ends_with(is_digit) {
            true => {
                let (before, digit) = part.split_at(part.len() - 1);
                [before, digit]
            }
            false => [part, ""],
        })
        .filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_alone() {
        let parts = |word| digits_alone(word).collect::<Vec<_>>();
        assert_eq!(parts(" 128"), [" ", "1", "2", "8"]);
        assert_eq!(parts("12개"), ["1", "2", "개"]);
        assert_eq!(parts("사과"), ["사과"]);
        assert!(parts("").is_empty());
    }
}

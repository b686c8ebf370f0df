//! The village's tokenizer: byte-level BPE learned from its stories in both languages.

use std::collections::HashMap;

use super::{Recipe, TrainingError};
use crate::tokenizer::{ByteLevelBpe, Trainer, WordCounts, pre_tokens};
use crate::village::{Language, Split, generate_story, korean_nominals};

/// The token between texts.
pub const END_OF_TEXT: &str = "<|endoftext|>";

/// Learns merges from the first stories of the training split, half of them in each language.
///
/// A Korean noun and the particle on it are counted as two words, so that merges stay inside
/// either: "미나가" becomes "미나" and "가", and the model meets one "미나" in all its roles. There
/// are fewer ids than the recipe allows when no pair is left to merge.
///
/// # Errors
/// If the vocabulary is too small to hold the 256 bytes.
pub fn train_village_tokenizer(recipe: &Recipe) -> Result<ByteLevelBpe, TrainingError> {
    let nominals = korean_nominals();
    let mut words: HashMap<String, u64> = HashMap::new();
    for index in 0..recipe.tokenizer_stories {
        for language in [Language::English, Language::Korean] {
            for (_, word) in
                pre_tokens(&generate_story(language, recipe.seed, index, Split::Train).text)
            {
                *words.entry(word.to_owned()).or_default() += 1;
            }
        }
    }
    let mut counts = WordCounts::default();
    for (word, count) in &words {
        let (noun, particle) = split_particle(word, &nominals);
        counts.add_word(noun, *count);
        if !particle.is_empty() {
            counts.add_word(particle, *count);
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

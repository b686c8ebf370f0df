//! The village's tokenizer: byte-level BPE learned from its stories in both languages.

use super::{Recipe, TrainingError};
use crate::tokenizer::{ByteLevelBpe, Trainer, WordCounts};
use crate::village::{Language, Split, generate_story};

/// The token between texts.
pub const END_OF_TEXT: &str = "<|endoftext|>";

/// Learns merges from the first stories of the training split, half of them in each language.
///
/// # Errors
/// If the vocabulary is too small to hold the 256 bytes.
pub fn train_village_tokenizer(recipe: &Recipe) -> Result<ByteLevelBpe, TrainingError> {
    let mut counts = WordCounts::default();
    for index in 0..recipe.tokenizer_stories {
        for language in [Language::English, Language::Korean] {
            counts.add_text(&generate_story(language, recipe.seed, index, Split::Train).text);
        }
    }
    let mut trainer = Trainer::new(&counts);
    while trainer.vocab_size() + 1 < recipe.vocab_size && trainer.next().is_some() {}
    Ok(trainer.finish(&[END_OF_TEXT])?)
}

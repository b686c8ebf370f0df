//! The texts a training reads: stories and other parts of the village, mixed by the recipe and cut
//! into tokens. Text `index` is a function of the recipe, the split and `index` alone.

use std::collections::HashMap;

use super::buckets::Pool;
use super::mixture::Mixture;
use super::{Recipe, TrainingError};
use crate::sampling::draw_uniform;
use crate::tokenizer::{ByteLevelBpe, pre_tokens};
use crate::village::{Language, Split};

/// The token between texts.
pub const END_OF_TEXT: &str = "<|endoftext|>";

/// Texts from which the ids that are used at all are taken.
const TEXTS_OF_USED_IDS: u64 = 4000;

/// Texts of one split as token ids.
#[derive(Debug)]
pub struct Corpus<'a> {
    /// What is trained and how.
    pub recipe: &'a Recipe,
    /// Cuts texts.
    pub tokenizer: &'a ByteLevelBpe,
    /// Which part of the language.
    pub split: Split,
    /// Shares of the parts of the village.
    pub(super) mixture: Mixture,
    /// The sequences from which batches of like length were made last.
    pub(super) pool: Option<Pool>,
    /// The ids that texts are made of, once they were asked for.
    used_ids: Vec<u32>,
    /// Words already cut into tokens: the village has few words and repeats them.
    known_words: HashMap<String, Vec<u32>>,
}

impl<'a> Corpus<'a> {
    /// The texts of one split.
    ///
    /// # Errors
    /// If the recipe names a part of the village that there is not.
    pub fn new(
        recipe: &'a Recipe,
        tokenizer: &'a ByteLevelBpe,
        split: Split,
    ) -> Result<Self, TrainingError> {
        Ok(Corpus {
            recipe,
            tokenizer,
            split,
            mixture: Mixture::new(recipe, tokenizer)?,
            pool: None,
            used_ids: Vec::new(),
            known_words: HashMap::new(),
        })
    }

    /// The id of a special token.
    ///
    /// # Panics
    /// If the tokenizer has none of that name; the loop adds those that a learner asks for.
    pub fn special(&self, content: &str) -> u32 {
        match self.tokenizer.id_of_added(content) {
            Some(id) => id,
            None => panic!("the tokenizer has no token {content}"),
        }
    }

    /// A number in `[0, 1)` for one purpose (`salt`) and one text or position.
    pub fn draw(&self, salt: u64, index: u64) -> f64 {
        draw_uniform(self.recipe.seed ^ salt, index)
    }

    /// The language of text `index`, English or Korean with equal chances.
    pub fn language(&self, index: u64) -> Language {
        match self.draw(0x1A_46, index) < 0.5 {
            true => Language::English,
            false => Language::Korean,
        }
    }

    /// Text number `index`.
    pub fn text(&self, index: u64) -> String {
        let slice = self.mixture.slice(self.recipe.seed, index);
        slice.text(self.language(index), self.recipe.seed, index, self.split)
    }

    /// Text number `index` with the words, as bytes, that the rest of it determines.
    pub fn text_with_blanks(&self, index: u64) -> (String, Vec<(usize, usize)>) {
        let slice = self.mixture.slice(self.recipe.seed, index);
        slice.text_with_blanks(self.language(index), self.recipe.seed, index, self.split)
    }

    /// What is given and what is to be said in text number `index`.
    pub fn pair(&self, index: u64) -> (String, String) {
        let slice = self.mixture.slice(self.recipe.seed, index);
        slice.pair(self.language(index), self.recipe.seed, index, self.split)
    }

    /// Appends the ids of `text`.
    pub fn push_tokens(&mut self, text: &str, ids: &mut Vec<u32>) {
        for (_, word) in pre_tokens(text) {
            match self.known_words.get(word) {
                Some(known) => ids.extend_from_slice(known),
                None => {
                    let new = self.tokenizer.encode_ids(word);
                    ids.extend_from_slice(&new);
                    self.known_words.insert(word.to_owned(), new);
                }
            }
        }
    }

    /// The ids that the first texts are made of, ascending: a tokenizer has more, which nothing
    /// trains.
    pub fn used_ids(&mut self) -> &[u32] {
        if self.used_ids.is_empty() {
            let mut ids = Vec::new();
            for index in 0..TEXTS_OF_USED_IDS {
                let text = self.text(index);
                self.push_tokens(&text, &mut ids);
            }
            ids.sort_unstable();
            ids.dedup();
            self.used_ids = ids;
        }
        &self.used_ids
    }

    /// The ids of `text`.
    pub fn tokens(&mut self, text: &str) -> Vec<u32> {
        let mut ids = Vec::with_capacity(256);
        self.push_tokens(text, &mut ids);
        ids
    }
}

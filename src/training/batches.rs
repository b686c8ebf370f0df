//! Batches of village stories. Batch `n` is a function of the recipe and `n` alone, so that a
//! resumed training reads exactly what an uninterrupted one would have read.

use std::collections::HashMap;

use super::Recipe;
use crate::sampling::draw_uniform;
use crate::tokenizer::{ByteLevelBpe, pre_tokens};
use crate::village::{Language, Split, generate_story};

/// Sequences of token ids and what follows each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// `[batch, pos]`, row-major.
    pub inputs: Vec<i32>,
    /// The next token of each, `[batch, pos]`.
    pub targets: Vec<i32>,
    /// Number of sequences.
    pub batch_size: usize,
    /// Positions in each.
    pub seq_len: usize,
}

/// Makes batches from stories.
#[derive(Debug)]
pub struct Batches<'a> {
    recipe: &'a Recipe,
    tokenizer: &'a ByteLevelBpe,
    end_of_text: u32,
    split: Split,
    /// Words already cut into tokens: the village has few words and repeats them.
    known_words: HashMap<String, Vec<u32>>,
}

impl<'a> Batches<'a> {
    /// Batches of one split.
    pub fn new(recipe: &'a Recipe, tokenizer: &'a ByteLevelBpe, split: Split) -> Self {
        let end_of_text = tokenizer.vocab_size() as u32 - 1;
        Batches {
            recipe,
            tokenizer,
            end_of_text,
            split,
            known_words: HashMap::new(),
        }
    }

    /// Batch number `index`.
    pub fn get(&mut self, index: usize) -> Batch {
        let (batch_size, seq_len) = (self.recipe.batch_size, self.recipe.seq_len);
        let mut inputs = Vec::with_capacity(batch_size * seq_len);
        let mut targets = Vec::with_capacity(batch_size * seq_len);
        for row in 0..batch_size {
            let ids = self.sequence((index * batch_size + row) as u64);
            inputs.extend(ids[..seq_len].iter().map(|id| *id as i32));
            targets.extend(ids[1..=seq_len].iter().map(|id| *id as i32));
        }
        Batch {
            inputs,
            targets,
            batch_size,
            seq_len,
        }
    }

    /// `seq_len + 1` ids: whole stories, `<|endoftext|>` after each, the last one cut to fit.
    /// Every second sequence begins with `<|endoftext|>`, so that the model knows both a text that
    /// follows another and one that begins at position 0; every fourth training sequence begins in
    /// the middle of a story, because a person may type any sentence first.
    fn sequence(&mut self, number: u64) -> Vec<u32> {
        let wanted = self.recipe.seq_len + 1;
        let mut ids = Vec::with_capacity(wanted + 256);
        if number.is_multiple_of(2) {
            ids.push(self.end_of_text);
        }
        let mut story = 0;
        while ids.len() < wanted {
            // Each sequence has room for 64 stories of its own.
            let index = number * 64 + story;
            let language = match draw_uniform(self.recipe.seed ^ 0x1A_46, index) < 0.5 {
                true => Language::English,
                false => Language::Korean,
            };
            let text = generate_story(language, self.recipe.seed, index, self.split).text;
            let begins_inside = self.split == Split::Train && story == 0 && number % 4 == 3;
            let from = if begins_inside {
                self.sentence_start(&text, index)
            } else {
                0
            };
            self.push_tokens(&text[from..], &mut ids);
            ids.push(self.end_of_text);
            story += 1;
        }
        ids.truncate(wanted);
        ids
    }

    /// Where a sentence after the first one begins; 0 if there is only one.
    fn sentence_start(&self, text: &str, index: u64) -> usize {
        let story = text.split('\n').next().unwrap_or_default();
        let starts: Vec<usize> = story.match_indices(". ").map(|(at, _)| at + 2).collect();
        let choice = draw_uniform(self.recipe.seed ^ 0xC07, index) * starts.len() as f64;
        starts.get(choice as usize).copied().unwrap_or(0)
    }

    fn push_tokens(&mut self, text: &str, ids: &mut Vec<u32>) {
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
}

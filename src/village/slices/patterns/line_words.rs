//! The words of one line of a pattern, chosen so that training keeps no two of them apart.

use crate::village::chooser::Chooser;
use crate::village::slices::words::Word;

/// Words on a line, none twice, none that training keeps from another of them.
#[derive(Default)]
pub(super) struct LineWords(Vec<Word>);

impl LineWords {
    /// Draws a word of `options` that can stand on the line.
    pub fn draw(
        &mut self,
        chooser: &mut Chooser,
        options: impl Iterator<Item = Word>,
    ) -> Option<Word> {
        let options: Vec<Word> = options
            .filter(|word| {
                let is_apart = |known: &Word| known == word || known.is_kept_from(*word);
                !self.0.iter().any(is_apart)
            })
            .collect();
        self.add(chooser, &options)
    }

    /// Draws a word of `options` that training keeps from `word`, and from no other on the line.
    pub fn draw_apart(
        &mut self,
        chooser: &mut Chooser,
        word: Word,
        options: impl Iterator<Item = Word>,
    ) -> Option<Word> {
        let options: Vec<Word> = options
            .filter(|&option| option != word && option.is_kept_from(word))
            .filter(|option| {
                let mut others = self.0.iter().filter(|&&known| known != word);
                !others.any(|known| known == option || known.is_kept_from(*option))
            })
            .collect();
        self.add(chooser, &options)
    }

    /// Returns the words so far.
    pub fn all(&self) -> &[Word] {
        &self.0
    }

    fn add(&mut self, chooser: &mut Chooser, options: &[Word]) -> Option<Word> {
        let word = (!options.is_empty()).then(|| chooser.uniform(options))?;
        self.0.push(word);
        Some(word)
    }
}

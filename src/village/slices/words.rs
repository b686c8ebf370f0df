//! What the slices need of the words beyond the stories: one word of any kind, its plural, and
//! which two words training keeps apart.

use std::sync::OnceLock;

use crate::village::chooser::mix;
use crate::village::event::{Category, Event, Meaning};
use crate::village::grammar::{Grammar, Language};
use crate::village::lexicon::{ANIMALS, COLOURS, CONTAINERS, PEOPLE, PLACES, THINGS};
use crate::village::split::has_held_out_combination;

/// The share of word pairs that training keeps apart where the stories have no table of their own.
const HELD_OUT_PERCENT: u64 = 8;

/// The kinds of words that patterns are made of.
pub(super) const KINDS: [Category; 6] = [
    Category::Person,
    Category::Thing,
    Category::Place,
    Category::Container,
    Category::Animal,
    Category::Colour,
];

/// A word of the village by its kind and its index in the lexicon's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Word {
    pub kind: Category,
    pub index: u8,
}

/// How many words [`KINDS`] have together.
const WORD_COUNT: usize =
    PEOPLE.len() + THINGS.len() + PLACES.len() + CONTAINERS.len() + ANIMALS.len() + COLOURS.len();

fn count_of(kind: Category) -> usize {
    match kind {
        Category::Person => PEOPLE.len(),
        Category::Thing => THINGS.len(),
        Category::Place => PLACES.len(),
        Category::Container => CONTAINERS.len(),
        Category::Animal => ANIMALS.len(),
        Category::Colour => COLOURS.len(),
        _ => 0,
    }
}

impl Word {
    /// Returns every word of a kind, in the lexicon's order.
    pub fn all_of(kind: Category) -> impl Iterator<Item = Word> + Clone {
        (0..count_of(kind) as u8).map(move |index| Word { kind, index })
    }

    /// Returns every word of every kind.
    pub fn all() -> impl Iterator<Item = Word> {
        KINDS.into_iter().flat_map(Word::all_of)
    }

    /// Returns the word as the lexicon has it.
    pub fn text(self, language: Language) -> &'static str {
        let index = usize::from(self.index);
        let (english, korean) = match self.kind {
            Category::Person => (PEOPLE[index].english, PEOPLE[index].korean),
            Category::Thing => (THINGS[index].english, THINGS[index].korean),
            Category::Place => (PLACES[index].english, PLACES[index].korean),
            Category::Container => (CONTAINERS[index].english, CONTAINERS[index].korean),
            Category::Animal => (ANIMALS[index].english, ANIMALS[index].korean),
            Category::Colour => (COLOURS[index].english, COLOURS[index].korean),
            _ => ("", ""),
        };
        match language {
            Language::English => english,
            Language::Korean => korean,
        }
    }

    /// Returns the word that is written so.
    pub fn read(language: Language, text: &str) -> Option<Word> {
        Word::all().find(|word| word.text(language) == text)
    }

    /// The role that a word of this kind fills in an event.
    pub fn role(self) -> char {
        match self.kind {
            Category::Person => 'p',
            Category::Thing => 'o',
            Category::Place => 'l',
            Category::Container => 'c',
            Category::Animal => 'x',
            _ => 'k',
        }
    }

    /// Returns whether training never has the two words in one line of a slice: by the stories'
    /// tables for the pairs that have one, else by a hash that does not mind the order.
    pub fn is_kept_from(self, other: Word) -> bool {
        static TABLE: OnceLock<Vec<bool>> = OnceLock::new();
        let table = TABLE.get_or_init(|| {
            let row = |a: Word| Word::all().map(move |b| a.computes_kept_from(b));
            Word::all().flat_map(row).collect()
        });
        table[self.number() * WORD_COUNT + other.number()]
    }

    /// The word's place among all words.
    fn number(self) -> usize {
        let before = KINDS.iter().take_while(|&&kind| kind != self.kind);
        before.map(|&kind| count_of(kind)).sum::<usize>() + usize::from(self.index)
    }

    fn computes_kept_from(self, other: Word) -> bool {
        use Category as C;
        let has_table = |a: C, b: C| {
            matches!(
                (a, b),
                (C::Person, C::Thing | C::Place) | (C::Thing, C::Place | C::Container)
            )
        };
        if has_table(self.kind, other.kind) || has_table(other.kind, self.kind) {
            let fillers = [(self.role(), self.index), (other.role(), other.index)];
            return has_held_out_combination(&Event::new(Meaning::Had, &fillers));
        }
        let code = |word: Word| (word.role() as u64) << 8 | u64::from(word.index);
        let (a, b) = (code(self), code(other));
        mix(mix(5 << 40 | a.min(b) << 16 | a.max(b))) % 100 < HELD_OUT_PERCENT
    }
}

/// Returns the plural of an English noun.
///
/// ```
/// use llm_atlas::village::english_plural;
/// assert_eq!(english_plural("peach"), "peaches");
/// assert_eq!(english_plural("wolf"), "wolves");
/// assert_eq!(english_plural("key"), "keys");
/// ```
pub fn english_plural(noun: &str) -> String {
    if let Some(animal) = ANIMALS.iter().find(|animal| animal.english == noun) {
        return animal.plural.to_string();
    }
    if let Some(stem) = noun.strip_suffix('f') {
        return format!("{stem}ves");
    }
    let before_y = |stem: &str| !stem.ends_with(['a', 'e', 'o', 'u']);
    if let Some(stem) = noun.strip_suffix('y').filter(|stem| before_y(stem)) {
        return format!("{stem}ies");
    }
    let sibilant = ["s", "x", "ch", "sh"].iter().any(|end| noun.ends_with(end));
    let is_in_o = matches!(noun, "potato" | "tomato");
    format!("{noun}{}", if sibilant || is_in_o { "es" } else { "s" })
}

/// Returns how many things there are, with the noun in its number: "1 apple", "17 apples".
pub(super) fn counted(count: u16, noun: &str) -> String {
    match count {
        1 => format!("{count} {noun}"),
        _ => format!("{count} {}", english_plural(noun)),
    }
}

/// Returns the sentence that says an event by the first template of training.
pub(super) fn say(language: Language, event: &Event) -> String {
    let grammar = Grammar::of(language);
    let mut text = String::new();
    if let Some(&index) = grammar.choices(event.meaning, false).first() {
        grammar.say(&grammar.templates()[index], event, &mut text);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn about_eight_percent_of_the_word_pairs_are_kept_apart_and_order_does_not_matter() {
        let words: Vec<Word> = Word::all().collect();
        let mut apart = 0_usize;
        for &a in &words {
            for &b in &words {
                assert_eq!(a.is_kept_from(b), b.is_kept_from(a));
                apart += usize::from(a.is_kept_from(b));
            }
        }
        let share = apart as f64 / (words.len() * words.len()) as f64;
        assert!((0.05..0.11).contains(&share), "{share}");
    }

    #[test]
    fn plurals_are_regular_but_for_a_few() {
        let table = [
            ("apple", "apples"),
            ("tomato", "tomatoes"),
            ("sandwich", "sandwiches"),
            ("brush", "brushes"),
            ("box", "boxes"),
            ("scarf", "scarves"),
            ("fox", "foxes"),
            ("key", "keys"),
            ("library", "libraries"),
            ("robot", "robots"),
        ];
        for (one, many) in table {
            assert_eq!(english_plural(one), many);
        }
        assert_eq!(counted(1, "egg"), "1 egg");
        assert_eq!(counted(10, "egg"), "10 eggs");
    }

    #[test]
    fn every_word_is_read_as_itself() {
        for language in [Language::English, Language::Korean] {
            for word in Word::all() {
                assert_eq!(Word::read(language, word.text(language)), Some(word));
            }
        }
    }
}

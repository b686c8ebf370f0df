//! A sum, and its two written forms in both languages.

use serde::{Deserialize, Serialize};

use super::is_held_out_sum;
use crate::village::chooser::Chooser;
use crate::village::event::{Category, Event, Meaning};
use crate::village::grammar::Language;
use crate::village::hangul::Particle;
use crate::village::lexicon::{PEOPLE, THINGS};
use crate::village::slices::words::{Word, counted, english_plural};
use crate::village::split::{Split, has_held_out_combination};

/// Things that Korean counts with 개.
pub(super) const COUNTED: [&str; 20] = [
    "apple", "banana", "orange", "peach", "egg", "cake", "cookie", "carrot", "potato", "tomato",
    "melon", "sandwich", "pumpkin", "lemon", "ball", "stone", "coin", "candle", "spoon", "bell",
];

/// How a sum is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SumForm {
    /// The result at once.
    Direct,
    /// Column by column, with the carry.
    Steps,
}

/// Who had the first addend, who gave the second, and of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SumStory {
    /// The person who has things and gets more.
    pub holder: u8,
    /// The person who gives.
    pub giver: u8,
    /// The thing, an index into the lexicon.
    pub thing: u8,
}

/// Two numbers to add.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SumProblem {
    /// The first addend, 1 to 999.
    pub first: u16,
    /// The second addend, 1 to 999.
    pub second: u16,
    /// The story around it, if there is one.
    pub story: Option<SumStory>,
}

/// The digits of two numbers, column by column from the right; a missing digit is 0.
pub(super) fn columns(first: u16, second: u16) -> impl Iterator<Item = (u16, u16)> {
    let mut left = (first, second);
    std::iter::from_fn(move || {
        let column = (left.0 % 10, left.1 % 10);
        let is_left = left != (0, 0);
        left = (left.0 / 10, left.1 / 10);
        is_left.then_some(column)
    })
}

/// Draws a number of so many digits among those that `is_wanted` accepts.
fn number(chooser: &mut Chooser, digits: u32, is_wanted: impl Fn(u16) -> bool) -> Option<u16> {
    let numbers: Vec<u16> = (10_u16.pow(digits - 1)..10_u16.pow(digits))
        .filter(|&number| is_wanted(number))
        .collect();
    (!numbers.is_empty()).then(|| chooser.uniform(&numbers))
}

impl SumProblem {
    /// Draws a problem of the split, a third of them with a story; `None` where the first draws
    /// leave nothing for the others.
    pub(super) fn draw(chooser: &mut Chooser, split: Split) -> Option<Self> {
        let shapes = match split {
            Split::HeldOutTemplate => [(3, 3); 4],
            _ => [(2, 2), (1, 2), (2, 1), (1, 1)],
        };
        let shape = match split {
            Split::HeldOutTemplate => shapes[0],
            // Two single digits are never held out.
            Split::HeldOutCombination => shapes[chooser.weighted(&[10, 2, 2])],
            _ => shapes[chooser.weighted(&[10, 2, 2, 2])],
        };
        let is_held_out = matches!(split, Split::HeldOutCombination | Split::HeldOutTemplate);
        let first = number(chooser, shape.0, |_| true)?;
        let second = number(chooser, shape.1, |second| {
            is_held_out_sum(first, second) == is_held_out
        })?;
        let story = match chooser.weighted(&[2, 1]) {
            0 => None,
            _ => Some(SumStory::draw(chooser)?),
        };
        Some(Self {
            first,
            second,
            story,
        })
    }

    /// Returns the sum.
    pub fn sum(&self) -> u16 {
        self.first + self.second
    }

    /// Returns the problem up to the mark that chooses the form: `17 + 25 =` or `17 + 25:`.
    pub fn prompt(&self, language: Language, form: SumForm) -> String {
        let mark = match form {
            SumForm::Direct => " =",
            SumForm::Steps => ":",
        };
        let story = match &self.story {
            Some(story) => format!("{} ", story.tell(language, self.first, self.second)),
            None => String::new(),
        };
        format!("{story}{} + {}{mark}", self.first, self.second)
    }

    /// Returns what is written after the prompt and a space.
    ///
    /// ```
    /// use llm_atlas::village::{Language, SumForm, SumProblem};
    /// let problem = SumProblem { first: 17, second: 25, story: None };
    /// assert_eq!(problem.answer(Language::English, SumForm::Direct), "42.");
    /// assert_eq!(
    ///     problem.answer(Language::English, SumForm::Steps),
    ///     "7 + 5 = 12. Write 2, carry 1. 1 + 2 + 1 = 4. Write 4. 17 + 25 = 42."
    /// );
    /// ```
    pub fn answer(&self, language: Language, form: SumForm) -> String {
        if form == SumForm::Direct {
            return format!("{}.", self.sum());
        }
        let mut text = String::new();
        let mut carry = 0;
        for (a, b) in columns(self.first, self.second) {
            let total = a + b + carry;
            let carried = if carry == 1 { " + 1" } else { "" };
            text += &format!("{a} + {b}{carried} = {total}. ");
            carry = total / 10;
            text += &write_down(language, total % 10, carry);
        }
        if carry == 1 {
            text += &write_down(language, 1, 0);
        }
        text + &format!("{} + {} = {}.", self.first, self.second, self.sum())
    }
}

/// Says which digit is written and what is carried, with the space after it.
pub(super) fn write_down(language: Language, digit: u16, carry: u16) -> String {
    let object = |number: u16| Particle::Object.attach(&number.to_string());
    match (language, carry) {
        (Language::English, 0) => format!("Write {digit}. "),
        (Language::English, _) => format!("Write {digit}, carry {carry}. "),
        (Language::Korean, 0) => format!("{} 쓴다. ", object(digit)),
        (Language::Korean, _) => format!("{} 쓰고 {} 올린다. ", object(digit), object(carry)),
    }
}

impl SumStory {
    /// Draws people and a thing that training lets meet.
    fn draw(chooser: &mut Chooser) -> Option<Self> {
        let people: Vec<u8> = (0..PEOPLE.len() as u8).collect();
        let holder = chooser.uniform(&people);
        let others: Vec<u8> = people.into_iter().filter(|&p| p != holder).collect();
        let giver = chooser.uniform(&others);
        let stories: Vec<SumStory> = Word::all_of(Category::Thing)
            .filter(|word| COUNTED.contains(&word.text(Language::English)))
            .map(|word| SumStory {
                holder,
                giver,
                thing: word.index,
            })
            .filter(|story| !has_held_out_combination(&story.event()))
            .collect();
        (!stories.is_empty()).then(|| chooser.uniform(&stories))
    }

    fn event(self) -> Event {
        let fillers = [('p', self.giver), ('q', self.holder), ('o', self.thing)];
        Event::new(Meaning::Give, &fillers)
    }

    /// Says what happened and asks how many there are.
    pub(super) fn tell(&self, language: Language, first: u16, second: u16) -> String {
        let thing = THINGS[usize::from(self.thing)];
        let holder = PEOPLE[usize::from(self.holder)];
        let giver = PEOPLE[usize::from(self.giver)];
        match language {
            Language::English => {
                let (holder, giver) = (holder.english, giver.english);
                format!(
                    "{holder} had {}. {giver} gave {} to {holder}. How many {} does {holder} have now?",
                    counted(first, thing.english),
                    counted(second, thing.english),
                    english_plural(thing.english),
                )
            }
            Language::Korean => {
                let topic = Particle::Topic.attach(holder.korean);
                let things = Particle::Object.attach(thing.korean);
                format!(
                    "{topic} {things} {first}개 가지고 있었다. {} {}에게 {things} {second}개 주었다. \
                     {topic} 지금 {things} 몇 개 가지고 있어?",
                    Particle::Subject.attach(giver.korean),
                    holder.korean,
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: SumProblem = SumProblem {
        first: 58,
        second: 7,
        story: Some(SumStory {
            holder: 0,
            giver: 1,
            thing: 0,
        }),
    };

    #[test]
    fn both_languages_tell_the_same_problem() {
        assert_eq!(
            STORY.prompt(Language::English, SumForm::Direct),
            "Mina had 58 apples. Jun gave 7 apples to Mina. How many apples does Mina have now? \
             58 + 7 ="
        );
        assert_eq!(
            STORY.prompt(Language::Korean, SumForm::Steps),
            "미나는 사과를 58개 가지고 있었다. 준이 미나에게 사과를 7개 주었다. 미나는 지금 사과를 몇 개 \
             가지고 있어? 58 + 7:"
        );
    }

    #[test]
    fn particles_follow_how_the_digit_is_read() {
        assert_eq!(
            STORY.answer(Language::Korean, SumForm::Steps),
            "8 + 7 = 15. 5를 쓰고 1을 올린다. 5 + 0 + 1 = 6. 6을 쓴다. 58 + 7 = 65."
        );
        let objects: Vec<String> = (0..10)
            .map(|digit| write_down(Language::Korean, digit, 0))
            .collect();
        assert_eq!(
            objects.concat(),
            "0을 쓴다. 1을 쓴다. 2를 쓴다. 3을 쓴다. 4를 쓴다. 5를 쓴다. 6을 쓴다. 7을 쓴다. 8을 쓴다. 9를 쓴다. "
        );
    }

    #[test]
    fn the_last_carry_is_written() {
        let problem = SumProblem {
            first: 95,
            second: 8,
            story: None,
        };
        assert_eq!(
            problem.answer(Language::English, SumForm::Steps),
            "5 + 8 = 13. Write 3, carry 1. 9 + 0 + 1 = 10. Write 0, carry 1. Write 1. 95 + 8 = 103."
        );
    }
}

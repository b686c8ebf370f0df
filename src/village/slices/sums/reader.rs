//! The strict reader of sums: it does the sum again from what is written and finds the first step
//! that is wrong.

use serde::{Deserialize, Serialize};

use super::problem::{SumForm, SumProblem, SumStory, columns};
use crate::village::event::Category;
use crate::village::grammar::Language;
use crate::village::hangul::Particle;
use crate::village::lexicon::{PEOPLE, THINGS};
use crate::village::slices::words::Word;

/// What is to be said of a written answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SumVerdict {
    /// Every step and the result are right.
    Right,
    /// The first wrong step, counted in columns from the right, from 0.
    WrongStep {
        /// The column.
        column: usize,
    },
    /// The steps are right, the result is not.
    WrongResult,
    /// It is not written as sums are.
    Unreadable,
}

/// A text read as a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsedSum {
    /// What is added.
    pub problem: SumProblem,
    /// How it is written.
    pub form: SumForm,
    /// Whether the answer is right.
    pub verdict: SumVerdict,
}

struct Cursor<'a>(&'a str);

impl Cursor<'_> {
    fn literal(&mut self, literal: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(literal)?;
        Some(())
    }

    /// Reads a number without leading zeros.
    fn number(&mut self) -> Option<u16> {
        let end = self.0.find(|c: char| !c.is_ascii_digit());
        let (digits, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        let has_zeros = digits.len() > 1 && digits.starts_with('0');
        self.0 = rest;
        digits.parse().ok().filter(|_| !has_zeros)
    }
}

/// Returns the verdict on what follows the prompt of `problem` and a space.
///
/// ```
/// use llm_atlas::village::{Language, SumForm, SumProblem, SumVerdict, judge_sum};
/// let problem = SumProblem { first: 17, second: 25, story: None };
/// let judge = |answer| judge_sum(Language::English, &problem, SumForm::Steps, answer);
/// let wrong = "7 + 5 = 11. Write 1, carry 1. 1 + 2 + 1 = 4. Write 4. 17 + 25 = 41.";
/// assert_eq!(judge(wrong), SumVerdict::WrongStep { column: 0 });
/// assert_eq!(judge("42."), SumVerdict::Unreadable);
/// ```
pub fn judge_sum(
    language: Language,
    problem: &SumProblem,
    form: SumForm,
    answer: &str,
) -> SumVerdict {
    let mut cursor = Cursor(answer);
    let verdict = match form {
        SumForm::Direct => read_result(&mut cursor, problem, ""),
        SumForm::Steps => read_steps(&mut cursor, language, problem),
    };
    match verdict {
        Some(verdict) if cursor.0.is_empty() => verdict,
        _ => SumVerdict::Unreadable,
    }
}

fn read_result(cursor: &mut Cursor<'_>, problem: &SumProblem, before: &str) -> Option<SumVerdict> {
    cursor.literal(before)?;
    let result = cursor.number()?;
    cursor.literal(".")?;
    Some(if result == problem.sum() {
        SumVerdict::Right
    } else {
        SumVerdict::WrongResult
    })
}

fn read_steps(
    cursor: &mut Cursor<'_>,
    language: Language,
    problem: &SumProblem,
) -> Option<SumVerdict> {
    let mut carry = 0;
    let mut first_wrong = None;
    let mut count = 0;
    for (column, (a, b)) in columns(problem.first, problem.second).enumerate() {
        let (x, y, z, total) = read_addition(cursor)?;
        let (digit, carried) = read_written(cursor, language)?;
        let expected = a + b + carry;
        let is_right = (x, y, z, total) == (a, b, carry, expected)
            && (digit, carried) == (expected % 10, expected / 10);
        if !is_right && first_wrong.is_none() {
            first_wrong = Some(column);
        }
        carry = expected / 10;
        count = column + 1;
    }
    // A wrong step may have carried where nothing is to be carried, so the last digit is read as
    // it is written.
    let problem_again = format!("{} + {} = ", problem.first, problem.second);
    let mut last = 0;
    if !cursor.0.starts_with(&problem_again) {
        last = read_written(cursor, language)
            .filter(|&(_, carried)| carried == 0)?
            .0;
    }
    if last != carry && first_wrong.is_none() {
        first_wrong = Some(count);
    }
    let verdict = read_result(cursor, problem, &problem_again)?;
    Some(match first_wrong {
        Some(column) => SumVerdict::WrongStep { column },
        None => verdict,
    })
}

/// Reads `7 + 5 + 1 = 13. `; without a third number it is 0.
fn read_addition(cursor: &mut Cursor<'_>) -> Option<(u16, u16, u16, u16)> {
    let x = cursor.number()?;
    cursor.literal(" + ")?;
    let y = cursor.number()?;
    let z = match cursor.literal(" + ") {
        Some(()) => cursor.number().filter(|&z| z > 0)?,
        None => 0,
    };
    cursor.literal(" = ")?;
    let total = cursor.number()?;
    cursor.literal(". ")?;
    Some((x, y, z, total))
}

/// Reads what is written and what is carried.
fn read_written(cursor: &mut Cursor<'_>, language: Language) -> Option<(u16, u16)> {
    match language {
        Language::English => {
            cursor.literal("Write ")?;
            let digit = cursor.number()?;
            let carry = match cursor.literal(", carry ") {
                Some(()) => cursor.number().filter(|&carry| carry > 0)?,
                None => 0,
            };
            cursor.literal(". ")?;
            Some((digit, carry))
        }
        Language::Korean => {
            let digit = read_object(cursor)?;
            if cursor.literal(" 쓴다. ").is_some() {
                return Some((digit, 0));
            }
            cursor.literal(" 쓰고 ")?;
            let carry = read_object(cursor).filter(|&carry| carry > 0)?;
            cursor.literal(" 올린다. ")?;
            Some((digit, carry))
        }
    }
}

/// Reads a number with the particle that agrees with it.
fn read_object(cursor: &mut Cursor<'_>) -> Option<u16> {
    let before = cursor.0;
    let number = cursor.number()?;
    cursor.0 = before;
    cursor.literal(&Particle::Object.attach(&number.to_string()))?;
    Some(number)
}

/// Returns the sum that `text` is, with its story if it has one; `None` if the problem cannot be
/// read. The answer may be wrong: see [`ParsedSum::verdict`].
pub fn parse_sum(language: Language, text: &str) -> Option<ParsedSum> {
    let (told, bare) = match text.split_once("? ") {
        Some((told, bare)) => (Some(told), bare),
        None => (None, text),
    };
    let mut cursor = Cursor(bare);
    let first = cursor.number()?;
    cursor.literal(" + ")?;
    let second = cursor.number()?;
    let form = match cursor.literal(" = ") {
        Some(()) => SumForm::Direct,
        None => cursor.literal(": ").map(|()| SumForm::Steps)?,
    };
    let story = match told {
        Some(told) => Some(read_story(language, &format!("{told}?"), first, second)?),
        None => None,
    };
    let problem = SumProblem {
        first,
        second,
        story,
    };
    Some(ParsedSum {
        problem,
        form,
        verdict: judge_sum(language, &problem, form, cursor.0),
    })
}

/// Finds the people and the thing of a story, and checks that it is told as they are.
fn read_story(language: Language, told: &str, first: u16, second: u16) -> Option<SumStory> {
    let name = |index: u8| Word {
        kind: Category::Person,
        index,
    };
    let starts = |text: &str, person: u8| text.starts_with(name(person).text(language));
    let giving = told.split(". ").nth(1)?;
    let people = 0..PEOPLE.len() as u8;
    people
        .clone()
        .filter(|&holder| starts(told, holder))
        .flat_map(|holder| people.clone().map(move |giver| (holder, giver)))
        .filter(|&(holder, giver)| holder != giver && starts(giving, giver))
        .flat_map(|(holder, giver)| {
            (0..THINGS.len() as u8).map(move |thing| SumStory {
                holder,
                giver,
                thing,
            })
        })
        .find(|story| story.tell(language, first, second) == told)
}

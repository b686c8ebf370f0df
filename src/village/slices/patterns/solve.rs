//! The solver: what the context says the answer is, by looking back, by what was told, or by the
//! rules that all examples follow.

use std::collections::BTreeSet;

use super::draw::copies_of;
use super::rule::Rule;
use crate::village::event::{Category, Event, Meaning};
use crate::village::grammar::{Grammar, Language};
use crate::village::parser::split_sentences;
use crate::village::slices::words::Word;

/// Returns every answer that the context of a pattern allows, without the closing mark: one if it
/// is a pattern of the village, none if it is not.
///
/// ```
/// use llm_atlas::village::{Language, solve_pattern};
/// let solve = |prompt| solve_pattern(Language::English, prompt).into_iter().collect::<Vec<_>>();
/// assert_eq!(solve("apple : red, ball : blue, apple :"), ["red"]);
/// assert_eq!(solve("dog : dogs, fox : foxes, ball :"), ["balls"]);
/// assert_eq!(solve("lake Jun red lake"), ["Jun red lake Jun red"]);
/// assert!(solve("apple : red, ball :").is_empty());
/// ```
pub fn solve_pattern(language: Language, prompt: &str) -> BTreeSet<String> {
    let sentences = split_sentences(language, prompt);
    let line = sentences.rest;
    let Some(line) = line.strip_suffix(" :") else {
        return continuation(line).into_iter().collect();
    };
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    let mut asked = "";
    for part in line.split(", ") {
        match part.split_once(" : ") {
            Some(pair) => pairs.push(pair),
            None => asked = part,
        }
    }
    let looked_up = pairs.iter().filter(|(key, _)| *key == asked);
    let mut answers: BTreeSet<String> = looked_up.map(|(_, value)| value.to_string()).collect();
    let told: Vec<Event> = sentences
        .sentences
        .iter()
        .filter_map(|(_, sentence)| Some(Grammar::of(language).parse(sentence)?.0))
        .collect();
    let tells = |(key, value): &(&str, &str)| told_value(language, &told, key) == Some(*value);
    if pairs.iter().all(tells) {
        answers.extend(told_value(language, &told, asked).map(str::to_string));
    }
    let words: Vec<&str> = asked.split(' ').collect();
    for rule in Rule::ALL {
        let follows = |(key, value): &(&str, &str)| {
            let words: Vec<&str> = key.split(' ').collect();
            rule.apply(language, &words).as_deref() == Some(*value)
        };
        if !pairs.is_empty() && pairs.iter().all(follows) {
            answers.extend(rule.apply(language, &words));
        }
    }
    answers
}

/// Returns what the sentences say of a word: a thing's colour or owner, a person's place.
fn told_value(language: Language, told: &[Event], key: &str) -> Option<&'static str> {
    let word = Word::read(language, key)?;
    told.iter().find_map(|event| {
        let (role, kind, value_role) = match event.meaning {
            Meaning::HasColour => ('o', Category::Colour, 'k'),
            Meaning::BeAt => ('p', Category::Place, 'l'),
            Meaning::Had => ('o', Category::Person, 'p'),
            _ => return None,
        };
        let is_meant =
            event.get(role) == Some(word.index) && (role == 'p') == (word.kind == Category::Person);
        let index = event.get(value_role).filter(|_| is_meant)?;
        Some(Word { kind, index }.text(language))
    })
}

/// Returns how a sequence goes on whose last word was its first.
fn continuation(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split(' ').collect();
    let period = words.len() - 1;
    if period < 3 || words[0] != words[period] {
        return None;
    }
    let copies = copies_of(period);
    let rest: Vec<&str> = (period + 1..period * copies)
        .map(|index| words[index % period])
        .collect();
    Some(rest.join(" "))
}

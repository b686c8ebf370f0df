//! Patterns drawn: the kind, the words, the order.

use super::line_words::LineWords;
use super::opposites::{OPPOSITES, is_held_out_opposite, pair};
use super::rule::Rule;
use super::{LONGEST_TRAINED_PERIOD, PatternKind, Told};
use crate::village::chooser::Chooser;
use crate::village::event::{Category, Event, Meaning};
use crate::village::grammar::Language;
use crate::village::lexicon::THINGS;
use crate::village::slices::words::{KINDS, Word, say};

/// A pattern as it is written.
pub(super) struct Line {
    pub prompt: String,
    pub answer: String,
    /// What it says, in no language.
    pub content: String,
    pub pairs: Vec<(String, String)>,
}

/// Draws a kind among those that training has, or among those held out.
pub(super) fn draw_kind(chooser: &mut Chooser, is_held_out: bool) -> PatternKind {
    let options: Vec<PatternKind> = match chooser.weighted(&[4, 2, 5, 2]) {
        0 => KINDS
            .into_iter()
            .flat_map(|from| KINDS.map(|to| PatternKind::Table { from, to }))
            .collect(),
        1 => [Told::Colour, Told::Place, Told::Owner]
            .map(PatternKind::Told)
            .to_vec(),
        2 => Rule::ALL.map(PatternKind::Rule).to_vec(),
        _ => (3..=LONGEST_TRAINED_PERIOD + 4)
            .map(|period| PatternKind::Sequence { period })
            .collect(),
    };
    let options: Vec<PatternKind> = options
        .into_iter()
        .filter(|kind| kind.is_held_out() == is_held_out)
        .collect();
    chooser.uniform(&options)
}

fn shuffle<T>(items: &mut [T], chooser: &mut Chooser) {
    for last in (1..items.len()).rev() {
        let places: Vec<usize> = (0..=last).collect();
        items.swap(last, chooser.uniform(&places));
    }
}

/// Draws the words of a pattern of this kind and writes it. With `is_held_out_pair` the words of
/// the answer's pair are two that training keeps apart, or one that it keeps from the rule.
pub(super) fn draw_line(
    chooser: &mut Chooser,
    language: Language,
    kind: PatternKind,
    is_held_out_pair: bool,
) -> Option<Line> {
    match kind {
        PatternKind::Table { from, to } => {
            let pairs = draw_pairs(chooser, is_held_out_pair, &all(from), &all(to))?;
            Some(table(chooser, language, kind, &pairs, String::new()))
        }
        PatternKind::Told(told) => told_line(chooser, language, kind, told, is_held_out_pair),
        PatternKind::Rule(rule) => rule_line(chooser, language, kind, rule, is_held_out_pair),
        PatternKind::Sequence { period } => {
            sequence(chooser, language, kind, period, is_held_out_pair)
        }
    }
}

/// Returns every word of a kind.
fn all(kind: Category) -> Vec<Word> {
    Word::all_of(kind).collect()
}

/// Draws three to five pairs; the first of them is the one that is asked for in the end.
fn draw_pairs(
    chooser: &mut Chooser,
    is_held_out_pair: bool,
    keys: &[Word],
    values: &[Word],
) -> Option<Vec<(Word, Word)>> {
    let count = 3 + chooser.weighted(&[1, 1, 1]);
    let mut words = LineWords::default();
    let mut pairs = Vec::with_capacity(count);
    for index in 0..count {
        let key = words.draw(chooser, keys.iter().copied())?;
        let value = if index == 0 && is_held_out_pair {
            words.draw_apart(chooser, key, values.iter().copied())?
        } else {
            words.draw(chooser, values.iter().copied())?
        };
        pairs.push((key, value));
    }
    Some(pairs)
}

/// Writes the pairs in a random order, then some of them again, the first of `pairs` last. What is
/// `told` before stands for the first time that the pairs are written.
fn table(
    chooser: &mut Chooser,
    language: Language,
    kind: PatternKind,
    pairs: &[(Word, Word)],
    told: String,
) -> Line {
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    shuffle(&mut order, chooser);
    let mut written = if told.is_empty() {
        order.clone()
    } else {
        vec![]
    };
    let mut again: Vec<usize> = (1..pairs.len()).collect();
    shuffle(&mut again, chooser);
    let least = usize::from(!told.is_empty());
    again.truncate(least + chooser.weighted(&[1, 1]));
    written.extend(again);
    written.push(0);
    let texts: Vec<(String, String)> = written
        .iter()
        .map(|&index| {
            let (key, value) = pairs[index];
            (key.text(language).into(), value.text(language).into())
        })
        .collect();
    let content = format!("{kind:?} {:?} {written:?} {pairs:?}", told.is_empty());
    write_line(told, &texts, content)
}

/// Writes pairs, the last one as the question.
fn write_line(told: String, texts: &[(String, String)], content: String) -> Line {
    let mut prompt = told;
    let mut answer = String::new();
    for (index, (key, value)) in texts.iter().enumerate() {
        if index + 1 == texts.len() {
            prompt += &format!("{key} :");
            answer = format!("{value}.");
        } else {
            prompt += &format!("{key} : {value}, ");
        }
    }
    Line {
        prompt,
        answer,
        content,
        pairs: texts.to_vec(),
    }
}

fn told_line(
    chooser: &mut Chooser,
    language: Language,
    kind: PatternKind,
    told: Told,
    is_held_out_pair: bool,
) -> Option<Line> {
    let (mut keys, values) = match told {
        Told::Colour => (all(Category::Thing), all(Category::Colour)),
        Told::Place => (all(Category::Person), all(Category::Place)),
        Told::Owner => (all(Category::Thing), all(Category::Person)),
    };
    // Food keeps its colour.
    keys.retain(|key| told != Told::Colour || !THINGS[usize::from(key.index)].is_food);
    let pairs = draw_pairs(chooser, is_held_out_pair, &keys, &values)?;
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    shuffle(&mut order, chooser);
    let mut text = String::new();
    for &index in &order {
        let (key, value) = (pairs[index].0.index, pairs[index].1.index);
        let event = match told {
            Told::Colour => Event::new(Meaning::HasColour, &[('o', key), ('k', value)]),
            Told::Place => Event::new(Meaning::BeAt, &[('p', key), ('l', value)]),
            Told::Owner => Event::new(Meaning::Had, &[('p', value), ('o', key)]),
        };
        text += &say(language, &event);
        text.push(' ');
    }
    let mut line = table(chooser, language, kind, &pairs, text);
    line.content += &format!(" told {order:?}");
    Some(line)
}

fn rule_line(
    chooser: &mut Chooser,
    language: Language,
    kind: PatternKind,
    rule: Rule,
    is_held_out_pair: bool,
) -> Option<Line> {
    let count = 4 + chooser.weighted(&[1, 1, 1]);
    let inputs: Vec<Vec<&'static str>>;
    let content;
    if rule == Rule::Opposite {
        let mut drawn: Vec<(usize, usize)> = Vec::with_capacity(count);
        for index in 0..count {
            let is_held_out = is_held_out_pair && index + 1 == count;
            let options: Vec<usize> = (0..OPPOSITES.len())
                .filter(|&option| is_held_out_opposite(option) == is_held_out)
                .filter(|&option| drawn.iter().all(|&(known, _)| known != option))
                .collect();
            drawn.push((chooser.uniform(&options), chooser.weighted(&[1, 1])));
        }
        content = format!("{kind:?} {drawn:?}");
        inputs = drawn
            .iter()
            .map(|&(index, side)| vec![pair(language, index)[side]])
            .collect();
    } else {
        let mut words = LineWords::default();
        let mut drawn: Vec<Vec<Word>> = Vec::with_capacity(count);
        for index in 0..count {
            let is_held_out = is_held_out_pair && index + 1 == count;
            drawn.push(draw_input(chooser, &mut words, rule, is_held_out)?);
        }
        content = format!("{kind:?} {drawn:?}");
        inputs = drawn
            .iter()
            .map(|input| input.iter().map(|word| word.text(language)).collect())
            .collect();
    }
    let texts = inputs
        .iter()
        .map(|input| Some((input.join(" "), rule.apply(language, input)?)))
        .collect::<Option<Vec<_>>>()?;
    Some(write_line(String::new(), &texts, content))
}

/// Draws the words before one colon.
fn draw_input(
    chooser: &mut Chooser,
    words: &mut LineWords,
    rule: Rule,
    is_held_out: bool,
) -> Option<Vec<Word>> {
    let options = || Word::all().filter(|word| rule.takes(word.kind));
    if rule.arity() == 1 {
        let is_kept = |word: &Word| word.is_kept_from(*word) == is_held_out;
        return Some(vec![words.draw(chooser, options().filter(is_kept))?]);
    }
    let mut input = vec![words.draw(chooser, options())?];
    for index in 1..rule.arity() {
        input.push(if is_held_out && index == 1 {
            words.draw_apart(chooser, input[0], options())?
        } else {
            words.draw(chooser, options())?
        });
    }
    Some(input)
}

fn sequence(
    chooser: &mut Chooser,
    language: Language,
    kind: PatternKind,
    period: usize,
    is_held_out_pair: bool,
) -> Option<Line> {
    let mut words = LineWords::default();
    words.draw(chooser, Word::all())?;
    for index in 1..period {
        if is_held_out_pair && index == 1 {
            words.draw_apart(chooser, words.all()[0], Word::all())?;
        } else {
            words.draw(chooser, Word::all())?;
        }
    }
    let copies = copies_of(period);
    let texts: Vec<&str> = words.all().iter().map(|word| word.text(language)).collect();
    let all = vec![texts.join(" "); copies].join(" ");
    let known: usize = texts.iter().map(|text| text.len() + 1).sum::<usize>() + texts[0].len();
    Some(Line {
        prompt: all[..known].to_string(),
        answer: format!("{}.", &all[known + 1..]),
        content: format!("{kind:?} {:?}", words.all()),
        pairs: texts
            .windows(2)
            .map(|pair| (pair[0].to_string(), pair[1].to_string()))
            .collect(),
    })
}

/// How often a sequence is written: a short one three times.
pub(super) fn copies_of(period: usize) -> usize {
    if period < 6 { 3 } else { 2 }
}

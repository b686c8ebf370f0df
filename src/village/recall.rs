//! Evaluation: questions whose fact is far back, with others of its kind in between.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::event::{Event, Meaning as M};
use super::grammar::{Grammar, Language};
use super::split::{Split, has_held_out_combination};
use super::story::{Question, Story, generate_story};

/// The fact's sentence ends at least this many words before the answer, so that it is more than
/// 15 tokens back whatever the tokenizer.
pub const MIN_FACT_DISTANCE_WORDS: usize = 16;

/// At least this many other people (or places) stand between the fact and the answer.
pub const MIN_DISTRACTORS: usize = 2;

/// A question to complete: `context` ends right after its question mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecallItem {
    /// The story up to and including the question.
    pub context: String,
    /// The right answer, as the story has it after a space.
    pub answer: String,
    /// The answers that the story's people or places make possible, the right one among them.
    pub candidates: Vec<String>,
    /// The candidate that the context names most often (the first named of several).
    pub most_frequent: String,
    /// The candidate that the context names last.
    pub last_mentioned: String,
    /// How many other candidates are named between the fact and the answer.
    pub distractors: usize,
    /// How many words stand between the end of the fact's sentence and the answer.
    pub fact_distance_words: usize,
}

/// Returns `count` questions "who has it" and "where is it now" from stories of held-out
/// combinations, each about a pair of words that training never has in one sentence.
pub fn recall_questions(language: Language, seed: u64, count: usize) -> Vec<RecallItem> {
    (0..)
        .filter_map(|index| {
            let story = generate_story(language, seed, index, Split::HeldOutCombination);
            story
                .questions
                .iter()
                .find_map(|question| recall_item(language, &story, question, true))
        })
        .take(count)
        .collect()
}

/// Returns the question as an evaluation item if its fact is far enough and hidden enough; with
/// `is_held_out`, only if the fact's words are a held-out combination.
pub(super) fn recall_item(
    language: Language,
    story: &Story,
    question: &Question,
    is_held_out: bool,
) -> Option<RecallItem> {
    let answer_index = question.sentence + 1;
    let answer = story.sentences[answer_index].event;
    let kind = match (question.kind, answer.meaning) {
        (M::WhoHas, M::AnswerPerson) => Mentioned::People,
        (M::WherePerson, M::AnswerAt) => Mentioned::Places,
        (M::WhereThing, M::AnswerAt | M::AnswerIn) => Mentioned::Spots,
        _ => return None,
    };
    let fact = &story.sentences[question.fact_sentence];
    if is_held_out && !has_held_out_combination(&fact.event) {
        return None;
    }
    let grammar = Grammar::of(language);
    let mentions = |from: usize| -> Vec<Event> {
        story.sentences[from..answer_index]
            .iter()
            .flat_map(|sentence| kind.in_sentence(&sentence.event, sentence.has_pronoun))
            .collect()
    };
    let right = kind.in_sentence(&answer, false).into_iter().next()?;
    let between: BTreeSet<String> = mentions(question.fact_sentence + 1)
        .iter()
        .filter(|&&mention| mention != right)
        .map(|mention| spoken(grammar, mention))
        .collect();
    let fact_distance_words = story.sentences[question.fact_sentence + 1..answer_index]
        .iter()
        .map(|sentence| sentence.text.split(' ').count())
        .sum();
    if between.len() < MIN_DISTRACTORS || fact_distance_words < MIN_FACT_DISTANCE_WORDS {
        return None;
    }
    let all: Vec<String> = mentions(0)
        .iter()
        .map(|event| spoken(grammar, event))
        .collect();
    let mut candidates: Vec<String> = Vec::new();
    for mention in &all {
        if !candidates.contains(mention) {
            candidates.push(mention.clone());
        }
    }
    let frequency = |candidate: &String| all.iter().filter(|&other| other == candidate).count();
    let most = candidates.iter().map(frequency).max()?;
    let most_frequent = candidates.iter().find(|c| frequency(c) == most)?.clone();
    Some(RecallItem {
        context: context(story, question.sentence),
        answer: question.answer.clone(),
        most_frequent,
        last_mentioned: all.last()?.clone(),
        candidates,
        distractors: between.len(),
        fact_distance_words,
    })
}

/// The text of the story up to and including sentence number `last`.
fn context(story: &Story, last: usize) -> String {
    let mut text = String::new();
    for (index, sentence) in story.sentences[..=last].iter().enumerate() {
        if index == story.first_closing_sentence {
            text.push('\n');
        } else if index > 0 {
            text.push(' ');
        }
        text.push_str(&sentence.text);
    }
    text
}

fn spoken(grammar: &Grammar, answer: &Event) -> String {
    let mut text = String::new();
    if let Some(&template) = grammar.choices(answer.meaning, false).first() {
        grammar.say(&grammar.templates()[template], answer, &mut text);
    }
    text
}

/// What the answer is one of.
#[derive(Debug, Clone, Copy)]
enum Mentioned {
    People,
    Places,
    /// Places and containers.
    Spots,
}

impl Mentioned {
    /// The answers that name what the sentence names, in order.
    fn in_sentence(self, event: &Event, has_pronoun: bool) -> Vec<Event> {
        let answer = |meaning, role, filler| Event::new(meaning, &[(role, filler)]);
        let places = event.get('l').map(|l| answer(M::AnswerAt, 'l', l));
        match self {
            Self::People => {
                let skipped = if has_pronoun { event.get('p') } else { None };
                // the recipient of "Jun got the ball from Mina" is named first, but both are
                // close: the order within a sentence is that of the roles
                event
                    .people()
                    .filter(|&person| Some(person) != skipped)
                    .map(|person| answer(M::AnswerPerson, 'p', person))
                    .collect()
            }
            Self::Places => places.into_iter().collect(),
            Self::Spots => event
                .get('c')
                .map(|c| answer(M::AnswerIn, 'c', c))
                .into_iter()
                .chain(places)
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics() {
        for language in [Language::English, Language::Korean] {
            let items = recall_questions(language, 3, 1000);
            let n = items.len() as f64;
            let frequent = items.iter().filter(|i| i.most_frequent == i.answer).count();
            let last = items
                .iter()
                .filter(|i| i.last_mentioned == i.answer)
                .count();
            println!(
                "{language:?} frequent {} last {}",
                frequent as f64 / n,
                last as f64 / n
            );
            let (mut stories, mut with, mut qs, mut long, mut words, mut bits, mut ns, mut bytes) =
                (0, 0, 0, 0, 0, 0.0, 0, 0);
            let mut max = 0;
            for index in 0..5000 {
                let story = generate_story(language, 9, index, Split::Train);
                stories += 1;
                let l = story
                    .questions
                    .iter()
                    .filter(|q| recall_item(language, &story, q, false).is_some())
                    .count();
                with += usize::from(l > 0);
                long += l;
                qs += story.questions.len();
                let w = story.text.split_whitespace().count();
                max = max.max(w);
                words += w;
                bits += story.bits;
                ns += story.sentences.len();
                bytes += story.text.len();
            }
            let s = f64::from(stories);
            println!(
                "with long {} long/q {} q {} words {} max {max} bits {} sentences {} bytes {}",
                with as f64 / s,
                long as f64 / qs as f64,
                qs as f64 / s,
                words as f64 / s,
                bits / s,
                ns as f64 / s,
                bytes as f64 / s
            );
        }
    }
}

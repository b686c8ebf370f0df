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

    const LANGUAGES: [Language; 2] = [Language::English, Language::Korean];

    #[test]
    fn items_are_far_hidden_and_answerable() {
        for language in LANGUAGES {
            let items = recall_questions(language, 3, 300);
            assert_eq!(items.len(), 300);
            for item in &items {
                assert!(item.context.ends_with('?'));
                assert!(item.candidates.contains(&item.answer), "{item:?}");
                assert!(item.candidates.len() > MIN_DISTRACTORS);
                assert!(item.distractors >= MIN_DISTRACTORS);
                assert!(item.fact_distance_words >= MIN_FACT_DISTANCE_WORDS);
            }
        }
    }

    #[test]
    fn neither_counting_nor_recency_answers_them() {
        for language in LANGUAGES {
            let items = recall_questions(language, 8, 1000);
            let share = |guess: fn(&RecallItem) -> &String| {
                let right = items.iter().filter(|item| *guess(item) == item.answer);
                right.count() as f64 / items.len() as f64
            };
            let frequent = share(|item| &item.most_frequent);
            let last = share(|item| &item.last_mentioned);
            println!("{language:?}: most frequent {frequent:.3}, last mentioned {last:.3}");
            assert!(frequent <= 0.4, "{frequent}");
            assert!(last <= 0.4, "{last}");
        }
    }

    #[test]
    fn training_has_enough_of_their_kind() {
        for language in LANGUAGES {
            let stories = 2000;
            let with_one = (0..stories)
                .map(|index| generate_story(language, 9, index, Split::Train))
                .filter(|story| {
                    let mut questions = story.questions.iter();
                    questions.any(|q| recall_item(language, story, q, false).is_some())
                })
                .count();
            let share = with_one as f64 / stories as f64;
            println!("{language:?}: {share:.3} of the training stories");
            assert!((0.3..=0.5).contains(&share), "{share}");
        }
    }
}

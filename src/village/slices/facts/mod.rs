//! Facts: an almanac of the village, a third of which training never sees, so that a model can
//! only know it by looking it up (retrieval: Lewis et al. 2020, arXiv:2005.11401).
//!
//! Every fact is one short document ([`documents`]) with a question and its answer. A *closed*
//! example asks without the document, an *open* one gives some documents first, one of which
//! answers. In training some pages are of another village, where everything is otherwise, so that
//! what the page says counts and not what is remembered.
//!
//! Held out: [`Split::HeldOutCombination`] asks for facts that training never saw, with their
//! document on the page; [`Split::HeldOutTemplate`] asks for them without it, which nobody can
//! answer but by chance.

mod almanac;
mod say;

pub use almanac::{Fact, Relation, almanac};
pub use say::{fact_asked_by, parse_fact};

use serde::{Deserialize, Serialize};

use super::{Example, Parts, Slice};
use crate::village::chooser::Chooser;
use crate::village::grammar::Language;
use crate::village::split::Split;
use almanac::told_facts;

/// A fact as a search finds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    /// Its name, the same in both languages: `home-mina`.
    pub id: String,
    /// What it says, one sentence.
    pub text: String,
    /// The question it answers.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// Whether training may see it.
    pub is_told: bool,
}

/// Returns all documents of the almanac, always the same and in one order.
///
/// ```
/// use llm_atlas::village::{Language, documents};
/// let held_out = documents(Language::English).into_iter().filter(|one| !one.is_told);
/// assert!(held_out.count() > 40);
/// ```
pub fn documents(language: Language) -> Vec<Document> {
    almanac()
        .iter()
        .map(|fact| Document {
            id: fact.id(),
            text: fact.sentence(language),
            question: fact.question(language),
            answer: fact.answer(language),
            is_told: fact.is_told(),
        })
        .collect()
}

/// What stands before the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Book {
    /// Nothing but other questions with their answers.
    Closed,
    /// Documents, one of which answers.
    Open,
    /// Documents of another village.
    Elsewhere,
}

/// What an example of the slice consists of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactParts {
    /// What stands before the question.
    pub book: Book,
    /// The facts that the documents tell or the questions ask for, in order.
    pub facts: Vec<Fact>,
    /// The fact that is asked for in the end.
    pub asked: Fact,
    /// The id of its document.
    pub document: String,
}

/// The sentence before a page of another village.
fn elsewhere(language: Language) -> &'static str {
    match language {
        Language::English => "This is another village.",
        Language::Korean => "여기는 다른 마을이다.",
    }
}

/// Draws a page or questions.
pub(super) fn draw(language: Language, seed: u64, split: Split) -> Option<Example> {
    let mut chooser = Chooser::new(seed);
    let is_held_out = matches!(split, Split::HeldOutCombination | Split::HeldOutTemplate);
    let book = match split {
        Split::HeldOutCombination => Book::Open,
        Split::HeldOutTemplate => Book::Closed,
        _ => [Book::Closed, Book::Open, Book::Elsewhere][chooser.weighted(&[4, 3, 3])],
    };
    let count = match book {
        Book::Closed => 1 + chooser.weighted(&[1, 1, 1]),
        _ => 2 + chooser.weighted(&[1, 1, 1, 1]),
    };
    let mut facts: Vec<Fact> = Vec::with_capacity(count);
    // On an open page the asked fact is any of them, in a closed one the last.
    let places: Vec<usize> = (0..count).collect();
    let place = match book {
        Book::Closed => count - 1,
        _ => chooser.uniform(&places),
    };
    for index in 0..count {
        let wants_held_out = is_held_out && index == place;
        let is_known = |fact: &Fact| {
            let is_same =
                |known: &Fact| (known.relation, known.subject) == (fact.relation, fact.subject);
            facts.iter().any(is_same)
        };
        let options: Vec<Fact> = told_facts(!wants_held_out)
            .iter()
            .filter(|fact| !is_known(fact))
            .copied()
            .collect();
        let mut fact = chooser.uniform(&options);
        if book == Book::Elsewhere {
            let values: Vec<u8> = fact
                .relation
                .values(fact.subject)
                .into_iter()
                .filter(|&value| value != fact.value)
                .collect();
            fact.value = chooser.uniform(&values);
        }
        facts.push(fact);
    }
    let content = format!("{book:?} {place} {facts:?}");
    if !split.admits(&content) {
        return None;
    }
    let asked = facts[place];
    let before: Vec<String> = match book {
        Book::Closed => facts[..place]
            .iter()
            .map(|fact| format!("{} {} ", fact.question(language), fact.answer(language)))
            .collect(),
        _ => {
            let sentences: Vec<String> = facts.iter().map(|fact| fact.sentence(language)).collect();
            let heading = match book {
                Book::Elsewhere => format!("{} ", elsewhere(language)),
                _ => String::new(),
            };
            vec![heading, sentences.join(" "), "\n".to_string()]
        }
    };
    let prompt = format!("{}{}", before.concat(), asked.question(language));
    let answer = asked.answer(language);
    Some(Example {
        slice: Slice::Facts,
        language,
        text: format!("{prompt} {answer}"),
        prompt,
        answer,
        parts: Parts::Facts(FactParts {
            book,
            document: asked.id(),
            facts,
            asked,
        }),
        bits: chooser.bits(),
        answer_bits: 0.0,
        content,
    })
}

/// Returns the answers that a prompt of the slice allows: what its page says, or else what the
/// almanac says.
///
/// ```
/// use llm_atlas::village::{Language, answer_from_facts};
/// let page = "This is another village. Mina lives by the river.\nWhere does Mina live?";
/// assert_eq!(answer_from_facts(Language::English, page), Some("By the river.".to_string()));
/// ```
pub fn answer_from_facts(language: Language, prompt: &str) -> Option<String> {
    let split = crate::village::parser::split_sentences(language, prompt);
    let (_, question) = split.sentences.last()?;
    let claims = split
        .sentences
        .iter()
        .filter_map(|(_, sentence)| parse_fact(language, sentence));
    let mut told = claims.filter(|claim| claim.question(language) == *question);
    let fact = told
        .next()
        .or_else(|| fact_asked_by(language, question).copied());
    Some(fact?.answer(language))
}

#[cfg(test)]
mod tests;

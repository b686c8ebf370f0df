//! The strict parser: text into sentences, sentences into events, questions with their answers.
//!
//! It works from the same templates as the generator ([`Grammar`]), so it accepts every sentence
//! that the generator makes and no other.

use thiserror::Error;

use super::event::{Event, Meaning};
use super::grammar::{Grammar, Language};

/// Why a text is not of the village.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseError {
    /// There is no sentence.
    #[error("the text is empty")]
    Empty,
    /// No template matches.
    #[error("sentence {index} at byte {position} is not of the language: {sentence}")]
    Ungrammatical {
        /// The sentence's number, from 0.
        index: usize,
        /// Where it begins, in bytes.
        position: usize,
        /// The sentence.
        sentence: String,
    },
    /// A question is not followed by an answer of its kind.
    #[error("question {index} at byte {position} has no answer of its kind: {sentence}")]
    Unanswered {
        /// The question's number among the sentences, from 0.
        index: usize,
        /// Where it begins, in bytes.
        position: usize,
        /// The question.
        sentence: String,
    },
    /// The text breaks off within a sentence.
    #[error("the sentence at byte {position} is not complete: {rest}")]
    Incomplete {
        /// Where it begins, in bytes.
        position: usize,
        /// What there is of it.
        rest: String,
    },
}

/// A text of the village.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// What each sentence says; a pronoun stands as itself.
    pub events: Vec<Event>,
    /// The template of each sentence, an index into [`Grammar::templates`].
    pub templates: Vec<usize>,
}

/// A text cut into sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitText<'a> {
    /// Each complete sentence and the byte it begins at.
    pub sentences: Vec<(usize, &'a str)>,
    /// The byte after the last complete sentence and its separator.
    pub rest_position: usize,
    /// What follows the last complete sentence; empty if nothing.
    pub rest: &'a str,
}

/// Cuts a text into sentences. A sentence ends with `.` or `?` outside quotation marks, or in
/// English with a closing quotation mark after one; one space or line break follows it.
///
/// ```
/// use llm_atlas::village::{Language, split_sentences};
/// let text = "Jun said, \"I am sad.\" Mina was";
/// let split = split_sentences(Language::English, text);
/// assert_eq!(split.sentences, [(0, "Jun said, \"I am sad.\"")]);
/// assert_eq!(split.rest, "Mina was");
/// ```
pub fn split_sentences(language: Language, text: &str) -> SplitText<'_> {
    let mut sentences = Vec::new();
    let (mut start, mut is_quoted) = (0, false);
    let bytes = text.as_bytes();
    for (index, &byte) in bytes.iter().enumerate() {
        let after_mark = index > 0 && matches!(bytes[index - 1], b'.' | b'?');
        let is_end = match byte {
            b'"' => {
                is_quoted = !is_quoted;
                !is_quoted && after_mark && language == Language::English
            }
            b'.' | b'?' => !is_quoted,
            _ => false,
        };
        let is_followed = matches!(bytes.get(index + 1), None | Some(b' ' | b'\n'));
        if is_end && is_followed && index >= start {
            sentences.push((start, &text[start..=index]));
            start = (index + 2).min(text.len());
        }
    }
    SplitText {
        sentences,
        rest_position: start,
        rest: &text[start..],
    }
}

/// Returns whether the sentence, with its closing mark and nothing around it, is of the language.
///
/// ```
/// use llm_atlas::village::{Language, is_grammatical};
/// assert!(is_grammatical(Language::Korean, "미나가 준에게 사과를 주었다."));
/// assert!(!is_grammatical(Language::Korean, "미나이 준에게 사과를 주었다."));
/// ```
pub fn is_grammatical(language: Language, sentence: &str) -> bool {
    Grammar::of(language).parse(sentence).is_some()
}

/// Returns what every sentence of a whole text says.
///
/// # Errors
/// The first sentence that is not of the language, is not complete, or is a question without an
/// answer of its kind.
///
/// ```
/// use llm_atlas::village::{Language, Meaning, parse_text};
/// let text = "Mina had an apple.\nWho has the apple? Mina.";
/// let parsed = parse_text(Language::English, text)?;
/// assert_eq!(parsed.events[1].meaning, Meaning::WhoHas);
/// assert!(parse_text(Language::English, "Who has the apple? Yes.").is_err());
/// # Ok::<(), llm_atlas::village::ParseError>(())
/// ```
pub fn parse_text(language: Language, text: &str) -> Result<Parsed, ParseError> {
    let grammar = Grammar::of(language);
    let split = split_sentences(language, text);
    if !split.rest.is_empty() {
        return Err(ParseError::Incomplete {
            position: split.rest_position,
            rest: split.rest.to_string(),
        });
    }
    let mut parsed = Parsed {
        events: Vec::with_capacity(split.sentences.len()),
        templates: Vec::with_capacity(split.sentences.len()),
    };
    let mut asked: Option<(usize, usize, &str, Meaning)> = None;
    for (index, &(position, sentence)) in split.sentences.iter().enumerate() {
        let answers = asked.map(|(_, _, _, meaning)| meaning.answers());
        let found = grammar.parse_where(sentence, |meaning| match answers {
            Some(answers) => answers.contains(&meaning),
            None => !meaning.is_answer(),
        });
        let Some((event, template)) = found else {
            return Err(match asked {
                Some((index, position, question, _)) if grammar.parse(sentence).is_some() => {
                    unanswered(index, position, question)
                }
                _ => ParseError::Ungrammatical {
                    index,
                    position,
                    sentence: sentence.to_string(),
                },
            });
        };
        asked = event
            .meaning
            .is_question()
            .then_some((index, position, sentence, event.meaning));
        parsed.events.push(event);
        parsed.templates.push(template);
    }
    match asked {
        Some((index, position, question, _)) => Err(unanswered(index, position, question)),
        None if parsed.events.is_empty() => Err(ParseError::Empty),
        None => Ok(parsed),
    }
}

fn unanswered(index: usize, position: usize, question: &str) -> ParseError {
    ParseError::Unanswered {
        index,
        position,
        sentence: question.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;
    use crate::village::{Split, generate_story};

    #[test]
    fn everything_the_generator_makes_is_accepted() {
        for language in [Language::English, Language::Korean] {
            for split in [
                Split::Train,
                Split::Validation,
                Split::HeldOutCombination,
                Split::HeldOutTemplate,
            ] {
                for index in 0..500 {
                    let story = generate_story(language, 2, index, split);
                    let parsed = parse_text(language, &story.text)
                        .unwrap_or_else(|error| panic!("{error}\n{}", story.text));
                    assert_eq!(parsed.events.len(), story.sentences.len());
                    for (event, sentence) in parsed.events.iter().zip(&story.sentences) {
                        assert_eq!(event.meaning, sentence.event.meaning, "{}", sentence.text);
                    }
                }
            }
        }
    }

    #[test]
    fn errors_tell_the_sentence_and_the_position() {
        let error = parse_text(Language::English, "Mina was glad. Mina were sad.").unwrap_err();
        assert_eq!(
            error,
            ParseError::Ungrammatical {
                index: 1,
                position: 15,
                sentence: "Mina were sad.".to_string()
            }
        );
        let error = parse_text(Language::English, "Mina was glad. Mina").unwrap_err();
        assert!(matches!(error, ParseError::Incomplete { position: 15, .. }));
        assert_eq!(parse_text(Language::Korean, ""), Err(ParseError::Empty));
        assert!(matches!(
            parse_text(Language::Korean, "누가 공을 가지고 있어?"),
            Err(ParseError::Unanswered { index: 0, .. })
        ));
    }

    #[test]
    fn korean_quotes_do_not_end_a_sentence() {
        let text = "미나가 \"나는 배가 고파.\"라고 말했다. 준은 기뻤다.";
        assert_eq!(split_sentences(Language::Korean, text).sentences.len(), 2);
        assert!(parse_text(Language::Korean, text).is_ok());
    }
}

//! Which sentences of a continued story are of the village: by the grammar of stories, and after a
//! line break by the parsers of the slices that go on from a story with a label or an instruction.

use super::grammar::Language;
use super::parser::{is_grammatical, split_sentences};
use super::slices::{
    Fault, InstructionTask, Verdict, judge_answer, parse_instruction, split_sentiment,
};

/// A sentence that a continuation completed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedSentence {
    /// The sentence, with what the prompt already had of it.
    pub text: String,
    /// Whether a story of the language has such sentences.
    pub is_of_a_story: bool,
    /// Whether it is of the language: a sentence of a story, or where it stands the label, the
    /// instruction or an answer to the instruction that a slice asks for.
    pub is_grammatical: bool,
}

/// Returns every sentence that `continuation` completes after `prompt`, and whether it is of the
/// language. What is left incomplete at the end is not judged. An answer is judged by its grammar,
/// not by its truth.
///
/// ```
/// use llm_atlas::village::{Language, judge_continuation};
/// let judged = judge_continuation(Language::English, "Jun was sad. Mina", " was glad. Jun ga");
/// assert_eq!(judged.len(), 1);
/// assert_eq!(judged[0].text, "Mina was glad.");
/// assert!(judged[0].is_grammatical);
/// ```
pub fn judge_continuation(
    language: Language,
    prompt: &str,
    continuation: &str,
) -> Vec<JudgedSentence> {
    let needs_space = prompt.ends_with(['.', '?', '"']) && !continuation.starts_with([' ', '\n']);
    let space = if needs_space { " " } else { "" };
    let text = format!("{prompt}{space}{continuation}");
    let task = Task::after(language, &text);
    let first = split_sentences(language, prompt).rest_position;
    split_sentences(language, &text)
        .sentences
        .iter()
        .filter(|(start, _)| *start >= first)
        .map(|&(start, sentence)| {
            let is_of_a_story = is_grammatical(language, sentence);
            let is_of_the_task = task.as_ref().is_some_and(|task| task.has(start, sentence));
            JudgedSentence {
                text: sentence.to_string(),
                is_of_a_story,
                is_grammatical: is_of_a_story || is_of_the_task,
            }
        })
        .collect()
}

/// What a text asks for after its story: a slice's last line, or the beginning of one.
struct Task {
    /// The first byte after the line break.
    start: usize,
    /// The first byte after the label or the instruction.
    answer_start: usize,
    /// What an answer is judged by; a label has none.
    instruction: Option<InstructionTask>,
}

impl Task {
    fn after(language: Language, text: &str) -> Option<Self> {
        let start = text.find('\n')? + 1;
        let line = split_sentences(language, &text[start..]).sentences;
        // An instruction has one sentence or two; the longer is looked for first.
        let ends = line
            .iter()
            .map(|(at, sentence)| start + at + sentence.len());
        for end in ends.take(2).collect::<Vec<usize>>().into_iter().rev() {
            let instruction = parse_instruction(language, &text[..end]);
            if instruction.is_some() || split_sentiment(language, &text[..end]).is_some() {
                return Some(Task {
                    start,
                    answer_start: end,
                    instruction,
                });
            }
        }
        None
    }

    /// Whether the sentence at byte `start` is the label or in the instruction, or could be in an answer.
    fn has(&self, start: usize, sentence: &str) -> bool {
        let not_of_the_language = [Fault::Ungrammatical, Fault::WrongLanguage].map(Verdict::Bad);
        match (&self.instruction, start >= self.answer_start) {
            (_, false) => start >= self.start,
            (Some(task), true) => !not_of_the_language.contains(&judge_answer(task, sentence)),
            (None, true) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::village::{Slice, Split, generate_example};

    fn judged(language: Language, prompt: &str, continuation: &str) -> Vec<(String, bool)> {
        judge_continuation(language, prompt, continuation)
            .into_iter()
            .map(|sentence| (sentence.text, sentence.is_grammatical))
            .collect()
    }

    #[test]
    fn an_incomplete_end_is_not_judged() {
        let korean = Language::Korean;
        assert!(judged(korean, "미나가 공을 샀다.", " 준이 공을").is_empty());
        let wrong = judged(korean, "미나가", " 공를 샀다. 준");
        assert_eq!(wrong, [("미나가 공를 샀다.".to_string(), false)]);
    }

    #[test]
    fn what_a_slice_makes_of_a_story_is_of_the_language() {
        for language in [Language::English, Language::Korean] {
            for slice in [Slice::Sentiment, Slice::Questions, Slice::Instructions] {
                for index in 0..200 {
                    let text = generate_example(slice, language, 3, index, Split::Train).text;
                    let first = split_sentences(language, &text).sentences[0].1;
                    for sentence in judge_continuation(language, first, &text[first.len()..]) {
                        assert!(sentence.is_grammatical, "{:?} in {text}", sentence.text);
                    }
                }
            }
        }
    }

    #[test]
    fn what_no_slice_asks_for_is_not() {
        let story = "At noon, Mina and Jun were at the park. Mina bought an apple.";
        for (continuation, right) in [
            ("\nFeeling: sad.", vec![true]),
            ("\nFeeling: quick.", vec![false]),
            ("\nFeeling: sad. A girl bought an apple.", vec![true, false]),
            (" Feeling: sad.", vec![false]),
            (
                "\nTell what happened. Say it without names. A girl bought an apple.",
                vec![true; 3],
            ),
            (
                "\nTell what happened. Answer in Korean. 미나가 사과를 샀다.",
                vec![true; 3],
            ),
            (
                "\nTell what happened. Answer in Korean. 미나가 사과을 샀다.",
                vec![true, true, false],
            ),
            ("\nTell what happened. Say it in French.", vec![true, false]),
            (" Tell what happened.", vec![false]),
        ] {
            let found: Vec<bool> = judged(Language::English, story, continuation)
                .into_iter()
                .map(|(_, is_grammatical)| is_grammatical)
                .collect();
            assert_eq!(found, right, "{continuation}");
        }
    }
}

//! Instructions: a little story, what to do with it, a good answer, and bad answers of named kinds,
//! as data of preferences have them (Ouyang et al. 2022, arXiv:2203.02155).
//!
//! An instruction is what to tell ([`Content`]) and how ([`Manner`]). Because the story is known
//! as events, a judge can say of any answer what is wrong with it ([`judge_answer`]), and every
//! bad answer is one that the judge names as intended.
//!
//! Held out: five pairs of content and manner, each of which training has only with others
//! ([`Split::HeldOutTemplate`]), and the stories' held-out pairs of words
//! ([`Split::HeldOutCombination`]).

mod faults;
mod judge;
mod read;
mod render;
mod scene;
mod task;
mod wording;

pub use faults::BadAnswer;
pub use judge::{Fault, Verdict, judge_answer};
pub use task::{Content, InstructionTask, Manner, parse_instruction};

use serde::Serialize;

use super::{Example, Parts, Slice};
use crate::village::chooser::Chooser;
use crate::village::grammar::Language;
use crate::village::split::{Split, has_held_out_combination};

/// What an example of the slice consists of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InstructionParts {
    /// The story.
    pub story: String,
    /// What to do with it.
    pub instruction: String,
    /// What is to be told.
    pub content: Content,
    /// How.
    pub manner: Manner,
    /// Bad answers, at most one of each kind.
    pub bad_answers: Vec<BadAnswer>,
}

/// Draws a story, an instruction and its answers.
pub(super) fn draw(language: Language, seed: u64, split: Split) -> Option<Example> {
    let mut chooser = Chooser::new(seed);
    let events = scene::draw_scene(&mut chooser, split)?;
    if split == Split::HeldOutCombination && !events.iter().any(has_held_out_combination) {
        return None;
    }
    let tasks = InstructionTask::all(language, &events);
    let tasks: Vec<&InstructionTask> = tasks
        .iter()
        .filter(|task| task.is_held_out() == (split == Split::HeldOutTemplate))
        .collect();
    let contents: Vec<Content> =
        tasks
            .iter()
            .map(|task| task.content)
            .fold(Vec::new(), |mut contents, content| {
                if !contents.contains(&content) {
                    contents.push(content);
                }
                contents
            });
    if contents.is_empty() {
        return None;
    }
    let content = chooser.uniform(&contents);
    let of_content: Vec<&InstructionTask> = tasks
        .into_iter()
        .filter(|task| task.content == content)
        .collect();
    let task = chooser.uniform(&of_content);
    let (bits, story) = (chooser.bits(), task.story());
    let mut key = format!("{content:?} {:?} ", task.manner);
    for event in &task.events {
        event.write_key(&mut key);
    }
    if !split.admits(&key) {
        return None;
    }
    let prompt = format!("{story}\n{}", task.instruction());
    let answer = task.answer();
    Some(Example {
        slice: Slice::Instructions,
        language,
        text: format!("{prompt} {answer}"),
        prompt,
        answer,
        parts: Parts::Instructions(InstructionParts {
            story,
            instruction: task.instruction(),
            content,
            manner: task.manner,
            bad_answers: faults::bad_answers(task, &mut chooser),
        }),
        bits,
        answer_bits: 0.0,
        content: key,
    })
}

#[cfg(test)]
mod tests;

//! The film of a decoder's training: what it could do at which step, written into the film's index.
//!
//! Each ability is measured in the same way at every frame, on what training never saw; a milestone
//! is the first frame that reaches its threshold.

use std::fs;
use std::path::Path;

use super::{gpt, not_of_the_village};
use crate::engine::Session;
use crate::program::Failure;
use crate::program::args::EvalArgs;
use crate::program::generate::generate;
use crate::program::model_folder::{open, open_village_tokenizer};
use crate::protocol::{Ability, Film, Milestone};
use crate::sampling::Settings;
use crate::tokenizer::ByteLevelBpe;
use crate::village::{Language, Split, generate_story, judge_continuation, recall_questions};

const LANGUAGES: [Language; 2] = [Language::English, Language::Korean];
/// Sampled continuations per language.
const SAMPLES: u64 = 50;
/// Most tokens of one.
const SAMPLED_TOKENS: usize = 40;
/// Questions per language.
const QUESTIONS: usize = 100;

/// The best head's mean attention to what followed the same token: evenly spread attention would
/// give it about 1/48.
const INDUCTION: f32 = 0.25;
/// Share of the samples that begin with a whole grammatical sentence.
const GRAMMATICAL: f32 = 0.5;
/// Share of right answers above the better baseline.
const RECALL_MARGIN: f32 = 0.1;

/// Measures every frame of the film in `folder`, prints a table and writes the milestones.
pub fn run(args: &EvalArgs, folder: &Path) -> Result<(), Failure> {
    let path = folder.join("index.json");
    let wrong = |error: serde_json::Error| Failure::Content {
        path: path.clone(),
        detail: error.to_string(),
    };
    let text = fs::read_to_string(&path).map_err(Failure::at(&path))?;
    let mut film: Film = serde_json::from_str(&text).map_err(wrong)?;
    let mut session = open(&args.model.model, args.device)?;
    let tokenizer = open_village_tokenizer(&args.model.model)?;
    let Some(end_of_text) = session.info().end_of_text else {
        return Err(not_of_the_village());
    };
    let mut measured = Vec::new();
    println!("| step | best induction score | grammatical samples | recall above baseline |");
    println!("|---|---|---|---|");
    for frame in &film.frames {
        let file = folder.join(&frame.file);
        let packed = fs::read(&file).map_err(Failure::at(&file))?;
        session.hold_frame(&frame.file, &packed)?;
        session.use_weights(Some(&frame.file))?;
        let mut now = Now {
            session: &mut session,
            tokenizer: &tokenizer,
            end_of_text,
            seed: args.seed,
        };
        let frame_measures = Measures {
            induction: gpt::best_induction(now.session, args.seed)?,
            grammatical: now.grammatical()?,
            recall: now.recall_above_baseline()?,
        };
        println!(
            "| {} | {:.3} | {:.2} | {:+.3} |",
            frame.step,
            frame_measures.induction.1,
            frame_measures.grammatical,
            frame_measures.recall
        );
        measured.push(frame_measures);
    }
    let milestone = |ability, threshold: f32, samples, value: fn(&Measures) -> f32| {
        let values: Vec<f32> = measured.iter().map(value).collect();
        let first = values.iter().position(|value| *value >= threshold);
        let head = first.map(|place| measured[place].induction.0);
        Milestone {
            ability,
            step: first.map(|place| film.frames[place].step),
            threshold,
            values,
            samples,
            head: head.filter(|_| ability == Ability::InductionHead),
        }
    };
    let (samples, questions) = (2 * SAMPLES as usize, 2 * QUESTIONS);
    let sequences = gpt::SEQUENCES;
    film.milestones = vec![
        milestone(Ability::InductionHead, INDUCTION, sequences, |now| {
            now.induction.1
        }),
        milestone(Ability::GrammaticalSentence, GRAMMATICAL, samples, |now| {
            now.grammatical
        }),
        milestone(Ability::RightFact, RECALL_MARGIN, questions, |now| {
            now.recall
        }),
    ];
    let json = serde_json::to_string_pretty(&film).map_err(wrong)?;
    fs::write(&path, json).map_err(Failure::at(&path))
}

/// What was measured at one frame.
struct Measures {
    /// The best head and its score.
    induction: ((usize, usize), f32),
    grammatical: f32,
    recall: f32,
}

/// A model as it was at one frame.
struct Now<'a> {
    session: &'a mut Session,
    tokenizer: &'a ByteLevelBpe,
    end_of_text: u32,
    seed: u64,
}

impl Now<'_> {
    /// The share of continuations of held-out stories' first sentences, sampled at temperature 1, that
    /// begin with a whole grammatical sentence.
    fn grammatical(&mut self) -> Result<f32, Failure> {
        let mut good = 0;
        for language in LANGUAGES {
            for index in 0..SAMPLES {
                let story = generate_story(language, self.seed, index, Split::Validation);
                let prompt = &story.sentences[0].text;
                let ids = self.tokenizer.encode_ids(prompt);
                let (settings, seed) = (Settings::default(), self.seed ^ index);
                let stop_at = Some(self.end_of_text);
                let new = generate(self.session, &ids, SAMPLED_TOKENS, &settings, seed, stop_at)?;
                let new = new.strip_suffix(&[self.end_of_text]).unwrap_or(&new);
                let written = self.tokenizer.decode_lossy(new);
                let judged = judge_continuation(language, prompt, &written);
                good += usize::from(judged.first().is_some_and(|first| first.is_grammatical));
            }
        }
        Ok(good as f32 / (LANGUAGES.len() as f32 * SAMPLES as f32))
    }

    /// The share of greedy answers that are right to the letter, less that of the better of always
    /// answering the most frequent or the last mentioned candidate.
    fn recall_above_baseline(&mut self) -> Result<f32, Failure> {
        let greedy = Settings {
            greedy: true,
            ..Settings::default()
        };
        let (mut asked, mut right, mut frequent, mut last) = (0, 0, 0, 0);
        for language in LANGUAGES {
            for item in recall_questions(language, self.seed, QUESTIONS) {
                let ids = self.tokenizer.encode_ids(&item.context);
                let answer = self.tokenizer.encode_ids(&format!(" {}", item.answer));
                if ids.len() + answer.len() > self.session.info().n_ctx {
                    continue;
                }
                let written = generate(self.session, &ids, answer.len(), &greedy, 0, None)?;
                asked += 1;
                right += i32::from(written == answer);
                frequent += i32::from(item.most_frequent == item.answer);
                last += i32::from(item.last_mentioned == item.answer);
            }
        }
        Ok((right - frequent.max(last)) as f32 / asked.max(1) as f32)
    }
}

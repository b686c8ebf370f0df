//! What every model that names the next token is measured by, so that two families stand side by
//! side: loss against entropy, grammar of what it writes, facts from far back.

mod recall;
mod table;

use serde::Serialize;

use self::recall::{Distance, Recall};
pub use self::table::{print_table, rows};
use super::log_probability;
use crate::program::Failure;
use crate::program::args::EvalArgs;
use crate::program::generate::draw;
use crate::sampling::Settings;
use crate::tokenizer::ByteLevelBpe;
use crate::village::{Language, Split, generate_story, judge_continuation};

/// Tokens sampled per continuation.
const SAMPLED_TOKENS: usize = 64;
/// A temperature below 1, at which rare slips become rarer still.
const COOL: f32 = 0.7;

/// A model of the village that names the next token.
pub trait NextToken {
    /// Its tokenizer.
    fn tokenizer(&self) -> &ByteLevelBpe;
    /// The token between texts.
    fn end_of_text(&self) -> u32;
    /// Most tokens it reads.
    fn n_ctx(&self) -> usize;
    /// Logits of the token after each position from `first` on, `[vocab]` each.
    ///
    /// # Errors
    /// If the device stops answering.
    fn logits(&mut self, ids: &[u32], first: usize) -> Result<Vec<Vec<f32>>, Failure>;
}

/// Everything measured in one language.
#[derive(Debug, Serialize)]
pub struct Report {
    language: &'static str,
    validation: Loss,
    held_out_combinations: Loss,
    held_out_templates: Loss,
    /// At temperature 1: the model's own distribution.
    grammar: Grammar,
    /// At temperature 0.7.
    cool_grammar: Grammar,
    recall: Recall,
    by_distance: Vec<Distance>,
}

/// Loss beside the entropy of what was read.
#[derive(Debug, Default, Serialize)]
struct Loss {
    stories: u64,
    tokens: usize,
    nats_per_token: f64,
    /// The generator's own choices, an upper bound of the entropy.
    entropy_nats_per_token: f64,
    /// `loss / entropy - 1`
    excess: f64,
}

/// How much of what the model writes is of the language.
#[derive(Debug, Default, Serialize)]
struct Grammar {
    samples: u64,
    /// Samples in which every complete sentence is grammatical.
    grammatical_samples: f64,
    /// Samples in which every complete sentence is one of a story: the model did not go on to a label
    /// or an instruction.
    samples_of_a_story: f64,
    sentences: usize,
    grammatical_sentences: f64,
}

/// Measures a model in both languages.
///
/// # Errors
/// If the device stops answering.
pub fn measure(model: &mut dyn NextToken, args: &EvalArgs) -> Result<[Report; 2], Failure> {
    let mut evaluation = Evaluation { model, args };
    Ok([
        evaluation.language(Language::English, "en")?,
        evaluation.language(Language::Korean, "ko")?,
    ])
}

struct Evaluation<'a> {
    model: &'a mut dyn NextToken,
    args: &'a EvalArgs,
}

impl Evaluation<'_> {
    fn language(&mut self, language: Language, code: &'static str) -> Result<Report, Failure> {
        let few = self.args.stories / 2;
        Ok(Report {
            language: code,
            validation: self.loss(language, Split::Validation, self.args.stories)?,
            held_out_combinations: self.loss(language, Split::HeldOutCombination, few)?,
            held_out_templates: self.loss(language, Split::HeldOutTemplate, few)?,
            grammar: self.grammar(language, 1.0)?,
            cool_grammar: self.grammar(language, COOL)?,
            recall: self.recall(language)?,
            by_distance: self.by_distance(language)?,
        })
    }

    /// Each story is read alone, after `<|endoftext|>`; its end is predicted too.
    fn loss(&mut self, language: Language, split: Split, stories: u64) -> Result<Loss, Failure> {
        let mut loss = Loss {
            stories,
            ..Loss::default()
        };
        let (mut nats, mut bits) = (0.0, 0.0);
        for index in 0..stories {
            let story = generate_story(language, self.args.seed, index, split);
            let end_of_text = self.model.end_of_text();
            let mut ids = vec![end_of_text];
            ids.extend(self.model.tokenizer().encode_ids(&story.text));
            ids.push(end_of_text);
            ids.truncate(self.model.n_ctx() + 1);
            let rows = self.model.logits(&ids[..ids.len() - 1], 0)?;
            for (logits, target) in rows.iter().zip(&ids[1..]) {
                nats -= log_probability(logits, *target);
            }
            loss.tokens += ids.len() - 1;
            bits += story.bits;
        }
        loss.nats_per_token = nats / loss.tokens.max(1) as f64;
        loss.entropy_nats_per_token = bits * std::f64::consts::LN_2 / loss.tokens.max(1) as f64;
        loss.excess = loss.nats_per_token / loss.entropy_nats_per_token - 1.0;
        Ok(loss)
    }

    /// New ids after a prompt.
    fn generate(
        &mut self,
        prompt: &[u32],
        count: usize,
        settings: &Settings,
        seed: u64,
        stop_at: Option<u32>,
    ) -> Result<Vec<u32>, Failure> {
        draw(prompt, count, settings, seed, stop_at, |ids| {
            let rows = self.model.logits(ids, ids.len() - 1)?;
            Ok(rows.into_iter().next().unwrap_or_default())
        })
    }

    /// Continues the first sentence of held-out stories.
    fn grammar(&mut self, language: Language, temperature: f32) -> Result<Grammar, Failure> {
        let settings = Settings {
            temperature,
            ..Settings::default()
        };
        let mut grammar = Grammar {
            samples: self.args.samples,
            ..Grammar::default()
        };
        let (mut good_samples, mut good_stories, mut good_sentences) = (0, 0, 0);
        let end_of_text = self.model.end_of_text();
        for index in 0..self.args.samples {
            let story = generate_story(language, self.args.seed, index, Split::Validation);
            let prompt = &story.sentences[0].text;
            let ids = self.model.tokenizer().encode_ids(prompt);
            let seed = self.args.seed ^ index;
            let new = self.generate(&ids, SAMPLED_TOKENS, &settings, seed, Some(end_of_text))?;
            let new = new.strip_suffix(&[end_of_text]).unwrap_or(&new);
            let written = self.model.tokenizer().decode_lossy(new);
            let judged = judge_continuation(language, prompt, &written);
            let good = judged
                .iter()
                .filter(|sentence| sentence.is_grammatical)
                .count();
            good_samples += u64::from(good == judged.len());
            good_stories += u64::from(judged.iter().all(|sentence| sentence.is_of_a_story));
            good_sentences += good;
            grammar.sentences += judged.len();
        }
        let share = |count: u64| count as f64 / grammar.samples.max(1) as f64;
        grammar.grammatical_samples = share(good_samples);
        grammar.samples_of_a_story = share(good_stories);
        grammar.grammatical_sentences = good_sentences as f64 / grammar.sentences.max(1) as f64;
        Ok(grammar)
    }
}

//! What a decoder knows, on stories that training never saw.

use serde::Serialize;

use super::log_probability;
use crate::engine::Session;
use crate::program::Failure;
use crate::program::args::EvalArgs;
use crate::program::generate::generate;
use crate::program::model_folder::open;
use crate::protocol::{Activation, TraceSpec};
use crate::sampling::Settings;
use crate::tokenizer::ByteLevelBpe;
use crate::village::{Language, Split, generate_story, judge_continuation, recall_questions};

/// Tokens sampled per continuation.
const SAMPLED_TOKENS: usize = 64;

/// Everything measured in one language.
#[derive(Debug, Serialize)]
struct Report {
    language: &'static str,
    validation: Loss,
    held_out_combinations: Loss,
    held_out_templates: Loss,
    grammar: Grammar,
    recall: Recall,
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
    sentences: usize,
    grammatical_sentences: f64,
}

/// Questions that need a fact from far back.
#[derive(Debug, Default, Serialize)]
struct Recall {
    questions: usize,
    /// Fewest tokens between the fact and the answer.
    min_distance_tokens: usize,
    mean_distance_tokens: f64,
    correct: f64,
    most_frequent_baseline: f64,
    last_mentioned_baseline: f64,
}

/// Measures and prints.
pub fn run(args: &EvalArgs) -> Result<(), Failure> {
    let mut session = open(&args.model.model, args.device)?;
    let tokenizer = session.model().tokenizer.clone();
    let (Some(tokenizer), Some(end_of_text)) = (tokenizer, session.info().end_of_text) else {
        return Err(Failure::Arguments(
            "this model is not one of the village: it has no tokenizer or no end of text".into(),
        ));
    };
    let mut evaluation = Evaluation {
        session: &mut session,
        tokenizer: &tokenizer,
        end_of_text,
        args,
    };
    let reports = [
        evaluation.language(Language::English, "en")?,
        evaluation.language(Language::Korean, "ko")?,
    ];
    if args.json {
        let json = serde_json::to_string_pretty(&reports)
            .map_err(|error| Failure::Arguments(error.to_string()))?;
        println!("{json}");
    } else {
        print_table(&reports);
    }
    Ok(())
}

struct Evaluation<'a> {
    session: &'a mut Session,
    tokenizer: &'a ByteLevelBpe,
    end_of_text: u32,
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
            grammar: self.grammar(language)?,
            recall: self.recall(language)?,
        })
    }

    /// Each story is read alone, after `<|endoftext|>`; its end is predicted too.
    fn loss(&mut self, language: Language, split: Split, stories: u64) -> Result<Loss, Failure> {
        let spec: TraceSpec = [Activation::Logits].into_iter().collect();
        let mut loss = Loss {
            stories,
            ..Loss::default()
        };
        let (mut nats, mut bits) = (0.0, 0.0);
        for index in 0..stories {
            let story = generate_story(language, self.args.seed, index, split);
            let mut ids = vec![self.end_of_text];
            ids.extend(self.tokenizer.encode_ids(&story.text));
            ids.push(self.end_of_text);
            ids.truncate(self.session.info().n_ctx + 1);
            let read = pollster::block_on(self.session.run_ids(&ids[..ids.len() - 1], &spec))?;
            let (_, rows) = &read[0];
            for (position, target) in ids[1..].iter().enumerate() {
                nats -= log_probability(rows.get(position).unwrap_or_default(), *target);
            }
            loss.tokens += ids.len() - 1;
            bits += story.bits;
        }
        loss.nats_per_token = nats / loss.tokens.max(1) as f64;
        loss.entropy_nats_per_token = bits * std::f64::consts::LN_2 / loss.tokens.max(1) as f64;
        loss.excess = loss.nats_per_token / loss.entropy_nats_per_token - 1.0;
        Ok(loss)
    }

    /// Continues the first sentence of held-out stories at temperature 1.
    fn grammar(&mut self, language: Language) -> Result<Grammar, Failure> {
        let settings = Settings::default();
        let mut grammar = Grammar {
            samples: self.args.samples,
            ..Grammar::default()
        };
        let (mut good_samples, mut good_sentences) = (0, 0);
        for index in 0..self.args.samples {
            let story = generate_story(language, self.args.seed, index, Split::Validation);
            let prompt = &story.sentences[0].text;
            let ids = self.tokenizer.encode_ids(prompt);
            let seed = self.args.seed ^ index;
            let new = generate(
                self.session,
                &ids,
                SAMPLED_TOKENS,
                &settings,
                seed,
                Some(self.end_of_text),
            )?;
            let new = new.strip_suffix(&[self.end_of_text]).unwrap_or(&new);
            let judged = judge_continuation(language, prompt, &self.tokenizer.decode_lossy(new));
            let good = judged
                .iter()
                .filter(|sentence| sentence.is_grammatical)
                .count();
            good_samples += u64::from(good == judged.len());
            good_sentences += good;
            grammar.sentences += judged.len();
        }
        grammar.grammatical_samples = good_samples as f64 / grammar.samples.max(1) as f64;
        grammar.grammatical_sentences = good_sentences as f64 / grammar.sentences.max(1) as f64;
        Ok(grammar)
    }

    /// Greedy answers, right only if they are the whole answer to the letter.
    fn recall(&mut self, language: Language) -> Result<Recall, Failure> {
        let greedy = Settings {
            greedy: true,
            ..Settings::default()
        };
        let items = recall_questions(language, self.args.seed, self.args.questions as usize);
        let mut recall = Recall {
            questions: items.len(),
            min_distance_tokens: usize::MAX,
            ..Recall::default()
        };
        let (mut correct, mut frequent, mut last, mut distance) = (0, 0, 0, 0);
        for item in &items {
            let ids = self.tokenizer.encode_ids(&item.context);
            let answer = self.tokenizer.encode_ids(&format!(" {}", item.answer));
            if ids.len() + answer.len() > self.session.info().n_ctx {
                recall.questions -= 1;
                continue;
            }
            let written = generate(self.session, &ids, answer.len(), &greedy, 0, None)?;
            correct += usize::from(written == answer);
            frequent += usize::from(item.most_frequent == item.answer);
            last += usize::from(item.last_mentioned == item.answer);
            let tokens = self.tokens_of_last_words(&item.context, item.fact_distance_words);
            recall.min_distance_tokens = recall.min_distance_tokens.min(tokens);
            distance += tokens;
        }
        let share = |count: usize| count as f64 / recall.questions.max(1) as f64;
        recall.correct = share(correct);
        recall.most_frequent_baseline = share(frequent);
        recall.last_mentioned_baseline = share(last);
        recall.mean_distance_tokens = share(distance);
        Ok(recall)
    }

    /// How many tokens the last `words` words of a text are.
    fn tokens_of_last_words(&self, text: &str, words: usize) -> usize {
        let starts: Vec<usize> = text
            .split_whitespace()
            .map(|word| word.as_ptr() as usize - text.as_ptr() as usize)
            .collect();
        let start = starts
            .len()
            .checked_sub(words)
            .map_or(0, |first| starts[first].saturating_sub(1));
        self.tokenizer.encode(&text[start..]).len()
    }
}

fn print_table(reports: &[Report; 2]) {
    println!("| measured | English | Korean |\n|---|---|---|");
    for ((name, english), (_, korean)) in rows(&reports[0]).into_iter().zip(rows(&reports[1])) {
        println!("| {name} | {english} | {korean} |");
    }
}

/// The rows of the table in one language.
fn rows(report: &Report) -> [(&'static str, String); 9] {
    let percent = |share: f64| format!("{:.1}%", share * 100.0);
    let loss = |loss: &Loss| {
        let excess = loss.excess * 100.0;
        format!(
            "{:.4} against {:.4} ({excess:+.1}%)",
            loss.nats_per_token, loss.entropy_nats_per_token
        )
    };
    let Report {
        grammar, recall, ..
    } = report;
    let distance = format!(
        "{} at least, {:.0} on average",
        recall.min_distance_tokens, recall.mean_distance_tokens
    );
    [
        (
            "validation loss against entropy, nats/token",
            loss(&report.validation),
        ),
        (
            "held-out combinations, the same",
            loss(&report.held_out_combinations),
        ),
        (
            "held-out templates, the same",
            loss(&report.held_out_templates),
        ),
        (
            "grammatical samples",
            format!(
                "{} of {}",
                percent(grammar.grammatical_samples),
                grammar.samples
            ),
        ),
        (
            "grammatical sentences",
            format!(
                "{} of {}",
                percent(grammar.grammatical_sentences),
                grammar.sentences
            ),
        ),
        (
            "recall over distance, right",
            format!("{} of {}", percent(recall.correct), recall.questions),
        ),
        ("  distance of the fact, tokens", distance),
        (
            "  baseline: most frequent answer",
            percent(recall.most_frequent_baseline),
        ),
        (
            "  baseline: last mentioned",
            percent(recall.last_mentioned_baseline),
        ),
    ]
}

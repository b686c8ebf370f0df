//! What every model that names the next token is measured by, so that two families stand side by
//! side: loss against entropy, grammar of what it writes, facts from far back.

use serde::Serialize;

use super::log_probability;
use crate::program::Failure;
use crate::program::args::EvalArgs;
use crate::program::generate::draw;
use crate::sampling::Settings;
use crate::tokenizer::ByteLevelBpe;
use crate::village::{
    Language, Meaning, Split, Story, generate_story, judge_continuation, recall_questions,
};

/// Tokens sampled per continuation.
const SAMPLED_TOKENS: usize = 64;
/// A temperature below 1, at which rare slips become rarer still.
const COOL: f32 = 0.7;
/// Where the buckets of distance begin, in tokens between a fact and its answer.
const BUCKETS: [usize; 6] = [0, 8, 16, 32, 64, 96];

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

/// Questions whose fact is so many tokens back.
#[derive(Debug, Default, Serialize)]
struct Distance {
    from_tokens: usize,
    to_tokens: Option<usize>,
    questions: usize,
    correct: f64,
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
        let (mut good_samples, mut good_sentences) = (0, 0);
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
            good_sentences += good;
            grammar.sentences += judged.len();
        }
        grammar.grammatical_samples = good_samples as f64 / grammar.samples.max(1) as f64;
        grammar.grammatical_sentences = good_sentences as f64 / grammar.sentences.max(1) as f64;
        Ok(grammar)
    }

    /// Whether the greedy answer is the whole answer to the letter; `None` if the text is too long.
    fn is_answered(&mut self, context: &str, answer: &str) -> Result<Option<bool>, Failure> {
        let greedy = Settings {
            greedy: true,
            ..Settings::default()
        };
        let ids = self.model.tokenizer().encode_ids(context);
        let answer = self.model.tokenizer().encode_ids(&format!(" {answer}"));
        if ids.len() + answer.len() > self.model.n_ctx() {
            return Ok(None);
        }
        let written = self.generate(&ids, answer.len(), &greedy, 0, None)?;
        Ok(Some(written == answer))
    }

    fn recall(&mut self, language: Language) -> Result<Recall, Failure> {
        let items = recall_questions(language, self.args.seed, self.args.questions as usize);
        let mut recall = Recall {
            questions: items.len(),
            min_distance_tokens: usize::MAX,
            ..Recall::default()
        };
        let (mut correct, mut frequent, mut last, mut distance) = (0, 0, 0, 0);
        for item in &items {
            let Some(is_right) = self.is_answered(&item.context, &item.answer)? else {
                recall.questions -= 1;
                continue;
            };
            correct += usize::from(is_right);
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
        self.model.tokenizer().encode(&text[start..]).len()
    }

    /// "Who has it" and "where is it" of held-out stories, by how many tokens stand between the end
    /// of the fact's sentence and the answer: as many questions as asked for in all.
    fn by_distance(&mut self, language: Language) -> Result<Vec<Distance>, Failure> {
        let mut buckets: Vec<(usize, usize)> = vec![(0, 0); BUCKETS.len()];
        let enough = (self.args.questions as usize).div_ceil(BUCKETS.len());
        for index in 0..8 * self.args.questions {
            if buckets.iter().all(|(_, questions)| *questions >= enough) {
                break;
            }
            let story = generate_story(language, self.args.seed, index, Split::Validation);
            for (context, between, answer) in facts(&story) {
                let tokens = self.model.tokenizer().encode(between).len();
                let bucket = BUCKETS.iter().rposition(|from| *from <= tokens);
                let Some(bucket) = bucket.filter(|bucket| buckets[*bucket].1 < enough) else {
                    continue;
                };
                if let Some(is_right) = self.is_answered(context, answer)? {
                    buckets[bucket].0 += usize::from(is_right);
                    buckets[bucket].1 += 1;
                }
            }
        }
        let found = buckets.into_iter().enumerate();
        Ok(found
            .map(|(index, (correct, questions))| Distance {
                from_tokens: BUCKETS[index],
                to_tokens: BUCKETS.get(index + 1).map(|next| next - 1),
                questions,
                correct: correct as f64 / questions.max(1) as f64,
            })
            .collect())
    }
}

/// Of each closing question about who has something or where it is: the text up to it, the part of
/// that text after the fact's sentence, and the answer.
fn facts(story: &Story) -> Vec<(&str, &str, &str)> {
    let mut from = 0;
    let mut ends = Vec::with_capacity(story.sentences.len());
    for sentence in &story.sentences {
        from = story.text[from..].find(&sentence.text).unwrap_or(0) + from + sentence.text.len();
        ends.push(from);
    }
    let is_open = |meaning: Meaning| {
        matches!(
            meaning,
            Meaning::WhoHas | Meaning::WherePerson | Meaning::WhereThing
        )
    };
    let questions = story.questions.iter();
    questions
        .filter(|question| {
            is_open(question.kind) && question.sentence >= story.first_closing_sentence
        })
        .map(|question| {
            let (fact, end) = (ends[question.fact_sentence], ends[question.sentence]);
            let answer = question.answer.as_str();
            (&story.text[..end], &story.text[fact..end], answer)
        })
        .collect()
}

/// The rows of the table in one language.
pub fn rows(report: &Report) -> Vec<(String, String)> {
    let percent = |share: f64| format!("{:.1}%", share * 100.0);
    let loss = |loss: &Loss| {
        let excess = loss.excess * 100.0;
        format!(
            "{:.4} against {:.4} ({excess:+.1}%)",
            loss.nats_per_token, loss.entropy_nats_per_token
        )
    };
    let Report {
        grammar,
        cool_grammar,
        recall,
        ..
    } = report;
    let of = |share: f64, count: String| format!("{} of {count}", percent(share));
    let mut rows: Vec<(String, String)> = [
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
            of(grammar.grammatical_samples, grammar.samples.to_string()),
        ),
        (
            "grammatical sentences",
            of(grammar.grammatical_sentences, grammar.sentences.to_string()),
        ),
        (
            "grammatical samples at temperature 0.7",
            of(
                cool_grammar.grammatical_samples,
                cool_grammar.samples.to_string(),
            ),
        ),
        (
            "recall over distance, right",
            of(recall.correct, recall.questions.to_string()),
        ),
        (
            "  distance of the fact, tokens",
            format!(
                "{} at least, {:.0} on average",
                recall.min_distance_tokens, recall.mean_distance_tokens
            ),
        ),
        (
            "  baseline: most frequent answer",
            percent(recall.most_frequent_baseline),
        ),
        (
            "  baseline: last mentioned",
            percent(recall.last_mentioned_baseline),
        ),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec();
    rows.extend(report.by_distance.iter().map(|bucket| {
        let range = match bucket.to_tokens {
            Some(to) => format!("{} to {to}", bucket.from_tokens),
            None => format!("{} or more", bucket.from_tokens),
        };
        (
            format!("fact {range} tokens back, right"),
            of(bucket.correct, bucket.questions.to_string()),
        )
    }));
    rows
}

/// Prints the table of both languages.
pub fn print_table(english: &[(String, String)], korean: &[(String, String)]) {
    println!("| measured | English | Korean |\n|---|---|---|");
    for ((name, english), (_, korean)) in english.iter().zip(korean) {
        println!("| {name} | {english} | {korean} |");
    }
}

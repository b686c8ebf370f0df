//! Facts from far back: who has it, where is it now.

use serde::Serialize;

use super::Evaluation;
use crate::program::Failure;
use crate::sampling::Settings;
use crate::village::{Language, Meaning, Split, Story, generate_story, recall_questions};

/// Where the buckets of distance begin, in tokens between a fact and its answer.
const BUCKETS: [usize; 6] = [0, 8, 16, 32, 64, 96];

/// Questions that need a fact from far back.
#[derive(Debug, Default, Serialize)]
pub(super) struct Recall {
    pub(super) questions: usize,
    /// Fewest tokens between the fact and the answer.
    pub(super) min_distance_tokens: usize,
    pub(super) mean_distance_tokens: f64,
    pub(super) correct: f64,
    pub(super) most_frequent_baseline: f64,
    pub(super) last_mentioned_baseline: f64,
}

/// Questions whose fact is so many tokens back.
#[derive(Debug, Default, Serialize)]
pub(super) struct Distance {
    pub(super) from_tokens: usize,
    pub(super) to_tokens: Option<usize>,
    pub(super) questions: usize,
    pub(super) correct: f64,
}

impl Evaluation<'_> {
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

    pub(super) fn recall(&mut self, language: Language) -> Result<Recall, Failure> {
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
    pub(super) fn by_distance(&mut self, language: Language) -> Result<Vec<Distance>, Failure> {
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

//! Learning the merges from text, one visible step at a time.
//!
//! Words are counted first; then the most frequent pair of neighbouring tokens
//! is merged in every word that has it, and only the counts of those words are
//! changed. Ties go to the pair whose bytes come first (left, then right), so
//! the result depends on the counts alone.
//!
//! Ids: the 256 bytes in GPT-2's order, the merges in the order of learning,
//! the special tokens last.
//!
//! Source: Sennrich, Haddow, Birch 2016, algorithm 1.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::rc::Rc;

use super::byte_alphabet::bytes_in_id_order;
use super::{AddedToken, ByteLevelBpe, TokenizerError, WordCounts};

/// A pair is worth a token only if it is seen at least this often.
const MIN_PAIR_COUNT: u64 = 2;

/// One step of training.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearnedMerge {
    /// The id of the left token.
    pub left: u32,
    /// The id of the right token.
    pub right: u32,
    /// The id of the two together: a new one, or an old one if other merges lead to the same bytes.
    pub merged: u32,
    /// The bytes of the new token.
    pub bytes: Vec<u8>,
    /// How often the pair stood in the corpus when it was chosen.
    pub count: u64,
}

/// A word of the corpus, as far as it is merged.
struct Word {
    ids: Vec<u32>,
    count: u64,
}

type Pair = (u32, u32);

/// A pair in the queue: most frequent first, then by bytes.
type Candidate = (u64, Reverse<(Rc<[u8]>, Rc<[u8]>)>, Pair);

/// Learns merges; every `next` learns one and returns it.
///
/// The iterator ends when no pair is seen twice any more. Stop it at any step
/// and [`Trainer::finish`] gives the tokenizer learned so far.
pub struct Trainer {
    words: Vec<Word>,
    tokens: Vec<Rc<[u8]>>,
    ids_by_bytes: HashMap<Rc<[u8]>, u32>,
    merges: Vec<Pair>,
    pair_counts: HashMap<Pair, u64>,
    /// The words a pair was seen in; may name words that lost it since.
    words_by_pair: HashMap<Pair, Vec<usize>>,
    queue: BinaryHeap<Candidate>,
}

impl Trainer {
    /// A trainer that knows the bytes and the words, and no merge yet.
    pub fn new(counts: &WordCounts) -> Self {
        let order = bytes_in_id_order();
        let mut id_of_byte = [0u32; 256];
        for (id, byte) in (0u32..).zip(&order) {
            id_of_byte[usize::from(*byte)] = id;
        }
        let words = counts
            .iter()
            .map(|(word, count)| Word {
                ids: word
                    .bytes()
                    .map(|byte| id_of_byte[usize::from(byte)])
                    .collect(),
                count,
            })
            .collect();
        let tokens: Vec<Rc<[u8]>> = order.iter().map(|byte| Rc::from(&[*byte][..])).collect();
        let mut trainer = Self {
            words,
            ids_by_bytes: tokens.iter().cloned().zip(0u32..).collect(),
            tokens,
            merges: Vec::new(),
            pair_counts: HashMap::new(),
            words_by_pair: HashMap::new(),
            queue: BinaryHeap::new(),
        };
        for (index, word) in trainer.words.iter().enumerate() {
            for pair in pairs_of(&word.ids) {
                *trainer.pair_counts.entry(pair).or_default() += word.count;
                let words = trainer.words_by_pair.entry(pair).or_default();
                if words.last() != Some(&index) {
                    words.push(index);
                }
            }
        }
        let candidates: Vec<Candidate> = trainer
            .pair_counts
            .iter()
            .map(|(pair, count)| trainer.candidate(*pair, *count))
            .collect();
        trainer.queue = BinaryHeap::from(candidates);
        trainer
    }

    /// The number of tokens so far, special tokens not counted.
    pub fn vocab_size(&self) -> usize {
        self.tokens.len()
    }

    /// The tokenizer with the merges learned so far and `special_tokens` as its last ids.
    ///
    /// # Errors
    /// [`TokenizerError::BadSpecialToken`] if one is empty, given twice or already a token.
    pub fn finish(self, special_tokens: &[&str]) -> Result<ByteLevelBpe, TokenizerError> {
        let mut bytes_by_id: Vec<Option<Box<[u8]>>> = self
            .tokens
            .iter()
            .map(|bytes| Some(Box::from(bytes.as_ref())))
            .collect();
        let mut added_tokens: Vec<AddedToken> = Vec::new();
        for (id, content) in (self.tokens.len() as u32..).zip(special_tokens) {
            let taken = self.ids_by_bytes.contains_key(content.as_bytes());
            if content.is_empty()
                || taken
                || added_tokens.iter().any(|added| added.content == *content)
            {
                return Err(TokenizerError::BadSpecialToken {
                    content: (*content).to_owned(),
                });
            }
            bytes_by_id.push(Some(Box::from(content.as_bytes())));
            added_tokens.push(AddedToken {
                id,
                content: (*content).to_owned(),
                special: true,
                lstrip: false,
            });
        }
        ByteLevelBpe::new(bytes_by_id, self.merges, added_tokens)
    }

    fn candidate(&self, pair: Pair, count: u64) -> Candidate {
        let bytes = |id: u32| Rc::clone(&self.tokens[id as usize]);
        (count, Reverse((bytes(pair.0), bytes(pair.1))), pair)
    }

    /// The most frequent pair; candidates whose count has changed are put back.
    fn most_frequent_pair(&mut self) -> Option<(Pair, u64)> {
        while let Some((count, order, pair)) = self.queue.pop() {
            let count_now = self.pair_counts.get(&pair).copied().unwrap_or(0);
            if count == count_now && count >= MIN_PAIR_COUNT {
                return Some((pair, count));
            }
            if count_now >= MIN_PAIR_COUNT && count_now < count {
                self.queue.push((count_now, order, pair));
            }
        }
        None
    }

    /// Replaces `pair` by `merged` in every word that has it and corrects the counts.
    fn apply(&mut self, pair: Pair, merged: u32) {
        let mut indices = self.words_by_pair.remove(&pair).unwrap_or_default();
        indices.sort_unstable();
        indices.dedup();
        let mut grown: Vec<Pair> = Vec::new();
        for index in indices {
            let word = &mut self.words[index];
            if !pairs_of(&word.ids).any(|found| found == pair) {
                continue;
            }
            for old in pairs_of(&word.ids) {
                if let Some(count) = self.pair_counts.get_mut(&old) {
                    *count -= word.count;
                }
            }
            merge_in_place(&mut word.ids, pair, merged);
            for new in pairs_of(&word.ids) {
                *self.pair_counts.entry(new).or_default() += word.count;
                if new.0 == merged || new.1 == merged {
                    grown.push(new);
                    let words = self.words_by_pair.entry(new).or_default();
                    if words.last() != Some(&index) {
                        words.push(index);
                    }
                }
            }
        }
        self.pair_counts.remove(&pair);
        grown.sort_unstable();
        grown.dedup();
        for new in grown {
            if let Some(count) = self.pair_counts.get(&new) {
                self.queue.push(self.candidate(new, *count));
            }
        }
    }
}

impl Iterator for Trainer {
    type Item = LearnedMerge;

    fn next(&mut self) -> Option<LearnedMerge> {
        let (pair, count) = self.most_frequent_pair()?;
        let bytes = [
            &*self.tokens[pair.0 as usize],
            &*self.tokens[pair.1 as usize],
        ]
        .concat();
        let merged = match self.ids_by_bytes.get(&bytes[..]) {
            Some(known) => *known,
            None => {
                let token: Rc<[u8]> = Rc::from(&bytes[..]);
                let id = u32::try_from(self.tokens.len()).ok()?;
                self.tokens.push(Rc::clone(&token));
                self.ids_by_bytes.insert(token, id);
                id
            }
        };
        self.merges.push(pair);
        self.apply(pair, merged);
        Some(LearnedMerge {
            left: pair.0,
            right: pair.1,
            merged,
            bytes,
            count,
        })
    }
}

/// A tokenizer of `vocab_size` ids learned from the texts, special tokens last.
///
/// Smaller than asked for if the corpus has no pair left that is seen twice.
///
/// ```
/// use llm_atlas::tokenizer::train_bpe;
/// let tokenizer = train_bpe(["the cat the hat the mat"], 259, &["<|endoftext|>"]).unwrap();
/// assert_eq!(tokenizer.vocab_size(), 259);
/// assert_eq!(tokenizer.id_of_added("<|endoftext|>"), Some(258));
/// ```
///
/// # Errors
/// [`TokenizerError::VocabTooSmall`] if the bytes and the special tokens need more ids.
pub fn train_bpe<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    vocab_size: usize,
    special_tokens: &[&str],
) -> Result<ByteLevelBpe, TokenizerError> {
    let needed = 256 + special_tokens.len();
    if vocab_size < needed {
        return Err(TokenizerError::VocabTooSmall { vocab_size, needed });
    }
    let counts: WordCounts = texts.into_iter().collect();
    let mut trainer = Trainer::new(&counts);
    while trainer.vocab_size() + special_tokens.len() < vocab_size && trainer.next().is_some() {}
    trainer.finish(special_tokens)
}

fn pairs_of(ids: &[u32]) -> impl Iterator<Item = Pair> + '_ {
    ids.windows(2).map(|pair| (pair[0], pair[1]))
}

/// Replaces every `pair`, left to right, keeping the order of the rest.
fn merge_in_place(ids: &mut Vec<u32>, pair: Pair, merged: u32) {
    let (mut read, mut write) = (0, 0);
    while read < ids.len() {
        let is_pair = ids[read] == pair.0 && ids.get(read + 1) == Some(&pair.1);
        ids[write] = if is_pair { merged } else { ids[read] };
        read += if is_pair { 2 } else { 1 };
        write += 1;
    }
    ids.truncate(write);
}

//! Learning to fill in masked tokens: one text per sequence, some of its tokens hidden.
//!
//! Source: Devlin et al. 2019, "BERT", <https://arxiv.org/abs/1810.04805>: of the chosen tokens 80%
//! become `[MASK]`, 10% any token, 10% stay as they are. Words that the rest of a text determines
//! can be masked more often, and whole ([`Recipe::determined_mask_rate`](super::Recipe)).

use std::ops::Range;

use super::buckets::{Padded, Sequence, bucketed};
use super::{Batch, Corpus};
use crate::models::bert::{IGNORED, MaskedBatch};
use crate::tokenizer::ByteLevelBpe;

/// Fills short sequences up.
pub const PAD: &str = "[PAD]";
/// Begins every sequence.
pub const CLS: &str = "[CLS]";
/// Ends every sequence.
pub const SEP: &str = "[SEP]";
/// Stands for a token to be filled in.
pub const MASK: &str = "[MASK]";

impl Batch for MaskedBatch {
    fn n_tokens(&self) -> usize {
        self.lengths.iter().sum()
    }

    fn n_positions(&self) -> usize {
        self.inputs.len()
    }

    fn n_targets(&self) -> usize {
        let labels = self.labels.iter();
        labels.filter(|label| **label != IGNORED).count()
    }
}

/// Batch number `index` of a corpus.
pub(super) fn masked_batch(corpus: &mut Corpus<'_>, index: usize) -> MaskedBatch {
    let (pad, mask) = (corpus.special(PAD), corpus.special(MASK));
    // Any token that is not special: those are the last ids.
    let n_plain = corpus.tokenizer.vocab_size() - corpus.tokenizer.added_tokens().len();
    let sequences = bucketed(corpus, index, sequence);
    let rows: Vec<&[u32]> = sequences.iter().map(|row| row.source.as_slice()).collect();
    let Padded {
        ids: mut inputs,
        lengths,
        seq_len,
    } = Padded::new(&rows, pad);
    let mut labels = vec![IGNORED; inputs.len()];
    for (row, sequence) in sequences.iter().enumerate() {
        for pos in masked_positions(corpus, sequence) {
            let place = row * seq_len + pos;
            labels[place] = inputs[place];
            let draw = corpus.draw(0x3A_5C, draw_index(sequence.index, pos));
            if draw < 0.8 {
                inputs[place] = mask as i32;
            } else if draw < 0.9 {
                inputs[place] = ((draw - 0.8) / 0.1 * n_plain as f64) as i32;
            }
        }
    }
    MaskedBatch {
        inputs,
        labels,
        lengths,
        seq_len,
    }
}

/// `[CLS]`, text number `index` cut to fit, `[SEP]`.
fn sequence(corpus: &mut Corpus<'_>, index: u64) -> Sequence {
    let (cls, sep) = (corpus.special(CLS), corpus.special(SEP));
    let (text, words) = corpus.text_with_blanks(index);
    let mut source = vec![cls];
    corpus.push_tokens(&text, &mut source);
    source.truncate(corpus.recipe.seq_len - 1);
    let blanks = words
        .into_iter()
        .filter_map(|word| tokens_of(corpus.tokenizer, &text, &source[1..], word))
        .map(|tokens| tokens.start + 1..tokens.end + 1)
        .collect();
    source.push(sep);
    Sequence {
        index,
        source,
        target: Vec::new(),
        blanks,
    }
}

/// Which of a text's tokens are the word from byte `start` to `end`; `None` if a token reaches over
/// an end of it. The space before a word belongs to its first token.
fn tokens_of(
    tokenizer: &ByteLevelBpe,
    text: &str,
    ids: &[u32],
    (start, end): (usize, usize),
) -> Option<Range<usize>> {
    let mut at = 0;
    let mut first = None;
    for (pos, id) in ids.iter().enumerate() {
        let begin = at;
        at += tokenizer.token_bytes(*id)?.len();
        let is_space = text.as_bytes().get(begin) == Some(&b' ');
        if begin + usize::from(is_space) == start {
            first = Some(pos);
        }
        if at >= end {
            return (at == end).then_some(first?..pos + 1);
        }
    }
    None
}

/// The words that are masked whole, and each other token between `[CLS]` and `[SEP]` with the
/// recipe's chance; at least one.
fn masked_positions(corpus: &Corpus<'_>, sequence: &Sequence) -> Vec<usize> {
    let last = sequence.source.len() - 1;
    let draw = |pos: usize| corpus.draw(0x3A_5B, draw_index(sequence.index, pos));
    let mut is_masked: Vec<bool> = (0..last)
        .map(|pos| pos > 0 && draw(pos) < corpus.recipe.mask_rate)
        .collect();
    for word in &sequence.blanks {
        let draw = corpus.draw(0x3A_5D, draw_index(sequence.index, word.start));
        if draw < corpus.recipe.determined_mask_rate {
            is_masked[word.clone()].fill(true);
        }
    }
    let chosen: Vec<usize> = (0..last).filter(|pos| is_masked[*pos]).collect();
    match chosen.is_empty() && last > 1 {
        true => vec![1 + (draw(0) * (last - 1) as f64) as usize],
        false => chosen,
    }
}

/// Each text has room for 4,096 draws of its own.
fn draw_index(text: u64, pos: usize) -> u64 {
    text * 4096 + pos as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::village::{Language, Split, determined_words, generate_story};

    #[test]
    fn the_tokens_of_a_word_are_found() {
        let json = include_str!("../../www/models/village-gpt/tokenizer.json");
        let tokenizer = ByteLevelBpe::from_json(json).unwrap();
        for language in [Language::English, Language::Korean] {
            let mut found = 0;
            for index in 0..40 {
                let story = generate_story(language, 7, index, Split::Validation);
                let ids = tokenizer.encode_ids(&story.text);
                for (start, end) in determined_words(language, &story) {
                    let Some(tokens) = tokens_of(&tokenizer, &story.text, &ids, (start, end))
                    else {
                        continue;
                    };
                    let said = tokenizer.decode_lossy(&ids[tokens]);
                    assert_eq!(said.trim_start(), &story.text[start..end]);
                    found += 1;
                }
            }
            assert!(found > 30, "{language:?}: {found}");
        }
    }
}

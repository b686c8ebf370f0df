//! Merging the bytes of one pre-token, lowest rank first.
//!
//! The symbols are a linked list over an array, the candidate pairs a heap
//! ordered by rank and then from left to right. Every merge adds at most two
//! pairs, so a pre-token of n bytes takes O(n log n), however long it is.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// A learned pair: its place in the order of learning and the token it becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LearnedPair {
    pub(super) rank: u32,
    pub(super) merged: u32,
}

pub(super) type PairTable = HashMap<(u32, u32), LearnedPair>;

/// One merge of one word, in the order in which they happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MergeStep {
    /// The place of the pair in the list of merges; lower was learned earlier.
    pub rank: u32,
    /// The id on the left.
    pub left: u32,
    /// The id on the right.
    pub right: u32,
    /// The id of the two together.
    pub merged: u32,
    /// Where the merged token starts in the word, in bytes.
    pub start: usize,
    /// Where it ends in the word, in bytes, exclusive.
    pub end: usize,
}

/// A token that is still being merged; `id` is `None` once its left neighbour took it.
#[derive(Clone, Copy)]
struct Symbol {
    id: Option<u32>,
    start: usize,
    end: usize,
    previous: Option<usize>,
    next: Option<usize>,
}

/// The final ids of a pre-token with their byte spans in it.
///
/// `byte_ids` are the ids of its bytes; `on_merge` sees every step.
pub(super) fn merge_word(
    byte_ids: impl ExactSizeIterator<Item = u32>,
    pairs: &PairTable,
    mut on_merge: impl FnMut(MergeStep),
    mut emit: impl FnMut(u32, usize, usize),
) {
    let count = byte_ids.len();
    let mut symbols: Vec<Symbol> = byte_ids
        .enumerate()
        .map(|(index, id)| Symbol {
            id: Some(id),
            start: index,
            end: index + 1,
            previous: index.checked_sub(1),
            next: Some(index + 1).filter(|next| *next < count),
        })
        .collect();
    let candidate = |symbols: &[Symbol], left: usize| {
        let right = symbols[left].next?;
        let pair = pairs.get(&(symbols[left].id?, symbols[right].id?))?;
        Some(Reverse((pair.rank, left, pair.merged)))
    };
    // Collected first: building a heap from a list is O(n).
    let first: Vec<_> = (0..count)
        .filter_map(|left| candidate(&symbols, left))
        .collect();
    let mut queue = BinaryHeap::from(first);

    while let Some(Reverse((rank, left, merged))) = queue.pop() {
        // A candidate is stale if one of its two symbols has changed since.
        let Some(now) = candidate(&symbols, left) else {
            continue;
        };
        if now != Reverse((rank, left, merged)) {
            continue;
        }
        let (Some(left_id), Some(right)) = (symbols[left].id, symbols[left].next) else {
            continue;
        };
        let Some(right_id) = symbols[right].id.take() else {
            continue;
        };
        symbols[left].id = Some(merged);
        symbols[left].end = symbols[right].end;
        symbols[left].next = symbols[right].next;
        if let Some(next) = symbols[left].next {
            symbols[next].previous = Some(left);
        }
        on_merge(MergeStep {
            rank,
            left: left_id,
            right: right_id,
            merged,
            start: symbols[left].start,
            end: symbols[left].end,
        });
        queue.extend(candidate(&symbols, left));
        if let Some(previous) = symbols[left].previous {
            queue.extend(candidate(&symbols, previous));
        }
    }

    let mut position = Some(0).filter(|_| count > 0);
    while let Some(index) = position {
        let symbol = symbols[index];
        if let Some(id) = symbol.id {
            emit(id, symbol.start, symbol.end);
        }
        position = symbol.next;
    }
}

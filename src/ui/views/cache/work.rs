//! What a step costs with the KV cache and without, counted.

use std::ops::Range;

use crate::protocol::{ModelInfo, TokenInfo, TraceUpdate};

/// What the KV cache spared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Positions computed in the last step; those before them came from the cache.
    pub computed: usize,
    /// Positions of the text after it.
    pub positions: usize,
    /// Multiplications done since the text began.
    pub done: u64,
    /// Multiplications spared since the text began.
    pub spared: u64,
}

impl Work {
    /// Takes a step in. `before` are the tokens of the trace that `update` goes on.
    pub fn note(&mut self, model: &ModelInfo, before: &[TokenInfo], update: &TraceUpdate) {
        let positions = update.tokens.len();
        let computed = update.computed_positions.min(positions);
        let is_same_text = matches!(
            (before.first(), update.tokens.first()),
            (Some(a), Some(b)) if a.id == b.id
        );
        if !is_same_text {
            *self = Work::default();
        }
        let cost = Cost::new(model);
        let done = cost.of(positions - computed..positions);
        *self = Work {
            computed,
            positions,
            done: self.done + done,
            spared: self.spared + cost.of(0..positions) - done,
        };
    }
}

/// How many multiplications of two numbers a model needs.
///
/// For each position and block: `d_model d_attn` for queries, for keys, for values and for the
/// output projection (less for keys and values that heads share), `d_model d_mlp` for each of the
/// MLP's matrices, and `2 d_attn` for each position looked at (a score and a weighted value). For
/// each position `d_model n_vocab` for the logits. Additions, norms, turns and the like are not
/// counted.
///
/// Source: Kaplan et al. 2020, "Scaling Laws for Neural Language Models", table 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// For each position, whatever it looks at.
    pub per_position: u64,
    /// For each position that a position looks at, itself too.
    pub per_key: u64,
}

impl Cost {
    /// The cost in a model.
    pub fn new(model: &ModelInfo) -> Self {
        let (d, d_attn) = (model.d_model as u64, (model.n_heads * model.d_head) as u64);
        let n_layers = model.n_layers as u64;
        let mlp = mlp_matrices(model) as u64 * model.d_mlp as u64;
        let block = d * (2 * d_attn + 2 * d_kept(model) as u64 + mlp);
        Cost {
            per_position: n_layers * block + d * model.vocab_size() as u64,
            per_key: n_layers * 2 * d_attn,
        }
    }

    /// To compute `positions` when those before them are in the cache.
    pub fn of(&self, positions: Range<usize>) -> u64 {
        let up_to = |n: usize| (n as u64) * (n as u64 + 1) / 2;
        let keys = up_to(positions.end) - up_to(positions.start);
        self.per_position * positions.len() as u64 + self.per_key * keys
    }
}

/// Bytes of the keys and values of `positions`, f32.
pub fn cache_bytes(model: &ModelInfo, positions: usize) -> u64 {
    (2 * model.n_layers * positions * d_kept(model) * size_of::<f32>()) as u64
}

/// How many numbers a position's keys have in a block.
pub fn d_kept(model: &ModelInfo) -> usize {
    model.n_kv_heads() * model.d_head
}

/// How many matrices an MLP has: with a gate one more.
pub fn mlp_matrices(model: &ModelInfo) -> usize {
    2 + usize::from(model.block.is_gated)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> ModelInfo {
        ModelInfo {
            n_layers: 2,
            n_heads: 2,
            d_model: 8,
            d_head: 4,
            d_mlp: 32,
            d_hidden: 0,
            vocabulary: vec![Vec::new(); 10],
            ..ModelInfo::default()
        }
    }

    fn update(n: usize, computed_positions: usize) -> TraceUpdate {
        let token = |i| TokenInfo {
            id: i as u32,
            bytes: Vec::new(),
            start: 0,
            end: 0,
        };
        TraceUpdate {
            tokens: (0..n).map(token).collect(),
            computed_positions,
            ..TraceUpdate::default()
        }
    }

    #[test]
    fn multiplications_are_counted_one_by_one() {
        let model = model();
        let cost = Cost::new(&model);
        let mut counted = 0;
        for position in 0..3 {
            for _ in 0..model.n_layers {
                for _ in 0..4 {
                    counted += model.d_model * model.n_heads * model.d_head;
                }
                counted += 2 * model.d_model * model.d_mlp;
                for _ in 0..=position {
                    counted += 2 * model.n_heads * model.d_head;
                }
            }
            counted += model.d_model * model.vocab_size();
        }
        assert_eq!(cost.of(0..3), counted as u64);
        assert_eq!(cost.of(0..2) + cost.of(2..3), cost.of(0..3));
        assert_eq!(cache_bytes(&model, 3), 2 * 2 * 3 * 8 * 4);
    }

    #[test]
    fn shared_keys_cost_less_and_a_gate_costs_more() {
        let mut model = model();
        let usual = Cost::new(&model);
        model.block.group_size = 2;
        let shared = Cost::new(&model);
        // Half of the keys and values of 2 blocks, 8 wide.
        assert_eq!(usual.per_position - shared.per_position, 2 * 2 * 8 * 4);
        assert_eq!(usual.per_key, shared.per_key);
        assert_eq!(cache_bytes(&model, 3), 2 * 2 * 3 * 4 * 4);
        model.block.is_gated = true;
        let gated = Cost::new(&model);
        assert_eq!(gated.per_position - shared.per_position, 2 * 8 * 32);
    }

    #[test]
    fn what_is_spared_adds_up_until_the_text_is_another_one() {
        let (model, mut work) = (model(), Work::default());
        let cost = Cost::new(&model);
        work.note(&model, &[], &update(3, 3));
        assert_eq!((work.done, work.spared), (cost.of(0..3), 0));
        let before = update(3, 3).tokens;
        work.note(&model, &before, &update(4, 1));
        work.note(&model, &before, &update(5, 1));
        assert_eq!((work.computed, work.positions), (1, 5));
        assert_eq!(work.spared, cost.of(0..3) + cost.of(0..4));
        assert_eq!(work.done, cost.of(0..5));
        work.note(&model, &before[1..], &update(2, 2));
        assert_eq!(work.spared, 0);
    }
}

//! The activations of one text, as the page holds them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Activation, Axis, ModelInfo, Rows, Site, TokenInfo, TraceUpdate};

/// Which activations are wanted. Views state theirs; the page asks for the union.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceSpec(pub BTreeSet<Activation>);

impl TraceSpec {
    /// All activations of a model with `n_layers` blocks.
    pub fn all(n_layers: usize) -> Self {
        Activation::all(n_layers).into_iter().collect()
    }

    /// Whether `activation` is wanted.
    pub fn contains(&self, activation: Activation) -> bool {
        self.0.contains(&activation)
    }

    /// Whether everything in `other` is in `self`.
    pub fn covers(&self, other: &TraceSpec) -> bool {
        self.0.is_superset(&other.0)
    }

    /// What either wants.
    pub fn union(&self, other: &TraceSpec) -> TraceSpec {
        self.0.iter().chain(&other.0).copied().collect()
    }
}

impl FromIterator<Activation> for TraceSpec {
    fn from_iter<I: IntoIterator<Item = Activation>>(activations: I) -> Self {
        // One after the other: a set collected at once is sorted first, by a sort of its own.
        let mut spec = TraceSpec::default();
        spec.0.extend(activations);
        spec
    }
}

/// The activations of one text, one row per position.
///
/// The row of a position holds what that position computed: `[d_model]` for the residual stream,
/// `[head, d_head]` for queries, keys, values and `z` (keys and values of heads that share theirs
/// once), `[head, key]` with `key <= query` for
/// scores and patterns (all keys where positions look both ways, `[head, source]` where they look
/// across), `[vocab]` for logits. A causal model never changes a row when text is appended, so rows
/// are kept from one keystroke to the next.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    tokens: Vec<TokenInfo>,
    source: Vec<TokenInfo>,
    total_tokens: usize,
    total_source: usize,
    typed_tokens: usize,
    n_heads: usize,
    group_size: usize,
    rows: BTreeMap<Activation, Rows>,
}

impl Trace {
    /// An empty trace of a model with `n_heads` heads per block, each with its own keys and values.
    pub fn new(n_heads: usize) -> Self {
        Trace {
            n_heads,
            ..Trace::default()
        }
    }

    /// An empty trace of a model.
    pub fn of(model: &ModelInfo) -> Self {
        Trace {
            group_size: model.block.group_size,
            ..Trace::new(model.n_heads)
        }
    }

    /// The tokens the model read.
    pub fn tokens(&self) -> &[TokenInfo] {
        &self.tokens
    }

    /// The tokens an encoder-decoder's encoder read; empty for every other model.
    pub fn source(&self) -> &[TokenInfo] {
        &self.source
    }

    /// Number of rows of an activation: one per position of the text it is of.
    pub fn len_of(&self, activation: Activation) -> usize {
        match activation.is_of_source() {
            true => self.source.len(),
            false => self.len(),
        }
    }

    /// Number of positions.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether nothing has been run yet.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// How many tokens the whole text has; more than [`Self::len`] if it was too long.
    pub fn total_tokens(&self) -> usize {
        self.total_tokens
    }

    /// How many tokens an encoder-decoder's whole source has; more than those in [`Self::source`] if
    /// it was too long.
    pub fn total_source(&self) -> usize {
        self.total_source
    }

    /// How many of the first tokens were typed; the rest were generated.
    pub fn typed_tokens(&self) -> usize {
        self.typed_tokens
    }

    /// The activations held.
    pub fn activations(&self) -> impl Iterator<Item = Activation> + '_ {
        self.rows.keys().copied()
    }

    /// Whether every activation of `spec` is held for every position.
    pub fn covers(&self, spec: &TraceSpec) -> bool {
        spec.0.iter().all(|activation| {
            self.rows
                .get(activation)
                .is_some_and(|rows| rows.len() == self.len_of(*activation))
        })
    }

    /// What position `pos` computed for `activation`, all heads in a row.
    pub fn row(&self, activation: Activation, pos: usize) -> Option<&[f32]> {
        self.rows.get(&activation)?.get(pos)
    }

    /// The part of a row that belongs to one head: `[d_head]`, or one number for each position that
    /// `pos` may look at. Of keys and values those that the head looks at.
    pub fn head_row(&self, activation: Activation, head: usize, pos: usize) -> Option<&[f32]> {
        let row = self.row(activation, pos)?;
        let group = self.group(activation);
        let width = row.len() * group / self.n_heads.max(1);
        let head = head / group;
        row.get(head * width..(head + 1) * width)
    }

    /// How many heads share one part of a row.
    fn group(&self, activation: Activation) -> usize {
        match activation {
            Activation::Block {
                site: Site::K | Site::V,
                ..
            } => self.group_size.max(1),
            _ => 1,
        }
    }

    /// How much `query` attends to each position `0..=query` in one head.
    pub fn pattern(&self, layer: usize, head: usize, query: usize) -> Option<&[f32]> {
        self.head_row(Activation::block(layer, Site::Pattern), head, query)
    }

    /// The logits of the token after the last one.
    pub fn last_logits(&self) -> Option<&[f32]> {
        self.row(Activation::Logits, self.len().checked_sub(1)?)
    }

    /// Takes in new rows. Returns whether the update fits on what is held; if not, the trace is
    /// emptied, so that the next request asks for everything.
    pub fn apply(&mut self, update: TraceUpdate) -> bool {
        let first = update.first_position;
        let fits = first <= self.len()
            && update.tokens.len() >= first
            && self.tokens[..first]
                .iter()
                .zip(&update.tokens)
                .all(|(held, new)| held.id == new.id);
        if !fits {
            self.empty();
            return false;
        }
        let mut rows = BTreeMap::new();
        for (activation, new) in update.rows {
            let mut kept = self.rows.remove(&activation).unwrap_or_default();
            kept.truncate(first);
            if kept.len() != first {
                self.empty();
                return false;
            }
            kept.extend(new);
            rows.insert(activation, kept);
        }
        self.rows = rows;
        self.tokens = update.tokens;
        self.source = update.source;
        self.total_tokens = update.total_tokens;
        self.total_source = update.total_source;
        self.typed_tokens = update.typed_tokens;
        true
    }

    fn empty(&mut self) {
        *self = Trace {
            n_heads: self.n_heads,
            group_size: self.group_size,
            ..Trace::default()
        };
    }

    /// The activation as a full array with its shape; `None` if it is not held.
    ///
    /// Scores and patterns are square `[head, query, key]`; what may not be looked at is 0 in a
    /// pattern. (Scores above the diagonal are not held; they are 0 here too.)
    pub fn to_array(&self, activation: Activation) -> Option<(Vec<usize>, Vec<f32>)> {
        let rows = self.rows.get(&activation)?;
        let n = rows.len();
        if !activation.is_per_head() {
            let width = rows.get(0).map_or(0, <[f32]>::len);
            return Some((vec![n, width], rows.iter().flatten().copied().collect()));
        }
        let is_square = activation.axes()[2] == Axis::Key;
        let width = if is_square {
            n
        } else {
            self.head_row(activation, 0, 0).map_or(0, <[f32]>::len)
        };
        let group = self.group(activation);
        let n_heads = self.n_heads / group;
        let mut values = Vec::with_capacity(n_heads * n * width);
        for head in 0..n_heads {
            for pos in 0..n {
                let row = self.head_row(activation, head * group, pos)?;
                values.extend_from_slice(row);
                values.resize(values.len() + width - row.len(), 0.0);
            }
        }
        Some((vec![n_heads, n, width], values))
    }
}

//! What views read from their input: which token, key and head are meant, and sizes of vectors.

use crate::protocol::{Activation, Site, TokenInfo};
use crate::ui::components::scene::Source;

use super::{Focus, Target, ViewInput, token_hues, token_label};

/// Euclidean length of a vector.
pub fn norm(vector: &[f32]) -> f32 {
    vector.iter().map(|x| x * x).sum::<f32>().sqrt()
}

/// Turns norms into widths by one factor, so that equal widths are equal norms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NormScale {
    /// The largest norm.
    pub largest: f32,
    /// Its width, pixels.
    pub width: f64,
}

impl NormScale {
    /// A scale whose largest norm is drawn `width` pixels wide.
    pub fn new(norms: impl IntoIterator<Item = f32>, width: f64) -> Self {
        let largest = norms.into_iter().fold(0.0, f32::max);
        NormScale { largest, width }
    }

    /// Width of a norm, at least a hair.
    pub fn px(&self, norm: f32) -> f64 {
        if self.largest <= 0.0 {
            return 0.6;
        }
        (f64::from(norm / self.largest) * self.width).max(0.6)
    }
}

impl Focus {
    /// The token that is chosen among `len`; the last one at rest.
    pub fn chosen_token(&self, len: usize) -> Option<usize> {
        let last = len.checked_sub(1)?;
        Some(self.token.map_or(last, |token| token.min(last)))
    }
}

impl ViewInput<'_> {
    /// The chosen token, if there is any text.
    pub(super) fn chosen(&self) -> Option<usize> {
        self.focus.chosen_token(self.trace.len())
    }

    /// The chosen block, inside the model.
    pub(super) fn layer(&self) -> usize {
        self.focus.layer.min(self.model.n_layers.saturating_sub(1))
    }

    /// The chosen head, inside the model.
    pub(super) fn head(&self) -> usize {
        self.focus.head.min(self.model.n_heads.saturating_sub(1))
    }

    /// The token the pointer is on, by itself or by its number or cell.
    pub(super) fn hovered_token(&self) -> Option<usize> {
        match self.focus.hovered {
            Some(Target::Token(position)) if position < self.trace.len() => Some(position),
            _ => None,
        }
    }

    /// The query and key of the chosen head that the pointer is on.
    pub(super) fn hovered_pair(&self) -> Option<(usize, usize)> {
        match self.focus.hovered {
            Some(Target::Cell {
                layer,
                head,
                query,
                key,
            }) if (layer, head) == (self.layer(), self.head())
                && query < self.trace.len()
                && key <= query =>
            {
                Some((query, key))
            }
            _ => None,
        }
    }

    /// The token whose path is drawn in full colour: the one pointed at, else the chosen one.
    pub(super) fn path(&self) -> Option<usize> {
        self.hovered_token().or_else(|| self.chosen())
    }

    /// Whether a token's path is drawn in full colour.
    pub(super) fn is_lit(&self, position: usize) -> bool {
        self.path() == Some(position)
    }

    /// `positions` in the order in which they are drawn: the lit one comes to lie on top.
    pub(super) fn lit_last(&self, positions: impl Iterator<Item = usize>) -> Vec<usize> {
        let (mut order, lit): (Vec<_>, Vec<_>) = positions.partition(|at| !self.is_lit(*at));
        order.extend(lit);
        order
    }

    /// The key the chosen token's row is read at: the chosen one, or the one with most attention.
    pub(super) fn chosen_key(&self, query: usize) -> Option<usize> {
        if let Some(key) = self.focus.key.filter(|key| *key <= query) {
            return Some(key);
        }
        let pattern = self.trace.pattern(self.layer(), self.head(), query)?;
        largest(pattern)
    }

    /// The tokens, how each is written.
    pub(super) fn labels(&self) -> Vec<String> {
        let label = |token: &TokenInfo| token_label(&token.bytes).text;
        self.trace.tokens().iter().map(label).collect()
    }

    /// The hue of each token.
    pub(super) fn hues(&self) -> Vec<u8> {
        token_hues(self.trace.tokens())
    }

    /// A type size at the page's scale.
    pub(super) fn size(&self, size: f64) -> f64 {
        size * self.type_scale
    }

    /// The norm of a row, 0 if it is not there.
    pub(super) fn norm(&self, layer: usize, site: Site, position: usize) -> f32 {
        let row = self.trace.row(Activation::block(layer, site), position);
        row.map_or(0.0, norm)
    }

    /// The norm of one head's row, 0 if it is not there.
    pub(super) fn head_norm(&self, site: Site, position: usize) -> f32 {
        let activation = Activation::block(self.layer(), site);
        let row = self.trace.head_row(activation, self.head(), position);
        row.map_or(0.0, norm)
    }

    /// An attention weight and where it is from.
    pub(super) fn weight(&self, layer: usize, head: usize, at: (usize, usize)) -> Option<Source> {
        let (query, key) = at;
        Some(Source {
            activation: Activation::block(layer, Site::Pattern),
            index: vec![head, query, key],
            value: *self.trace.pattern(layer, head, query)?.get(key)?,
        })
    }
}

/// Index of the largest number; the first of equal ones.
pub(super) fn largest(values: &[f32]) -> Option<usize> {
    let best = |best: usize, i: usize| if values[i] > values[best] { i } else { best };
    (0..values.len()).reduce(best)
}

//! What views read from their input: which token, key and head are meant, and sizes of vectors.

use crate::protocol::{Activation, Site};

use super::attended::labels_of;
use super::{Target, ViewInput, token_hues};

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

impl ViewInput<'_> {
    /// The chosen token, if there is any text.
    pub(super) fn chosen(&self) -> Option<usize> {
        self.focus.chosen_in(self.model, self.trace)
    }

    /// The chosen block, inside the model.
    pub(super) fn layer(&self) -> usize {
        self.focus.layer_of(self.model)
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

    /// The tokens, how each is written.
    pub(super) fn labels(&self) -> Vec<String> {
        labels_of(self.trace.tokens())
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
        let row = self.stage(self.layer(), site, self.head(), position);
        row.map_or(0.0, norm)
    }
}

/// Index of the largest number; the first of equal ones.
pub(super) fn largest(values: &[f32]) -> Option<usize> {
    let best = |best: usize, i: usize| if values[i] > values[best] { i } else { best };
    (0..values.len()).reduce(best)
}

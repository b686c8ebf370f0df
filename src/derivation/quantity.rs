//! Names of single numbers, as text and as data.

use std::fmt;
use std::str::FromStr;

use crate::protocol::{Activation, Axis, ModelInfo, Parameter, Site};

/// An array of numbers the arithmetic of a model speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Array {
    /// Token ids `[pos]`.
    Tokens,
    /// An activation.
    Activation(Activation),
    /// Attention scores of a block before they are scaled `[head, query, key]`.
    RawScores(usize),
    /// Attention scores of a block with the causal mask `[head, query, key]`.
    MaskedScores(usize),
    /// Probability of each token to be the next one `[pos, vocab]`, at temperature 1.
    Probabilities,
    /// The same at the temperature that is set.
    TemperedProbabilities,
    /// A parameter.
    Parameter(Parameter),
}

impl Array {
    /// The axes of the array.
    pub fn axes(self) -> &'static [Axis] {
        match self {
            Array::Tokens => &[Axis::Pos],
            Array::Activation(activation) => activation.axes(),
            Array::RawScores(_) | Array::MaskedScores(_) => &[Axis::Head, Axis::Query, Axis::Key],
            Array::Probabilities | Array::TemperedProbabilities => &[Axis::Pos, Axis::Vocab],
            Array::Parameter(parameter) => parameter.axes(),
        }
    }

    /// How long each axis is for a text of `n_positions` tokens; 1 for axes there are not.
    pub fn shape(self, model: &ModelInfo, n_positions: usize) -> [usize; 3] {
        let mut shape = [1; 3];
        for (length, axis) in shape.iter_mut().zip(self.axes()) {
            *length = match axis {
                // The rows of the table of positions are there whether or not they are read.
                Axis::Pos if matches!(self, Array::Parameter(_)) => model.n_ctx,
                Axis::Pos | Axis::Query | Axis::Key | Axis::Source => n_positions,
                Axis::Head => model.n_heads,
                Axis::DModel => model.d_model,
                Axis::DHead => model.d_head,
                Axis::DMlp => model.d_mlp,
                Axis::DHidden => model.d_hidden,
                Axis::Vocab => model.vocab_size(),
            };
        }
        shape
    }

    /// The block it is in, from 0.
    pub fn layer(self) -> Option<usize> {
        match self {
            Array::Activation(Activation::Block { layer, .. })
            | Array::Parameter(Parameter::Block { layer, .. })
            | Array::RawScores(layer)
            | Array::MaskedScores(layer) => Some(layer),
            _ => None,
        }
    }

    /// Every array of a model with `n_layers` blocks.
    pub fn all(n_layers: usize) -> Vec<Array> {
        let mut all = vec![Array::Tokens];
        all.extend(Activation::all(n_layers).into_iter().map(Array::Activation));
        all.extend((0..n_layers).flat_map(|l| [Array::RawScores(l), Array::MaskedScores(l)]));
        all.extend([Array::Probabilities, Array::TemperedProbabilities]);
        all.extend(Parameter::all(n_layers).into_iter().map(Array::Parameter));
        all
    }
}

impl fmt::Display for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Array::Tokens => f.write_str("tokens"),
            Array::Activation(activation) => activation.fmt(f),
            Array::RawScores(layer) => {
                write!(f, "raw:{}", Activation::block(layer, Site::Scores))
            }
            Array::MaskedScores(layer) => {
                write!(f, "masked:{}", Activation::block(layer, Site::Scores))
            }
            Array::Probabilities => f.write_str("p"),
            Array::TemperedProbabilities => f.write_str("tempered:p"),
            Array::Parameter(parameter) => parameter.fmt(f),
        }
    }
}

impl FromStr for Array {
    type Err = ParseQuantityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseQuantityError(text.to_owned());
        let scores_of = |name: &str| match name.parse() {
            Ok(Activation::Block {
                layer,
                site: Site::Scores,
            }) => Ok(layer),
            _ => Err(error()),
        };
        match text.split_once(':') {
            Some(("raw", name)) => return scores_of(name).map(Array::RawScores),
            Some(("masked", name)) => return scores_of(name).map(Array::MaskedScores),
            Some(("tempered", "p")) => return Ok(Array::TemperedProbabilities),
            Some(_) => return Err(error()),
            None => {}
        }
        match text {
            "tokens" => return Ok(Array::Tokens),
            "p" => return Ok(Array::Probabilities),
            _ => {}
        }
        let activation = text.parse().map(Array::Activation);
        activation
            .or_else(|_| text.parse().map(Array::Parameter))
            .map_err(|_| error())
    }
}

/// One number of a model reading a text.
///
/// ```
/// use llm_atlas::derivation::Quantity;
/// use llm_atlas::protocol::{Activation, Site};
/// let score = Quantity::activation(Activation::block(3, Site::Scores), &[1, 8, 0]);
/// assert_eq!(score.to_string(), "blocks.3.attn.scores[1,8,0]");
/// assert_eq!("blocks.3.attn.scores[1,8,0]".parse(), Ok(score));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Quantity {
    /// The array it is in.
    pub array: Array,
    /// Where in the array; 0 along axes there are not.
    at: [usize; 3],
}

impl Quantity {
    /// The number of `array` at `index`, one entry per axis; missing entries are 0.
    pub fn new(array: Array, index: &[usize]) -> Self {
        let mut at = [0; 3];
        let axes = array.axes().len();
        for (place, i) in at.iter_mut().zip(index).take(axes) {
            *place = *i;
        }
        Quantity { array, at }
    }

    /// A number of an activation.
    pub fn activation(activation: Activation, index: &[usize]) -> Self {
        Quantity::new(Array::Activation(activation), index)
    }

    /// A number of a parameter.
    pub fn parameter(parameter: Parameter, index: &[usize]) -> Self {
        Quantity::new(Array::Parameter(parameter), index)
    }

    /// Its index along the array's axes.
    pub fn index(&self) -> &[usize] {
        &self.at[..self.array.axes().len()]
    }

    /// Its index along one axis.
    pub fn along(&self, axis: Axis) -> Option<usize> {
        let place = self.array.axes().iter().position(|other| *other == axis)?;
        Some(self.at[place])
    }

    /// Whether it is learned in training: the same for every text.
    pub fn is_parameter(&self) -> bool {
        matches!(self.array, Array::Parameter(_))
    }

    /// Whether the model has it, for a text of `n_positions` tokens.
    pub fn exists(&self, model: &ModelInfo, n_positions: usize) -> bool {
        let shape = self.array.shape(model, n_positions);
        let is_inside = self.at.iter().zip(shape).all(|(i, length)| *i < length);
        is_inside && self.array.layer().is_none_or(|l| l < model.n_layers)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[", self.array)?;
        for (place, i) in self.index().iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(f, "{comma}{i}")?;
        }
        f.write_str("]")
    }
}

/// The text is not the name of a number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the name of a number of a model")]
pub struct ParseQuantityError(pub String);

impl FromStr for Quantity {
    type Err = ParseQuantityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseQuantityError(text.to_owned());
        let (name, index) = text
            .strip_suffix(']')
            .and_then(|rest| rest.split_once('['))
            .ok_or_else(error)?;
        let array: Array = name.parse().map_err(|_| error())?;
        let index: Vec<usize> = index
            .split(',')
            .map(|i| i.parse().ok())
            .collect::<Option<_>>()
            .ok_or_else(error)?;
        if index.len() != array.axes().len() {
            return Err(error());
        }
        Ok(Quantity::new(array, &index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for array in Array::all(12) {
            assert_eq!(array.to_string().parse(), Ok(array));
            let quantity = Quantity::new(array, &[3, 14, 159]);
            assert_eq!(quantity.to_string().parse(), Ok(quantity));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "p",
            "p[8]",
            "p[8,647,1]",
            "p[8,-1]",
            "p[8,]",
            "p[8,647",
            "raw:blocks.0.attn.q[0,0,0]",
            "masked:p[0,0]",
            "tempered:logits[0,0]",
            "blocks.1.attn.scores[1,1]",
            "unembed.W_V[0,0]",
        ] {
            assert!(text.parse::<Quantity>().is_err(), "{text}");
        }
    }
}

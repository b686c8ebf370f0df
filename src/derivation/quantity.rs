//! Names of single numbers, as text and as data.

use std::fmt;
use std::str::FromStr;

use crate::protocol::{
    Activation, Architecture, Attention, Axis, ModelInfo, Parameter, Site, Stack, StackPart, Trace,
};

/// How long a text is, as a model reads it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lengths {
    /// How many tokens, of an encoder-decoder in its target.
    pub tokens: usize,
    /// How many tokens in an encoder-decoder's source; 0 for every other model.
    pub source: usize,
}

impl Lengths {
    /// The lengths of a text that was read.
    pub fn of(trace: &Trace) -> Self {
        Lengths {
            tokens: trace.len(),
            source: trace.source().len(),
        }
    }
}

/// An array of numbers the arithmetic of a model speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Array {
    /// Token ids `[pos]`.
    Tokens,
    /// Token ids of an encoder-decoder's source `[source]`.
    SourceTokens,
    /// An activation.
    Activation(Activation),
    /// Attention scores of a block before they are scaled `[head, query, key]`.
    RawScores(Attention, usize),
    /// Attention scores of a block with the causal mask `[head, query, key]`.
    MaskedScores(Attention, usize),
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
            Array::SourceTokens => &[Axis::Source],
            Array::Activation(activation) => activation.axes(),
            Array::RawScores(attention, layer) | Array::MaskedScores(attention, layer) => {
                attention.at(layer, Site::Scores).axes()
            }
            Array::Probabilities | Array::TemperedProbabilities => &[Axis::Pos, Axis::Vocab],
            Array::Parameter(parameter) => parameter.axes(),
        }
    }

    /// Whether its positions are those of an encoder-decoder's source.
    pub fn is_of_source(self) -> bool {
        match self {
            Array::Activation(activation) => {
                matches!(activation, Activation::InStack(Stack::Encoder, _))
            }
            Array::RawScores(attention, _) | Array::MaskedScores(attention, _) => {
                attention == Attention::Source
            }
            _ => false,
        }
    }

    /// How long each axis is for a text; 1 for axes there are not.
    pub fn shape(self, model: &ModelInfo, text: Lengths) -> [usize; 3] {
        let mut shape = [1; 3];
        if let Array::Parameter(parameter) = self {
            return [0, 1, 2].map(|place| parameter.length(place, model));
        }
        for (length, axis) in shape.iter_mut().zip(self.axes()) {
            *length = match axis {
                Axis::Source => text.source,
                Axis::Pos | Axis::Query | Axis::Key => match self.is_of_source() {
                    true => text.source,
                    false => text.tokens,
                },
                Axis::Bucket => 0,
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
            Array::Activation(
                Activation::Block { layer, .. }
                | Activation::InStack(_, StackPart::Block { layer, .. })
                | Activation::Cell { layer, .. },
            )
            | Array::RawScores(_, layer)
            | Array::MaskedScores(_, layer) => Some(layer),
            Array::Parameter(parameter) => parameter.layer(),
            _ => None,
        }
    }

    /// The stack of an encoder-decoder it is in.
    pub fn stack(self) -> Option<Stack> {
        match self {
            Array::Activation(Activation::InStack(stack, _))
            | Array::Parameter(Parameter::InStack(stack, _)) => Some(stack),
            Array::RawScores(attention, _) | Array::MaskedScores(attention, _) => match attention {
                Attention::Own => None,
                Attention::Source => Some(Stack::Encoder),
                Attention::Target | Attention::Cross => Some(Stack::Decoder),
            },
            _ => None,
        }
    }

    /// Every array of a model, in the order of computation.
    pub fn all(model: &ModelInfo) -> Vec<Array> {
        let n_layers = model.n_layers;
        let mut all = vec![Array::Tokens];
        let mut put = |activations: Vec<Activation>| {
            all.extend(activations.into_iter().map(Array::Activation));
        };
        match model.architecture {
            Architecture::Decoder => put(model.activations()),
            Architecture::Encoder => {
                put(model.activations());
                let sum = |layer| Activation::block(layer, Site::ResidSum);
                put((0..n_layers).map(sum).collect());
                put(vec![Activation::EmbedSum]);
                if !model.block.is_headless {
                    put(vec![Activation::HeadPre, Activation::HeadPost]);
                }
            }
            Architecture::EncoderDecoder => {
                put(model.activations());
                all.insert(1, Array::SourceTokens);
            }
            Architecture::Recurrent => {
                put(model.activations());
                if model.has_projection() {
                    put(vec![Activation::HeadPre]);
                }
            }
        }
        for attention in Attention::of(model.architecture) {
            for layer in 0..attention.n_layers(model) {
                if model.block.is_scaled {
                    all.push(Array::RawScores(*attention, layer));
                }
                if attention.looks_back_only(model.architecture) {
                    all.push(Array::MaskedScores(*attention, layer));
                }
            }
        }
        all.extend([Array::Probabilities, Array::TemperedProbabilities]);
        all.extend(Parameter::of_model(model).into_iter().map(Array::Parameter));
        all
    }
}

impl fmt::Display for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Array::Tokens => f.write_str("tokens"),
            Array::SourceTokens => f.write_str("source"),
            Array::Activation(activation) => activation.fmt(f),
            Array::RawScores(attention, layer) => {
                write!(f, "raw:{}", attention.at(layer, Site::Scores))
            }
            Array::MaskedScores(attention, layer) => {
                write!(f, "masked:{}", attention.at(layer, Site::Scores))
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
        let scores_of = |name: &str| {
            let stage = name.parse().ok().and_then(Attention::stage_of);
            match stage {
                Some((attention, layer, Site::Scores)) => Ok((attention, layer)),
                _ => Err(error()),
            }
        };
        match text.split_once(':') {
            Some(("raw", name)) => return scores_of(name).map(|(a, l)| Array::RawScores(a, l)),
            Some(("masked", name)) => {
                return scores_of(name).map(|(a, l)| Array::MaskedScores(a, l));
            }
            Some(("tempered", "p")) => return Ok(Array::TemperedProbabilities),
            Some(_) => return Err(error()),
            None => {}
        }
        match text {
            "tokens" => return Ok(Array::Tokens),
            "source" => return Ok(Array::SourceTokens),
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

    /// Whether the model has it, for a text of these lengths.
    pub fn exists(&self, model: &ModelInfo, text: Lengths) -> bool {
        let shape = self.array.shape(model, text);
        let is_inside = self.at.iter().zip(shape).all(|(i, length)| *i < length);
        is_inside && Array::all(model).contains(&self.array)
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
        for architecture in Architecture::ALL {
            let model = ModelInfo {
                architecture,
                n_layers: 12,
                n_encoder_layers: 2,
                d_hidden: 8,
                ..ModelInfo::default()
            };
            for array in Array::all(&model) {
                assert_eq!(array.to_string().parse(), Ok(array));
                let quantity = Quantity::new(array, &[3, 14, 159]);
                assert_eq!(quantity.to_string().parse(), Ok(quantity));
            }
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

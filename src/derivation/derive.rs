//! The table of the arithmetic: for every array the operation that makes its numbers. What is inside
//! a block: [`super::block`]; inside a recurrent layer: [`super::cell`].

use crate::protocol::{
    Activation, Architecture, Attention, CellSite, ModelInfo, Parameter, Site, Stack,
    StackParameter, StackPart, Trace, TraceSpec,
};

use super::block::Place;
use super::operation::{Derivation, Operation};
use super::quantity::{Array, Lengths, Quantity};

/// A text as a model reads it.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The model.
    pub model: &'a ModelInfo,
    /// The token ids, of an encoder-decoder those of its target.
    pub ids: &'a [u32],
    /// The token ids of an encoder-decoder's source.
    pub source: &'a [u32],
    /// What the logits are divided by before a token is drawn.
    pub temperature: f32,
}

/// The token ids of a text that was read, and those of its source.
pub fn ids_of(trace: &Trace) -> [Vec<u32>; 2] {
    [trace.tokens(), trace.source()].map(|tokens| tokens.iter().map(|token| token.id).collect())
}

/// A number has no arithmetic that could be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeriveError {
    /// The model has no such number for this text.
    #[error("{0} is outside the model or the text")]
    Missing(Quantity),
    /// The bend between the MLP's matrices is not one of the known ones.
    #[error("activation function `{0}` is unknown")]
    UnknownActivationFunction(String),
    /// At temperature 0 the most likely token is taken: nothing is divided.
    #[error("there is no softmax at temperature 0")]
    NoTemperature,
}

/// The operation that makes a number.
///
/// # Errors
/// If the model has no such number for this text, or its arithmetic is unknown.
pub fn derive(quantity: &Quantity, reading: &Reading<'_>) -> Result<Derivation, DeriveError> {
    let (model, of) = (reading.model, *quantity);
    if !of.exists(model, reading.lengths()) {
        return Err(DeriveError::Missing(of));
    }
    let i = of.index();
    let operation = match of.array {
        Array::Tokens | Array::SourceTokens => Operation::Given,
        Array::Parameter(_) => Operation::Learned,
        Array::RawScores(attention, layer) => reading.raw_scores(Place { attention, layer }, of),
        Array::MaskedScores(attention, layer) => Operation::Mask {
            score: Quantity::activation(attention.at(layer, Site::Scores), i),
            is_allowed: i[2] <= i[1],
        },
        Array::Probabilities => reading.softmax_of_logits(of, 1.0),
        Array::TemperedProbabilities if reading.temperature <= 0.0 => {
            return Err(DeriveError::NoTemperature);
        }
        Array::TemperedProbabilities => {
            reading.softmax_of_logits(of, f64::from(reading.temperature))
        }
        Array::Activation(activation) => reading.activation(activation, of)?,
    };
    Ok(Derivation { of, operation })
}

/// The activations a number is evaluated from. They do not depend on the text.
pub fn needed_activations(quantity: &Quantity, model: &ModelInfo) -> TraceSpec {
    let ids = vec![0; model.n_ctx];
    let made = derive(quantity, &Reading::of_any(model, &ids));
    made.map_or_else(|_| TraceSpec::default(), |made| made.spec())
}

/// The activations its operands are evaluated from in turn: what is needed next if one of them is
/// opened.
pub fn activations_ahead(quantity: &Quantity, model: &ModelInfo) -> TraceSpec {
    let ids = vec![0; model.n_ctx];
    let made = derive(quantity, &Reading::of_any(model, &ids));
    let operands = made.map_or(Vec::new(), |made| made.operands());
    let firsts = operands.iter().filter(|slice| !slice.is_empty());
    firsts.fold(TraceSpec::default(), |spec, slice| {
        spec.union(&needed_activations(&slice.get(0), model))
    })
}

impl<'a> Reading<'a> {
    /// As long a text as the model reads.
    fn of_any(model: &'a ModelInfo, ids: &'a [u32]) -> Self {
        Reading {
            model,
            ids,
            source: match model.architecture.has_source() {
                true => ids,
                false => &[],
            },
            temperature: 1.0,
        }
    }

    /// How long the text is.
    pub fn lengths(&self) -> Lengths {
        Lengths {
            tokens: self.ids.len(),
            source: self.source.len(),
        }
    }

    fn activation(&self, activation: Activation, of: Quantity) -> Result<Operation, DeriveError> {
        let i = of.index();
        let part = |activation| Some(Quantity::activation(activation, i));
        Ok(match activation {
            Activation::Embed => self.looked_up(of, self.ids, Array::Tokens)?,
            Activation::InStack(Stack::Encoder, StackPart::Embed) => {
                self.looked_up(of, self.source, Array::SourceTokens)?
            }
            Activation::InStack(Stack::Decoder, StackPart::Embed) => {
                self.looked_up(of, self.ids, Array::Tokens)?
            }
            Activation::PosEmbed => Operation::Lookup {
                entry: Quantity::parameter(Parameter::PositionEmbedding, i),
                token: None,
            },
            Activation::EmbedSum => {
                let kind = Quantity::parameter(Parameter::TypeEmbedding, &i[1..]);
                let kind = self.model.block.has_token_types.then_some(kind);
                Operation::Sum([part(Activation::Embed), part(Activation::PosEmbed), kind])
            }
            Activation::Block { layer, site } => {
                let attention = Attention::Own;
                self.in_block(Place { attention, layer }, site, of)?
            }
            Activation::InStack(stack, StackPart::Block { layer, site }) => {
                let attention = own_attention(stack);
                self.in_block(Place { attention, layer }, site, of)?
            }
            Activation::HeadPre => {
                let last = self.last(Attention::Own).ok_or(DeriveError::Missing(of))?;
                Operation::Dot {
                    left: self.row(last, i[0]),
                    right: self.part(Parameter::HeadWeight, &[None, Some(i[1])]),
                    bias: Some(Quantity::parameter(Parameter::HeadBias, &i[1..])),
                    root: None,
                }
            }
            Activation::HeadPost => Operation::Bend {
                input: Quantity::activation(Activation::HeadPre, i),
                function: self.bend()?,
                times: None,
            },
            Activation::LnFinal => {
                let input = match self.model.architecture {
                    Architecture::Encoder => Some(Activation::HeadPost),
                    _ => self.last(Attention::Own),
                };
                let input = input.ok_or(DeriveError::Missing(of))?;
                let (gain, bias) = (Parameter::LnFinalGain, Parameter::LnFinalBias);
                self.norm(of, input, gain, bias)
            }
            Activation::InStack(stack, StackPart::LnFinal) => {
                let input = self.last(own_attention(stack));
                let input = input.ok_or(DeriveError::Missing(of))?;
                let gain = Parameter::InStack(stack, StackParameter::LnFinalGain);
                self.norm(of, input, gain, Parameter::LnFinalBias)
            }
            Activation::Logits => self.logits(of)?,
            Activation::Cell { layer, site } => self.in_cell(layer, site, of),
        })
    }

    /// The stream after the last block of a stack; the hidden state of a recurrent model's last layer.
    fn last(&self, attention: Attention) -> Option<Activation> {
        if self.model.architecture == Architecture::Recurrent {
            let (layer, site) = (self.model.n_layers.checked_sub(1)?, CellSite::Hidden);
            return Some(Activation::Cell { layer, site });
        }
        let layer = attention.n_layers(self.model).checked_sub(1)?;
        Some(attention.at(layer, Site::ResidPost))
    }

    /// A number of a token's vector.
    fn looked_up(
        &self,
        of: Quantity,
        ids: &[u32],
        tokens: Array,
    ) -> Result<Operation, DeriveError> {
        let i = of.index();
        let row = ids[i[0]] as usize;
        let entry = Quantity::parameter(Parameter::TokenEmbedding, &[row, i[1]]);
        if !entry.exists(self.model, self.lengths()) {
            return Err(DeriveError::Missing(entry));
        }
        Ok(Operation::Lookup {
            entry,
            token: Some(Quantity::new(tokens, &[i[0]])),
        })
    }

    fn logits(&self, of: Quantity) -> Result<Operation, DeriveError> {
        let i = of.index();
        let model = self.model;
        let last = match model.architecture {
            Architecture::EncoderDecoder => Activation::InStack(Stack::Decoder, StackPart::LnFinal),
            Architecture::Recurrent if model.has_projection() => Activation::HeadPre,
            Architecture::Recurrent => {
                let last = self.last(Attention::Own);
                last.ok_or(DeriveError::Missing(of))?
            }
            Architecture::Decoder | Architecture::Encoder => Activation::LnFinal,
        };
        let bias = Quantity::parameter(Parameter::UnembeddingBias, &i[1..]);
        Ok(Operation::Dot {
            left: self.row(last, i[0]),
            right: self.part(Parameter::Unembedding, &[None, Some(i[1])]),
            bias: model.block.has_unembedding_bias.then_some(bias),
            root: (model.block.output_scale < 1.0).then_some(model.d_model),
        })
    }

    fn softmax_of_logits(&self, of: Quantity, temperature: f64) -> Operation {
        let i = of.index();
        Operation::Softmax {
            row: self.row(Activation::Logits, i[0]),
            at: i[1],
            temperature,
        }
    }
}

/// The attention of a stack to its own tokens.
fn own_attention(stack: Stack) -> Attention {
    match stack {
        Stack::Encoder => Attention::Source,
        Stack::Decoder => Attention::Target,
    }
}

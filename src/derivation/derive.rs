//! The table of the arithmetic: for every array the operation that makes its numbers.

use crate::protocol::{Activation, BlockParameter, ModelInfo, Parameter, Site, TraceSpec};

use super::bend::Bend;
use super::operation::{Derivation, Operation};
use super::quantity::{Array, Quantity};
use super::slice::Slice;

/// A text as a model reads it.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The model.
    pub model: &'a ModelInfo,
    /// The token ids.
    pub ids: &'a [u32],
    /// What the logits are divided by before a token is drawn.
    pub temperature: f32,
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
    if !of.exists(model, reading.ids.len()) {
        return Err(DeriveError::Missing(of));
    }
    let i = of.index();
    let operation = match of.array {
        Array::Tokens => Operation::Given,
        Array::Parameter(_) => Operation::Learned,
        Array::RawScores(layer) => reading.scores(layer, of, None),
        Array::MaskedScores(layer) => Operation::Mask {
            score: Quantity::activation(Activation::block(layer, Site::Scores), i),
            is_allowed: i[2] <= i[1],
        },
        Array::Probabilities => reading.softmax_of_logits(of, 1.0),
        Array::TemperedProbabilities if reading.temperature <= 0.0 => {
            return Err(DeriveError::NoTemperature);
        }
        Array::TemperedProbabilities => {
            reading.softmax_of_logits(of, f64::from(reading.temperature))
        }
        Array::Activation(activation) => match activation {
            Activation::Embed => {
                let row = reading.ids[i[0]] as usize;
                let entry = Quantity::parameter(Parameter::TokenEmbedding, &[row, i[1]]);
                if !entry.exists(model, reading.ids.len()) {
                    return Err(DeriveError::Missing(entry));
                }
                Operation::Lookup {
                    entry,
                    token: Some(Quantity::new(Array::Tokens, &[i[0]])),
                }
            }
            Activation::PosEmbed => Operation::Lookup {
                entry: Quantity::parameter(Parameter::PositionEmbedding, i),
                token: None,
            },
            Activation::Block { layer, site } => reading.in_block(layer, site, of)?,
            Activation::LnFinal => {
                let last = model
                    .n_layers
                    .checked_sub(1)
                    .ok_or(DeriveError::Missing(of))?;
                let input = Activation::block(last, Site::ResidPost);
                let (gain, bias) = (Parameter::LnFinalGain, Parameter::LnFinalBias);
                reading.layer_norm(of, input, gain, bias)
            }
            Activation::Logits => Operation::Dot {
                left: reading.row(Activation::LnFinal, i[0]),
                right: reading.part(Parameter::Unembedding, &[None, Some(i[1])]),
                bias: None,
                root: None,
            },
            Activation::Cell { .. } | Activation::InStack(..) => {
                return Err(DeriveError::Missing(of));
            }
        },
    };
    Ok(Derivation { of, operation })
}

/// The activations a number is evaluated from. They do not depend on the text.
pub fn needed_activations(quantity: &Quantity, model: &ModelInfo) -> TraceSpec {
    let ids = vec![0; model.n_ctx];
    let reading = Reading {
        model,
        ids: &ids,
        temperature: 1.0,
    };
    derive(quantity, &reading).map_or_else(|_| TraceSpec::default(), |made| made.spec())
}

/// The activations its operands are evaluated from in turn: what is needed next if one of them is
/// opened.
pub fn activations_ahead(quantity: &Quantity, model: &ModelInfo) -> TraceSpec {
    let ids = vec![0; model.n_ctx];
    let reading = Reading {
        model,
        ids: &ids,
        temperature: 1.0,
    };
    let operands = derive(quantity, &reading).map_or(Vec::new(), |made| made.operands());
    let firsts = operands.iter().filter(|slice| !slice.is_empty());
    firsts.fold(TraceSpec::default(), |spec, slice| {
        spec.union(&needed_activations(&slice.get(0), model))
    })
}

impl Reading<'_> {
    fn in_block(&self, layer: usize, site: Site, of: Quantity) -> Result<Operation, DeriveError> {
        let i = of.index();
        let here = |site| Activation::block(layer, site);
        let at = |site| Quantity::activation(here(site), i);
        let weight = |parameter| Parameter::block(layer, parameter);
        Ok(match site {
            Site::ResidPre => match layer.checked_sub(1) {
                None => Operation::Sum([
                    Quantity::activation(Activation::Embed, i),
                    Quantity::activation(Activation::PosEmbed, i),
                ]),
                Some(before) => Operation::Same(Quantity::activation(
                    Activation::block(before, Site::ResidPost),
                    i,
                )),
            },
            Site::Ln1 => {
                let (gain, bias) = (BlockParameter::Ln1Gain, BlockParameter::Ln1Bias);
                self.layer_norm(of, here(Site::ResidPre), weight(gain), weight(bias))
            }
            Site::Q => self.head_vector(layer, of, BlockParameter::WQ, BlockParameter::BQ),
            Site::K => self.head_vector(layer, of, BlockParameter::WK, BlockParameter::BK),
            Site::V => self.head_vector(layer, of, BlockParameter::WV, BlockParameter::BV),
            Site::Scores => self.scores(layer, of, Some(self.model.d_head)),
            Site::Pattern => Operation::Softmax {
                // What may not be looked at has no share; it is in the row only if it is asked for.
                row: self
                    .slice(Array::MaskedScores(layer), &[Some(i[0]), Some(i[1]), None])
                    .first(i[1].max(i[2]) + 1),
                at: i[2],
                temperature: 1.0,
            },
            Site::Z => {
                let seen = i[1] + 1;
                let (weights, values) = (here(Site::Pattern), here(Site::V));
                Operation::WeightedSum {
                    weights: self
                        .slice(Array::Activation(weights), &[Some(i[0]), Some(i[1]), None])
                        .first(seen),
                    values: self
                        .slice(Array::Activation(values), &[Some(i[0]), None, Some(i[2])])
                        .first(seen),
                }
            }
            Site::AttnOut => Operation::Dot {
                left: self.slice(Array::Activation(here(Site::Z)), &[None, Some(i[0]), None]),
                right: self.part(weight(BlockParameter::WO), &[None, None, Some(i[1])]),
                bias: Some(Quantity::parameter(weight(BlockParameter::BO), &i[1..])),
                root: None,
            },
            Site::ResidMid => Operation::Sum([at(Site::ResidPre), at(Site::AttnOut)]),
            Site::Ln2 => {
                let (gain, bias) = (BlockParameter::Ln2Gain, BlockParameter::Ln2Bias);
                self.layer_norm(of, here(Site::ResidMid), weight(gain), weight(bias))
            }
            Site::MlpPre => Operation::Dot {
                left: self.row(here(Site::Ln2), i[0]),
                right: self.part(weight(BlockParameter::WIn), &[None, Some(i[1])]),
                bias: Some(Quantity::parameter(weight(BlockParameter::BIn), &i[1..])),
                root: None,
            },
            Site::MlpPost => Operation::Bend {
                input: at(Site::MlpPre),
                function: self.bend()?,
            },
            Site::MlpOut => Operation::Dot {
                left: self.row(here(Site::MlpPost), i[0]),
                right: self.part(weight(BlockParameter::WOut), &[None, Some(i[1])]),
                bias: Some(Quantity::parameter(weight(BlockParameter::BOut), &i[1..])),
                root: None,
            },
            Site::ResidPost => Operation::Sum([at(Site::ResidMid), at(Site::MlpOut)]),
            Site::MlpPreLinear
            | Site::LnCross
            | Site::CrossQ
            | Site::CrossK
            | Site::CrossV
            | Site::CrossScores
            | Site::CrossPattern
            | Site::CrossZ
            | Site::CrossAttnOut
            | Site::ResidMidCross => return Err(DeriveError::Missing(of)),
        })
    }

    fn bend(&self) -> Result<Bend, DeriveError> {
        let name = &self.model.activation_function;
        Bend::from_name(name).ok_or_else(|| DeriveError::UnknownActivationFunction(name.clone()))
    }

    /// One number of a query, key or value.
    fn head_vector(
        &self,
        layer: usize,
        of: Quantity,
        matrix: BlockParameter,
        bias: BlockParameter,
    ) -> Operation {
        let i = of.index();
        let (matrix, bias) = (
            Parameter::block(layer, matrix),
            Parameter::block(layer, bias),
        );
        Operation::Dot {
            left: self.row(Activation::block(layer, Site::Ln1), i[1]),
            right: self.part(matrix, &[Some(i[0]), None, Some(i[2])]),
            bias: Some(Quantity::parameter(bias, &[i[0], i[2]])),
            root: None,
        }
    }

    fn scores(&self, layer: usize, of: Quantity, root: Option<usize>) -> Operation {
        let i = of.index();
        let vector = |site, position| {
            let array = Array::Activation(Activation::block(layer, site));
            self.slice(array, &[Some(i[0]), Some(position), None])
        };
        Operation::Dot {
            left: vector(Site::Q, i[1]),
            right: vector(Site::K, i[2]),
            bias: None,
            root,
        }
    }

    fn softmax_of_logits(&self, of: Quantity, temperature: f64) -> Operation {
        let i = of.index();
        Operation::Softmax {
            row: self.row(Activation::Logits, i[0]),
            at: i[1],
            temperature,
        }
    }

    fn layer_norm(
        &self,
        of: Quantity,
        input: Activation,
        gain: Parameter,
        bias: Parameter,
    ) -> Operation {
        let i = of.index();
        Operation::LayerNorm {
            input: self.row(input, i[0]),
            at: i[1],
            gain: Quantity::parameter(gain, &i[1..]),
            bias: Quantity::parameter(bias, &i[1..]),
            epsilon: f64::from(self.model.norm_epsilon),
        }
    }

    /// What a position computed for an activation without heads.
    fn row(&self, activation: Activation, position: usize) -> Slice {
        self.slice(Array::Activation(activation), &[Some(position), None])
    }

    fn part(&self, parameter: Parameter, index: &[Option<usize>]) -> Slice {
        self.slice(Array::Parameter(parameter), index)
    }

    fn slice(&self, array: Array, index: &[Option<usize>]) -> Slice {
        Slice::new(array, index, array.shape(self.model, self.ids.len()))
    }
}

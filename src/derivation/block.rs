//! The arithmetic inside a block, whatever family it is of.

use crate::protocol::{
    Activation, Attention, BlockParameter, Parameter, Positions, Site, Stack, StackParameter,
    StackPart, distance_bucket,
};

use super::bend::Bend;
use super::derive::{DeriveError, Reading};
use super::operation::Operation;
use super::quantity::{Array, Quantity};
use super::slice::Slice;

/// A block: one of a stack, named by the attention to its own tokens.
#[derive(Clone, Copy)]
pub struct Place {
    /// Own, source or target.
    pub attention: Attention,
    /// Index of the block in its stack.
    pub layer: usize,
}

impl Place {
    fn at(self, site: Site) -> Activation {
        self.attention.at(self.layer, site)
    }

    fn parameter(self, parameter: BlockParameter) -> Parameter {
        Parameter::of(self.attention, self.layer, parameter)
    }

    /// The same block's attention to the source.
    fn across(self) -> Place {
        Place {
            attention: Attention::Cross,
            ..self
        }
    }
}

impl Reading<'_> {
    /// The operation that makes a number inside a block.
    pub(super) fn in_block(
        &self,
        here: Place,
        site: Site,
        of: Quantity,
    ) -> Result<Operation, DeriveError> {
        use BlockParameter as B;
        let i = of.index();
        let block = &self.model.block;
        let at = |site| Some(Quantity::activation(here.at(site), i));
        let same = |site| Operation::Same(Quantity::activation(here.at(site), i));
        let sum = |a, b| Operation::Sum([at(a), at(b), None]);
        let normed = |input, gain, bias| {
            let (gain, bias) = (here.parameter(gain), here.parameter(bias));
            self.norm(of, here.at(input), gain, bias)
        };
        let has_cross = here.attention == Attention::Target;
        let between = match has_cross {
            true => Site::ResidMidCross,
            // Beside attention, the MLP reads what attention reads.
            false if block.is_parallel => Site::ResidPre,
            false => Site::ResidMid,
        };
        Ok(match site {
            Site::ResidPre => self.enters(here, of),
            Site::Ln1 if block.is_post_norm => normed(Site::ResidMid, B::Ln1Gain, B::Ln1Bias),
            Site::Ln1 => normed(Site::ResidPre, B::Ln1Gain, B::Ln1Bias),
            Site::Q | Site::K | Site::V => self.head_vector(here, site, of),
            Site::Scores => self.scores(here, of),
            Site::Pattern => self.pattern(here, of),
            Site::Z => self.carried(here, of),
            Site::AttnOut => self.attn_out(here, of),
            Site::ResidMid => sum(Site::ResidPre, Site::AttnOut),
            Site::LnCross => normed(Site::ResidMid, B::LnCrossGain, B::Ln1Bias),
            Site::CrossQ => self.head_vector(here.across(), Site::Q, of),
            Site::CrossK => self.head_vector(here.across(), Site::K, of),
            Site::CrossV => self.head_vector(here.across(), Site::V, of),
            Site::CrossScores => self.scores(here.across(), of),
            Site::CrossPattern => self.pattern(here.across(), of),
            Site::CrossZ => self.carried(here.across(), of),
            Site::CrossAttnOut => self.attn_out(here.across(), of),
            Site::ResidMidCross => sum(Site::ResidMid, Site::CrossAttnOut),
            Site::Ln2 if block.is_post_norm => normed(Site::ResidSum, B::Ln2Gain, B::Ln2Bias),
            Site::Ln2 => normed(between, B::Ln2Gain, B::Ln2Bias),
            Site::MlpPre => {
                let input = match block.is_post_norm {
                    true => Site::Ln1,
                    false => Site::Ln2,
                };
                let (matrix, bias) = match block.is_gated {
                    true => (B::WGate, B::BGate),
                    false => (B::WIn, B::BIn),
                };
                self.through(here, of, input, matrix, bias)
            }
            Site::MlpPreLinear => self.through(here, of, Site::Ln2, B::WIn, B::BIn),
            Site::MlpPost => Operation::Bend {
                input: Quantity::activation(here.at(Site::MlpPre), i),
                function: self.bend()?,
                times: match block.is_gated {
                    true => at(Site::MlpPreLinear),
                    false => None,
                },
            },
            Site::MlpOut => self.through(here, of, Site::MlpPost, B::WOut, B::BOut),
            Site::ResidSum => sum(Site::Ln1, Site::MlpOut),
            Site::ResidPost if block.is_post_norm => same(Site::Ln2),
            Site::ResidPost if block.is_parallel => {
                Operation::Sum([Site::ResidPre, Site::AttnOut, Site::MlpOut].map(at))
            }
            Site::ResidPost => sum(between, Site::MlpOut),
        })
    }

    /// The stream as it enters a block.
    fn enters(&self, here: Place, of: Quantity) -> Operation {
        let i = of.index();
        if let Some(before) = here.layer.checked_sub(1) {
            let before = here.attention.at(before, Site::ResidPost);
            return Operation::Same(Quantity::activation(before, i));
        }
        match here.attention {
            Attention::Own if self.model.block.is_post_norm => {
                let (gain, bias) = (Parameter::LnEmbedGain, Parameter::LnEmbedBias);
                self.norm(of, Activation::EmbedSum, gain, bias)
            }
            Attention::Own => {
                let (embed, position) = (Activation::Embed, Activation::PosEmbed);
                let [embed, position] = [embed, position].map(|part| Quantity::activation(part, i));
                match self.model.has_position_embeddings() {
                    true => Operation::Sum([Some(embed), Some(position), None]),
                    false => Operation::Same(embed),
                }
            }
            attention => {
                let embed = Activation::InStack(stack_of(attention), StackPart::Embed);
                Operation::Same(Quantity::activation(embed, i))
            }
        }
    }

    /// What queries, keys and values are made of.
    fn attention_input(&self, here: Place, site: Site) -> Activation {
        match here.attention {
            Attention::Cross if site == Site::Q => here.at(Site::LnCross),
            Attention::Cross => Activation::InStack(Stack::Encoder, StackPart::LnFinal),
            _ if self.model.block.is_post_norm => here.at(Site::ResidPre),
            _ => here.at(Site::Ln1),
        }
    }

    /// One number of a query, key or value.
    fn head_vector(&self, here: Place, site: Site, of: Quantity) -> Operation {
        use BlockParameter as B;
        let i = of.index();
        let block = &self.model.block;
        let (matrix, bias) = match site {
            Site::Q => (B::WQ, B::BQ),
            Site::K => (B::WK, B::BK),
            _ => (B::WV, B::BV),
        };
        // Several heads may share their keys and values.
        let head = match matrix.is_shared() {
            true => i[0] / block.group_size.max(1),
            false => i[0],
        };
        let input = self.row(self.attention_input(here, site), i[1]);
        let column = |at| self.part(here.parameter(matrix), &[Some(head), None, Some(at)]);
        let bias = |at| Quantity::parameter(here.parameter(bias), &[head, at]);
        if let (Positions::Rotary { frequencies }, Site::Q | Site::K) = (&block.positions, site) {
            let n_pairs = frequencies.len();
            let (other, sign) = match i[2] < n_pairs {
                true => (i[2] + n_pairs, -1.0),
                false => (i[2].wrapping_sub(n_pairs), 1.0),
            };
            if let Some(frequency) = frequencies.get(i[2].min(other)) {
                let both = [bias(i[2]), bias(other)];
                return Operation::Turn {
                    input,
                    columns: [column(i[2]), column(other)],
                    biases: block.has_attention_bias.then_some(both),
                    // As the engine has it, in single precision.
                    angle: f64::from(i[1] as f32 * frequency),
                    sign,
                };
            }
        }
        Operation::Dot {
            left: input,
            right: column(i[2]),
            bias: block.has_attention_bias.then_some(bias(i[2])),
            root: None,
        }
    }

    /// The product of query and key, before it is scaled.
    pub(super) fn raw_scores(&self, here: Place, of: Quantity) -> Operation {
        let i = of.index();
        let vector = |site, position| {
            let array = Array::Activation(here.at(site));
            self.slice(array, &[Some(i[0]), Some(position), None])
        };
        Operation::Dot {
            left: vector(Site::Q, i[1]),
            right: vector(Site::K, i[2]),
            bias: None,
            root: None,
        }
    }

    fn scores(&self, here: Place, of: Quantity) -> Operation {
        let mut made = self.raw_scores(here, of);
        if let Operation::Dot { bias, root, .. } = &mut made {
            *root = self.model.block.is_scaled.then_some(self.model.d_head);
            *bias = self.position_bias(here.attention, of);
        }
        made
    }

    /// What is added to a score for the distance of the two tokens.
    fn position_bias(&self, attention: Attention, of: Quantity) -> Option<Quantity> {
        let Positions::Relative {
            n_buckets,
            max_distance,
        } = self.model.block.positions
        else {
            return None;
        };
        if attention == Attention::Cross {
            return None;
        }
        let i = of.index();
        let relative = i[2] as i64 - i[1] as i64;
        let looks_both_ways = attention == Attention::Source;
        let bucket = distance_bucket(relative, looks_both_ways, n_buckets, max_distance);
        let bias = Parameter::InStack(stack_of(attention), StackParameter::PositionBias);
        Some(Quantity::parameter(bias, &[i[0], bucket]))
    }

    fn pattern(&self, here: Place, of: Quantity) -> Operation {
        let i = of.index();
        let whole = [Some(i[0]), Some(i[1]), None];
        let row = match here.attention.looks_back_only(self.model.architecture) {
            // What may not be looked at has no share; it is in the row only if it is asked for.
            true => self
                .slice(Array::MaskedScores(here.attention, here.layer), &whole)
                .first(i[1].max(i[2]) + 1),
            false => self.slice(Array::Activation(here.at(Site::Scores)), &whole),
        };
        Operation::Softmax {
            row,
            at: i[2],
            temperature: 1.0,
        }
    }

    /// Values added up by attention.
    fn carried(&self, here: Place, of: Quantity) -> Operation {
        let i = of.index();
        let seen = match here.attention.looks_back_only(self.model.architecture) {
            true => i[1] + 1,
            false => usize::MAX,
        };
        let of_head = |site, index: [Option<usize>; 3]| {
            self.slice(Array::Activation(here.at(site)), &index)
                .first(seen)
        };
        Operation::WeightedSum {
            weights: of_head(Site::Pattern, [Some(i[0]), Some(i[1]), None]),
            values: of_head(Site::V, [Some(i[0]), None, Some(i[2])]),
        }
    }

    fn attn_out(&self, here: Place, of: Quantity) -> Operation {
        let i = of.index();
        let z = Array::Activation(here.at(Site::Z));
        let bias = Quantity::parameter(here.parameter(BlockParameter::BO), &i[1..]);
        Operation::Dot {
            left: self.slice(z, &[None, Some(i[0]), None]),
            right: self.part(
                here.parameter(BlockParameter::WO),
                &[None, None, Some(i[1])],
            ),
            bias: self.model.block.has_attention_bias.then_some(bias),
            root: None,
        }
    }

    /// Through a matrix of the MLP.
    fn through(
        &self,
        here: Place,
        of: Quantity,
        input: Site,
        matrix: BlockParameter,
        bias: BlockParameter,
    ) -> Operation {
        let i = of.index();
        let bias = Quantity::parameter(here.parameter(bias), &i[1..]);
        Operation::Dot {
            left: self.row(here.at(input), i[0]),
            right: self.part(here.parameter(matrix), &[None, Some(i[1])]),
            bias: self.model.block.has_mlp_bias.then_some(bias),
            root: None,
        }
    }

    pub(super) fn bend(&self) -> Result<Bend, DeriveError> {
        let name = &self.model.activation_function;
        Bend::from_name(name).ok_or_else(|| DeriveError::UnknownActivationFunction(name.clone()))
    }

    pub(super) fn norm(
        &self,
        of: Quantity,
        input: Activation,
        gain: Parameter,
        bias: Parameter,
    ) -> Operation {
        let i = of.index();
        let bias = Quantity::parameter(bias, &i[1..]);
        Operation::Norm {
            input: self.row(input, i[0]),
            at: i[1],
            gain: Quantity::parameter(gain, &i[1..]),
            bias: (!self.model.block.is_rms_norm).then_some(bias),
            epsilon: f64::from(self.model.norm_epsilon),
        }
    }

    /// What a position computed for an activation without heads.
    pub(super) fn row(&self, activation: Activation, position: usize) -> Slice {
        self.slice(Array::Activation(activation), &[Some(position), None])
    }

    pub(super) fn part(&self, parameter: Parameter, index: &[Option<usize>]) -> Slice {
        self.slice(Array::Parameter(parameter), index)
    }

    fn slice(&self, array: Array, index: &[Option<usize>]) -> Slice {
        Slice::new(array, index, array.shape(self.model, self.lengths()))
    }
}

fn stack_of(attention: Attention) -> Stack {
    match attention {
        Attention::Source => Stack::Encoder,
        _ => Stack::Decoder,
    }
}

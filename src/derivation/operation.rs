//! What is done to which numbers, and what has to be fetched to do it again.

use crate::protocol::{Activation, ParameterSlice, Site, TraceSpec};

use super::bend::Bend;
use super::quantity::{Array, Quantity};
use super::slice::Slice;

/// One step of arithmetic, with its operands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Operation {
    /// None: learned in training.
    Learned,
    /// None: the text, cut into tokens.
    Given,
    /// The entry of a table.
    Lookup {
        /// The entry.
        entry: Quantity,
        /// The token whose row is read; the row of a position is the position itself.
        token: Option<Quantity>,
    },
    /// The same number under another name.
    Same(Quantity),
    /// Two or three numbers added.
    Sum([Option<Quantity>; 3]),
    /// Two vectors multiplied number by number and added up: `(left . right + bias) / sqrt(root)`.
    Dot {
        /// One vector.
        left: Slice,
        /// The other.
        right: Slice,
        /// What is added to the sum.
        bias: Option<Quantity>,
        /// By the root of what it is divided.
        root: Option<usize>,
    },
    /// Values added up by attention weights.
    WeightedSum {
        /// The weights.
        weights: Slice,
        /// One number of each value.
        values: Slice,
    },
    /// A score where the query may look, minus infinity where it may not.
    Mask {
        /// The score.
        score: Quantity,
        /// Whether the query may look.
        is_allowed: bool,
    },
    /// `exp(x_at / temperature) / sum exp(x / temperature)`
    Softmax {
        /// The row.
        row: Slice,
        /// Which of its numbers.
        at: usize,
        /// What the row is divided by first.
        temperature: f64,
    },
    /// `gain (x_at - mean) / sqrt(variance + epsilon) + bias`; without a bias the mean is not taken
    /// off, `gain x_at / sqrt(mean of squares + epsilon)`.
    ///
    /// Source: Ba, Kiros and Hinton 2016; Zhang and Sennrich 2019 for RMSNorm.
    Norm {
        /// The vector.
        input: Slice,
        /// Which of its numbers.
        at: usize,
        /// What it is multiplied by.
        gain: Quantity,
        /// What is added.
        bias: Option<Quantity>,
        /// What the variance is raised by.
        epsilon: f64,
    },
    /// The function between the MLP's matrices, or what a recurrent layer shows of its cell.
    Bend {
        /// What is bent.
        input: Quantity,
        /// How.
        function: Bend,
        /// What it is then multiplied by, behind a gate or as one.
        times: Option<Quantity>,
    },
    /// A gate of a recurrent layer, or its candidate:
    /// `bend(now . W + before . U + biases)`, each pair a row and a column.
    ///
    /// Source: Hochreiter and Schmidhuber 1997; Gers et al. 2000.
    Gate {
        /// What the layer reads, and the matrix's column.
        now: [Slice; 2],
        /// Its hidden state a step before, and the matrix's column; nothing at the first step.
        before: Option<[Slice; 2]>,
        /// What is added.
        biases: Option<[Quantity; 2]>,
        /// How the sum is bent.
        function: Bend,
    },
    /// A recurrent layer's cell: `forget cell_before + input candidate`.
    Carry {
        /// The forget gate, and the cell a step before; nothing at the first step.
        kept: Option<[Quantity; 2]>,
        /// The input gate, and the candidate.
        let_in: [Quantity; 2],
    },
    /// A number of a query or key that is turned with the position, one of a pair:
    /// `cos(angle) (input . columns[0] + biases[0]) + sign sin(angle) (input . columns[1] + biases[1])`
    ///
    /// Source: Su et al. 2021, "RoFormer", <https://arxiv.org/abs/2104.09864>.
    Turn {
        /// What the query or key is made of.
        input: Slice,
        /// The matrix's columns of this number and of the other of the pair.
        columns: [Slice; 2],
        /// What is added to each.
        biases: Option<[Quantity; 2]>,
        /// Radians.
        angle: f64,
        /// -1 for the first of the pair, 1 for the second.
        sign: f64,
    },
}

/// A number and the operation that made it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Derivation {
    /// The number.
    pub of: Quantity,
    /// What made it.
    pub operation: Operation,
}

impl Derivation {
    /// The operands, slice by slice.
    pub fn operands(&self) -> Vec<Slice> {
        let one = Slice::of_one;
        match self.operation {
            Operation::Learned | Operation::Given => Vec::new(),
            Operation::Lookup { entry, token } => [Some(entry), token]
                .into_iter()
                .flatten()
                .map(one)
                .collect(),
            Operation::Same(source) => vec![one(source)],
            Operation::Sum(terms) => terms.into_iter().flatten().map(one).collect(),
            Operation::Dot {
                left, right, bias, ..
            } => [left, right].into_iter().chain(bias.map(one)).collect(),
            Operation::WeightedSum { weights, values } => vec![weights, values],
            Operation::Mask { score, .. } => vec![one(score)],
            Operation::Softmax { row, .. } => vec![row],
            Operation::Norm {
                input, gain, bias, ..
            } => [input, one(gain)]
                .into_iter()
                .chain(bias.map(one))
                .collect(),
            Operation::Bend { input, times, .. } => [Some(input), times]
                .into_iter()
                .flatten()
                .map(one)
                .collect(),
            Operation::Gate {
                now,
                before,
                biases,
                ..
            } => {
                let biases = biases.into_iter().flatten().map(one);
                let before = before.into_iter().flatten();
                now.into_iter().chain(before).chain(biases).collect()
            }
            Operation::Carry { kept, let_in } => {
                let kept = kept.into_iter().flatten();
                kept.chain(let_in).map(one).collect()
            }
            Operation::Turn {
                input,
                columns: [own, other],
                biases,
                ..
            } => {
                let biases = biases.into_iter().flatten().map(one);
                [input, own, other].into_iter().chain(biases).collect()
            }
        }
    }

    /// The activations it is evaluated from, its own among them.
    pub fn spec(&self) -> TraceSpec {
        let arrays = self.operands().into_iter().map(|slice| slice.array);
        let held = arrays.chain([self.of.array]).filter_map(held_as);
        held.collect()
    }

    /// The parameters it is evaluated from.
    pub fn parameters(&self) -> Vec<ParameterSlice> {
        let own = matches!(self.operation, Operation::Learned).then(|| Slice::of_one(self.of));
        let all = self.operands().into_iter().chain(own);
        all.filter_map(|slice| slice.of_parameter()).collect()
    }
}

/// The activation an array's numbers are read from.
fn held_as(array: Array) -> Option<Activation> {
    match array {
        Array::Activation(activation) => Some(activation),
        Array::RawScores(attention, layer) | Array::MaskedScores(attention, layer) => {
            Some(attention.at(layer, Site::Scores))
        }
        Array::Probabilities | Array::TemperedProbabilities => Some(Activation::Logits),
        Array::Tokens | Array::SourceTokens | Array::Parameter(_) => None,
    }
}

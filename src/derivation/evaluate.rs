//! The operation done again in double precision, term by term.

use crate::protocol::{Attention, Axis, Site, Trace};

use super::bend::Bend;
use super::evaluated::{Evaluated, Factor, Line, Step, Term};
use super::operation::{Derivation, Operation};
use super::quantity::{Array, Quantity};
use super::slice::Slice;

/// Does a derivation's operation. `parameters` are the numbers of [`Derivation::parameters`], in
/// their order. `None` while some of the numbers are not there.
pub fn evaluate(
    derivation: &Derivation,
    trace: &Trace,
    parameters: &[Vec<f32>],
) -> Option<Evaluated> {
    let numbers = Numbers::new(derivation, trace, parameters)?;
    let mut made = numbers.run(&derivation.operation)?;
    made.engine = match derivation.operation {
        Operation::Learned => Some(numbers.one(derivation.of)?.value),
        _ => engine_value(trace, &derivation.of),
    };
    if let Operation::Learned | Operation::Given = derivation.operation {
        made.value = f64::from(made.engine?);
    }
    Some(made)
}

/// The number as the engine computed it; `None` for what it does not hold.
pub fn engine_value(trace: &Trace, quantity: &Quantity) -> Option<f32> {
    let i = quantity.index();
    match quantity.array {
        Array::Tokens => Some(trace.tokens().get(i[0])?.id as f32),
        Array::SourceTokens => Some(trace.source().get(i[0])?.id as f32),
        Array::MaskedScores(..) if i[2] > i[1] => Some(f32::NEG_INFINITY),
        Array::MaskedScores(attention, layer) => {
            let scores = attention.at(layer, Site::Scores);
            trace.head_row(scores, i[0], i[1])?.get(i[2]).copied()
        }
        Array::Activation(activation) if activation.is_per_head() => {
            let row = trace.head_row(activation, i[0], i[1])?;
            let is_ahead = activation.axes()[2] == Axis::Key && i[2] > i[1];
            let is_pattern =
                || matches!(Attention::stage_of(activation), Some((.., Site::Pattern)));
            match row.get(i[2]) {
                None if is_ahead && is_pattern() => Some(0.0),
                number => number.copied(),
            }
        }
        Array::Activation(activation) => trace.row(activation, i[0])?.get(i[1]).copied(),
        _ => None,
    }
}

/// Where the numbers are looked up.
struct Numbers<'a> {
    trace: &'a Trace,
    parameters: Vec<(Slice, &'a [f32])>,
}

impl<'a> Numbers<'a> {
    fn new(of: &Derivation, trace: &'a Trace, parameters: &'a [Vec<f32>]) -> Option<Self> {
        let own = matches!(of.operation, Operation::Learned).then(|| Slice::of_one(of.of));
        let slices = of.operands().into_iter().chain(own);
        let slices: Vec<Slice> = slices.filter(|s| s.of_parameter().is_some()).collect();
        let fits = slices.len() == parameters.len()
            && slices
                .iter()
                .zip(parameters)
                .all(|(s, p)| s.len() == p.len());
        let parameters = parameters.iter().map(Vec::as_slice);
        fits.then(|| Numbers {
            trace,
            parameters: slices.into_iter().zip(parameters).collect(),
        })
    }

    fn many(&self, slice: &Slice) -> Option<Vec<Factor>> {
        let held = self.parameters.iter().find(|(other, _)| other == slice);
        let factor = |(i, quantity): (usize, Quantity)| {
            let value = match held {
                Some((_, numbers)) => numbers.get(i).copied()?,
                None => engine_value(self.trace, &quantity)?,
            };
            Some(Factor { quantity, value })
        };
        slice.quantities().enumerate().map(factor).collect()
    }

    fn one(&self, quantity: Quantity) -> Option<Factor> {
        self.many(&Slice::of_one(quantity))?.pop()
    }

    fn run(&self, operation: &Operation) -> Option<Evaluated> {
        match *operation {
            Operation::Learned | Operation::Given => Some(finished(Vec::new(), Vec::new(), 0.0)),
            Operation::Lookup { entry: source, .. } | Operation::Same(source) => {
                let source = self.one(source)?;
                let term = alone(source, f64::from(source.value));
                Some(finished(vec![term], Vec::new(), term.product))
            }
            Operation::Sum(terms) => {
                let terms = terms.into_iter().flatten();
                let factors: Option<Vec<Factor>> = terms.map(|q| self.one(q)).collect();
                let as_term = |factor: Factor| alone(factor, f64::from(factor.value));
                let terms: Vec<Term> = factors?.into_iter().map(as_term).collect();
                let sum = sum_of(&terms);
                Some(finished(terms, Vec::new(), sum))
            }
            Operation::Dot {
                left,
                right,
                bias,
                root,
            } => self.dot(&left, &right, bias, root),
            Operation::WeightedSum { weights, values } => self.dot(&weights, &values, None, None),
            Operation::Mask { score, is_allowed } => {
                if !is_allowed {
                    // The engine holds no score that is never used.
                    let lines = vec![line(Step::Mask, f64::NEG_INFINITY)];
                    return Some(finished(Vec::new(), lines, f64::NEG_INFINITY));
                }
                let score = self.one(score)?;
                let term = alone(score, f64::from(score.value));
                let lines = vec![line(Step::Mask, 0.0)];
                Some(finished(vec![term], lines, term.product))
            }
            Operation::Softmax {
                row,
                at,
                temperature,
            } => self.softmax(&row, at, temperature),
            Operation::Norm {
                input,
                at,
                gain,
                bias,
                epsilon,
            } => self.norm(&input, at, (gain, bias), epsilon),
            Operation::Bend {
                input,
                function,
                times,
            } => {
                let input = self.one(input)?;
                let x = f64::from(input.value);
                let mut value = function.apply(x);
                let (first, second) = match function.gate(x) {
                    Some(gate) => (line(Step::Gate, gate), Step::Times),
                    None => (line(Step::Bent, value), Step::Shown),
                };
                let mut lines = vec![first];
                if let Some(times) = times {
                    let times = self.one(times)?;
                    value *= f64::from(times.value);
                    lines.push(named(second, times));
                }
                Some(finished(vec![alone(input, x)], lines, value))
            }
            Operation::Gate {
                now,
                before,
                biases,
                function,
            } => self.gate((now, before), biases, function),
            Operation::Carry { kept, let_in } => {
                let product = |[left, right]: [Quantity; 2]| {
                    let (left, right) = (self.one(left)?, self.one(right)?);
                    Some(times(left, right))
                };
                let kept = match kept {
                    Some(kept) => Some((Step::Kept, product(kept)?)),
                    None => None,
                };
                let both = kept.into_iter().chain([(Step::LetIn, product(let_in)?)]);
                let both: Vec<(Step, Term)> = both.collect();
                let lines = both.iter().map(|(step, term)| line(*step, term.product));
                let lines = lines.collect();
                let terms: Vec<Term> = both.into_iter().map(|(_, term)| term).collect();
                let sum = sum_of(&terms);
                Some(finished(terms, lines, sum))
            }
            Operation::Turn {
                input,
                columns,
                biases,
                angle,
                sign,
            } => self.turn(&input, &columns, biases, (angle, sign)),
        }
    }

    fn dot(
        &self,
        left: &Slice,
        right: &Slice,
        bias: Option<Quantity>,
        root: Option<usize>,
    ) -> Option<Evaluated> {
        let terms = self.products(left, right)?;
        let mut value = sum_of(&terms);
        let mut lines = vec![line(Step::Sum, value)];
        if let Some(bias) = bias {
            let bias = self.one(bias)?;
            value += f64::from(bias.value);
            lines.push(named(Step::Bias, bias));
        }
        if let Some(root) = root {
            value /= (root as f64).sqrt();
            lines.push(line(Step::Root(root), value));
        }
        Some(finished(terms, lines, value))
    }

    fn products(&self, left: &Slice, right: &Slice) -> Option<Vec<Term>> {
        let pairs = self.many(left)?.into_iter().zip(self.many(right)?);
        Some(pairs.map(|(left, right)| times(left, right)).collect())
    }

    fn gate(
        &self,
        (now, before): ([Slice; 2], Option<[Slice; 2]>),
        biases: Option<[Quantity; 2]>,
        function: Bend,
    ) -> Option<Evaluated> {
        let mut terms = self.products(&now[0], &now[1])?;
        let mut sum = sum_of(&terms);
        let mut lines = vec![line(Step::Now, sum)];
        if let Some([state, matrix]) = before {
            let mut more = self.products(&state, &matrix)?;
            let added = sum_of(&more);
            terms.append(&mut more);
            sum += added;
            lines.push(line(Step::Before, added));
        }
        for bias in biases.into_iter().flatten() {
            let bias = self.one(bias)?;
            sum += f64::from(bias.value);
            lines.push(named(Step::Bias, bias));
        }
        lines.push(line(Step::Sum, sum));
        Some(finished(terms, lines, function.apply(sum)))
    }

    fn turn(
        &self,
        input: &Slice,
        columns: &[Slice; 2],
        biases: Option<[Quantity; 2]>,
        (angle, sign): (f64, f64),
    ) -> Option<Evaluated> {
        let (mut terms, mut value, mut parts) = (Vec::new(), 0.0, [0.0; 2]);
        let factors = [angle.cos(), sign * angle.sin()];
        for (i, (column, factor)) in columns.iter().zip(factors).enumerate() {
            let mut made = self.dot(input, column, biases.map(|both| both[i]), None)?;
            for term in &mut made.terms {
                term.product *= factor;
            }
            terms.append(&mut made.terms);
            parts[i] = made.value;
            value += factor * made.value;
        }
        let lines = vec![
            line(Step::Unturned, parts[0]),
            line(Step::Partner, parts[1]),
            line(Step::Angle, angle),
        ];
        Some(finished(terms, lines, value))
    }

    fn softmax(&self, row: &Slice, at: usize, temperature: f64) -> Option<Evaluated> {
        let factors = self.many(row)?;
        let largest = factors
            .iter()
            .map(|x| x.value)
            .fold(f32::NEG_INFINITY, f32::max);
        let largest = f64::from(largest);
        let term = |x: Factor| alone(x, ((f64::from(x.value) - largest) / temperature).exp());
        let terms: Vec<Term> = factors.into_iter().map(term).collect();
        let normaliser = sum_of(&terms);
        let exponential = terms.get(at)?.product;
        let mut lines = vec![line(Step::Largest, largest)];
        if temperature != 1.0 {
            lines.push(line(Step::Temperature, temperature));
        }
        lines.push(line(Step::Exponential, exponential));
        lines.push(line(Step::Normaliser, normaliser));
        Some(finished(terms, lines, exponential / normaliser))
    }

    fn norm(
        &self,
        input: &Slice,
        at: usize,
        (gain, bias): (Quantity, Option<Quantity>),
        epsilon: f64,
    ) -> Option<Evaluated> {
        let factors = self.many(input)?;
        let n = factors.len() as f64;
        let mean = match bias {
            Some(_) => factors.iter().map(|x| f64::from(x.value)).sum::<f64>() / n,
            None => 0.0,
        };
        let term = |x: Factor| alone(x, (f64::from(x.value) - mean).powi(2));
        let terms: Vec<Term> = factors.into_iter().map(term).collect();
        let variance = sum_of(&terms) / n;
        let x = f64::from(terms.get(at)?.left.value);
        let normalised = (x - mean) / (variance + epsilon).sqrt();
        let gain = self.one(gain)?;
        let mut value = normalised * f64::from(gain.value);
        let mut lines = match bias {
            Some(_) => vec![line(Step::Mean, mean), line(Step::Variance, variance)],
            None => vec![line(Step::MeanSquare, variance)],
        };
        lines.extend([line(Step::Normalised, normalised), named(Step::Gain, gain)]);
        if let Some(bias) = bias {
            let bias = self.one(bias)?;
            value += f64::from(bias.value);
            lines.push(named(Step::Bias, bias));
        }
        Some(finished(terms, lines, value))
    }
}

fn alone(left: Factor, product: f64) -> Term {
    Term {
        left,
        right: None,
        product,
    }
}

fn times(left: Factor, right: Factor) -> Term {
    Term {
        left,
        right: Some(right),
        product: f64::from(left.value) * f64::from(right.value),
    }
}

fn sum_of(terms: &[Term]) -> f64 {
    terms.iter().map(|term| term.product).sum()
}

fn line(step: Step, value: f64) -> Line {
    Line {
        step,
        value,
        quantity: None,
    }
}

fn named(step: Step, factor: Factor) -> Line {
    Line {
        step,
        value: f64::from(factor.value),
        quantity: Some(factor.quantity),
    }
}

fn finished(terms: Vec<Term>, lines: Vec<Line>, value: f64) -> Evaluated {
    Evaluated {
        terms,
        lines,
        value,
        engine: None,
    }
}

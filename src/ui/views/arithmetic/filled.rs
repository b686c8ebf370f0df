//! A formula with the numbers of this text.

use crate::derivation::{
    Array, Bend, Derivation, Evaluated, Factor, Line, Operation, Quantity, Step,
};
use crate::order::largest;

use super::formula::{added, applied, raw_of, sign_of};
use super::math::{Math, Number, figure};

/// The same with numbers: `expression = value`, each number with its name.
pub fn with_numbers(made: &Derivation, evaluated: &Evaluated) -> Math {
    let left = filled(made, evaluated);
    let value = number(made.of, evaluated.value);
    Math::Row(match left {
        Some(left) => vec![left, Math::Operator("="), value],
        None => vec![value],
    })
}

fn filled(made: &Derivation, evaluated: &Evaluated) -> Option<Math> {
    use Math::{Operator as Op, Row};
    let line = |step: Step| {
        let found = evaluated.lines.iter().find(|line| line.step == step);
        found.map_or(f64::NAN, |line| line.value)
    };
    let named = |step: Step| {
        let found = evaluated.lines.iter().find(|line| line.step == step)?;
        Some(signed(found.quantity?, found.value))
    };
    let first = || evaluated.terms.first().map(|term| leading(&term.left));
    Some(match made.operation {
        Operation::Learned | Operation::Given => return None,
        Operation::Lookup { .. } | Operation::Same(_) => first()?,
        Operation::Sum(_) => {
            let terms = evaluated.terms.iter().enumerate();
            added(terms.map(|(i, term)| match i {
                0 => leading(&term.left),
                _ => of_factor(&term.left),
            }))
        }
        Operation::Dot {
            root: Some(root), ..
        } => {
            let sum = line(Step::Sum);
            let raw = raw_of(&made.of).map_or(constant(sum), |raw| number(raw, sum));
            raw.over(Math::Constant(root.to_string()).root())
        }
        Operation::Dot { .. } | Operation::WeightedSum { .. } => {
            let mut parts = largest_products(evaluated, 2);
            if let Some(bias) = named(Step::Bias) {
                parts.extend([Op("+"), bias]);
            }
            Row(parts)
        }
        Operation::Mask { is_allowed, .. } => {
            let mask = Math::Constant(if is_allowed { "0" } else { "−∞" }.to_owned());
            Row(first().into_iter().chain([Op("+"), mask]).collect())
        }
        Operation::Softmax {
            at, temperature, ..
        } => {
            let (largest, x) = (line(Step::Largest), evaluated.terms.get(at)?.left);
            let fraction = Fraction::of(evaluated, temperature)?;
            let mut exponent = vec![leading(&x)];
            if fraction.is_shifted {
                exponent.extend([Op("−"), bracketed(largest)]);
            }
            if temperature != 1.0 {
                exponent = vec![Row(exponent).bracketed(), Op("/"), constant(temperature)];
            }
            let exponential = Math::name("e").sup(Row(exponent));
            let (top, bottom) = (constant(fraction.top), constant(fraction.bottom));
            let both = exponential.over(bottom.clone());
            Row(vec![both, Op("="), top.over(bottom)])
        }
        Operation::Norm {
            at, epsilon, bias, ..
        } => {
            let x = leading(&evaluated.terms.get(at)?.left);
            let (above, variance) = match bias {
                Some(_) => (
                    Row(vec![x, Op("−"), bracketed(line(Step::Mean))]),
                    line(Step::Variance),
                ),
                None => (x, line(Step::MeanSquare)),
            };
            let below = Row(vec![constant(variance), Op("+"), constant(epsilon)]).root();
            let mut parts = vec![above.over(below), Op("·"), named(Step::Gain)?];
            if let Some(bias) = named(Step::Bias) {
                parts.extend([Op("+"), bias]);
            }
            Row(parts)
        }
        Operation::Bend { function, .. } => {
            let mut parts = match function {
                Bend::Sigmoid | Bend::Tanh => vec![applied(function, first()?)],
                _ => vec![first()?, Op("·"), constant(line(Step::Gate))],
            };
            if let Some(times) = named(Step::Times).or_else(|| named(Step::Shown)) {
                parts.extend([Op("·"), times]);
            }
            Row(parts)
        }
        Operation::Gate { function, .. } => {
            let (sum, all) = evaluated.lines.split_last()?;
            let part = |(i, line): (usize, &Line)| match (i, line.quantity) {
                (_, Some(quantity)) => signed(quantity, line.value),
                (0, None) => constant(line.value),
                _ => bracketed(line.value),
            };
            Row(vec![
                applied(function, added(all.iter().enumerate().map(part))),
                Op("="),
                applied(function, constant(sum.value)),
            ])
        }
        Operation::Carry { .. } => {
            let terms = evaluated.terms.iter().enumerate();
            added(terms.map(|(i, term)| {
                let left = match i {
                    0 => leading(&term.left),
                    _ => of_factor(&term.left),
                };
                Row([left, Op("·")]
                    .into_iter()
                    .chain(term.right.as_ref().map(of_factor))
                    .collect())
            }))
        }
        Operation::Turn { angle, sign, .. } => Row(vec![
            constant(angle.cos()),
            Op("·"),
            bracketed(line(Step::Unturned)),
            sign_of(sign),
            constant(angle.sin()),
            Op("·"),
            bracketed(line(Step::Partner)),
        ]),
    })
}

/// The largest products and an ellipsis for the others.
fn largest_products(evaluated: &Evaluated, count: usize) -> Vec<Math> {
    let sizes = evaluated.terms.iter().map(|term| term.product.abs());
    let mut parts = Vec::new();
    for (i, _) in largest(sizes, count) {
        let term = &evaluated.terms[i];
        if parts.is_empty() {
            parts.push(leading(&term.left));
        } else {
            parts.extend([Math::Operator("+"), of_factor(&term.left)]);
        }
        if let Some(right) = &term.right {
            parts.extend([Math::Operator("·"), of_factor(right)]);
        }
    }
    if evaluated.terms.len() > count {
        parts.extend([Math::Operator("+"), Math::Operator("…")]);
    }
    parts
}

/// `exp` of a number and of its whole row together. The largest number is taken off first only
/// where the exponentials could not be read otherwise.
pub struct Fraction {
    pub top: f64,
    pub bottom: f64,
    pub is_shifted: bool,
}

impl Fraction {
    pub fn of(evaluated: &Evaluated, temperature: f64) -> Option<Self> {
        let line = |step| {
            let found = evaluated.lines.iter().find(|line| line.step == step);
            found.map(|line| line.value)
        };
        let (top, bottom) = (line(Step::Exponential)?, line(Step::Normaliser)?);
        let factor = (line(Step::Largest)? / temperature).exp();
        let is_shifted = !(1.0..100_000.0).contains(&(bottom * factor));
        let factor = if is_shifted { 1.0 } else { factor };
        Some(Fraction {
            top: top * factor,
            bottom: bottom * factor,
            is_shifted,
        })
    }
}

/// A number that stands first: its sign needs no brackets.
fn leading(factor: &Factor) -> Math {
    number(factor.quantity, f64::from(factor.value))
}

fn of_factor(factor: &Factor) -> Math {
    signed(factor.quantity, f64::from(factor.value))
}

fn signed(quantity: Quantity, value: f64) -> Math {
    let number = number(quantity, value);
    if value < 0.0 {
        number.bracketed()
    } else {
        number
    }
}

fn number(quantity: Quantity, value: f64) -> Math {
    Math::Number(numbered(quantity, value))
}

/// A number that can be opened.
pub fn numbered(quantity: Quantity, value: f64) -> Number {
    let text = match quantity.array {
        Array::Tokens | Array::SourceTokens => format!("{value:.0}"),
        _ => figure(value),
    };
    Number {
        text,
        value,
        quantity: Some(quantity),
    }
}

/// A number on the way, without a name.
pub fn unnamed(value: f64) -> Number {
    Number {
        text: figure(value),
        value,
        quantity: None,
    }
}

fn constant(value: f64) -> Math {
    Math::Number(unnamed(value))
}

fn bracketed(value: f64) -> Math {
    let number = constant(value);
    if value < 0.0 {
        number.bracketed()
    } else {
        number
    }
}

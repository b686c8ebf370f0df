//! An operation as a formula: with names, and with the numbers of this text.

use crate::derivation::Array;
use crate::derivation::{Bend, Derivation, Evaluated, Factor, Operation, Quantity, Slice, Step};
use crate::order::largest;
use crate::protocol::{Attention, Site};

use super::math::{Math, Number, figure};
use super::names::{running, symbol};

/// `name = expression`
pub fn with_names(made: &Derivation) -> Math {
    let right = expression(made);
    let mut parts = vec![symbol(&made.of)];
    if let Some(right) = right {
        parts.extend([Math::Operator("="), right]);
    }
    Math::Row(parts)
}

fn expression(made: &Derivation) -> Option<Math> {
    use Math::{Operator as Op, Row};
    Some(match made.operation {
        Operation::Learned | Operation::Given => return None,
        Operation::Lookup { entry, .. } => symbol(&entry),
        Operation::Same(source) => symbol(&source),
        Operation::Sum(terms) => added(terms.iter().flatten().map(symbol)),
        Operation::Dot {
            left,
            right,
            bias,
            root,
        } => {
            let mut parts = summed(&left, &right, "i");
            if let Some(bias) = bias {
                parts.extend([Op("+"), symbol(&bias)]);
            }
            match root {
                None => Row(parts),
                Some(root) => {
                    // The sum has a name and a line of its own.
                    let raw = raw_of(&made.of).map_or(Row(parts), |raw| symbol(&raw));
                    raw.over(Math::Constant(root.to_string()).root())
                }
            }
        }
        Operation::WeightedSum { weights, values } => Row(summed(&weights, &values, "j")),
        Operation::Mask { score, is_allowed } => {
            let mask = Math::Constant(if is_allowed { "0" } else { "−∞" }.to_owned());
            let score = symbol(&score);
            Row(vec![score, Op("+"), mask])
        }
        Operation::Softmax {
            row,
            at,
            temperature,
        } => {
            let (x, all) = (symbol(&row.get(at)), running(&row, "j"));
            let divided = |x: Math| match temperature == 1.0 {
                true => x,
                false => Row(vec![x, Op("/"), Math::name("T")]),
            };
            let exponential = |x: Math| Math::name("e").sup(divided(x));
            let sum = Op("∑").with_index(Math::name("j"));
            exponential(x).over(Row(vec![sum, exponential(all)]))
        }
        Operation::Norm {
            input,
            at,
            gain,
            bias,
            ..
        } => {
            let x = symbol(&input.get(at));
            let square = |x: Math| x.sup(Math::Constant("2".into()));
            let (above, variance) = match bias {
                Some(_) => (
                    Row(vec![x, Op("−"), Math::name("μ")]),
                    square(Math::name("σ")),
                ),
                None => {
                    let mean = Math::name("mean");
                    let all = square(running(&input, "i")).bracketed();
                    (x, Row(vec![mean, all]))
                }
            };
            let below = Row(vec![variance, Op("+"), Math::name("ε")]).root();
            let mut parts = vec![above.over(below), Op("·"), symbol(&gain)];
            if let Some(bias) = bias {
                parts.extend([Op("+"), symbol(&bias)]);
            }
            Row(parts)
        }
        Operation::Bend {
            input,
            function,
            times,
        } => {
            let bent = bent(symbol(&input), function);
            match times {
                Some(times) => Row(vec![bent, Op("·"), symbol(&times)]),
                None => bent,
            }
        }
        Operation::Turn {
            input,
            columns,
            biases,
            sign,
            ..
        } => {
            let part = |i: usize| {
                let mut parts = summed(&input, &columns[i], "i");
                if let Some(biases) = biases {
                    parts.extend([Op("+"), symbol(&biases[i])]);
                }
                Row(parts).bracketed()
            };
            let function = |name: &str| Row(vec![Math::name(name), Math::name("θ")]);
            let turned = [
                function("cos"),
                part(0),
                sign_of(sign),
                function("sin"),
                part(1),
            ];
            Row(turned.into())
        }
    })
}

fn bent(x: Math, function: Bend) -> Math {
    use Math::{Operator as Op, Row};
    let constant = |text: &str| Math::Constant(text.to_owned());
    match function {
        Bend::Relu => Row(vec![
            Math::name("max"),
            Row(vec![constant("0"), Op(","), x]).bracketed(),
        ]),
        Bend::Silu => Row(vec![x.clone(), Op("·"), Math::name("σ"), x.bracketed()]),
        Bend::Gelu => Row(vec![x.clone(), Op("·"), Math::name("Φ"), x.bracketed()]),
        Bend::GeluTanh => {
            let root = constant("2").over(Math::name("π")).root();
            let cube = Row(vec![constant("0.044715"), x.clone().sup(constant("3"))]);
            let inner = Row(vec![x.clone(), Op("+"), cube]).bracketed();
            let tanh = Row(vec![Math::name("tanh"), Row(vec![root, inner]).bracketed()]);
            let bracket = Row(vec![constant("1"), Op("+"), tanh]).bracketed();
            Row(vec![x.over(constant("2")), bracket])
        }
    }
}

fn summed(left: &Slice, right: &Slice, runner: &'static str) -> Vec<Math> {
    vec![
        Math::Operator("∑").with_index(Math::name(runner)),
        running(left, runner),
        Math::Operator("·"),
        running(right, runner),
    ]
}

fn sign_of(sign: f64) -> Math {
    Math::Operator(if sign < 0.0 { "−" } else { "+" })
}

fn added(parts: impl Iterator<Item = Math>) -> Math {
    let mut row = Vec::new();
    for part in parts {
        if !row.is_empty() {
            row.push(Math::Operator("+"));
        }
        row.push(part);
    }
    Math::Row(row)
}

/// The score before scaling.
fn raw_of(score: &Quantity) -> Option<Quantity> {
    let Array::Activation(activation) = score.array else {
        return None;
    };
    match Attention::stage_of(activation)? {
        (attention, layer, Site::Scores) => {
            let raw = Array::RawScores(attention, layer);
            Some(Quantity::new(raw, score.index()))
        }
        _ => None,
    }
}

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
        Operation::Bend { .. } => {
            let mut parts = vec![first()?, Op("·"), constant(line(Step::Gate))];
            if let Some(times) = named(Step::Times) {
                parts.extend([Op("·"), times]);
            }
            Row(parts)
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

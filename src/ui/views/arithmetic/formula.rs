//! An operation as a formula with names. The same with the numbers of this text: [`super::filled`].

use crate::derivation::{Array, Bend, Derivation, Operation, Quantity, Slice};
use crate::protocol::{Activation, Attention, Site};

use super::math::Math;
use super::symbols::{indexed, letter, running, symbol};

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
        Operation::Gate {
            now,
            before,
            biases,
            function,
        } => {
            let matrices = [Some(now), before].into_iter().flatten();
            let mut parts = Vec::new();
            for (i, [row, column]) in matrices.enumerate() {
                if i > 0 {
                    parts.push(Op("+"));
                }
                let index = row.array.axes().iter().enumerate();
                let index = index.map(|(place, _)| row.at(place));
                let letter = if i == 0 {
                    read(row.array)
                } else {
                    letter(row.array)
                };
                parts.extend([
                    Op("∑").with_index(Math::name("j")),
                    indexed(letter, row.array, index, "j"),
                    Op("·"),
                    running(&column, "j"),
                ]);
            }
            for bias in biases.iter().flatten() {
                parts.extend([Op("+"), symbol(bias)]);
            }
            applied(function, Row(parts))
        }
        Operation::Carry { kept, let_in } => {
            let product =
                |[gate, other]: [Quantity; 2]| Row(vec![symbol(&gate), Op("·"), symbol(&other)]);
            added(kept.into_iter().chain([let_in]).map(product))
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

/// The letter of what a recurrent layer reads: `x` for the layer below, whose letter is the layer's own.
pub fn read(array: Array) -> Math {
    match array {
        Array::Activation(Activation::Cell { .. }) => Math::name("x"),
        _ => letter(array),
    }
}

/// A function by name, and what it is applied to in brackets.
pub fn applied(function: Bend, x: Math) -> Math {
    let name = if function == Bend::Tanh { "tanh" } else { "σ" };
    Math::Row(vec![Math::name(name), x.bracketed()])
}

fn bent(x: Math, function: Bend) -> Math {
    use Math::{Operator as Op, Row};
    let constant = |text: &str| Math::Constant(text.to_owned());
    match function {
        Bend::Sigmoid | Bend::Tanh => applied(function, x),
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

/// The sign of a term.
pub fn sign_of(sign: f64) -> Math {
    Math::Operator(if sign < 0.0 { "−" } else { "+" })
}

/// Parts with a plus between them.
pub fn added(parts: impl Iterator<Item = Math>) -> Math {
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
pub fn raw_of(score: &Quantity) -> Option<Quantity> {
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

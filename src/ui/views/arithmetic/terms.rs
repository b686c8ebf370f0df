//! The terms of a sum as a table: the largest first, the rest counted and added up.

use crate::derivation::{Derivation, Evaluated, Operation, Slice, Term};
use crate::order::descending;
use crate::protocol::Axis;
use crate::ui::i18n::Language;
use crate::ui::views::ViewInput;

use super::filled::{numbered, unnamed};
use super::formula::read;
use super::math::{Math, Number, figure};
use super::names::{token_along, token_named};
use super::strings::of as strings;
use super::symbols::letter;

/// How many terms are shown at first.
pub const FEW: usize = 6;

/// One term.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which one: a token, or the place in the vector.
    pub label: String,
    /// Its numbers, in the order of the columns.
    pub numbers: Vec<Number>,
    /// What it adds, as a part of the largest, -1 to 1.
    pub bar: f64,
    /// Whether it is the one that is asked about.
    pub is_chosen: bool,
}

/// The table.
#[derive(Clone, Debug, PartialEq)]
pub struct TermTable {
    /// What the columns are; the first one is for the labels.
    pub columns: Vec<Math>,
    /// The largest terms.
    pub rows: Vec<Row>,
    /// How many are not shown, in words, and what they add together.
    pub rest: Option<(String, Number)>,
    /// What all add up to.
    pub total: Number,
}

/// The terms of a derivation, at most `shown` of them; `None` if nothing is added up.
pub fn table(
    made: &Derivation,
    evaluated: &Evaluated,
    shown: usize,
    input: &ViewInput<'_>,
) -> Option<TermTable> {
    let (columns, slice, at) = columns_of(made)?;
    let terms = &evaluated.terms;
    let sum: f64 = terms.iter().map(|term| term.product).sum();
    // The shares of a softmax are shown as what they are shares of.
    let is_share = matches!(made.operation, Operation::Softmax { .. });
    let scale = if is_share { 1.0 / sum } else { 1.0 };
    let mut order = descending(terms.iter().map(|term| term.product.abs() as f32));
    if let Some(place) = at.and_then(|at| order.iter().position(|i| *i == at)) {
        // The one asked about is always among those shown.
        if place >= shown && shown > 0 {
            let chosen = order.remove(place);
            order.insert(shown - 1, chosen);
        }
    }
    let largest = order.first().map_or(0.0, |i| terms[*i].product.abs());
    let row = |i: &usize| Row {
        label: match made.operation {
            Operation::Gate { now, .. } => in_gate(now[0].len(), *i, input.language),
            _ => label(&slice, *i, input),
        },
        numbers: numbers(&terms[*i], is_share, scale),
        bar: if largest > 0.0 {
            terms[*i].product / largest
        } else {
            0.0
        },
        is_chosen: at == Some(*i),
    };
    let rows: Vec<Row> = order.iter().take(shown).map(row).collect();
    let others = &order[rows.len()..];
    let rest: f64 = others.iter().map(|i| terms[*i].product).sum();
    let total = if is_share { 1.0 } else { sum };
    Some(TermTable {
        columns,
        rows,
        rest: (!others.is_empty()).then(|| {
            let name = strings(input.language).rest(others.len(), &slice);
            (name, unnamed(rest * scale))
        }),
        total: unnamed(total),
    })
}

/// What the columns are, what the rows are elements of, and which is the one asked about.
fn columns_of(made: &Derivation) -> Option<(Vec<Math>, Slice, Option<usize>)> {
    let square = || Math::Constant("2".into());
    match made.operation {
        Operation::Dot { left, right, .. } => {
            let (l, r) = (letter(left.array), letter(right.array));
            let product = Math::Row(vec![l.clone(), Math::Operator("·"), r.clone()]);
            // A weight matrix has no token in its places, a key's column has.
            Some((vec![l, r, product], left, None))
        }
        Operation::Turn { input, columns, .. } => {
            let (l, r) = (letter(input.array), letter(columns[0].array));
            let turned = vec![l.clone(), Math::Operator("·"), r.clone()];
            let turned = vec![Math::Row(turned).bracketed(), Math::name("θ")];
            Some((vec![l, r, Math::Row(turned)], input, None))
        }
        Operation::Gate { now, before, .. } => {
            let mut columns = vec![read(now[0].array), letter(now[1].array)];
            if let Some(before) = before {
                for (column, slice) in columns.iter_mut().zip(before) {
                    let both = vec![column.clone(), Math::Operator(","), letter(slice.array)];
                    *column = Math::Row(both);
                }
            }
            columns.push(Math::Operator("·"));
            Some((columns, now[0], None))
        }
        Operation::WeightedSum { weights, values } => {
            let (l, r) = (letter(weights.array), letter(values.array));
            let product = Math::Row(vec![l.clone(), Math::Operator("·"), r.clone()]);
            Some((vec![l, r, product], weights, None))
        }
        Operation::Softmax { row, at, .. } => {
            let share = letter(made.of.array);
            Some((vec![letter(row.array), share], row, Some(at)))
        }
        Operation::Norm {
            input, at, bias, ..
        } => {
            let x = letter(input.array);
            let away = match bias {
                Some(_) => {
                    let away = vec![x.clone(), Math::Operator("−"), Math::name("μ")];
                    Math::Row(away).bracketed()
                }
                None => x.clone(),
            };
            Some((vec![x, away.sup(square())], input, Some(at)))
        }
        _ => None,
    }
}

/// What a term of a gate is called: number by number what is read now, then the state before.
fn in_gate(n_read: usize, i: usize, language: Language) -> String {
    let (word, i) = match i.checked_sub(n_read) {
        None => (language.pick("now", "지금"), i),
        Some(i) => (language.pick("before", "앞 단계"), i),
    };
    format!("{word}: {}", i + 1)
}

fn numbers(term: &Term, is_share: bool, scale: f64) -> Vec<Number> {
    let value =
        |factor: &crate::derivation::Factor| numbered(factor.quantity, f64::from(factor.value));
    let mut all = vec![value(&term.left)];
    all.extend(term.right.as_ref().map(value));
    let product = term.product * scale;
    all.push(Number {
        text: if is_share {
            share(product)
        } else {
            figure(product)
        },
        value: product,
        quantity: None,
    });
    all
}

/// A share with three decimals, as the total is.
fn share(value: f64) -> String {
    if value > 0.0 && value < 0.0005 {
        return "<0.001".to_owned();
    }
    crate::ui::views::number::decimal(value, 3)
}

/// What the place `i` of a slice is called: the token, or the number of the dimension.
fn label(slice: &Slice, i: usize, input: &ViewInput<'_>) -> String {
    let element = slice.get(i);
    let is_running = |axis: Axis| slice.along(axis).is_none();
    let axes = element.array.axes();
    let runs = |axis: &Axis| matches!(axis, Axis::Key | Axis::Source) && is_running(*axis);
    if let Some(token) = axes.iter().position(runs) {
        return token_along(&element, token, input).unwrap_or_default();
    }
    if let Some(id) = element
        .along(Axis::Vocab)
        .filter(|_| is_running(Axis::Vocab))
    {
        return token_named(id, input);
    }
    match element.along(Axis::Head).filter(|_| is_running(Axis::Head)) {
        Some(head) => {
            let within = element.along(Axis::DHead).unwrap_or(0) + 1;
            let word = match input.language {
                Language::En => "head",
                Language::Ko => "헤드",
            };
            format!("{word} {}: {within}", head + 1)
        }
        None => (i + 1).to_string(),
    }
}

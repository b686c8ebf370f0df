//! All the panel says about one number.

use crate::derivation::{Array, Derivation, Evaluated, Operation, Quantity, Step, evaluate};
use crate::ui::i18n::Language;
use crate::ui::views::ViewInput;
use crate::ui::views::number::decimal;

use super::filled::{Fraction, numbered, unnamed, with_numbers};
use super::formula::with_names;
use super::math::{Math, Number, figure};
use super::names::{is_weight, name_of, place, word};
use super::strings::of as strings;
use super::terms::{TermTable, table};
use super::{links, parameters, shown};

/// A number on the way here.
#[derive(Clone, Debug, PartialEq)]
pub struct Crumb {
    /// What it is called.
    pub name: String,
    /// Where it is, in words.
    pub place: String,
    /// How much of the way leads to it.
    pub length: usize,
}

/// One line of the computation.
#[derive(Clone, Debug, PartialEq)]
pub struct LineRow {
    /// What it is.
    pub name: String,
    /// Its number, with what made it where that is short.
    pub math: Math,
}

/// The panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// The number.
    pub of: Quantity,
    /// "Why 0.71"
    pub title: String,
    /// Which number it is.
    pub subtitle: String,
    /// The way here, without the chosen weight it began at; the last one is shown.
    pub crumbs: Vec<Crumb>,
    /// How it is made, step by step: in names and in numbers. Without numbers while they are
    /// on their way.
    pub formulas: Vec<(Math, Option<Math>)>,
    /// What kind of step it is, in a sentence.
    pub about: String,
    /// The numbers on the way.
    pub lines: Vec<LineRow>,
    /// What is added up.
    pub table: Option<TermTable>,
    /// The number as recomputed here and as the engine has it.
    pub check: Option<(Number, Option<Number>)>,
}

/// What is said about the number that is shown, with at most `rows` terms. `None` before there is
/// any number.
pub fn panel(input: &ViewInput<'_>, rows: usize) -> Option<Panel> {
    let of = shown(input)?;
    let made = links(&of, input);
    let evaluated: Vec<Option<Evaluated>> = made
        .iter()
        .map(|link| evaluate(link, input.trace, parameters(link, input)?))
        .collect();
    let (last, value) = (made.last()?, evaluated.last()?.as_ref());
    let words = strings(input.language);
    let formulas = made.iter().zip(&evaluated).map(|(made, evaluated)| {
        let filled = evaluated.as_ref().map(|e| with_numbers(made, e));
        (with_names(made), filled)
    });
    let is_alone = made.len() == 1;
    let lines = made.iter().zip(&evaluated).flat_map(|(made, evaluated)| {
        let evaluated = evaluated.as_ref();
        evaluated.map_or(Vec::new(), |e| lines(made, e, is_alone, input.language))
    });
    // A weight's row is its table; a score's, the products that make it.
    let tabled = made
        .iter()
        .zip(&evaluated)
        .rev()
        .find_map(|(made, evaluated)| table(made, evaluated.as_ref()?, rows, input));
    Some(Panel {
        of,
        title: words.why(&short(&of, value.map(|e| e.value))),
        subtitle: subtitle(&of, input),
        crumbs: crumbs(input),
        formulas: formulas.collect(),
        about: words.about(&last.operation).to_owned(),
        lines: lines.collect(),
        table: tabled,
        check: value.map(|e| {
            let engine = e.engine.map(|engine| exact(f64::from(engine)));
            (exact(e.value), engine)
        }),
    })
}

/// A number as the title says it.
fn short(of: &Quantity, value: Option<f64>) -> String {
    let is_share = is_weight(of.array)
        || matches!(
            of.array,
            Array::Probabilities | Array::TemperedProbabilities
        );
    match value {
        None => "…".to_owned(),
        Some(value) if matches!(of.array, Array::Tokens | Array::SourceTokens) => {
            format!("{value:.0}")
        }
        Some(value) if is_share && (0.005..=1.0).contains(&value) => decimal(value, 2),
        Some(value) => figure(value),
    }
}

/// With as many digits as single precision tells apart.
fn exact(value: f64) -> Number {
    let size = value.abs();
    let text = if size > 0.0 && size < 0.001 {
        format!("{value:.4e}").replace('-', "−")
    } else if value.is_finite() && size < 1e6 {
        decimal(value, 6)
    } else {
        figure(value)
    };
    Number {
        text,
        value,
        quantity: None,
    }
}

fn subtitle(of: &Quantity, input: &ViewInput<'_>) -> String {
    if is_weight(of.array) && input.focus.path.is_empty() {
        return strings(input.language).looks_at(of, input);
    }
    let name = name_of(of, input);
    match input.focus.path.is_empty() && !is_weight(of.array) {
        true => format!("{}: {name}", strings(input.language).home_of(input.model)),
        false => name,
    }
}

fn crumbs(input: &ViewInput<'_>) -> Vec<Crumb> {
    let crumb = |(i, quantity): (usize, &Quantity)| Crumb {
        name: word(quantity.array, input.language).to_owned(),
        place: place(quantity, input),
        length: i + 1,
    };
    input.focus.path.iter().enumerate().map(crumb).collect()
}

/// The numbers on the way, each with its name.
fn lines(
    made: &Derivation,
    evaluated: &Evaluated,
    is_alone: bool,
    language: Language,
) -> Vec<LineRow> {
    let words = strings(language);
    let row = |name: String, math: Math| LineRow { name, math };
    if let Operation::Softmax {
        row: scores,
        temperature,
        ..
    } = made.operation
    {
        let Some(fraction) = Fraction::of(evaluated, temperature) else {
            return Vec::new();
        };
        let share = Math::Number(numbered(made.of, evaluated.value));
        let math = Math::Row(vec![
            Math::Number(unnamed(fraction.top)),
            Math::Operator("/"),
            Math::Number(unnamed(fraction.bottom)),
            Math::Operator("="),
            share,
        ]);
        return vec![row(words.softmax(&scores, fraction.is_shifted), math)];
    }
    // In a chain the sum before scaling and the mask have lines or formulas of their own.
    let is_scaled = matches!(made.operation, Operation::Dot { root: Some(_), .. });
    let is_said = |step: Step| match step {
        Step::Sum => !is_scaled || is_alone,
        Step::Mask => is_alone,
        _ => true,
    };
    let own = evaluated.lines.iter().filter(|line| is_said(line.step));
    own.map(|line| {
        let quantity = match line.step {
            Step::Sum if matches!(made.of.array, Array::RawScores(..)) => Some(made.of),
            Step::Root(_) => Some(made.of),
            _ => line.quantity,
        };
        let number = match quantity {
            Some(quantity) => numbered(quantity, line.value),
            None => unnamed(line.value),
        };
        row(words.step(line.step), Math::Number(number))
    })
    .collect()
}

impl Panel {
    /// The arithmetic in words and formulas, for a screen reader.
    pub fn in_words(&self, language: Language) -> String {
        let words = strings(language);
        let mut parts = vec![format!("{}: {}.", self.title, self.subtitle)];
        if !self.about.is_empty() {
            parts.push(self.about.clone());
        }
        for (names, numbers) in &self.formulas {
            let numbers = numbers.as_ref().map(|n| format!(": {}", n.in_line()));
            parts.push(format!(
                "{}{}.",
                names.in_line(),
                numbers.unwrap_or_default()
            ));
        }
        if self.check.is_none() {
            parts.push(words.waiting.to_owned());
        }
        parts.join(" ")
    }
}

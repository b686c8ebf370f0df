//! Formulas as data: they become MathML on the page and words for a screen reader.

use crate::derivation::Quantity;
use crate::ui::views::number::{count, decimal};

/// A formula or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub enum Math {
    /// Parts in a row.
    Row(Vec<Math>),
    /// The name of something.
    Name(String),
    /// A number that belongs to the formula itself.
    Constant(String),
    /// A number of this text; it can be opened if it has a name.
    Number(Number),
    /// An operator or a bracket.
    Operator(&'static str),
    /// A word.
    Word(String),
    /// One over the other.
    Fraction(Box<[Math; 2]>),
    /// Square root.
    Root(Box<Math>),
    /// Something with an index below.
    Sub(Box<[Math; 2]>),
    /// Something with an exponent.
    Sup(Box<[Math; 2]>),
}

/// A number of this text.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// How it is written.
    pub text: String,
    /// The number itself.
    pub value: f64,
    /// Its name, if it can be opened.
    pub quantity: Option<Quantity>,
}

impl Math {
    /// A name.
    pub fn name(text: &str) -> Self {
        Math::Name(text.to_owned())
    }

    /// One part over another.
    pub fn over(self, below: Math) -> Self {
        Math::Fraction(Box::new([self, below]))
    }

    /// With an index below.
    pub fn with_index(self, index: Math) -> Self {
        Math::Sub(Box::new([self, index]))
    }

    /// With an exponent.
    pub fn sup(self, exponent: Math) -> Self {
        Math::Sup(Box::new([self, exponent]))
    }

    /// Under a root.
    pub fn root(self) -> Self {
        Math::Root(Box::new(self))
    }

    /// In brackets.
    pub fn bracketed(self) -> Self {
        Math::Row(vec![Math::Operator("("), self, Math::Operator(")")])
    }

    /// The formula on one line, for a screen reader.
    ///
    /// ```
    /// use llm_atlas::ui::views::arithmetic::math::Math;
    /// let half = Math::name("q").with_index(Math::name("i")).over(Math::name("d").root());
    /// assert_eq!(half.in_line(), "q_i / √d");
    /// ```
    pub fn in_line(&self) -> String {
        let grouped = |part: &Math| match part {
            Math::Row(parts) if parts.len() > 1 => format!("({})", part.in_line()),
            Math::Fraction(_) => format!("({})", part.in_line()),
            _ => part.in_line(),
        };
        match self {
            Math::Row(parts) => {
                let parts: Vec<String> = parts.iter().map(Math::in_line).collect();
                let mut line = String::new();
                for part in parts {
                    let is_tight =
                        part == ")" || part == "," || line.ends_with('(') || line.is_empty();
                    if !is_tight {
                        line.push(' ');
                    }
                    line.push_str(&part);
                }
                line
            }
            Math::Name(text) | Math::Constant(text) | Math::Word(text) => text.clone(),
            Math::Number(number) => number.text.clone(),
            Math::Operator(text) => (*text).to_owned(),
            Math::Fraction(parts) => format!("{} / {}", grouped(&parts[0]), grouped(&parts[1])),
            Math::Root(inner) => format!("√{}", grouped(inner)),
            Math::Sub(parts) => format!("{}_{}", parts[0].in_line(), grouped(&parts[1])),
            Math::Sup(parts) => format!("{}^{}", parts[0].in_line(), grouped(&parts[1])),
        }
    }

    /// Every number in it that can be opened.
    pub fn numbers(&self) -> Vec<&Number> {
        match self {
            Math::Number(number) => vec![number],
            Math::Row(parts) => parts.iter().flat_map(Math::numbers).collect(),
            Math::Fraction(parts) | Math::Sub(parts) | Math::Sup(parts) => {
                parts.iter().flat_map(Math::numbers).collect()
            }
            Math::Root(inner) => inner.numbers(),
            Math::Name(_) | Math::Constant(_) | Math::Operator(_) | Math::Word(_) => Vec::new(),
        }
    }
}

/// A number as it is written in arithmetic: about three digits, never a small one as zero.
///
/// ```
/// use llm_atlas::ui::views::arithmetic::math::figure;
/// assert_eq!(figure(-1.8984), "−1.898");
/// assert_eq!(figure(10.742), "10.74");
/// assert_eq!(figure(-18854.2), "−18,854");
/// assert_eq!(figure(0.00002), "2.0e−5");
/// assert_eq!(figure(0.0), "0");
/// assert_eq!(figure(f64::NEG_INFINITY), "−∞");
/// ```
pub fn figure(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if size.is_infinite() {
        return if value < 0.0 { "−∞" } else { "∞" }.to_owned();
    }
    if size < 0.0005 {
        return format!("{value:.1e}").replace('-', "−");
    }
    if (1000.0..1e15).contains(&size) {
        let sign = if value < 0.0 { "−" } else { "" };
        return format!("{sign}{}", count(size.round() as usize));
    }
    let digits = match size {
        100.0.. => 1,
        10.0.. => 2,
        _ => 3,
    };
    decimal(value, digits)
}

//! Numbers of a figure as a table.

use serde::Serialize;

/// One number of a figure, with its name and its place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Datum {
    /// What it is: the name of an activation, or the path of a finding's field.
    pub name: String,
    /// Index along each axis.
    pub indices: Vec<usize>,
    /// The number.
    pub value: Value,
}

/// What a table may hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A number as the model computed it.
    Number(f32),
    /// A number computed from those.
    Exact(f64),
    /// A word: the letters of a token, a kind.
    Text(String),
}

impl std::fmt::Display for Value {
    /// The shortest digits that read back as the same number.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Number(value) => write!(f, "{value}"),
            Value::Exact(value) => write!(f, "{value}"),
            Value::Text(text) => f.write_str(text),
        }
    }
}

/// The table: a row of names, then one row per number. Indices are separated by spaces.
///
/// ```
/// use llm_atlas::ui::components::export::{Datum, Value, csv};
/// let logit = Datum { name: "logits".into(), indices: vec![2, 17], value: Value::Number(0.1) };
/// assert_eq!(csv(&[logit]), "activation,indices,value\n" .to_owned() + "logits,2 17,0.1\n");
/// ```
///
/// Source: RFC 4180, with lines that end in a line feed.
pub fn csv(data: &[Datum]) -> String {
    use std::fmt::Write;
    let mut table = String::with_capacity(32 * (data.len() + 1));
    table.push_str("activation,indices,value\n");
    for datum in data {
        field(&mut table, &datum.name);
        table.push(',');
        for (axis, index) in datum.indices.iter().enumerate() {
            let gap = if axis == 0 { "" } else { " " };
            // Writing to a string cannot fail.
            let _ = write!(table, "{gap}{index}");
        }
        table.push(',');
        match &datum.value {
            Value::Text(text) => field(&mut table, text),
            number => {
                let _ = write!(table, "{number}");
            }
        }
        table.push('\n');
    }
    table
}

/// A field, in quotation marks where it has to be.
fn field(table: &mut String, text: &str) {
    if text.contains([',', '"', '\n', '\r']) {
        table.push('"');
        table.push_str(&text.replace('"', "\"\""));
        table.push('"');
    } else {
        table.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_commas_stay_in_their_field() {
        let token = |text: &str| Datum {
            name: "token".to_owned(),
            indices: vec![0],
            value: Value::Text(text.to_owned()),
        };
        let table = csv(&[token(", \"so\""), token("plain")]);
        assert_eq!(
            table,
            "activation,indices,value\ntoken,0,\", \"\"so\"\"\"\ntoken,0,plain\n"
        );
    }

    #[test]
    fn every_f32_reads_back() {
        for bits in (0..u32::MAX).step_by(40_000_003) {
            let value = f32::from_bits(bits);
            if value.is_finite() {
                assert_eq!(Value::Number(value).to_string().parse(), Ok(value));
            }
        }
    }
}

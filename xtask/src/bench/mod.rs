//! `cargo xtask bench`: the numbers to reach and what this machine measures, as one table.
//!
//! Nothing here fails because a number is missed: a table is to be read, a timed test would
//! depend on the machine.

mod engine;
mod machine;
mod memory;
mod opening;
mod panels;
mod sizes;
mod typing;
mod webgpu;

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use crate::{
    dist,
    failure::{Failure, Result},
    server::Server,
    site,
    table::{Row, Table},
};

/// What to measure and where to keep it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// Write every value into this file as JSON.
    pub json: Option<PathBuf>,
    /// Measure `dist/` as it stands, even if sources are newer.
    pub is_as_built: bool,
    /// Only the parts named; all if empty.
    pub only: Vec<String>,
}

/// A part of the table.
struct Part {
    name: &'static str,
    measure: fn(&Server) -> Result<Vec<Row>>,
}

const PARTS: [Part; 6] = [
    Part {
        name: "sizes",
        measure: |_| sizes::measure(&dist()),
    },
    Part {
        name: "opening",
        measure: |server| Ok(opening::measure(server)),
    },
    Part {
        name: "typing",
        measure: |server| Ok(typing::measure(server)),
    },
    Part {
        name: "panels",
        measure: |server| Ok(panels::measure(server)),
    },
    Part {
        name: "engine",
        measure: |server| Ok(engine::measure(server)),
    },
    Part {
        name: "webgpu",
        measure: |server| Ok(webgpu::measure(server)),
    },
];

impl Options {
    /// The options of a command line such as `--json FILE --as-built --only sizes,typing`.
    pub fn from_words(words: &[&str]) -> Option<Options> {
        let mut options = Options::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--json" => options.json = Some(PathBuf::from(words.next()?)),
                "--as-built" => options.is_as_built = true,
                "--only" => options.only = words.next()?.split(',').map(String::from).collect(),
                _ => return None,
            }
        }
        let is_part = |name: &String| PARTS.iter().any(|part| part.name == name);
        options.only.iter().all(is_part).then_some(options)
    }
}

/// Builds the site if it is stale, measures and prints the table.
///
/// # Errors
/// When the site cannot be built or the file not be written.
///
/// # Panics
/// When the browser does not do what is asked of it.
pub fn run(options: &Options) -> Result<()> {
    if !options.is_as_built {
        site::build_if_stale()?;
    }
    let server = Server::start(&dist(), "/", 0)?;
    let mut table = Table::default();
    for part in &PARTS {
        if options.only.is_empty() || options.only.iter().any(|name| name == part.name) {
            eprintln!("==> Measuring {}", part.name);
            table.rows.extend((part.measure)(&server)?);
        }
    }
    let machine = machine::describe();
    println!("\n{table}\n{machine}");
    if let Some(path) = &options.json {
        let rows: Vec<Value> = table.rows.iter().map(Row::to_json).collect();
        let text = json!({ "machine": machine, "rows": rows }).to_string();
        fs::write(path, text).map_err(Failure::file(path))?;
    }
    Ok(())
}

/// The numbers in a JSON list.
fn numbers(list: &Value) -> Vec<f64> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_f64)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read() {
        let options = Options::from_words(&["--json", "a.json", "--only", "sizes,typing"]).unwrap();
        assert_eq!(options.json, Some(PathBuf::from("a.json")));
        assert_eq!(options.only, ["sizes", "typing"]);
        assert!(!options.is_as_built);
        assert_eq!(Options::from_words(&["--only", "weather"]), None);
        assert_eq!(Options::from_words(&["--json"]), None);
    }
}

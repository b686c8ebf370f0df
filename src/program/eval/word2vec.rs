//! Word vectors: analogies by family, and the company of the nearest neighbours.

use std::collections::HashMap;
use std::fs;

use serde::Serialize;

use super::print_json;
use crate::checkpoint::read_safetensors;
use crate::models::word2vec::{Word2VecConfig, WordVectors};
use crate::program::Failure;
use crate::program::args::EvalArgs;
use crate::program::model_folder::find;
use crate::village::{Language, RelationFamily, word_categories};

/// Neighbours looked at; fewer in a category with fewer other words.
const NEIGHBOURS: usize = 10;

/// What one table of vectors is worth.
#[derive(Debug, Serialize)]
struct Report {
    vectors: &'static str,
    words: usize,
    analogies: Vec<Analogies>,
    all_analogies: Share,
    purity: Vec<Purity>,
    all_purity: Share,
}

/// The analogies of one family, `a : b = c : ?` over all ordered pairs of its pairs.
#[derive(Debug, Serialize)]
struct Analogies {
    family: &'static str,
    pairs: usize,
    score: Share,
}

/// How much of the nearest neighbours is of the word's own category.
#[derive(Debug, Serialize)]
struct Purity {
    category: &'static str,
    words: usize,
    score: Share,
}

/// A share that is right beside what chance would give.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Share {
    count: usize,
    right: f64,
    by_chance: f64,
}

impl Share {
    /// The mean of some shares, each weighed by its count.
    fn together(shares: impl Iterator<Item = Share>) -> Share {
        let mut all = Share::default();
        for share in shares {
            all.count += share.count;
            all.right += share.right * share.count as f64;
            all.by_chance += share.by_chance * share.count as f64;
        }
        all.right /= all.count.max(1) as f64;
        all.by_chance /= all.count.max(1) as f64;
        all
    }
}

/// Measures and prints.
pub fn run(args: &EvalArgs) -> Result<(), Failure> {
    let reports: Vec<Report> = read(args)?
        .into_iter()
        .map(|(name, vectors)| measure(name, &vectors.normalized()))
        .collect();
    if args.json {
        return print_json(&reports);
    }
    print_table(&reports);
    Ok(())
}

/// The tables of the folder, f16 made f32.
fn read(args: &EvalArgs) -> Result<Vec<(&'static str, WordVectors)>, Failure> {
    let folder = find(&args.model.model)?;
    let text = |name: &str| {
        let path = folder.join(name);
        fs::read_to_string(&path).map_err(Failure::at(path))
    };
    let wrong = |name: &str, detail: String| Failure::Content {
        path: folder.join(name),
        detail,
    };
    let config = Word2VecConfig::from_json(&text("config.json")?)
        .map_err(|error| wrong("config.json", error.to_string()))?;
    let words: Vec<String> = text("vocab.txt")?
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(word, _)| word.to_owned())
        .collect();
    let path = folder.join("model.safetensors");
    let bytes = fs::read(&path).map_err(Failure::at(&path))?;
    let weights =
        read_safetensors(&bytes).map_err(|error| wrong("model.safetensors", error.to_string()))?;
    let mut tables = Vec::new();
    for name in ["skip_gram", "cbow"] {
        let table = weights
            .get(name)
            .filter(|table| table.shape == [words.len(), config.vector_size])
            .ok_or_else(|| {
                wrong(
                    "model.safetensors",
                    format!("no `{name}` of the right shape"),
                )
            })?;
        tables.push((
            name,
            WordVectors {
                words: words.clone(),
                rows: table.values.clone(),
                d: config.vector_size,
            },
        ));
    }
    Ok(tables)
}

fn measure(name: &'static str, unit: &WordVectors) -> Report {
    let numbers: HashMap<&str, usize> = unit.words.iter().map(String::as_str).zip(0..).collect();
    let analogies: Vec<Analogies> = RelationFamily::ALL
        .into_iter()
        .map(|family| analogies(family, unit, &numbers))
        .collect();
    let purity = purity(unit, &numbers);
    Report {
        vectors: name,
        words: unit.words.len(),
        all_analogies: Share::together(analogies.iter().map(|family| family.score)),
        analogies,
        all_purity: Share::together(purity.iter().map(|category| category.score)),
        purity,
    }
}

fn analogies(
    family: RelationFamily,
    unit: &WordVectors,
    numbers: &HashMap<&str, usize>,
) -> Analogies {
    let (mut n_pairs, mut questions, mut right) = (0, 0, 0);
    for language in [Language::English, Language::Korean] {
        let pairs: Vec<(usize, usize)> = family
            .pairs(language)
            .iter()
            .filter_map(|(a, b)| Some((*numbers.get(a.as_str())?, *numbers.get(b.as_str())?)))
            .collect();
        n_pairs += pairs.len();
        for (a, b) in &pairs {
            // Two people by one river ask nothing: the answer would be given.
            for (c, d) in pairs.iter().filter(|(c, d)| c != a && d != b) {
                questions += 1;
                right += usize::from(unit.analogy(*a, *b, *c) == Some(*d));
            }
        }
    }
    Analogies {
        family: family.name(),
        pairs: n_pairs,
        score: Share {
            count: questions,
            right: right as f64 / questions.max(1) as f64,
            by_chance: 1.0 / (unit.words.len() - 3).max(1) as f64,
        },
    }
}

fn purity(unit: &WordVectors, numbers: &HashMap<&str, usize>) -> Vec<Purity> {
    let number = |word: &String| numbers.get(word.as_str()).copied();
    let categories: Vec<(&str, Vec<usize>)> = word_categories()
        .into_iter()
        .map(|(name, words)| (name, words.iter().filter_map(number).collect()))
        .collect();
    categories
        .into_iter()
        .filter(|(_, members)| members.len() > 1)
        .map(|(category, members)| {
            let others = members.len() - 1;
            let looked_at = NEIGHBOURS.min(others);
            let own = |word: &usize| {
                let near = unit.nearest(unit.row(*word), looked_at, &[*word]);
                near.iter().filter(|other| members.contains(other)).count()
            };
            let sum: usize = members.iter().map(own).sum();
            Purity {
                category,
                words: members.len(),
                score: Share {
                    count: members.len(),
                    right: sum as f64 / (looked_at * members.len()) as f64,
                    by_chance: others as f64 / (unit.words.len() - 1) as f64,
                },
            }
        })
        .collect()
}

fn print_table(reports: &[Report]) {
    let names: Vec<&str> = reports.iter().map(|report| report.vectors).collect();
    println!("| measured | {} | by chance |", names.join(" | "));
    println!("|---|{}---|", "---|".repeat(reports.len()));
    let Some(first) = reports.first() else {
        return;
    };
    let row = |name: String, share: &dyn Fn(&Report) -> Share| {
        let shares: Vec<String> = reports
            .iter()
            .map(|report| percent(share(report).right))
            .collect();
        let by_chance = percent(share(first).by_chance);
        println!("| {name} | {} | {by_chance} |", shares.join(" | "));
    };
    let all = |count: usize, what: &str| format!("**{what}, all {count}**");
    row(all(first.all_analogies.count, "analogies"), &|report| {
        report.all_analogies
    });
    for (at, family) in first.analogies.iter().enumerate() {
        let (pairs, count) = (family.pairs, family.score.count);
        let name = format!("  {} ({pairs} pairs, {count} analogies)", family.family);
        row(name, &|report| report.analogies[at].score);
    }
    row(
        all(first.all_purity.count, "purity of neighbours, words"),
        &|report| report.all_purity,
    );
    for (at, category) in first.purity.iter().enumerate() {
        let name = format!("  {} ({} words)", category.category, category.words);
        row(name, &|report| report.purity[at].score);
    }
}

fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

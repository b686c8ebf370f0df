//! An encoder: blanks that the text around them determines.

use std::collections::HashMap;

use serde::Serialize;

use super::{not_of_the_village, print_json};
use crate::engine::Encoder;
use crate::program::Failure;
use crate::program::args::EvalArgs;
use crate::program::model_folder::open_encoder;
use crate::village::{Blank, BlankKind, Language, Split, blanks};

/// Candidates among which the right token must be for "top 5".
const TOP: usize = 5;

/// Blanks of one language and split.
#[derive(Debug, Serialize)]
struct Report {
    language: &'static str,
    split: &'static str,
    all: Filled,
    kinds: Vec<(BlankKind, Filled)>,
}

/// How many of some blanks were filled in right; where a word has several tokens, all of them must
/// be.
#[derive(Clone, Debug, Default, Serialize)]
struct Filled {
    blanks: usize,
    /// Blanks whose tokens the tokenizer does not cut at their ends, or too long a text: left out.
    left_out: usize,
    several_tokens: usize,
    top_1: f64,
    top_5: f64,
    /// Always naming the most frequent answer of the kind.
    most_frequent_baseline: f64,
}

/// Measures and prints.
pub fn run(args: &EvalArgs) -> Result<(), Failure> {
    let encoder = open_encoder(&args.model.model, args.device)?;
    let languages = [(Language::English, "en"), (Language::Korean, "ko")];
    let splits = [
        (Split::Validation, "validation"),
        (Split::HeldOutCombination, "held-out combinations"),
    ];
    let mut reports = Vec::new();
    for (split, split_name) in splits {
        for (language, code) in languages {
            let mut kinds = Vec::new();
            for kind in BlankKind::ALL {
                let count = args.questions as usize;
                let found = blanks(language, args.seed, count, split, kind);
                kinds.push((kind, fill(&encoder, &found)?));
            }
            reports.push(Report {
                language: code,
                split: split_name,
                all: together(&kinds),
                kinds,
            });
        }
    }
    if args.json {
        return print_json(&reports);
    }
    print_table(&reports);
    Ok(())
}

/// Fills each blank alone, the rest of its story in sight.
fn fill(encoder: &Encoder, found: &[Blank]) -> Result<Filled, Failure> {
    let mut filled = Filled::default();
    let (mut top_1, mut top_5) = (0, 0);
    let mut answers: HashMap<&str, usize> = HashMap::new();
    for blank in found {
        let Some((ids, positions, right)) = masked(encoder, blank)? else {
            filled.left_out += 1;
            continue;
        };
        let rows = pollster::block_on(encoder.logits(&ids, &positions))?;
        // How many tokens are likelier than the right one, at the worst of the positions.
        let places = rows.iter().zip(&right).map(|(logits, id)| {
            let own = logits[*id as usize];
            logits.iter().filter(|logit| **logit > own).count()
        });
        let place = places.max().unwrap_or(usize::MAX);
        filled.blanks += 1;
        filled.several_tokens += usize::from(right.len() > 1);
        top_1 += usize::from(place == 0);
        top_5 += usize::from(place < TOP);
        *answers.entry(blank.answer()).or_default() += 1;
    }
    let share = |count: usize| count as f64 / filled.blanks.max(1) as f64;
    filled.top_1 = share(top_1);
    filled.top_5 = share(top_5);
    filled.most_frequent_baseline = share(answers.into_values().max().unwrap_or(0));
    Ok(filled)
}

/// What the model reads, where the masks are, and what they stand for; `None` if a token reaches
/// over an end of the blank, or the text is too long.
type Masked = Option<(Vec<u32>, Vec<usize>, Vec<u32>)>;

fn masked(encoder: &Encoder, blank: &Blank) -> Result<Masked, Failure> {
    let tokenizer = encoder.intake.tokenizer.as_ref();
    let special = |content: &str| {
        let id = tokenizer.and_then(|tokenizer| tokenizer.id_of_added(content));
        id.ok_or_else(not_of_the_village)
    };
    let (cls, sep, mask) = (special("[CLS]")?, special("[SEP]")?, special("[MASK]")?);
    let tokens = tokenizer.and_then(|tokenizer| tokenizer.encode(&blank.text).ok());
    let tokens = tokens.ok_or_else(not_of_the_village)?;
    if tokens.len() + 2 > encoder.config.max_position_embeddings {
        return Ok(None);
    }
    let (mut positions, mut right) = (Vec::new(), Vec::new());
    let mut ids = vec![cls];
    for token in tokens {
        // The space before a word belongs to its first token. A token may end inside a character.
        let bytes = &blank.text.as_bytes()[token.start..token.end];
        let start = token.end - bytes.trim_ascii_start().len();
        let is_blanked = start < blank.end && token.end > blank.start;
        if is_blanked && (start < blank.start || token.end > blank.end) {
            return Ok(None);
        }
        if is_blanked {
            positions.push(ids.len());
            right.push(token.id);
        }
        ids.push(if is_blanked { mask } else { token.id });
    }
    ids.push(sep);
    Ok((!positions.is_empty()).then_some((ids, positions, right)))
}

/// All kinds as one.
fn together(kinds: &[(BlankKind, Filled)]) -> Filled {
    let sum = |count: fn(&Filled) -> usize| kinds.iter().map(|(_, filled)| count(filled)).sum();
    let blanks: usize = sum(|filled| filled.blanks);
    let mean = |share: fn(&Filled) -> f64| {
        let weighted = kinds.iter();
        let weighted = weighted.map(|(_, filled)| share(filled) * filled.blanks as f64);
        weighted.sum::<f64>() / blanks.max(1) as f64
    };
    Filled {
        blanks,
        left_out: sum(|filled| filled.left_out),
        several_tokens: sum(|filled| filled.several_tokens),
        top_1: mean(|filled| filled.top_1),
        top_5: mean(|filled| filled.top_5),
        most_frequent_baseline: mean(|filled| filled.most_frequent_baseline),
    }
}

fn print_table(reports: &[Report]) {
    println!(
        "| blanks | language | split | count | top 1 | top 5 | baseline |\n|---|---|---|---|---|---|---|"
    );
    for report in reports {
        let all = [("all", &report.all)].into_iter();
        let kinds = report.kinds.iter().map(|(kind, filled)| {
            let name = match kind {
                BlankKind::Answer => "answer of a question",
                BlankKind::Told => "what one tells another",
                BlankKind::Held => "the only thing held",
                BlankKind::Form => "particle, article, preposition",
            };
            (name, filled)
        });
        for (name, filled) in all.chain(kinds) {
            let percent = |share: f64| format!("{:.1}%", share * 100.0);
            println!(
                "| {name} | {} | {} | {} | {} | {} | {} |",
                report.language,
                report.split,
                filled.blanks,
                percent(filled.top_1),
                percent(filled.top_5),
                percent(filled.most_frequent_baseline)
            );
        }
    }
}

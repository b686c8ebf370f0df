//! What was measured, as a table to be read.

use super::{Loss, Report};

/// The rows of the table in one language.
pub fn rows(report: &Report) -> Vec<(String, String)> {
    let percent = |share: f64| format!("{:.1}%", share * 100.0);
    let loss = |loss: &Loss| {
        let excess = loss.excess * 100.0;
        format!(
            "{:.4} against {:.4} ({excess:+.1}%)",
            loss.nats_per_token, loss.entropy_nats_per_token
        )
    };
    let Report {
        grammar,
        cool_grammar,
        recall,
        ..
    } = report;
    let of = |share: f64, count: String| format!("{} of {count}", percent(share));
    let mut rows: Vec<(String, String)> = [
        (
            "validation loss against entropy, nats/token",
            loss(&report.validation),
        ),
        (
            "held-out combinations, the same",
            loss(&report.held_out_combinations),
        ),
        (
            "held-out templates, the same",
            loss(&report.held_out_templates),
        ),
        (
            "grammatical samples",
            of(grammar.grammatical_samples, grammar.samples.to_string()),
        ),
        (
            "  by the grammar of stories alone",
            percent(grammar.samples_of_a_story),
        ),
        (
            "grammatical sentences",
            of(grammar.grammatical_sentences, grammar.sentences.to_string()),
        ),
        (
            "grammatical samples at temperature 0.7",
            of(
                cool_grammar.grammatical_samples,
                cool_grammar.samples.to_string(),
            ),
        ),
        (
            "recall over distance, right",
            of(recall.correct, recall.questions.to_string()),
        ),
        (
            "  distance of the fact, tokens",
            format!(
                "{} at least, {:.0} on average",
                recall.min_distance_tokens, recall.mean_distance_tokens
            ),
        ),
        (
            "  baseline: most frequent answer",
            percent(recall.most_frequent_baseline),
        ),
        (
            "  baseline: last mentioned",
            percent(recall.last_mentioned_baseline),
        ),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec();
    rows.extend(report.by_distance.iter().map(|bucket| {
        let range = match bucket.to_tokens {
            Some(to) => format!("{} to {to}", bucket.from_tokens),
            None => format!("{} or more", bucket.from_tokens),
        };
        (
            format!("fact {range} tokens back, right"),
            of(bucket.correct, bucket.questions.to_string()),
        )
    }));
    rows
}

/// Prints the table of both languages.
pub fn print_table(english: &[(String, String)], korean: &[(String, String)]) {
    println!("| measured | English | Korean |\n|---|---|---|");
    for ((name, english), (_, korean)) in english.iter().zip(korean) {
        println!("| {name} | {english} | {korean} |");
    }
}

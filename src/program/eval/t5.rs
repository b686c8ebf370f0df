//! What an encoder-decoder knows: translations of held-out village sentences, and how well its
//! cross-attention aligns the words.

use serde::Serialize;

use super::alignment::{AlignmentReport, Alignments};
use crate::engine::Translator;
use crate::nn::Recorded;
use crate::program::Failure;
use crate::program::args::EvalArgs;
use crate::program::generate::draw;
use crate::program::model_folder::open_translator;
use crate::protocol::{Activation, Site, Stack, TraceSpec};
use crate::sampling::Settings;
use crate::village::{Example, Language, ParallelParts, Parts, Slice, Split, generate_example};

/// Most tokens of a translation.
const MAX_TOKENS: usize = 160;

/// Wrong translations shown per direction.
const SHOWN_MISTAKES: usize = 5;

/// Everything measured in one direction.
#[derive(Debug, Serialize)]
struct Report {
    source: Language,
    validation: Translations,
    held_out_combinations: Translations,
    held_out_templates: Translations,
    alignment: AlignmentReport,
    mistakes: Vec<Mistake>,
}

/// Greedy translations against the village's own.
#[derive(Debug, Default, Serialize)]
struct Translations {
    pairs: u64,
    /// Letter for letter.
    exact: f64,
    /// Exact, or another way to say the same events.
    equivalent: f64,
    /// Loss on the village's translation, its end included.
    nats_per_token: f64,
    /// What the village itself chose of it, an upper bound of the entropy.
    entropy_nats_per_token: f64,
}

/// A wrong translation.
#[derive(Debug, Serialize)]
struct Mistake {
    source: String,
    expected: String,
    written: String,
}

/// Measures and prints.
pub fn run(args: &EvalArgs) -> Result<(), Failure> {
    let mut translator = open_translator(&args.model.model, args.device)?;
    if translator.intake.tokenizer.is_none() {
        return Err(Failure::Arguments(
            "this model is not one of the village: it has no tokenizer".into(),
        ));
    }
    let mut report = |language| direction(&mut translator, args, language);
    let reports = [report(Language::English)?, report(Language::Korean)?];
    if args.json {
        let json = serde_json::to_string_pretty(&reports)
            .map_err(|error| Failure::Arguments(error.to_string()))?;
        println!("{json}");
    } else {
        print_table(&reports);
    }
    Ok(())
}

fn direction(
    translator: &mut Translator,
    args: &EvalArgs,
    language: Language,
) -> Result<Report, Failure> {
    let config = &translator.config;
    let mut alignments = Alignments::new(config.n_decoder_layers(), config.num_heads);
    let mut mistakes = Vec::new();
    let mut measure = |split, pairs| -> Result<Translations, Failure> {
        let mut sums = Translations {
            pairs,
            ..Translations::default()
        };
        let (mut bits, mut tokens) = (0.0, 0);
        for index in 0..pairs {
            let example = generate_example(Slice::Parallel, language, args.seed, index, split);
            let Example {
                parts: Parts::Parallel(pair),
                answer_bits,
                ..
            } = example
            else {
                continue;
            };
            let written = translate(translator, &pair.source)?;
            let is_exact = written == pair.target;
            let is_equivalent = is_exact || pair.accepts(&written);
            sums.exact += f64::from(u8::from(is_exact));
            sums.equivalent += f64::from(u8::from(is_equivalent));
            let is_validation = split == Split::Validation;
            let read = read(translator, &pair, is_validation)?;
            sums.nats_per_token += read.nats;
            bits += answer_bits;
            tokens += read.n_tokens;
            if is_validation {
                alignments.add(
                    &pair,
                    &read.source_tokens,
                    &read.target_tokens,
                    &read.patterns,
                );
            }
            if !is_equivalent && mistakes.len() < SHOWN_MISTAKES {
                mistakes.push(Mistake {
                    source: pair.source,
                    expected: pair.target,
                    written,
                });
            }
        }
        sums.exact /= pairs.max(1) as f64;
        sums.equivalent /= pairs.max(1) as f64;
        sums.nats_per_token /= tokens.max(1) as f64;
        sums.entropy_nats_per_token = bits * std::f64::consts::LN_2 / tokens.max(1) as f64;
        Ok(sums)
    };
    let few = args.questions / 2;
    Ok(Report {
        source: language,
        validation: measure(Split::Validation, args.questions)?,
        held_out_combinations: measure(Split::HeldOutCombination, few)?,
        held_out_templates: measure(Split::HeldOutTemplate, few)?,
        alignment: alignments.report(),
        mistakes,
    })
}

/// The model's most likely translation, token by token.
fn translate(translator: &mut Translator, text: &str) -> Result<String, Failure> {
    let source = translator.source_of(text)?;
    let (start, end) = (
        translator.config.start_token_id(),
        translator.config.eos_token_id,
    );
    let greedy = Settings {
        greedy: true,
        ..Settings::default()
    };
    let next_logits = |target: &[u32]| {
        let logits = translator.next_logits(&source, target);
        Ok(pollster::block_on(logits)?)
    };
    let ids = draw(&[start], MAX_TOKENS, &greedy, 0, Some(end), next_logits)?;
    let ids = ids.strip_suffix(&[end]).unwrap_or(&ids);
    let tokenizer = translator.intake.tokenizer.as_ref();
    Ok(tokenizer.map_or_else(String::new, |tokenizer| tokenizer.decode_lossy(ids)))
}

/// The village's translation read by the decoder.
struct Read {
    /// The sum of `-ln p` of its tokens and its end.
    nats: f64,
    n_tokens: usize,
    /// Bytes of the source's tokens, without the one that ends it.
    source_tokens: Vec<Vec<u8>>,
    /// Bytes of the target's tokens.
    target_tokens: Vec<Vec<u8>>,
    /// Cross-attention of each layer `[head, 1 + target token, source token + 1]`, row-major.
    patterns: Vec<Vec<f32>>,
}

fn read(
    translator: &Translator,
    pair: &ParallelParts,
    with_patterns: bool,
) -> Result<Read, Failure> {
    let source = translator.source_of(&pair.source)?;
    let target = translator.target_of(&pair.target)?;
    let n_layers = translator.config.n_decoder_layers();
    let pattern = |layer| Activation::in_stack(Stack::Decoder, layer, Site::CrossPattern);
    let layers = 0..if with_patterns { n_layers } else { 0 };
    let spec: TraceSpec = layers.map(pattern).chain([Activation::Logits]).collect();
    let mut read = Read {
        nats: 0.0,
        n_tokens: target.len(),
        source_tokens: token_bytes(translator, &source[..source.len() - 1]),
        target_tokens: token_bytes(translator, &target[1..]),
        patterns: Vec::new(),
    };
    for (activation, record) in translator.trace(&source, &target, spec)? {
        let data = match record {
            Recorded::Vectors(tensor) => tensor.into_data(),
            Recorded::PerHead(tensor) => tensor.into_data(),
        };
        let values = data
            .try_into_vec::<f32>()
            .map_err(|error| Failure::Arguments(format!("{activation}: {error:?}")))?;
        if activation == Activation::Logits {
            let labels = target[1..].iter().chain([&translator.config.eos_token_id]);
            let rows = values.chunks_exact(translator.config.vocab_size);
            read.nats = rows
                .zip(labels)
                .map(|(row, id)| -super::log_probability(row, *id))
                .sum();
        } else {
            read.patterns.push(values);
        }
    }
    Ok(read)
}

fn token_bytes(translator: &Translator, ids: &[u32]) -> Vec<Vec<u8>> {
    let tokenizer = translator.intake.tokenizer.as_ref();
    let bytes = |id: &u32| tokenizer.and_then(|tokenizer| tokenizer.token_bytes(*id));
    ids.iter()
        .map(|id| bytes(id).unwrap_or_default().into_owned())
        .collect()
}

fn print_table(reports: &[Report; 2]) {
    println!("| measured | English to Korean | Korean to English |\n|---|---|---|");
    for ((name, english), (_, korean)) in rows(&reports[0]).into_iter().zip(rows(&reports[1])) {
        println!("| {name} | {english} | {korean} |");
    }
    for (report, title) in reports
        .iter()
        .zip(["English to Korean", "Korean to English"])
    {
        println!("\nAlignment error rate, {title}:\n");
        report.alignment.print();
        if !report.mistakes.is_empty() {
            println!("\nWrong translations, {title}:\n");
        }
        for mistake in &report.mistakes {
            let Mistake {
                source,
                expected,
                written,
            } = mistake;
            println!("- {source}\n  expected: {expected}\n  written: {written}");
        }
    }
}

/// The rows of the table in one direction.
fn rows(report: &Report) -> Vec<(String, String)> {
    let percent = |share: f64| format!("{:.1}%", share * 100.0);
    let mut rows = Vec::new();
    for (name, split) in [
        ("validation", &report.validation),
        ("held-out combinations", &report.held_out_combinations),
        ("held-out templates", &report.held_out_templates),
    ] {
        let right = format!("{} of {}", percent(split.equivalent), split.pairs);
        rows.push((format!("{name}: exact or village-equivalent"), right));
        rows.push((format!("{name}: exact"), percent(split.exact)));
        let loss = format!(
            "{:.4} against {:.4}",
            split.nats_per_token, split.entropy_nats_per_token
        );
        rows.push((format!("{name}: loss against entropy, nats/token"), loss));
    }
    let alignment = &report.alignment;
    let rate = |rate: f64| format!("{rate:.3}");
    rows.extend([
        (
            "alignment error rate, best layer, mean of heads".to_owned(),
            format!(
                "{} ({})",
                rate(alignment.best_layer.error_rate),
                alignment.best_layer.name
            ),
        ),
        (
            "  best head".to_owned(),
            format!(
                "{} ({})",
                rate(alignment.best_head.error_rate),
                alignment.best_head.name
            ),
        ),
        (
            "  mean of all layers and heads".to_owned(),
            rate(alignment.mean_of_all),
        ),
        ("  diagonal baseline".to_owned(), rate(alignment.diagonal)),
    ]);
    rows
}

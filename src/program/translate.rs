//! `atlas trace` and `atlas generate` for an encoder-decoder.

use serde_json::json;

use super::Failure;
use super::args::{GenerateArgs, InputArgs, TraceArgs};
use super::clock::now_s;
use super::generate::{draw, print, settings};
use super::trace::{token_texts, wanted, write};
use crate::engine::Translator;

/// Writes the activations of a source and a target; without a target, of the start token alone.
pub fn trace(args: &TraceArgs, translator: &Translator) -> Result<(), Failure> {
    let source = source_ids(translator, &args.input)?;
    let target = match (&args.target_ids, &args.target) {
        (Some(ids), _) => ids.clone(),
        (None, Some(text)) => with_tokenizer(translator)?.target_of(text)?,
        (None, None) => vec![translator.config.start_token_id()],
    };
    check(translator, "target", &target)?;
    let spec = wanted(args, translator.info().activations())?;
    let records = translator.trace(&source, &target, spec)?;
    let tokenizer = translator.intake.tokenizer.as_ref();
    let notes = [
        ("model", translator.info().name.clone()),
        ("ids", json!(source).to_string()),
        ("tokens", token_texts(tokenizer, &source)),
        ("target_ids", json!(target).to_string()),
        ("target_tokens", token_texts(tokenizer, &target)),
    ];
    write(args, records, notes)
}

/// Prints the translation of a source, or whatever the model was trained to answer.
pub fn generate(args: &GenerateArgs, translator: &mut Translator) -> Result<(), Failure> {
    let source = source_ids(translator, &args.input)?;
    let start_s = now_s();
    let end = translator.config.eos_token_id;
    let stop_at = args.stop_at_eos.then_some(end);
    let start = [translator.config.start_token_id()];
    let next_logits = |target: &[u32]| {
        let logits = translator.next_logits(&source, target);
        Ok(pollster::block_on(logits)?)
    };
    let count = args.max_new_tokens;
    let ids = draw(
        &start,
        count,
        &settings(args),
        args.seed,
        stop_at,
        next_logits,
    )?;
    print(
        args,
        &ids,
        translator.intake.tokenizer.as_ref(),
        now_s() - start_s,
    );
    Ok(())
}

/// What the encoder reads: the ids as given, or those of the text and the token that ends it.
fn source_ids(translator: &Translator, input: &InputArgs) -> Result<Vec<u32>, Failure> {
    let ids = match (&input.ids, &input.text) {
        (Some(ids), _) => ids.clone(),
        (None, text) => {
            with_tokenizer(translator)?.source_of(text.as_deref().unwrap_or_default())?
        }
    };
    check(translator, "source", &ids)?;
    Ok(ids)
}

fn with_tokenizer(translator: &Translator) -> Result<&Translator, Failure> {
    match translator.intake.tokenizer {
        Some(_) => Ok(translator),
        None => Err(Failure::Arguments(
            "this model has no tokenizer.json: use --ids and --target-ids".into(),
        )),
    }
}

fn check(translator: &Translator, what: &str, ids: &[u32]) -> Result<(), Failure> {
    let (actual, max) = (ids.len(), translator.config.n_positions);
    match actual {
        0 => Err(Failure::Arguments(format!(
            "there is nothing to read: give at least one token as {what}"
        ))),
        _ if actual > max => Err(Failure::Arguments(format!(
            "{actual} tokens of the {what} are more than the {max} this model was made for"
        ))),
        _ => Ok(()),
    }
}

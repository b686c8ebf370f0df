//! `atlas trace` and `atlas generate` for a recurrent model.

use serde_json::json;

use super::Failure;
use super::args::{GenerateArgs, InputArgs, TraceArgs};
use super::clock::now_s;
use super::generate::{draw, print, settings};
use super::model_folder::open_recurrent;
use super::trace::{token_texts, wanted, write};
use crate::engine::Recurrent;
use crate::protocol::Activation;

/// Writes what the model holds at each step of one text.
pub fn trace(args: &TraceArgs) -> Result<(), Failure> {
    let model = open_recurrent(&args.model.model, args.device)?;
    let ids = ids_of(&model, &args.input, 0)?;
    let all = Activation::all_of_recurrent(model.config.num_layers);
    let records = model.trace(&ids, wanted(args, all)?)?;
    let notes = [
        ("model", model.name.clone()),
        ("ids", json!(ids).to_string()),
        ("tokens", token_texts(model.tokenizer.as_ref(), &ids)),
    ];
    write(args, records, notes)
}

/// Prints what the model writes.
pub fn generate(args: &GenerateArgs) -> Result<(), Failure> {
    let mut model = open_recurrent(&args.model.model, args.device)?;
    let prompt = ids_of(&model, &args.input, args.max_new_tokens)?;
    let stop_at = model.config.eos_token_id.filter(|_| args.stop_at_eos);
    let start_s = now_s();
    let ids = draw(
        &prompt,
        args.max_new_tokens,
        &settings(args),
        args.seed,
        stop_at,
        |ids| last_logits(&mut model, ids),
    )?;
    print(args, &ids, model.tokenizer.as_ref(), now_s() - start_s);
    Ok(())
}

/// Logits of the token after the last one, `[vocab]`.
pub fn last_logits(model: &mut Recurrent, ids: &[u32]) -> Result<Vec<f32>, Failure> {
    let first = ids.len().saturating_sub(1);
    let rows = pollster::block_on(model.logits(ids, first))?;
    Ok(rows.into_iter().next().unwrap_or_default())
}

/// The ids as given, or those of the text, with room for `n_new` more.
fn ids_of(model: &Recurrent, input: &InputArgs, n_new: usize) -> Result<Vec<u32>, Failure> {
    let ids = match (&input.ids, &input.text, &model.tokenizer) {
        (Some(ids), _, _) => ids.clone(),
        (None, Some(text), Some(tokenizer)) => tokenizer.encode_ids(text),
        (None, _, _) => {
            return Err(Failure::Arguments(
                "this model has no tokenizer.json: use --ids".into(),
            ));
        }
    };
    let max = model.config.n_positions;
    match ids.len() {
        0 => Err(Failure::Arguments(
            "there is nothing to read: give at least one token".into(),
        )),
        actual if actual + n_new > max + usize::from(n_new > 0) => {
            Err(Failure::Arguments(format!(
                "{actual} tokens read and {n_new} new ones are more than the {max} this model can read"
            )))
        }
        _ => Ok(ids),
    }
}

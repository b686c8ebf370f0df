//! `atlas trace` for an encoder.

use serde_json::json;

use super::Failure;
use super::args::{InputArgs, TraceArgs};
use super::model_folder::open_encoder;
use super::trace::{token_texts, wanted, write};
use crate::engine::Encoder;

/// Writes the activations of one text; `[MASK]` typed in it is a blank.
pub fn trace(args: &TraceArgs) -> Result<(), Failure> {
    let encoder = open_encoder(&args.model.model, args.device)?;
    let ids = ids_of(&encoder, &args.input)?;
    let records = encoder.trace(&ids, wanted(args, encoder.activations())?)?;
    let notes = [
        ("model", encoder.name.clone()),
        ("ids", json!(ids).to_string()),
        ("tokens", token_texts(encoder.tokenizer.as_ref(), &ids)),
    ];
    write(args, records, notes)
}

/// The ids as given, or those of the text between `[CLS]` and `[SEP]`.
fn ids_of(encoder: &Encoder, input: &InputArgs) -> Result<Vec<u32>, Failure> {
    let ids = match (&input.ids, &input.text, &encoder.tokenizer) {
        (Some(ids), _, _) => ids.clone(),
        (None, Some(text), Some(_)) => encoder.ids_of(text)?,
        (None, _, _) => {
            return Err(Failure::Arguments(
                "this model has no tokenizer.json: use --ids".into(),
            ));
        }
    };
    let (actual, max) = (ids.len(), encoder.config.max_position_embeddings);
    match actual {
        0 => Err(Failure::Arguments(
            "there is nothing to read: give at least one token".into(),
        )),
        _ if actual > max => Err(Failure::Arguments(format!(
            "{actual} tokens are more than the {max} this model can read"
        ))),
        _ => Ok(ids),
    }
}

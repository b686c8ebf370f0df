//! `atlas trace`

use std::fs;

use serde_json::json;

use super::args::TraceArgs;
use super::glob::glob_matches;
use super::model_folder::{family, input_ids, open_any};
use super::{Failure, translate};
use crate::checkpoint::{NamedTensors, Precision, write_safetensors};
use crate::engine::Reader;
use crate::models::Family;
use crate::nn::Recorded;
use crate::protocol::{Activation, TraceSpec};
use crate::tokenizer::ByteLevelBpe;

/// Writes the activations of one text, each a full array without a batch axis.
pub fn run(args: &TraceArgs) -> Result<(), Failure> {
    let family = family(&args.model.model)?;
    let has_target = args.target.is_some() || args.target_ids.is_some();
    if has_target && family != Family::T5 {
        return Err(Failure::Arguments(
            "this model has no decoder of its own that could read a target".into(),
        ));
    }
    let reader = open_any(&args.model.model, args.device, args.input.ids.is_some())?;
    if let Reader::EncoderDecoder(translator) = &reader {
        return translate::trace(args, translator);
    }
    let ids = input_ids(&reader, &args.input, 0)?;
    let spec = wanted(args, reader.info().activations())?;
    let records = match &reader {
        Reader::Decoder(model) => model.trace(&ids, spec)?,
        Reader::Encoder(model) => model.trace(&ids, spec)?,
        Reader::EncoderDecoder(_) => Vec::new(),
        Reader::Recurrent(model) => model.trace(&ids, spec)?,
    };
    let notes = [
        ("model", reader.info().name.clone()),
        ("ids", json!(ids).to_string()),
        (
            "tokens",
            token_texts(reader.intake().tokenizer.as_ref(), &ids),
        ),
    ];
    write(args, records, notes)
}

/// Those of all activations that the arguments ask for.
///
/// # Errors
/// If there are none.
pub fn wanted(args: &TraceArgs, all: Vec<Activation>) -> Result<TraceSpec, Failure> {
    let pattern = args.only.as_deref();
    let is_wanted = |activation: &Activation| {
        pattern.is_none_or(|pattern| glob_matches(pattern, &activation.to_string()))
    };
    let spec: TraceSpec = all.into_iter().filter(is_wanted).collect();
    if spec.0.is_empty() {
        let pattern = pattern.unwrap_or_default();
        return Err(Failure::Arguments(format!(
            "no activation is called `{pattern}`"
        )));
    }
    Ok(spec)
}

/// The tokens' texts as a JSON list; empty texts without a tokenizer.
pub fn token_texts(tokenizer: Option<&ByteLevelBpe>, ids: &[u32]) -> String {
    let bytes = |id: u32| tokenizer.and_then(|tokenizer| tokenizer.token_bytes(id));
    let texts: Vec<String> = ids
        .iter()
        .map(|id| String::from_utf8_lossy(bytes(*id).unwrap_or_default()).into_owned())
        .collect();
    json!(texts).to_string()
}

/// Writes the file, with notes beside the arrays.
pub fn write(
    args: &TraceArgs,
    records: Vec<(Activation, Recorded)>,
    notes: impl IntoIterator<Item = (&'static str, String)>,
) -> Result<(), Failure> {
    let mut file = NamedTensors::default();
    for (activation, record) in records {
        let (shape, data) = match record {
            Recorded::Vectors(tensor) => (tensor.dims()[1..].to_vec(), tensor.into_data()),
            Recorded::PerHead(tensor) => (tensor.dims()[1..].to_vec(), tensor.into_data()),
        };
        let values = data.try_to_vec::<f32>().map_err(|error| Failure::Content {
            path: args.out.clone(),
            detail: format!("{activation}: {error:?}"),
        })?;
        file.insert(activation.to_string(), shape, values);
    }
    let notes = notes.into_iter();
    file.metadata
        .extend(notes.map(|(name, text)| (name.to_owned(), text)));
    let bytes = write_safetensors(&file, Precision::F32).map_err(|error| Failure::Content {
        path: args.out.clone(),
        detail: error.to_string(),
    })?;
    fs::write(&args.out, bytes).map_err(Failure::at(&args.out))
}

//! `atlas generate`

use serde_json::json;

use super::args::GenerateArgs;
use super::clock::{now_ms, now_s};
use super::model_folder::{input_ids, open_any};
use super::{Failure, translate};
use crate::engine::{Reader, Session};
use crate::protocol::{Activation, TraceSpec};
use crate::sampling::{Distribution, Settings, choose, draw_uniform};
use crate::tokenizer::ByteLevelBpe;

/// Prints what the model writes.
pub fn run(args: &GenerateArgs) -> Result<(), Failure> {
    let mut reader = open_any(&args.model.model, args.device, args.input.ids.is_some())?;
    if let Reader::EncoderDecoder(translator) = &mut reader {
        return translate::generate(args, translator);
    }
    let count = args.max_new_tokens;
    let prompt = input_ids(&reader, &args.input, count)?;
    let stop_at = reader.info().end_of_text.filter(|_| args.stop_at_eos);
    let start_s = now_s();
    let (settings, seed) = (settings(args), args.seed);
    let ids = match &mut reader {
        Reader::Decoder(session) => generate(session, &prompt, count, &settings, seed, stop_at),
        Reader::Recurrent(model) => {
            let next_logits = |ids: &[u32]| {
                let rows = pollster::block_on(model.logits(ids, ids.len() - 1))?;
                Ok(rows.into_iter().next().unwrap_or_default())
            };
            draw(&prompt, count, &settings, seed, stop_at, next_logits)
        }
        _ => Err(Failure::Arguments(
            "an encoder fills in blanks and does not go on with a text: use `atlas trace`".into(),
        )),
    }?;
    let seconds = now_s() - start_s;
    print(args, &ids, reader.intake().tokenizer.as_ref(), seconds);
    Ok(())
}

/// How the arguments say to draw.
pub fn settings(args: &GenerateArgs) -> Settings {
    Settings {
        temperature: args.temperature,
        top_k: args.top_k,
        top_p: args.top_p,
        min_p: args.min_p,
        repetition_penalty: args.repetition_penalty,
        greedy: args.greedy,
    }
}

/// Prints what was written.
pub fn print(args: &GenerateArgs, ids: &[u32], tokenizer: Option<&ByteLevelBpe>, seconds: f64) {
    let tokens_per_s = ids.len() as f64 / seconds.max(1e-9);
    let text = tokenizer.map(|tokenizer| tokenizer.decode_lossy(ids));
    if args.json {
        println!(
            "{}",
            json!({ "ids": ids, "text": text, "tokens_per_s": tokens_per_s })
        );
    } else {
        println!("{}", text.unwrap_or_else(|| format!("{ids:?}")));
    }
}

/// New ids after a prompt. The draw at position `p` depends on `(seed, p)` only.
///
/// # Errors
/// If the settings are out of range or the device stops answering.
pub fn generate(
    session: &mut Session,
    prompt: &[u32],
    max_new_tokens: usize,
    settings: &Settings,
    seed: u64,
    stop_at: Option<u32>,
) -> Result<Vec<u32>, Failure> {
    let spec: TraceSpec = [Activation::Logits].into_iter().collect();
    let mut held = 0;
    let next_logits = |ids: &[u32]| {
        let update = pollster::block_on(session.run("", ids, &spec, held, &now_ms))?;
        held = ids.len();
        let logits = update
            .rows
            .first()
            .and_then(|(_, rows)| rows.get(rows.len().checked_sub(1)?));
        Ok(logits.unwrap_or_default().to_vec())
    };
    draw(prompt, max_new_tokens, settings, seed, stop_at, next_logits)
}

/// New ids after a prompt, drawn from what `next_logits` says of the ids so far.
///
/// # Errors
/// If the settings are out of range, and whatever `next_logits` says.
pub fn draw(
    prompt: &[u32],
    max_new_tokens: usize,
    settings: &Settings,
    seed: u64,
    stop_at: Option<u32>,
    mut next_logits: impl FnMut(&[u32]) -> Result<Vec<f32>, Failure>,
) -> Result<Vec<u32>, Failure> {
    let mut ids = prompt.to_vec();
    while ids.len() < prompt.len() + max_new_tokens {
        let distribution = Distribution::after(&next_logits(&ids)?, &ids, settings)?;
        let draw = choose(&distribution, draw_uniform(seed, ids.len() as u64));
        ids.push(draw.id);
        if Some(draw.id) == stop_at {
            break;
        }
    }
    Ok(ids.split_off(prompt.len()))
}

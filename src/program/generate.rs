//! `atlas generate`

use serde_json::json;

use super::Failure;
use super::args::GenerateArgs;
use super::clock::{now_ms, now_s};
use super::model_folder::{input_ids, open};
use crate::engine::Session;
use crate::protocol::{Activation, TraceSpec};
use crate::sampling::{Distribution, Settings, choose, draw_uniform};

/// Prints what the model writes.
pub fn run(args: &GenerateArgs) -> Result<(), Failure> {
    let mut session = open(&args.model.model, args.device)?;
    let prompt = input_ids(session.model(), &args.input)?;
    let settings = Settings {
        temperature: args.temperature,
        top_k: args.top_k,
        top_p: args.top_p,
        min_p: args.min_p,
        repetition_penalty: args.repetition_penalty,
        greedy: args.greedy,
    };
    let (end_of_text, n_ctx) = (session.info().end_of_text, session.info().n_ctx);
    if prompt.len() + args.max_new_tokens > n_ctx + 1 {
        return Err(Failure::Arguments(format!(
            "{} tokens read and {} new ones are more than the {n_ctx} this model can read",
            prompt.len(),
            args.max_new_tokens
        )));
    }
    let start_s = now_s();
    let stop_at = end_of_text.filter(|_| args.stop_at_eos);
    let ids = generate(
        &mut session,
        &prompt,
        args.max_new_tokens,
        &settings,
        args.seed,
        stop_at,
    )?;
    let tokens_per_s = ids.len() as f64 / (now_s() - start_s).max(1e-9);
    let text = session
        .model()
        .tokenizer
        .as_ref()
        .map(|tokenizer| tokenizer.decode_lossy(&ids));
    if args.json {
        println!(
            "{}",
            json!({ "ids": ids, "text": text, "tokens_per_s": tokens_per_s })
        );
    } else {
        println!("{}", text.unwrap_or_else(|| format!("{ids:?}")));
    }
    Ok(())
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
    let mut ids = prompt.to_vec();
    let mut held = 0;
    while ids.len() < prompt.len() + max_new_tokens {
        let update = pollster::block_on(session.run("", &ids, &spec, held, &now_ms))?;
        held = ids.len();
        let logits = update
            .rows
            .first()
            .and_then(|(_, rows)| rows.get(rows.len().checked_sub(1)?));
        let distribution = Distribution::after(logits.unwrap_or_default(), &ids, settings)?;
        let draw = choose(&distribution, draw_uniform(seed, ids.len() as u64));
        ids.push(draw.id);
        if Some(draw.id) == stop_at {
            break;
        }
    }
    Ok(ids.split_off(prompt.len()))
}

//! `atlas tokenize`

use serde_json::json;

use super::Failure;
use super::args::TokenizeArgs;
use super::model_folder::open_tokenizer;

/// Prints the tokens of a text; special tokens written in it are recognised, and those that the
/// tokenizer's post-processor adds are there.
pub fn run(args: &TokenizeArgs) -> Result<(), Failure> {
    let tokenizer = open_tokenizer(&args.model.model)?;
    let tokens = tokenizer
        .encode_for_model(&args.text)
        .map_err(|error| Failure::Arguments(error.to_string()))?;
    let bytes_of = |id: u32| tokenizer.token_bytes(id).unwrap_or_default();
    if args.json {
        let ids: Vec<u32> = tokens.iter().map(|token| token.id).collect();
        let tokens: Vec<_> = tokens
            .iter()
            .map(|token| {
                let bytes = bytes_of(token.id).into_owned();
                json!({
                    "id": token.id,
                    "text": String::from_utf8_lossy(&bytes),
                    "bytes": bytes,
                    "start": token.start,
                    "end": token.end,
                })
            })
            .collect();
        println!("{}", json!({ "ids": ids, "tokens": tokens }));
    } else {
        for token in tokens {
            let text = String::from_utf8_lossy(&bytes_of(token.id)).into_owned();
            println!(
                "{:>6}  {:>4}..{:<4}  {text:?}",
                token.id, token.start, token.end
            );
        }
    }
    Ok(())
}

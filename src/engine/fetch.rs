//! A model's files over `fetch`, in a worker.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, Response};

use super::ModelFiles;
use crate::protocol::{EngineError, Fault, Progress, Stage, folder_name};

/// Fetches `config.json`, `tokenizer.json` and `model.safetensors` from a folder's address, which
/// ends with `/`, and tells how far it has come.
///
/// # Errors
/// [`EngineError::Fetch`] if a file cannot be had.
pub async fn fetch_model(
    base_url: &str,
    on_progress: impl Fn(Progress),
) -> Result<ModelFiles, EngineError> {
    let mut received_bytes = 0;
    let mut told = |stage, bytes: &[u8]| {
        received_bytes += bytes.len() as u64;
        on_progress(Progress {
            stage,
            received_bytes,
            total_bytes: None,
        });
    };
    let config = fetch_bytes(&format!("{base_url}config.json")).await?;
    told(Stage::Tokenizer, &config);
    let tokenizer = fetch_bytes(&format!("{base_url}tokenizer.json")).await?;
    told(Stage::Tokenizer, &tokenizer);
    let weights = fetch_bytes(&format!("{base_url}model.safetensors")).await?;
    told(Stage::Weights, &weights);
    Ok(ModelFiles {
        name: folder_name(base_url).to_owned(),
        config_json: text("config.json", config)?,
        tokenizer_json: Some(text("tokenizer.json", tokenizer)?),
        weights,
    })
}

fn text(file: &str, bytes: Vec<u8>) -> Result<String, EngineError> {
    String::from_utf8(bytes).map_err(|error| EngineError::Checkpoint {
        file: file.to_owned(),
        fault: Fault::Damaged,
        about: vec![error.to_string()],
    })
}

/// The bytes of one file.
///
/// # Errors
/// [`EngineError::Fetch`] if it cannot be had.
pub async fn fetch_bytes(url: &str) -> Result<Vec<u8>, EngineError> {
    let failed = |detail: String| EngineError::Fetch {
        url: url.to_owned(),
        detail,
    };
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let response = JsFuture::from(scope.fetch_with_str(url))
        .await
        .map_err(|error| failed(message(&error)))?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        return Err(failed(format!("the server answered {}", response.status())));
    }
    let body = response
        .array_buffer()
        .map_err(|error| failed(message(&error)))?;
    let buffer = JsFuture::from(body)
        .await
        .map_err(|error| failed(message(&error)))?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// What a JavaScript exception says.
pub fn message(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(
        || format!("{error:?}"),
        |error| String::from(error.message()),
    )
}

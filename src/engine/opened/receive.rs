//! Files over `fetch`, each as a whole or only its header, never all in this worker's memory.

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, DedicatedWorkerGlobalScope, ReadableStreamDefaultReader, Response};

use crate::engine::fetch::message;
use crate::protocol::EngineError;

/// Bytes after which what was received is handed to the browser, which may put it on disk.
const HANDED_OVER_AT: u64 = 8 << 20;
/// The longest header, as in [`crate::checkpoint::Header`].
const MAX_HEADER_BYTES: u64 = 100_000_000;

/// Fetches a file; `None` if the server says that there is none. With `is_header_enough` it stops
/// after the header of a safetensors file. `told` hears how many bytes came.
///
/// # Errors
/// [`EngineError::Fetch`] if it cannot be had: a browser does not tell a missing file from a server
/// that lets no other site read.
pub async fn receive(
    url: &str,
    is_header_enough: bool,
    told: &dyn Fn(u64),
) -> Result<Option<Blob>, EngineError> {
    let failed = |error: JsValue| EngineError::Fetch {
        url: url.to_owned(),
        detail: message(&error),
    };
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let response = JsFuture::from(scope.fetch_with_str(url)).await;
    let response: Response = response.map_err(failed)?.unchecked_into();
    if matches!(response.status(), 404 | 410) {
        return Ok(None);
    }
    if !response.ok() {
        let status = format!("the server answered {}", response.status());
        return Err(failed(status.into()));
    }
    let body = response.body().ok_or(JsValue::UNDEFINED).map_err(failed)?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let (parts, chunks) = (Array::new(), Array::new());
    let (mut held, mut beginning) = (0, Vec::new());
    loop {
        let read = JsFuture::from(reader.read()).await.map_err(failed)?;
        let value = Reflect::get(&read, &"value".into()).map_err(failed)?;
        let Some(chunk) = value.dyn_ref::<Uint8Array>() else {
            break;
        };
        let n_bytes = u64::from(chunk.length());
        chunks.push(chunk);
        held += n_bytes;
        told(n_bytes);
        if is_header_enough {
            beginning.extend(chunk.to_vec());
            if beginning.len() as u64 >= header_end(&beginning) {
                // The rest is not wanted; that it is not sent any more needs no waiting for.
                let _ = reader.cancel();
                break;
            }
        } else if held >= HANDED_OVER_AT {
            let part = blob_of(&chunks).map_err(failed)?;
            parts.push(part.as_ref());
            chunks.set_length(0);
            held = 0;
        }
    }
    let rest = blob_of(&chunks).map_err(failed)?;
    parts.push(rest.as_ref());
    blob_of(&parts).map(Some).map_err(failed)
}

/// How many bytes a file's header and the 8 bytes before it are, from its first bytes.
fn header_end(beginning: &[u8]) -> u64 {
    let length = beginning.first_chunk().copied().map(u64::from_le_bytes);
    8 + length.map_or(0, |length| length.min(MAX_HEADER_BYTES))
}

fn blob_of(parts: &Array) -> Result<Blob, JsValue> {
    Blob::new_with_buffer_source_sequence(parts)
}

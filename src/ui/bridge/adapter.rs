//! Whether it is worth fetching the WebGPU engine: is there an adapter, and is it a real GPU?

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Names of adapters that compute on the processor.
const SOFTWARE: [&str; 4] = ["swiftshader", "llvmpipe", "softpipe", "basic render"];

/// Asks the browser for an adapter before two megabytes are fetched for it.
///
/// # Errors
/// What is missing, in the browser's words.
pub async fn find_adapter(accepts_software: bool) -> Result<(), String> {
    let gpu = get(&js_sys::global(), "navigator").and_then(|navigator| get(&navigator, "gpu"));
    let gpu = gpu.ok_or("this browser has no WebGPU")?;
    let adapter = request(&gpu).await.ok_or("no graphics adapter")?;
    if accepts_software {
        return Ok(());
    }
    let info = get(&adapter, "info").unwrap_or_default();
    let is_fallback = [&adapter, &info]
        .into_iter()
        .filter_map(|object| get(object, "isFallbackAdapter")?.as_bool())
        .any(|is_fallback| is_fallback);
    let name: String = ["vendor", "architecture", "device", "description"]
        .iter()
        .filter_map(|key| get(&info, key)?.as_string())
        .collect::<Vec<_>>()
        .join(" ");
    let is_software = SOFTWARE
        .iter()
        .any(|software| name.to_ascii_lowercase().contains(software));
    if is_fallback || is_software {
        return Err(format!("only a software adapter ({})", name.trim()));
    }
    Ok(())
}

async fn request(gpu: &JsValue) -> Option<JsValue> {
    let request: Function = get(gpu, "requestAdapter")?.dyn_into().ok()?;
    let promise: Promise = request.call0(gpu).ok()?.dyn_into().ok()?;
    let adapter = JsFuture::from(promise).await.ok()?;
    adapter.is_object().then_some(adapter)
}

fn get(object: &JsValue, key: &str) -> Option<JsValue> {
    let value = Reflect::get(object, &key.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

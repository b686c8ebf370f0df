//! What `www/boot.js` offers: files that are already on their way, and workers around them.

use js_sys::{Function, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::Worker;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["window", "atlas"], js_name = startWorker, catch)]
    async fn start_worker_js(name: &str, base: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["window", "atlas"], js_name = fetch, catch)]
    async fn fetch_js(path: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["window", "atlas"], js_name = give, catch)]
    fn give_js(worker: &Worker, path: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(js_namespace = ["window", "atlas"], js_name = forget, catch)]
    fn forget_js(path: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(js_namespace = ["window", "atlas"], js_name = received, catch)]
    fn received_js(path: &str) -> Result<f64, JsValue>;

    #[wasm_bindgen(js_namespace = ["window", "atlas"], js_name = total, catch)]
    fn total_js(path: &str) -> Result<f64, JsValue>;

    #[wasm_bindgen(js_namespace = ["window", "atlas"], js_name = listen, catch)]
    fn listen_js(listener: &Function) -> Result<(), JsValue>;
}

/// Starts the worker `name`; model files under `base` are handed over to it.
///
/// # Errors
/// What the browser said.
pub async fn start_worker(name: &str, base: &str) -> Result<Worker, String> {
    let worker = start_worker_js(name, base).await;
    worker.map(JsCast::unchecked_into).map_err(|e| detail(&e))
}

/// Bytes of `path` received and expected; `None` if its download has not begun.
pub fn bytes_of(path: &str) -> Option<(u64, Option<u64>)> {
    let received = received_js(path).ok().filter(|bytes| *bytes > 0.0)?;
    let total = total_js(path).ok().filter(|bytes| *bytes > 0.0);
    Some((received as u64, total.map(|bytes| bytes as u64)))
}

/// Fetches a file, once; its bytes stay with the page.
///
/// # Errors
/// What the browser said.
pub async fn fetch(path: &str) -> Result<Vec<u8>, String> {
    let buffer = fetch_js(path).await.map_err(|error| detail(&error))?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// The same for a file whose bytes only a worker needs.
///
/// # Errors
/// What the browser said.
pub async fn fetch_for_workers(path: &str) -> Result<(), String> {
    let fetched = fetch_js(path).await;
    fetched.map(drop).map_err(|error| detail(&error))
}

/// Hands a fetched file over to a worker, which then does not fetch it again.
pub fn give(worker: &Worker, path: &str) {
    // Not there: the worker fetches it itself.
    let _ = give_js(worker, path);
}

/// Lets go of a file, so that it is fetched again when it is next wanted.
pub fn forget(path: &str) {
    let _ = forget_js(path);
}

/// Whether the site has the film of the bundled model's training.
pub fn has_film() -> bool {
    let index = model_path().map(|folder| format!("{folder}film/index.json"));
    let total = index.and_then(|index| total_js(&index).ok());
    total.is_some_and(|bytes| bytes > 0.0)
}

/// Calls `listener` with the path of a file whenever a part of it has arrived.
pub fn listen(listener: impl Fn(String) + 'static) {
    let listener = Closure::<dyn Fn(String)>::new(listener);
    // Without the page's own downloads there is nothing to hear.
    let _ = listen_js(listener.as_ref().unchecked_ref());
    // Lives as long as the page.
    listener.forget();
}

/// Folder of the bundled model relative to the page, `models/<name>/`.
pub fn model_path() -> Option<String> {
    let atlas = Reflect::get(&js_sys::global(), &"atlas".into()).ok()?;
    let assets = Reflect::get(&atlas, &"assets".into()).ok()?;
    let model = Reflect::get(&assets, &"model".into()).ok()?.as_string()?;
    Some(format!("models/{model}/"))
}

/// What an exception says.
pub fn detail(error: &JsValue) -> String {
    let message = error
        .dyn_ref::<Object>()
        .and_then(|object| Reflect::get(object, &"message".into()).ok())
        .and_then(|message| message.as_string());
    message
        .or_else(|| error.as_string())
        .unwrap_or_else(|| format!("{error:?}"))
}

//! What `www/boot.js` offers: files that are already on their way, and workers around them.

use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::Worker;

use crate::protocol::Architecture;
use crate::ui::state::{Offer, Origin};

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

    #[wasm_bindgen(js_namespace = ["window", "atlas"], js_name = take, catch)]
    fn take_js(files: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(js_namespace = ["window", "atlas"], js_name = keep, catch)]
    fn keep_js(prefix: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(js_namespace = ["window", "atlas"], js_name = received, catch)]
    fn received_js(path: &str) -> Result<f64, JsValue>;

    #[wasm_bindgen(js_namespace = ["window", "atlas"], js_name = total, catch)]
    fn total_js(path: &str) -> Result<f64, JsValue>;

    #[wasm_bindgen(js_namespace = ["window", "atlas"], js_name = isGpt2, catch)]
    fn is_gpt2_js(base: &str) -> Result<bool, JsValue>;

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

/// Takes hold of files that a person picked; those who listen hear the folder they are held under.
pub fn take(files: &JsValue) {
    let _ = take_js(files);
}

/// The name of the checkpoint whose folder was opened.
pub fn opened_name(path: &str) -> Option<&str> {
    path.strip_prefix("opened/")?.strip_suffix('/')
}

/// The files of a model.
pub const MODEL_FILES: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];

/// Folder of a model relative to the page.
pub fn folder_of(name: &str) -> String {
    format!("models/{name}/")
}

/// The model a file belongs to.
pub fn model_of(path: &str) -> Option<&str> {
    let (name, file) = path.strip_prefix("models/")?.split_once('/')?;
    MODEL_FILES.contains(&file).then_some(name)
}

/// Bytes of a model's files received so far.
pub fn received_of_model(name: &str) -> u64 {
    let folder = folder_of(name);
    let bytes = MODEL_FILES.map(|file| bytes_of(&format!("{folder}{file}")));
    bytes.iter().flatten().map(|(received, _)| received).sum()
}

/// Lets go of a model's files, so that they are fetched again when they are next wanted.
pub fn forget_model(name: &str) {
    let folder = folder_of(name);
    for file in MODEL_FILES {
        forget(&format!("{folder}{file}"));
    }
    forget(&format!("opened/{name}/"));
}

/// Whether a folder holds one of the site's models that the small engine of the processor knows.
pub fn is_gpt2(base: &str) -> bool {
    is_gpt2_js(base).unwrap_or_default()
}

/// Has the service worker keep the files whose path begins like this.
pub fn keep(prefix: &str) {
    let _ = keep_js(prefix);
}

/// The models of the site that can be shown, the one it opens with first.
pub fn offers() -> Vec<Offer> {
    let models = assets().and_then(|assets| Reflect::get(&assets, &"models".into()).ok());
    let models = models.and_then(|models| models.dyn_into::<Array>().ok());
    let models = models.unwrap_or_default();
    models.iter().filter_map(|pair| offer(&pair)).collect()
}

/// A model from its name and the `model_type` of its configuration.
fn offer(pair: &JsValue) -> Option<Offer> {
    let pair = pair.dyn_ref::<Array>()?;
    let (name, model_type) = (pair.get(0).as_string()?, pair.get(1).as_string()?);
    let folder = folder_of(&name);
    let size = |file: &str| total_js(&format!("{folder}{file}")).unwrap_or_default();
    Some(Offer {
        architecture: Architecture::of_model_type(&model_type)?,
        has_film: size("film/index.json") > 0.0,
        size_bytes: MODEL_FILES.iter().map(|file| size(file) as u64).sum(),
        origin: Origin::Site,
        family: model_type,
        name,
    })
}

/// Calls `listener` with the path of a file whenever a part of it has arrived.
pub fn listen(listener: impl Fn(String) + 'static) {
    let listener = Closure::<dyn Fn(String)>::new(listener);
    // Without the page's own downloads there is nothing to hear.
    let _ = listen_js(listener.as_ref().unchecked_ref());
    // Lives as long as the page.
    listener.forget();
}

/// Folder of the model the site opens with, relative to the page.
pub fn model_path() -> Option<String> {
    let model = Reflect::get(&assets()?, &"model".into())
        .ok()?
        .as_string()?;
    Some(folder_of(&model))
}

/// What the build wrote about the files of the site.
fn assets() -> Option<JsValue> {
    let atlas = Reflect::get(&js_sys::global(), &"atlas".into()).ok()?;
    Reflect::get(&atlas, &"assets".into()).ok()
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

//! From files to a reader, after a look at them.

use std::cell::Cell;
use std::rc::Rc;

use burn::tensor::Device;
use js_sys::Reflect;
use wasm_bindgen::JsValue;

use super::Files;
use super::blob_file::Told;
use crate::checkpoint::Watched;
use crate::engine::look::look;
use crate::engine::tokenizer_program::prepare;
use crate::engine::{LoadError, ModelFiles, Reader};
use crate::models::extra_names;
use crate::protocol::{EngineError, Look, Progress, Stage, folder_name};

/// What a program of WebAssembly can address.
const ADDRESSABLE_BYTES: u64 = 1 << 32;
/// What the engine itself takes of it.
const OWN_BYTES: u64 = 64 << 20;
/// A browser tells how much memory a device has, and needs some of it for everything else.
const SHARE_OF_DEVICE: f64 = 0.75;

/// Bytes there are for a model beside `held_bytes` of others.
pub fn limit_bytes(held_bytes: u64) -> u64 {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into());
    let gigabytes = navigator.and_then(|it| Reflect::get(&it, &"deviceMemory".into()));
    let gigabytes = gigabytes.ok().as_ref().and_then(JsValue::as_f64);
    let device = gigabytes.map_or(u64::MAX, |gigabytes| {
        (gigabytes * SHARE_OF_DEVICE * f64::from(1 << 30)) as u64
    });
    let limit = device.min(ADDRESSABLE_BYTES - OWN_BYTES);
    limit.saturating_sub(held_bytes)
}

/// Looks at a checkpoint without reading its weights.
///
/// # Errors
/// If a file is missing, damaged, or cannot be had.
pub async fn look_at(files: &Files<'_>, limit_bytes: u64) -> Result<Look, EngineError> {
    let config = files.config().await?;
    let is_whole = files.from.is_empty();
    let weights = files.weights(true, &|_| ()).await?;
    let headers = weights.headers(is_whole)?;
    let has_tokenizer = files.tokenizer_json().await?.is_some();
    let look = look(&config, &headers, has_tokenizer, limit_bytes);
    look.map_err(|error| LoadError::Config(error).into())
}

/// Reads a checkpoint that was looked at and puts it on the device; tells how far it has come.
/// Returns it with the names of the tensors that it has no use for.
///
/// # Errors
/// If it does not fit into memory, or a file is damaged, does not fit the others or cannot be had.
pub async fn load_opened(
    files: &Files<'_>,
    look: &Look,
    device: Device,
    on_progress: Rc<dyn Fn(Progress)>,
) -> Result<(Reader, Vec<String>), EngineError> {
    if !look.fits() {
        return Err(look.too_large());
    }
    let model_files = ModelFiles {
        name: folder_name(files.base).to_owned(),
        config_json: files.config().await?,
        tokenizer_json: files.tokenizer_json().await?,
        weights: Vec::new(),
    };
    prepare(&model_files).await?;
    let total = look.file_bytes;
    let fetching = counted(Stage::Weights, total, on_progress.clone());
    let weights = files.weights(false, &*fetching).await?;
    let source = weights.source(&counted(Stage::Device, total, on_progress))?;
    let watched = Watched::new(&*source);
    let reader = Reader::from_weights(&model_files, &watched, device)?;
    Ok((reader, extra_names(watched.unread())))
}

/// Adds up bytes and tells their sum.
fn counted(stage: Stage, total: u64, on_progress: Rc<dyn Fn(Progress)>) -> Told {
    let sum = Cell::new(0);
    Rc::new(move |n_bytes| {
        sum.set(sum.get() + n_bytes);
        on_progress(Progress {
            stage,
            received_bytes: sum.get(),
            total_bytes: Some(total),
        });
    })
}

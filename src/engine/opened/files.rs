//! The files of a checkpoint that the site does not have: handed over by the page, or fetched from
//! an address that a person gave.

use std::rc::Rc;

use js_sys::{Object, Reflect};
use wasm_bindgen::JsCast;
use web_sys::Blob;

use super::blob_file::{BlobFile, Told};
use super::receive::receive;
use crate::checkpoint::{
    CheckpointError, Header, SafetensorsFile, ShardIndex, Shards, TensorSource, TorchFile,
};
use crate::engine::LoadError;
use crate::protocol::{EngineError, Fault};
use crate::tokenizer::OlderFiles;

const CONFIG: &str = "config.json";
/// The files that weights may be in, and beside each its index, where they are in several.
const FORMS: [(&str, &str); 2] = [
    ("model.safetensors", "model.safetensors.index.json"),
    ("pytorch_model.bin", "pytorch_model.bin.index.json"),
];

/// Where a checkpoint's files are.
pub struct Files<'a> {
    /// The address under which the page hands them over.
    pub base: &'a str,
    /// Where they are fetched from; empty if they were handed over.
    pub from: &'a str,
}

/// The files with weights, by name.
pub struct Weights {
    files: Vec<(String, Blob)>,
    /// With its name.
    index: Option<(&'static str, ShardIndex)>,
}

impl Files<'_> {
    /// `config.json`.
    ///
    /// # Errors
    /// If there is none, or it cannot be had.
    pub async fn config(&self) -> Result<String, EngineError> {
        let config = self.text(CONFIG).await?;
        config.ok_or_else(|| self.absent(CONFIG))
    }

    /// A file of text; `None` if there is none.
    ///
    /// # Errors
    /// If it cannot be had, or is no text.
    pub async fn text(&self, file: &str) -> Result<Option<String>, EngineError> {
        let Some(blob) = self.blob(file, false, &|_| ()).await? else {
            return Ok(None);
        };
        let whole = BlobFile::new(blob, Rc::new(|_| ())).and_then(|file| file.whole());
        let bytes = whole.map_err(|error| damaged(file, Fault::Unreadable, error.to_string()))?;
        let text = String::from_utf8(bytes);
        let text = text.map_err(|error| damaged(file, Fault::Damaged, error.to_string()))?;
        Ok(Some(text))
    }

    /// The same for a file that there need not be: one that cannot be had is not there.
    pub async fn optional_text(&self, file: &str) -> Result<Option<String>, EngineError> {
        match self.text(file).await {
            Err(EngineError::Fetch { .. }) => Ok(None),
            answer => answer,
        }
    }

    /// `tokenizer.json`, or what older files say in its form; `None` without either.
    ///
    /// # Errors
    /// If the older files are damaged or half of them is missing, or there is only a file that
    /// cannot be read.
    pub async fn tokenizer_json(&self) -> Result<Option<String>, EngineError> {
        if let Some(json) = self.optional_text("tokenizer.json").await? {
            return Ok(Some(json));
        }
        let mut older = OlderFiles::default();
        for name in OlderFiles::NAMES {
            if let Some(text) = self.optional_text(name).await? {
                older.put(name, text);
            }
        }
        for name in OlderFiles::SENTENCEPIECE {
            let file = self.blob(name, true, &|_| ()).await;
            older.has_sentencepiece |= matches!(file, Ok(Some(_)));
        }
        Ok(older.to_json().map_err(LoadError::from)?)
    }

    /// The files with weights, or with `is_header_enough` as much of them as their headers.
    ///
    /// # Errors
    /// If there are none, one is missing, or cannot be had.
    pub async fn weights(
        &self,
        is_header_enough: bool,
        told: &dyn Fn(u64),
    ) -> Result<Weights, EngineError> {
        let mut first_lost = None;
        for (single, index_name) in FORMS {
            let single = self.given_alone(single);
            let file = self.blob(&single, is_header_enough, told).await;
            if let Ok(Some(file)) = file {
                let files = vec![(single, file)];
                return Ok(Weights { files, index: None });
            }
            let Some(index) = self.optional_text(index_name).await? else {
                first_lost
                    .get_or_insert_with(|| file.err().unwrap_or_else(|| self.absent(&single)));
                continue;
            };
            let index =
                ShardIndex::from_json(&index).map_err(|error| in_file(index_name, error))?;
            let mut files = Vec::new();
            for name in index.files() {
                let file = self.blob(&name, is_header_enough, told).await?;
                let file = file.ok_or_else(|| self.absent(&name))?;
                files.push((name, file));
            }
            let index = Some((index_name, index));
            return Ok(Weights { files, index });
        }
        Err(first_lost.unwrap_or(EngineError::NoModel))
    }

    async fn blob(
        &self,
        file: &str,
        is_header_enough: bool,
        told: &dyn Fn(u64),
    ) -> Result<Option<Blob>, EngineError> {
        if self.from.is_empty() {
            return Ok(given(&format!("{}{file}", self.base)));
        }
        // What describes the tensors of torch.save is not at the beginning.
        let is_header_enough = is_header_enough && !is_torch(file);
        receive(&format!("{}{file}", self.from), is_header_enough, told).await
    }

    /// The name of the only file with weights that was handed over, whatever it is called; else
    /// the usual one.
    fn given_alone(&self, usual: &str) -> String {
        let all = all_given()
            .map(|all| Object::keys(&all))
            .unwrap_or_default();
        let addresses = all.iter().filter_map(|address| address.as_string());
        let names =
            addresses.filter_map(|address| Some(address.strip_prefix(self.base)?.to_owned()));
        let end = if is_torch(usual) {
            ".bin"
        } else {
            ".safetensors"
        };
        let names: Vec<String> = names.filter(|name| name.ends_with(end)).collect();
        match &names[..] {
            [only] => only.clone(),
            _ => usual.to_owned(),
        }
    }

    fn absent(&self, file: &str) -> EngineError {
        match self.from.is_empty() {
            false => EngineError::Fetch {
                url: format!("{}{file}", self.from),
                detail: "404".to_owned(),
            },
            true => damaged(file, Fault::Absent, String::new()),
        }
    }
}

impl Weights {
    /// The header of each file; `is_whole` if the files are all there.
    ///
    /// # Errors
    /// If one is damaged.
    pub fn headers(&self, is_whole: bool) -> Result<Vec<Header>, EngineError> {
        let headers = self.files.iter().map(|(name, blob)| {
            let file = opened(name, blob, &(Rc::new(|_| ()) as Told))?;
            let header = match is_whole {
                _ if is_torch(name) => TorchFile::open(file).map(|file| file.header()),
                true => Header::read(&file),
                false => file
                    .whole()
                    .map_err(unreadable)
                    .and_then(|bytes| Header::of_beginning(&bytes)),
            };
            header.map_err(|error| in_file(name, error))
        });
        headers.collect()
    }

    /// The tensors, read when they are asked for; `told` hears how many bytes were read.
    ///
    /// # Errors
    /// If a file is damaged, or the index does not fit the files.
    pub fn source(&self, told: &Told) -> Result<Box<dyn TensorSource>, EngineError> {
        let mut sources: Vec<(String, Box<dyn TensorSource>)> = Vec::new();
        for (name, blob) in &self.files {
            let file = opened(name, blob, told)?;
            let source: Result<Box<dyn TensorSource>, _> = match is_torch(name) {
                true => TorchFile::open(file).map(|file| Box::new(file) as _),
                false => SafetensorsFile::open(file).map(|file| Box::new(file) as _),
            };
            sources.push((name.clone(), source.map_err(|error| in_file(name, error))?));
        }
        let Some((index_name, index)) = &self.index else {
            return sources
                .pop()
                .map(|(_, source)| source)
                .ok_or(EngineError::NoModel);
        };
        let shards = Shards::new(index, sources).map_err(|error| in_file(index_name, error))?;
        Ok(Box::new(shards))
    }
}

/// Whether a file is as `torch.save` writes it, by its name.
fn is_torch(name: &str) -> bool {
    name.ends_with(".bin")
}

fn opened(name: &str, blob: &Blob, told: &Told) -> Result<BlobFile, EngineError> {
    BlobFile::new(blob.clone(), told.clone()).map_err(|error| in_file(name, unreadable(error)))
}

fn unreadable(source: std::io::Error) -> CheckpointError {
    let what = "the file".to_owned();
    CheckpointError::Read { what, source }
}

fn in_file(name: &str, error: CheckpointError) -> EngineError {
    LoadError::Checkpoint(error.within(name)).into()
}

fn damaged(file: &str, fault: Fault, detail: String) -> EngineError {
    let file = file.to_owned();
    let about = vec![detail];
    EngineError::Checkpoint { file, fault, about }
}

/// The files that the page handed over, by address; see `www/worker.js`.
fn all_given() -> Option<Object> {
    let files = Reflect::get(&js_sys::global(), &"atlasFiles".into()).ok()?;
    files.dyn_into().ok()
}

fn given(address: &str) -> Option<Blob> {
    let file = Reflect::get(&all_given()?.into(), &address.into()).ok()?;
    file.dyn_into().ok()
}

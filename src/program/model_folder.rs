//! Finding and opening model folders, and the device to put them on.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use burn::tensor::Device;

use super::Failure;
use super::args::{DeviceArg, InputArgs};
use crate::checkpoint::{TensorSource, Watched, open_folder};
use crate::engine::{
    Encoder, LoadError, ModelFiles, Reader, Recurrent, Session, Translator, start_device,
};
use crate::models::config::model_type;
use crate::models::extra_names;
use crate::models::{ConfigError, Family};
use crate::protocol::{BackendKind, EngineError};
use crate::tokenizer::ByteLevelBpe;

/// The device of that name.
pub fn device(device: DeviceArg) -> Result<Device, Failure> {
    let kind = match device {
        DeviceArg::Cpu => BackendKind::Cpu,
        DeviceArg::Gpu => BackendKind::WebGpu,
    };
    Ok(pollster::block_on(start_device(kind))?.device)
}

/// The folder of a model: a path, or a name looked for in `$ATLAS_MODELS` or `www/models`.
pub fn find(model: &Path) -> Result<PathBuf, Failure> {
    if model.is_dir() {
        return Ok(model.to_owned());
    }
    let bundled =
        env::var_os("ATLAS_MODELS").map_or_else(|| PathBuf::from("www/models"), PathBuf::from);
    let folder = bundled.join(model);
    if folder.is_dir() {
        return Ok(folder);
    }
    Err(Failure::NoModel {
        name: model.display().to_string(),
        looked_in: bundled.display().to_string(),
    })
}

/// The tokenizer of a model folder, without its weights.
pub fn open_tokenizer(model: &Path) -> Result<ByteLevelBpe, Failure> {
    let path = find(model)?.join("tokenizer.json");
    let json = fs::read_to_string(&path).map_err(Failure::at(&path))?;
    ByteLevelBpe::from_json(&json).map_err(|error| Failure::Content {
        path,
        detail: error.to_string(),
    })
}

/// The family of the model in the folder.
pub fn family(model: &Path) -> Result<Family, Failure> {
    read_config(model, Family::of_config)
}

/// Whether the folder holds word vectors, which no engine runs.
pub fn has_word_vectors(model: &Path) -> Result<bool, Failure> {
    read_config(model, |json| {
        model_type(json).map(|name| name == "word2vec")
    })
}

fn read_config<T>(
    model: &Path,
    read: impl Fn(&str) -> Result<T, ConfigError>,
) -> Result<T, Failure> {
    let path = find(model)?.join("config.json");
    let json = fs::read_to_string(&path).map_err(Failure::at(&path))?;
    read(&json).map_err(|error| Failure::Content {
        path,
        detail: error.to_string(),
    })
}

/// A session with the model of that folder.
pub fn open(model: &Path, device_arg: DeviceArg) -> Result<Session, Failure> {
    open_with(model, device_arg, false, Session::from_weights)
}

/// The model of that folder, of whatever kind. A tokenizer that we cannot read does not matter to
/// someone who `has_ids`.
pub fn open_any(model: &Path, device_arg: DeviceArg, has_ids: bool) -> Result<Reader, Failure> {
    open_with(model, device_arg, has_ids, Reader::from_weights)
}

/// The encoder-decoder of that folder.
pub fn open_translator(model: &Path, device_arg: DeviceArg) -> Result<Translator, Failure> {
    open_with(model, device_arg, false, Translator::from_weights)
}

/// The encoder of that folder.
pub fn open_encoder(model: &Path, device_arg: DeviceArg) -> Result<Encoder, Failure> {
    open_with(model, device_arg, false, Encoder::from_weights)
}

/// The recurrent model of that folder.
pub fn open_recurrent(model: &Path, device_arg: DeviceArg) -> Result<Recurrent, Failure> {
    open_with(model, device_arg, false, Recurrent::from_weights)
}

/// How a model is made of a folder's files and weights.
type FromWeights<T> = fn(&ModelFiles, &dyn TensorSource, Device) -> Result<T, LoadError>;

/// The model of a folder. Its weights are read tensor by tensor; those that no layer asks for are
/// named on standard error.
fn open_with<T>(
    model: &Path,
    device_arg: DeviceArg,
    has_ids: bool,
    from_weights: FromWeights<T>,
) -> Result<T, Failure> {
    let folder = find(model)?;
    let files = files(&folder, has_ids)?;
    let device = device(device_arg)?;
    let weights = open_folder(&folder).map_err(|error| Failure::Content {
        path: folder.clone(),
        detail: error.to_string(),
    })?;
    let watched = Watched::new(weights.as_ref());
    let opened = from_weights(&files, &watched, device).map_err(|source| match source {
        // Which file a tensor is in depends on the folder.
        LoadError::Weights(error) => Failure::Content {
            path: folder,
            detail: error.to_string(),
        },
        source => Failure::Model { folder, source },
    })?;
    tell_unread(&extra_names(watched.unread()));
    Ok(opened)
}

/// The files of a model folder without its weights.
fn files(folder: &Path, has_ids: bool) -> Result<ModelFiles, Failure> {
    let text = |name: &str| {
        let path = folder.join(name);
        fs::read_to_string(&path).map_err(Failure::at(path))
    };
    let tokenizer = folder.join("tokenizer.json").exists();
    let tokenizer = tokenizer.then(|| text("tokenizer.json")).transpose()?;
    let is_needed = |json: &String| !has_ids || ByteLevelBpe::from_json(json).is_ok();
    let name = folder.file_name();
    Ok(ModelFiles {
        name: name
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        config_json: text("config.json")?,
        tokenizer_json: tokenizer.filter(is_needed),
        weights: Vec::new(),
    })
}

/// Says on standard error which tensors no layer asked for.
fn tell_unread(extra: &[String]) {
    if !extra.is_empty() {
        let first = extra[..extra.len().min(3)].join(", ");
        eprintln!("{} tensors are not used: {first}", extra.len());
    }
}

/// The ids a command was given, or those of its text: of an encoder between `[CLS]` and `[SEP]`.
///
/// # Errors
/// If there is no tokenizer for a text, an id is unknown, there is nothing to read, or more than
/// the model can read and write `n_new` tokens after.
pub fn input_ids(reader: &Reader, input: &InputArgs, n_new: usize) -> Result<Vec<u32>, Failure> {
    let ids = match (&input.ids, &input.text, &reader.intake().tokenizer) {
        (Some(ids), _, _) => ids.clone(),
        (None, Some(text), Some(tokenizer)) => match reader {
            Reader::Encoder(encoder) => encoder.ids_of(text)?,
            _ => tokenizer.encode_ids(text),
        },
        (None, _, _) => {
            return Err(Failure::Arguments(
                "this model has no tokenizer.json: use --ids".into(),
            ));
        }
    };
    let (vocab_size, max) = (reader.info().vocab_size(), reader.info().n_ctx);
    if let Some(id) = ids.iter().find(|id| **id as usize >= vocab_size) {
        return Err(EngineError::UnknownToken {
            id: *id,
            vocab_size,
        }
        .into());
    }
    match (ids.len(), n_new) {
        (0, _) => Err(Failure::Arguments(
            "there is nothing to read: give at least one token".into(),
        )),
        (actual, 0) if actual > max => Err(Failure::Arguments(format!(
            "{actual} tokens are more than the {max} this model can read"
        ))),
        // The last new token need not be read.
        (actual, 1..) if actual + n_new > max + 1 => Err(Failure::Arguments(format!(
            "{actual} tokens read and {n_new} new ones are more than the {max} this model can read"
        ))),
        _ => Ok(ids),
    }
}

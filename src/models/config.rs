//! What every family's `config.json` can get wrong, and how its sizes are checked.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::nn::ActivationFunction;

/// The activation functions there are, by name.
pub const KNOWN_ACTIVATIONS: &str = "gelu, gelu_new, relu, silu";

/// A `config.json` that describes no model we can run.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Not JSON, or a field is missing.
    #[error("config.json: {0}")]
    Json(#[from] serde_json::Error),
    /// A field of the wrong type.
    #[error("config.json: `{name}`: {detail}")]
    Field {
        /// Its name.
        name: String,
        /// What is wrong with it.
        detail: String,
    },
    /// Another architecture.
    #[error("config.json: model_type is `{model_type}`; supported: {supported}")]
    UnknownArchitecture {
        /// What the file says.
        model_type: String,
        /// What we can run, separated by commas.
        supported: String,
    },
    /// Another activation function.
    #[error("config.json: activation function `{0}` is not known; known: {KNOWN_ACTIVATIONS}")]
    UnknownActivation(String),
    /// A field is missing.
    #[error("config.json: missing field `{0}`")]
    Missing(String),
    /// A size out of its range.
    #[error("config.json: {name} is {size}; it must be between 1 and {max}")]
    Size {
        /// Its name.
        name: String,
        /// What the file says.
        size: usize,
        /// The largest there can be.
        max: usize,
    },
    /// A width that cannot be shared out among heads.
    #[error("config.json: {} {} is not a multiple of {} {}", width.0, width.1, heads.0, heads.1)]
    Heads {
        /// Name and number.
        width: (String, usize),
        /// Name and number.
        heads: (String, usize),
    },
    /// Sizes that cannot be, or not together.
    #[error("config.json: {0}")]
    Sizes(String),
}

/// The `model_type` of a `config.json`, `(missing)` if it has none.
///
/// # Errors
/// If it is not JSON.
pub fn model_type(json: &str) -> Result<String, ConfigError> {
    let value: Value = serde_json::from_str(json)?;
    let model_type = value.get("model_type").and_then(Value::as_str);
    Ok(model_type.unwrap_or("(missing)").to_owned())
}

/// Reads the fields of a family's `config.json`; a field that is `null` counts as absent. Of two
/// fields in `renamed` (newer, older) that are both there, the newer one counts. Of several tokens
/// that end a text, the first one does.
///
/// # Errors
/// If it is not JSON, of another family, or a field is missing or of the wrong type.
pub fn read_config<C: DeserializeOwned>(
    json: &str,
    family: &str,
    renamed: &[(&str, &str)],
) -> Result<C, ConfigError> {
    let model_type = model_type(json)?;
    if model_type != family {
        return Err(ConfigError::UnknownArchitecture {
            model_type,
            supported: family.to_owned(),
        });
    }
    let mut value: Value = serde_json::from_str(json)?;
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, field| !field.is_null());
        for (newer, older) in renamed {
            if fields.contains_key(*newer) {
                fields.remove(*older);
            }
        }
        let end_of_text = fields.get("eos_token_id").and_then(|ids| ids.get(0));
        if let Some(first) = end_of_text.cloned() {
            fields.insert("eos_token_id".to_owned(), first);
        }
    }
    let read: fn(Value) -> Result<C, serde_json::Error> = serde_json::from_value;
    read(value.clone()).map_err(|error| match json.len() <= MAX_BYTES {
        true => named(error, &value, &|without| read(without).err()),
        false => error.into(),
    })
}

/// Fields of a file whose errors are looked for, and its bytes; none has so many, and looking takes
/// as long as the two multiplied.
const MAX_FIELDS: usize = 200;
const MAX_BYTES: usize = 1 << 18;

/// The error with the name of the field it is about: the one without which there is another error
/// or none.
fn named(
    error: serde_json::Error,
    config: &Value,
    read: &dyn Fn(Value) -> Option<serde_json::Error>,
) -> ConfigError {
    let detail = error.to_string();
    let fields = config
        .as_object()
        .filter(|fields| fields.len() < MAX_FIELDS);
    if let Some(missing) = detail.strip_prefix("missing field `") {
        let name = missing.split('`').next().unwrap_or_default();
        return ConfigError::Missing(name.to_owned());
    }
    for (name, _) in fields.into_iter().flatten() {
        let mut without = config.clone();
        if let Some(fields) = without.as_object_mut() {
            fields.remove(name);
        }
        if read(without).is_none_or(|other| other.to_string() != detail) {
            let name = name.clone();
            return ConfigError::Field { name, detail };
        }
    }
    error.into()
}

/// Checks that each `(name, size, max)` is between 1 and its maximum.
///
/// # Errors
/// Names the first one that is not.
pub fn check_sizes(sizes: &[(&str, usize, usize)]) -> Result<(), ConfigError> {
    match sizes.iter().find(|(_, size, max)| *size == 0 || size > max) {
        Some((name, size, max)) => Err(ConfigError::Size {
            name: (*name).to_owned(),
            size: *size,
            max: *max,
        }),
        None => Ok(()),
    }
}

/// Checks that the width named first is a multiple of the number of heads named second.
///
/// # Errors
/// If it is not.
pub fn check_heads(width: (&str, usize), heads: (&str, usize)) -> Result<(), ConfigError> {
    if width.1.is_multiple_of(heads.1) {
        return Ok(());
    }
    Err(ConfigError::Heads {
        width: (width.0.to_owned(), width.1),
        heads: (heads.0.to_owned(), heads.1),
    })
}

/// The activation function of that name.
///
/// # Errors
/// If it is not known.
pub fn activation_function(name: &str) -> Result<ActivationFunction, ConfigError> {
    ActivationFunction::from_name(name)
        .ok_or_else(|| ConfigError::UnknownActivation(name.to_owned()))
}

//! What every family's `config.json` can get wrong, and how its sizes are checked.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::nn::ActivationFunction;

/// A `config.json` that describes no model we can run.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Not JSON, or a field is missing or of the wrong type.
    #[error("config.json: {0}")]
    Json(#[from] serde_json::Error),
    /// Another architecture.
    #[error("config.json: model_type is `{model_type}`; supported: {supported}")]
    UnknownArchitecture {
        /// What the file says.
        model_type: String,
        /// What we can run, separated by commas.
        supported: String,
    },
    /// Another activation function.
    #[error("config.json: activation function `{0}` is not known; known: gelu, gelu_new, relu")]
    UnknownActivation(String),
    /// Sizes that cannot be.
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
/// fields in `renamed` (newer, older) that are both there, the newer one counts.
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
    }
    Ok(serde_json::from_value(value)?)
}

/// Checks that each `(name, size, max)` is between 1 and its maximum.
///
/// # Errors
/// Names the first one that is not.
pub fn check_sizes(sizes: &[(&str, usize, usize)]) -> Result<(), ConfigError> {
    match sizes.iter().find(|(_, size, max)| *size == 0 || size > max) {
        Some((name, size, max)) => Err(ConfigError::Sizes(format!(
            "{name} is {size}; it must be between 1 and {max}"
        ))),
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
    Err(ConfigError::Sizes(format!(
        "{} {} is not a multiple of {} {}",
        width.0, width.1, heads.0, heads.1
    )))
}

/// The activation function of that name.
///
/// # Errors
/// If it is not known.
pub fn activation_function(name: &str) -> Result<ActivationFunction, ConfigError> {
    ActivationFunction::from_name(name)
        .ok_or_else(|| ConfigError::UnknownActivation(name.to_owned()))
}

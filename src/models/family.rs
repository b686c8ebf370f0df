//! The registry of families.

use super::ConfigError;
use super::config::model_type;

/// A family of models that we can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// A decoder: names the next token, looking back.
    Gpt2,
    /// An encoder: fills in blanks, looking both ways.
    Bert,
    /// An encoder-decoder: writes a target, looking across at a source.
    T5,
    /// A recurrent model: names the next token, remembering in one state.
    Lstm,
}

impl Family {
    /// Every family by the `model_type` of its `config.json`.
    pub const REGISTRY: [(&str, Family); 4] = [
        ("gpt2", Family::Gpt2),
        ("bert", Family::Bert),
        ("t5", Family::T5),
        ("lstm", Family::Lstm),
    ];

    /// The family of a `config.json`.
    ///
    /// ```
    /// use llm_atlas::models::Family;
    /// assert_eq!(Family::of_config(r#"{"model_type": "bert"}"#).unwrap(), Family::Bert);
    /// let error = Family::of_config(r#"{"model_type": "mamba"}"#).unwrap_err();
    /// assert!(error.to_string().contains("`mamba`; supported: gpt2, bert, t5, lstm"));
    /// ```
    ///
    /// # Errors
    /// If it is not JSON, or of a family that is not in the registry.
    pub fn of_config(json: &str) -> Result<Self, ConfigError> {
        let model_type = model_type(json)?;
        let known = Self::REGISTRY.iter().find(|(name, _)| *name == model_type);
        known.map(|(_, family)| *family).ok_or_else(|| {
            let names = Self::REGISTRY.map(|(name, _)| name);
            ConfigError::UnknownArchitecture {
                model_type,
                supported: names.join(", "),
            }
        })
    }
}

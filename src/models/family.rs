//! The registry of families.

use super::ConfigError;
#[cfg(feature = "families")]
use super::bert::BertConfig;
use super::config::model_type;
#[cfg(feature = "families")]
use super::distilbert::DistilBertConfig;

/// A family of models that we can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// A decoder: names the next token, looking back.
    Gpt2,
    /// A decoder with rotary positions, shared keys and values, and a gated MLP.
    Llama,
    /// A decoder with partly rotary positions, attention and MLP side by side.
    GptNeox,
    /// An encoder: fills in blanks, looking both ways.
    Bert,
    /// A BERT without token types, by other names.
    DistilBert,
    /// An encoder-decoder: writes a target, looking across at a source.
    T5,
    /// A recurrent model: names the next token, remembering in one state.
    Lstm,
}

impl Family {
    /// Every family by the `model_type` of its `config.json`.
    pub const REGISTRY: [(&str, Family); 7] = [
        ("gpt2", Family::Gpt2),
        ("llama", Family::Llama),
        ("gpt_neox", Family::GptNeox),
        ("bert", Family::Bert),
        ("distilbert", Family::DistilBert),
        ("t5", Family::T5),
        ("lstm", Family::Lstm),
    ];

    /// Its `model_type`.
    ///
    /// ```
    /// use llm_atlas::models::Family;
    /// assert_eq!(Family::GptNeox.name(), "gpt_neox");
    /// ```
    pub fn name(self) -> &'static str {
        let mut entries = Self::REGISTRY.iter();
        let entry = entries.find(|(_, family)| *family == self);
        entry.map_or("", |(name, _)| name)
    }

    /// The family of a `config.json`.
    ///
    /// ```
    /// use llm_atlas::models::Family;
    /// assert_eq!(Family::of_config(r#"{"model_type": "bert"}"#).unwrap(), Family::Bert);
    /// let error = Family::of_config(r#"{"model_type": "mamba"}"#).unwrap_err();
    /// assert!(error.to_string().contains("`mamba`; supported: gpt2, llama, gpt_neox, bert"));
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

/// The configuration of an encoder, of whichever family it is.
///
/// # Errors
/// If it is not JSON, of another family, or its sizes cannot be.
#[cfg(feature = "families")]
pub fn encoder_config(json: &str) -> Result<BertConfig, ConfigError> {
    match Family::of_config(json)? {
        Family::DistilBert => DistilBertConfig::from_json(json),
        _ => BertConfig::from_json(json),
    }
}

//! Configurations with anything in any field.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{DecoderConfig, Family, encoder_config};
use crate::models::lstm::LstmConfig;
use crate::models::t5::T5Config;

/// A small configuration of each family, as its golden checkpoints have them.
fn configs() -> Vec<Value> {
    let texts = [
        include_str!("../../tests/golden/gpt2-tied/config.json"),
        include_str!("../../tests/golden/llama-scaled-biased/config.json"),
        include_str!("../../tests/golden/llama-older-llama3/config.json"),
        include_str!("../../tests/golden/neox-parallel/config.json"),
        include_str!("../../tests/golden/bert-head/config.json"),
        include_str!("../../tests/golden/distilbert-head/config.json"),
        include_str!("../../tests/golden/t5-gated-untied/config.json"),
        include_str!("../../tests/golden/lstm-tied/config.json"),
    ];
    texts
        .map(|text| serde_json::from_str(text).unwrap())
        .to_vec()
}

/// Reads a configuration as whoever opens it does, and what follows from it.
fn read(config: &Value) -> Result<(), String> {
    let json = config.to_string();
    let text = |error: &dyn std::fmt::Display| error.to_string();
    match Family::of_config(&json).map_err(|error| text(&error))? {
        Family::Gpt2 | Family::Llama | Family::GptNeox => {
            let config = DecoderConfig::from_json(&json).map_err(|error| text(&error))?;
            let shape = config.shape();
            assert!(shape.n_heads.is_multiple_of(shape.block.group_size) && shape.d_head > 0);
            assert!(!shape.info(0).activations().is_empty());
        }
        Family::Bert | Family::DistilBert => {
            encoder_config(&json).map_err(|error| text(&error))?;
        }
        Family::T5 => {
            let config = T5Config::from_json(&json).map_err(|error| text(&error))?;
            assert!((config.start_token_id() as usize) < config.vocab_size);
        }
        Family::Lstm => {
            LstmConfig::from_json(&json).map_err(|error| text(&error))?;
        }
    }
    Ok(())
}

/// Something that a field should not, or only just, be.
fn anything() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0u64..70).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z_]{0,8}".prop_map(Value::from),
        Just(json!([])),
        Just(json!([3, 4])),
        Just(json!({"rope_type": "llama3", "factor": 0})),
        Just(json!({"type": "linear", "factor": 1e300})),
        Just(json!({"rope_theta": 1e30, "partial_rotary_factor": -0.5})),
    ]
}

#[test]
fn each_family_reads_its_own() {
    for config in configs() {
        assert_eq!(read(&config), Ok(()));
    }
}

proptest! {
    #[test]
    fn a_field_of_any_kind_is_read_or_refused(
        family in 0usize..8,
        field in 0usize..64,
        value in anything(),
    ) {
        let mut config = configs().swap_remove(family);
        let fields = config.as_object_mut().unwrap();
        let name = fields.keys().nth(field % fields.len()).unwrap().clone();
        fields.insert(name.clone(), value);
        if let Err(sentence) = read(&config) {
            prop_assert!(!sentence.is_empty(), "{name}");
        }
    }

    #[test]
    fn a_missing_field_is_filled_in_or_named(family in 0usize..8, field in 0usize..64) {
        let mut config = configs().swap_remove(family);
        let fields = config.as_object_mut().unwrap();
        let name = fields.keys().nth(field % fields.len()).unwrap().clone();
        fields.remove(&name);
        if let Err(sentence) = read(&config) {
            // What is missing may only show in what is left: a width that no longer divides.
            let is_named = sentence.contains(&name);
            prop_assert!(is_named || sentence.contains("multiple"), "{name}: {sentence}");
        }
    }

    #[test]
    fn any_text_is_refused(text in ".{0,40}") {
        prop_assert!(Family::of_config(&text).is_err());
    }
}

//! How `config.json` describes rotary positions: newer files in `rope_parameters`, older ones in
//! `rope_scaling` and fields beside it.

use std::f64::consts::TAU;

use serde::{Deserialize, Serialize};

use super::ConfigError;
use crate::nn::Rotary;

/// `rope_parameters`, or the older `rope_scaling`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RopeParameters {
    /// `default`, `linear` or `llama3`; `default` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rope_type: Option<String>,
    /// The same in the oldest files.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub oldest_type: Option<String>,
    /// The base; older files have it beside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rope_theta: Option<f64>,
    /// The part of each head that is turned; older files have it beside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial_rotary_factor: Option<f64>,
    /// How many times slower the slow pairs turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
    /// `llama3`: pairs that turn less often than this in the original context are slowed down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low_freq_factor: Option<f64>,
    /// `llama3`: pairs that turn more often than this in the original context stay as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high_freq_factor: Option<f64>,
    /// `llama3`: positions of the model before it learned longer texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_max_position_embeddings: Option<f64>,
}

/// What a family's fields beside `rope_parameters` say.
#[derive(Clone, Copy, Debug)]
pub struct RopeDefaults {
    /// Width of a head.
    pub d_head: usize,
    /// The base.
    pub theta: f64,
    /// The part of each head that is turned.
    pub fraction: f64,
    /// Most positions.
    pub n_positions: usize,
}

impl RopeParameters {
    /// The turning of a model's queries and keys.
    ///
    /// # Errors
    /// If the kind of scaling is not known, or a number it needs is missing or cannot be.
    pub fn rotary(&self, defaults: RopeDefaults) -> Result<Rotary, ConfigError> {
        let theta = self.rope_theta.unwrap_or(defaults.theta);
        let fraction = self.partial_rotary_factor.unwrap_or(defaults.fraction);
        in_range("rope_theta", theta, 1.0, 1e12)?;
        in_range("the rotary part of a head", fraction, 0.0, 1.0)?;
        let d_rotary = (defaults.d_head as f64 * fraction) as usize;
        if d_rotary == 0 || !d_rotary.is_multiple_of(2) {
            return Err(ConfigError::Sizes(format!(
                "{d_rotary} of the {} numbers of a head are rotary; they must be a multiple of 2",
                defaults.d_head
            )));
        }
        let mut rotary = Rotary::new(d_rotary, theta);
        let kind = self.rope_type.as_ref().or(self.oldest_type.as_ref());
        match kind.map_or("default", String::as_str) {
            "default" => {}
            "linear" => {
                let factor = required("factor", self.factor)?;
                for frequency in &mut rotary.frequencies {
                    *frequency /= factor as f32;
                }
            }
            "llama3" => self.scale_as_llama_3(&mut rotary, defaults.n_positions)?,
            other => {
                return Err(ConfigError::Sizes(format!(
                    "rope scaling `{other}` is not known; known: default, linear, llama3"
                )));
            }
        }
        Ok(rotary)
    }

    /// Slows down the pairs that turn seldom, leaves those that turn often, and goes over from one
    /// to the other between.
    ///
    /// Source: Hugging Face transformers, `modeling_rope_utils.py`, after Llama 3.1.
    fn scale_as_llama_3(&self, rotary: &mut Rotary, n_positions: usize) -> Result<(), ConfigError> {
        let factor = required("factor", self.factor)?;
        let low = required("low_freq_factor", self.low_freq_factor)?;
        let high = required("high_freq_factor", self.high_freq_factor)?;
        let original = self.original_max_position_embeddings;
        let original = original.unwrap_or(n_positions as f64);
        in_range("original_max_position_embeddings", original, 1.0, 1e9)?;
        if high <= low {
            return Err(ConfigError::Sizes(format!(
                "high_freq_factor is {high}; it must be more than low_freq_factor, {low}"
            )));
        }
        for frequency in &mut rotary.frequencies {
            let turns = original * f64::from(*frequency) / TAU;
            let kept = ((turns - low) / (high - low)).clamp(0.0, 1.0);
            *frequency = (f64::from(*frequency) * (kept + (1.0 - kept) / factor)) as f32;
        }
        Ok(())
    }
}

/// A number that this kind of scaling needs.
fn required(name: &str, value: Option<f64>) -> Result<f64, ConfigError> {
    let value = value.ok_or_else(|| ConfigError::Sizes(format!("rope scaling has no `{name}`")))?;
    in_range(name, value, 1e-6, 1e6)?;
    Ok(value)
}

fn in_range(name: &str, value: f64, least: f64, most: f64) -> Result<(), ConfigError> {
    match (least..=most).contains(&value) {
        true => Ok(()),
        false => Err(ConfigError::Sizes(format!(
            "{name} is {value}; it must be between {least} and {most}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULTS: RopeDefaults = RopeDefaults {
        d_head: 64,
        theta: 10_000.0,
        fraction: 1.0,
        n_positions: 2048,
    };

    fn rotary(json: &str) -> Result<Rotary, String> {
        let parameters: RopeParameters = serde_json::from_str(json).unwrap();
        let rotary = parameters.rotary(DEFAULTS);
        rotary.map_err(|error| error.to_string())
    }

    #[test]
    fn llama_3_slows_down_only_the_slow_pairs() {
        let plain = rotary(r#"{"rope_theta": 500000.0}"#).unwrap().frequencies;
        let scaled = rotary(
            r#"{"rope_theta": 500000, "rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0,
                "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}"#,
        );
        let scaled = scaled.unwrap().frequencies;
        assert_eq!(plain[0], scaled[0]);
        assert!((plain[31] / scaled[31] - 32.0).abs() < 1e-3);
        let between = plain
            .iter()
            .zip(&scaled)
            .map(|(plain, scaled)| plain / scaled);
        assert!(between.filter(|ratio| (1.01..31.9).contains(ratio)).count() > 0);
    }

    #[test]
    fn both_names_of_the_kind_are_read() {
        let older = rotary(r#"{"type": "linear", "factor": 2.0}"#).unwrap();
        let newer = rotary(r#"{"type": "linear", "rope_type": "linear", "factor": 2}"#).unwrap();
        assert_eq!(older, newer);
        assert_eq!(older.frequencies[0], 0.5);
    }

    #[test]
    fn only_a_part_of_a_head_may_be_rotary() {
        let part = rotary(r#"{"partial_rotary_factor": 0.25}"#).unwrap();
        assert_eq!(part, Rotary::new(16, 10_000.0));
        assert!(
            rotary(r#"{"partial_rotary_factor": 0.02}"#)
                .unwrap_err()
                .contains("multiple of 2")
        );
    }

    #[test]
    fn refuses_what_it_cannot_turn() {
        let refused = |json: &str| rotary(json).unwrap_err();
        assert!(refused(r#"{"rope_type": "yarn"}"#).contains("`yarn` is not known"));
        assert!(refused(r#"{"rope_type": "linear"}"#).contains("`factor`"));
        assert!(refused(r#"{"rope_theta": -1.0}"#).contains("rope_theta"));
        let llama =
            r#"{"rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 4}"#;
        assert!(refused(llama).contains("high_freq_factor"));
    }
}

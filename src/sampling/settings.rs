//! The knobs of sampling and what can be wrong with them.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How a token is chosen from the logits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Divides the logits; 0 or more. 0 is greedy, 1 leaves the model's own distribution.
    pub temperature: f32,
    /// Keep this many of the most likely tokens; 1 or more.
    pub top_k: Option<usize>,
    /// Keep the fewest most likely tokens that reach this share; above 0, at most 1.
    pub top_p: Option<f32>,
    /// Keep the tokens with at least this share of the most likely one's probability; 0 to 1.
    pub min_p: Option<f32>,
    /// Divides the positive logits of the tokens that were there already and multiplies their
    /// negative ones; above 0. 1 changes nothing, above 1 they become less likely.
    pub repetition_penalty: f32,
    /// Always take the most likely token.
    pub greedy: bool,
}

impl Default for Settings {
    /// The model's own distribution: temperature 1, no filters, no penalty.
    fn default() -> Self {
        Self {
            temperature: 1.0,
            top_k: None,
            top_p: None,
            min_p: None,
            repetition_penalty: 1.0,
            greedy: false,
        }
    }
}

impl Settings {
    /// Whether the most likely token is taken without a draw.
    pub fn is_greedy(&self) -> bool {
        self.greedy || self.temperature == 0.0
    }

    /// Checks the ranges written at the fields.
    ///
    /// # Errors
    /// The [`SamplingError`] of the first field outside its range.
    pub fn check(&self) -> Result<(), SamplingError> {
        check_temperature(self.temperature)?;
        if self.top_k == Some(0) {
            return Err(SamplingError::TopKZero);
        }
        if let Some(value) = self.top_p.filter(|p| !(*p > 0.0 && *p <= 1.0)) {
            return Err(SamplingError::TopP { value });
        }
        if let Some(value) = self.min_p.filter(|p| !(0.0..=1.0).contains(p)) {
            return Err(SamplingError::MinP { value });
        }
        let value = self.repetition_penalty;
        if value > 0.0 && value.is_finite() {
            Ok(())
        } else {
            Err(SamplingError::RepetitionPenalty { value })
        }
    }
}

pub(super) fn check_temperature(temperature: f32) -> Result<(), SamplingError> {
    if temperature.is_finite() && temperature >= 0.0 {
        Ok(())
    } else {
        Err(SamplingError::Temperature { value: temperature })
    }
}

/// Why no distribution could be made.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum SamplingError {
    /// There are no logits.
    #[error("there are no logits to sample from")]
    NoLogits,
    /// A logit is infinite or not a number.
    #[error("the logit of token {id} is {value}, not a finite number")]
    LogitNotFinite {
        /// The token.
        id: usize,
        /// Its logit.
        value: f32,
    },
    /// The temperature is negative, infinite or not a number.
    #[error("the temperature is {value}; it must be 0 or more")]
    Temperature {
        /// The temperature.
        value: f32,
    },
    /// Top-k would keep nothing.
    #[error("top-k is 0; it must be 1 or more")]
    TopKZero,
    /// Top-p is not a share.
    #[error("top-p is {value}; it must be above 0 and at most 1")]
    TopP {
        /// The share.
        value: f32,
    },
    /// Min-p is not a share.
    #[error("min-p is {value}; it must be between 0 and 1")]
    MinP {
        /// The share.
        value: f32,
    },
    /// The repetition penalty is not a positive number.
    #[error("the repetition penalty is {value}; it must be above 0")]
    RepetitionPenalty {
        /// The penalty.
        value: f32,
    },
}

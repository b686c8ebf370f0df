//! Every colour decision: which number gets which step, which token which hue,
//! and which CSS custom property draws it.
//!
//! The colours themselves are in `www/tokens.css`, for light and dark; this
//! folder never holds one. An [`Ink`] names a custom property, so that a picture
//! is painted again in the other theme without knowing it. The tests read the
//! style sheet and hold it to its promises: contrast, monotone lightness, and a
//! colour for every ink in both themes.

mod ink;
mod scales;

pub use ink::{DIM_VAR, Ink};
pub use scales::{
    CATEGORIES, SCALE_STEPS, attention_step, category, diverging_step, text_on_attention,
};

#[cfg(test)]
mod style_sheet_tests;

//! A figure as a file: the drawing as an SVG that stands alone, its numbers as CSV.

mod captioned;
mod csv;
mod standalone;

pub use captioned::captioned;
pub use csv::{Datum, Value, csv};
pub use standalone::standalone_svg;

#[cfg(test)]
mod xml_tests;

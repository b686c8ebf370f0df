//! What a model computes on the processor a vector of numbers at a time, where the library's own
//! loops do not: the bends of its MLPs, and a matrix times few positions.
//!
//! Plain loops over slices that the compiler makes vectors of. No dependencies, no unsafe code.

mod curves;
mod product;

pub use curves::{Curve, GELU, GELU_TANH, RELU, SILU};
pub use product::{add_columns_product, add_rows_product};

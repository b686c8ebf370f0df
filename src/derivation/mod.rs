//! Where a number of the model comes from: one description per kind of operation, as data.
//!
//! A [`Quantity`] names one number. [`derive`] says which operation made it, out of which other
//! numbers, and so what has to be fetched to follow it; [`evaluate`] does the operation again in
//! double precision, term by term. Following operands leads from any number of the model to
//! token ids and learned parameters, which have no arithmetic behind them.
//!
//! The operations are those of a decoder-only transformer with learned positions and layer norm
//! before each part (Radford et al. 2019, "Language models are unsupervised multitask learners").

mod bend;
mod derive;
mod evaluate;
mod operation;
mod quantity;
mod slice;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

pub use bend::Bend;
pub use derive::{DeriveError, Reading, activations_ahead, derive, needed_activations};
pub use evaluate::{Evaluated, Factor, Line, Step, Term, engine_value, evaluate};
pub use operation::{Derivation, Operation};
pub use quantity::{Array, ParseQuantityError, Quantity};
pub use slice::Slice;

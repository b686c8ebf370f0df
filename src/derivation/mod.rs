//! Where a number of the model comes from: one description per kind of operation, as data.
//!
//! A [`Quantity`] names one number. [`derive`] says which operation made it, out of which other
//! numbers, and so what has to be fetched to follow it; [`evaluate`] does the operation again in
//! double precision, term by term. Following operands leads from any number of the model to
//! token ids and learned parameters, which have no arithmetic behind them.
//!
//! The operations are those of a transformer's blocks as [`crate::protocol::Block`] describes them:
//! GPT-2 (Radford et al. 2019), BERT (Devlin et al. 2019) and T5 (Raffel et al. 2020); and those of an
//! LSTM's layers (Hochreiter and Schmidhuber 1997, Gers et al. 2000).

mod bend;
mod block;
mod cell;
mod derive;
mod evaluate;
mod evaluated;
mod operation;
mod quantity;
mod slice;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod fixture_cells;
#[cfg(test)]
mod tests;

pub use bend::Bend;
pub use derive::{DeriveError, Reading, activations_ahead, derive, ids_of, needed_activations};
pub use evaluate::{engine_value, evaluate};
pub use evaluated::{Evaluated, Factor, Line, Step, Term};
pub use operation::{Derivation, Operation};
pub use quantity::{Array, Lengths, ParseQuantityError, Quantity};
pub use slice::Slice;

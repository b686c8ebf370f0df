//! LSTM: a recurrent language model, which reads one token after the other and remembers in two
//! vectors a layer what it has read.
//!
//! Source: Hochreiter and Schmidhuber 1997, "Long Short-Term Memory", with the forget gate of Gers
//! et al. 2000; names of tensors and order of gates as in `torch.nn.LSTM`.

#[cfg(feature = "program")]
mod backward;
mod config;
#[cfg(feature = "program")]
mod loss;
mod model;
mod scan;
mod state;
mod weights;

pub use config::LstmConfig;
#[cfg(feature = "program")]
pub use loss::next_token_loss;
pub use model::{Lstm, LstmBlock};
pub use state::LstmState;
pub use weights::initial_weights;

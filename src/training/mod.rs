//! Training: batches from the village, the loss, one step, the schedule, and the loop that keeps
//! checkpoints. The program uses it natively; it needs no clock and no files except in
//! [`checkpoints`] and [`run`].

mod batches;
pub mod checkpoints;
mod error;
mod recipe;
mod run;
mod schedule;
mod step;
mod village_tokenizer;

pub use batches::{Batch, Batches};
pub use error::TrainingError;
pub use recipe::{ModelShape, OptimizerKind, Recipe};
pub use run::{Report, run};
pub use schedule::learning_rate;
pub use step::{Trainer, cross_entropy};
pub use village_tokenizer::{END_OF_TEXT, train_village_tokenizer};

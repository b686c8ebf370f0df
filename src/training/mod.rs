//! Training: batches from the village, the loss, one step, the schedule, and the loop that keeps
//! checkpoints. The program uses it natively; it needs no clock and no files except in
//! [`checkpoints`], [`film`](frame_steps) and [`run`].
//!
//! | file | is |
//! |---|---|
//! | `recipe` | a training as data |
//! | `mixture`, `corpus` | which texts are read, as token ids |
//! | `next_token`, `masked`, `translation` | batches, by what is learned |
//! | `buckets` | batches of sequences of like length |
//! | `learner`, `learners` | what the loop needs of a model, and how each architecture gives it |
//! | `step`, `schedule` | one step of the optimiser, its learning rate |
//! | `run` | the loop |
//! | `checkpoints`, `film`, `metrics`, `lock` | what is kept on disk |
//! | `village_tokenizer` | the tokenizer of the village's texts |
//! | `word2vec` | word vectors, by a loop of their own |

mod buckets;
pub mod checkpoints;
mod corpus;
mod error;
mod film;
mod learner;
mod learners;
mod lock;
mod masked;
mod metrics;
mod mixture;
mod next_token;
mod recipe;
mod run;
mod schedule;
mod step;
mod translation;
mod village_tokenizer;
pub mod word2vec;

pub use buckets::Padded;
pub use corpus::{Corpus, END_OF_TEXT};
pub use error::TrainingError;
pub use film::frame_steps;
pub use learner::{Batch, Learner};
pub use lock::Lock;
pub use masked::{CLS, MASK, PAD, SEP};
pub use metrics::Report;
pub use next_token::NextTokenBatch;
pub use recipe::{ModelKind, ModelShape, OptimizerKind, Recipe, STORIES};
pub use run::{Order, run};
pub use schedule::learning_rate;
pub use step::{Trainer, cross_entropy};
pub use translation::{T5_END, T5_PAD, TranslationBatch};
pub use village_tokenizer::train_village_tokenizer;

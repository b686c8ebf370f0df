//! What runs a model for someone: a reader for each kind of model, the device, and, in the
//! browser, the worker around them.

mod device;
#[cfg(feature = "families")]
mod encoder;
#[cfg(feature = "families")]
mod frames;
#[cfg(feature = "families")]
mod inspect;
mod intake;
mod load;
#[cfg(feature = "families")]
mod look;
#[cfg(all(feature = "families", feature = "worker"))]
mod opened;
mod read_back;
mod reader;
#[cfg(feature = "families")]
mod recurrent;
mod session;
#[cfg(all(feature = "worker", feature = "families"))]
mod tokenizer_program;
#[cfg(feature = "families")]
mod translator;

#[cfg(feature = "worker")]
mod fetch;
#[cfg(feature = "worker")]
pub mod worker;

pub use device::{EngineDevice, start_device};
#[cfg(feature = "families")]
pub use encoder::Encoder;
pub use intake::Intake;
pub use load::{LoadError, ModelFiles};
#[cfg(feature = "families")]
pub use look::look;
pub use reader::Reader;
#[cfg(feature = "families")]
pub use recurrent::Recurrent;
pub use session::Session;
#[cfg(feature = "families")]
pub use translator::Translator;

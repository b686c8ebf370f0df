//! What runs a model for someone: a session that keeps the cache between keystrokes, the device,
//! and, in the browser, the worker around it.

mod device;
mod encoder;
mod frames;
mod inspect;
mod load;
mod read_back;
mod recurrent;
mod session;
mod translator;

#[cfg(feature = "worker")]
mod fetch;
#[cfg(feature = "worker")]
pub mod worker;

pub use device::{EngineDevice, start_device};
pub use encoder::Encoder;
pub use load::{LoadError, LoadedModel, ModelFiles};
pub use recurrent::Recurrent;
pub use session::Session;
pub use translator::Translator;

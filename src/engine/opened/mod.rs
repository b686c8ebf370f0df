//! Opening checkpoints that the site does not have, in the browser: handed over as files, or fetched
//! from an address. Weights are read tensor by tensor, so that beside them only the tensor at hand
//! is in memory.

mod blob_file;
mod files;
mod load;
mod receive;

pub use files::Files;
pub use load::{limit_bytes, load_opened, look_at};

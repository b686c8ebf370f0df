//! Layers shared by model families: attention with all its stages, the KV cache, the MLP, and the
//! recorder that keeps what was asked for.

mod attention;
mod kv_cache;
mod layer_norm;
mod mlp;
mod recorder;

pub use attention::{Attention, causal_mask};
pub use kv_cache::{KvCache, LayerCache};
pub use layer_norm::LayerNorm;
pub use mlp::{ActivationFunction, Mlp};
pub use recorder::{BlockRecorder, Recorded, Recorder};

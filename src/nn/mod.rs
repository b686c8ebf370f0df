//! Layers shared by model families: attention with all its stages, rotary positions, the KV cache,
//! the MLP, and the recorder that keeps what was asked for.

mod activation_function;
mod attention;
mod embedding;
mod kv_cache;
mod layer_norm;
mod linear;
mod mlp;
mod multi_head_attention;
#[cfg(feature = "families")]
mod norm;
#[cfg(feature = "cpu")]
mod processor;
mod recorder;
mod rotary;

pub use activation_function::ActivationFunction;
pub use attention::{Attention, ScoreRule, attend, causal_mask};
pub use embedding::{Embedding, unembed};
pub use kv_cache::{KvCache, LayerCache};
pub use layer_norm::LayerNorm;
pub use linear::Linear;
pub use mlp::{FeedForward, GatedMlp, Mlp};
pub use multi_head_attention::MultiHeadAttention;
#[cfg(feature = "families")]
pub use norm::Norm;
pub use recorder::{BlockRecorder, Recorded, Recorder};
pub use rotary::{Rotary, Turns};

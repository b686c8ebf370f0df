//! Layers shared by model families: attention with all its stages, rotary positions, the KV cache,
//! the MLP, and the recorder that keeps what was asked for.

mod activation_function;
mod attention;
mod kv_cache;
mod layer_norm;
mod mlp;
mod multi_head_attention;
#[cfg(feature = "families")]
mod norm;
mod recorder;
mod rotary;
mod unembedding;

pub use activation_function::ActivationFunction;
pub use attention::{Attention, ScoreRule, attend, causal_mask};
pub use kv_cache::{KvCache, LayerCache};
pub use layer_norm::LayerNorm;
pub use mlp::{FeedForward, GatedMlp, Mlp};
pub use multi_head_attention::MultiHeadAttention;
#[cfg(feature = "families")]
pub use norm::Norm;
pub use recorder::{BlockRecorder, Recorded, Recorder};
pub use rotary::{Rotary, Turns};
pub use unembedding::unembed;

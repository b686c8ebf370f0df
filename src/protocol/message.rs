//! Requests from the page and events from a worker.

use serde::{Deserialize, Serialize};

use super::{
    EngineError, Finding, Generation, Inspection, Look, ModelInfo, Rows, TokenInfo, TraceSpec,
};
use crate::protocol::Activation;

/// What the page asks of a worker. Every request but [`Request::Forget`] is answered by exactly one
/// event with its id, after any number of [`Event::Progress`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Start the device and load a model, unless it is there already. Models loaded before stay.
    /// Answered by [`Event::Ready`] or [`Event::Failed`].
    Load {
        /// Number of the request.
        id: u64,
        /// Folder that holds `config.json`, `model.safetensors` and `tokenizer.json`; ends with `/`.
        /// Its last part is the model's name.
        base_url: String,
        /// Where its files are to be fetched from, if not from `base_url`; ends with `/`.
        #[serde(default)]
        from: Option<String>,
    },
    /// Look at a checkpoint without reading its weights. Answered by [`Event::Seen`] or
    /// [`Event::Failed`].
    Look {
        /// Number of the request.
        id: u64,
        /// As in [`Request::Load`].
        base_url: String,
        /// As in [`Request::Load`].
        from: Option<String>,
    },
    /// Run the model on a text. Answered by [`Event::Trace`] or [`Event::Failed`].
    Run {
        /// Number of the request.
        id: u64,
        /// The model, by the name that [`Event::Ready`] told.
        model: String,
        /// What was typed: the text, or an encoder-decoder's source.
        text: String,
        /// Tokens that follow it, or an encoder-decoder's target after its start token.
        generation: Generation,
        /// Which activations the open views need.
        spec: TraceSpec,
        /// How many leading positions of the page's last trace from this worker the page still
        /// holds with this specification or a larger one; 0 for none.
        held: usize,
    },
    /// The token embedding matrix and its principal components. Answered by [`Event::Embeddings`].
    Embeddings {
        /// Number of the request.
        id: u64,
        /// The model, by the name that [`Event::Ready`] told.
        model: String,
    },
    /// Look closer at a text. Answered by [`Event::Found`] or [`Event::Failed`].
    Inspect {
        /// Number of the request.
        id: u64,
        /// The model, by the name that [`Event::Ready`] told.
        model: String,
        /// What was typed.
        text: String,
        /// Tokens that follow it.
        generation: Generation,
        /// What is asked.
        inspection: Inspection,
    },
    /// Put other weights of the same shape into the loaded model, or its own back. What was read is
    /// forgotten. Answered by [`Event::Weights`] or, with the model as it was, [`Event::Failed`].
    Weights {
        /// Number of the request.
        id: u64,
        /// The model, by the name that [`Event::Ready`] told.
        model: String,
        /// Address of packed weights, a frame of the training's film; `None` for the model's own.
        url: Option<String>,
    },
    /// Let go of a model; another one may come under its name. Not answered.
    Forget {
        /// The model, by the name that [`Event::Ready`] told.
        model: String,
    },
    /// Destroy the graphics device, as a driver reset would. Answered by [`Event::Failed`] with
    /// [`EngineError::DeviceLost`]; on the processor by [`Event::Failed`] with `NoAdapter`.
    LoseDevice {
        /// Number of the request.
        id: u64,
    },
}

/// The name of a model: that of its folder, the last part of its address.
///
/// ```
/// use llm_atlas::protocol::folder_name;
/// assert_eq!(folder_name("https://atlas.example/models/village-gpt/"), "village-gpt");
/// ```
pub fn folder_name(base_url: &str) -> &str {
    let path = base_url.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or_default()
}

impl Request {
    /// Its number; 0 for what is not answered.
    pub fn id(&self) -> u64 {
        match self {
            Request::Forget { .. } => 0,
            Request::Load { id, .. }
            | Request::Look { id, .. }
            | Request::Run { id, .. }
            | Request::Embeddings { id, .. }
            | Request::Inspect { id, .. }
            | Request::Weights { id, .. }
            | Request::LoseDevice { id } => *id,
        }
    }

    /// Name of the model it is about: that of its folder. Empty if it is about none.
    pub fn model(&self) -> &str {
        match self {
            Request::Load { base_url, .. } | Request::Look { base_url, .. } => {
                folder_name(base_url)
            }
            Request::Run { model, .. }
            | Request::Embeddings { model, .. }
            | Request::Inspect { model, .. }
            | Request::Weights { model, .. }
            | Request::Forget { model } => model,
            Request::LoseDevice { .. } => "",
        }
    }

    /// Address of the frame that the answer needs, if it needs one.
    pub fn frame(&self) -> Option<&str> {
        match self {
            Request::Weights { url, .. } => url.as_deref(),
            Request::Inspect { inspection, .. } => inspection.frame(),
            _ => None,
        }
    }
}

/// What a worker tells the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// How far a load has come.
    Progress {
        /// The request.
        id: u64,
        /// How far.
        progress: Progress,
    },
    /// The model is there.
    Ready {
        /// The request.
        id: u64,
        /// What computes.
        backend: BackendInfo,
        /// What was loaded.
        model: Box<ModelInfo>,
    },
    /// What a checkpoint is.
    Seen {
        /// The request.
        id: u64,
        /// What was seen.
        look: Look,
    },
    /// The model has the weights that were asked for.
    Weights {
        /// The request.
        id: u64,
    },
    /// New activations.
    Trace {
        /// The request.
        id: u64,
        /// What is new.
        update: TraceUpdate,
    },
    /// The vocabulary as vectors.
    Embeddings {
        /// The request.
        id: u64,
        /// The vectors.
        table: EmbeddingTable,
    },
    /// The answer to an inspection.
    Found {
        /// The request.
        id: u64,
        /// The answer.
        finding: Finding,
    },
    /// A request failed.
    Failed {
        /// The request; 0 when the failure belongs to none (a device lost while idle).
        id: u64,
        /// Why.
        error: EngineError,
    },
}

/// Which engine computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BackendKind {
    /// burn's flex backend, on the processor.
    Cpu,
    /// burn's wgpu backend, on WebGPU.
    WebGpu,
}

impl BackendKind {
    /// `cpu` or `webgpu`, as in the URL.
    pub fn name(self) -> &'static str {
        match self {
            BackendKind::Cpu => "cpu",
            BackendKind::WebGpu => "webgpu",
        }
    }
}

/// What computes, in words a person can check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackendInfo {
    /// Which engine.
    pub kind: BackendKind,
    /// Name of the graphics adapter, as far as the browser tells it; empty on the processor.
    pub adapter: String,
    /// Whether the adapter is software (SwiftShader, llvmpipe, a fallback adapter).
    pub is_software: bool,
}

/// What is being fetched or done while loading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// The engine's own code.
    Engine,
    /// Configuration and tokenizer.
    Tokenizer,
    /// The weights.
    Weights,
    /// Starting the device and running for the first time.
    Device,
}

/// How far a load has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Bytes received so far, after decompression.
    pub received_bytes: u64,
    /// Bytes expected, after decompression, if known.
    pub total_bytes: Option<u64>,
}

/// Activations of the positions the page does not hold yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TraceUpdate {
    /// All tokens the model read, at most `n_ctx`; special tokens that frame them (`[CLS]`, the
    /// start of a target) among them. A decoder reads an empty text as `<|endoftext|>`. Of an
    /// encoder-decoder: the target.
    pub tokens: Vec<TokenInfo>,
    /// The tokens an encoder-decoder's encoder read; empty for every other model.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub source: Vec<TokenInfo>,
    /// How many tokens the whole text has; more than `tokens.len()` if it was too long, 0 if it is
    /// empty.
    pub total_tokens: usize,
    /// How many tokens an encoder-decoder's whole source has; more than `source.len()` if it was too
    /// long.
    #[serde(default)]
    pub total_source: usize,
    /// How many of the first tokens come from the text itself, or begin a target; the rest were
    /// generated.
    pub typed_tokens: usize,
    /// The rows below start at this position; those before it are unchanged.
    pub first_position: usize,
    /// How many positions were computed for this update (the others came from the KV cache).
    pub computed_positions: usize,
    /// Time the model took, milliseconds.
    pub elapsed_ms: f64,
    /// New rows by activation.
    #[serde(skip)]
    pub rows: Vec<(Activation, Rows)>,
}

/// The token embedding matrix and the plane it is drawn on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EmbeddingTable {
    /// Number of tokens.
    pub vocab_size: usize,
    /// Width of a vector.
    pub d_model: usize,
    /// Tokens that were left out of the principal axes, because training never met them and they
    /// all lie at one place; in order.
    pub untrained: Vec<u32>,
    /// Share of the others' variance along each principal axis, largest first.
    pub explained_variance_ratio: Vec<f32>,
    /// The vectors `[vocab, d_model]`, row by row.
    #[serde(skip)]
    pub vectors: Vec<f32>,
    /// Their mean `[d_model]`.
    #[serde(skip)]
    pub mean: Vec<f32>,
    /// Principal axes `[component, d_model]`, unit length.
    #[serde(skip)]
    pub components: Vec<f32>,
}

impl EmbeddingTable {
    /// Whether training ever met this token.
    pub fn is_trained(&self, id: u32) -> bool {
        self.untrained.binary_search(&id).is_err()
    }

    /// Ids and vectors of the tokens that training met.
    pub fn trained(&self) -> impl Iterator<Item = (u32, &[f32])> + '_ {
        let rows = (0u32..).zip(self.vectors.chunks_exact(self.d_model.max(1)));
        rows.filter(|(id, _)| self.is_trained(*id))
    }

    /// Number of tokens that training met.
    pub fn trained_count(&self) -> usize {
        self.vocab_size - self.untrained.len().min(self.vocab_size)
    }
}

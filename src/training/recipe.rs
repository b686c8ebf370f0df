//! A training as data: everything that decides its outcome.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What to train and how. The same recipe gives the same run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Name of the model, and of its folder.
    pub name: String,
    /// Seed of the weights and of the order of texts.
    pub seed: u64,
    /// Architecture and shape of the network; the architecture decides what is learned.
    pub model: ModelShape,
    /// What is read: parts of the village by name, each with its share of the tokens.
    #[serde(default = "stories_alone")]
    pub slices: BTreeMap<String, f64>,
    /// A model, by folder or bundled name, whose tokenizer is taken over; learned anew if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokenizer: Option<String>,
    /// A model of the same shape, by folder or bundled name, whose weights are the first ones; fresh
    /// ones if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<String>,
    /// How many steps lie behind [`Recipe::weights`]: the training counts on from there and reads the
    /// texts that come next. 0 for one that begins.
    #[serde(default, skip_serializing_if = "no_steps")]
    pub first_step: usize,
    /// How strongly the tokens of a fresh encoder begin with looking at themselves and at their like:
    /// the deviation of each head's query weights, of which its key weights are then a copy. If
    /// absent both are drawn, with deviation 0.02, and every token looks at all alike.
    ///
    /// Source: Trockman and Kolter 2023, "Mimetic Initialization of Self-Attention Layers",
    /// <https://arxiv.org/abs/2305.09828>.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_attention: Option<f64>,
    /// Most token ids, `<|endoftext|>` included; fewer if the texts have no more to merge.
    #[serde(default)]
    pub vocab_size: usize,
    /// Texts per language and slice from which the tokenizer learns its merges.
    #[serde(default)]
    pub tokenizer_stories: u64,
    /// Sequences per step.
    pub batch_size: usize,
    /// Positions per sequence; longer texts are cut.
    pub seq_len: usize,
    /// Number of optimiser steps, those behind [`Recipe::first_step`] among them.
    pub steps: usize,
    /// Steps, from [`Recipe::first_step`] on, over which the learning rate rises from 0.
    pub warmup_steps: usize,
    /// Highest learning rate.
    pub learning_rate: f64,
    /// Learning rate at the end.
    pub final_learning_rate: f64,
    /// Steps at the end over which the rate falls in a line; along a cosine all the way if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decay_steps: Option<usize>,
    /// What turns gradients into steps.
    #[serde(default)]
    pub optimizer: OptimizerKind,
    /// Decay of weights.
    pub weight_decay: f32,
    /// AdamW's second moment.
    pub beta_2: f32,
    /// Longest gradient of one tensor.
    pub gradient_norm: f32,
    /// Share of the tokens that a masked language model must fill in.
    #[serde(default = "fifteen_percent")]
    pub mask_rate: f64,
    /// Chance of each word that the rest of its text determines to be masked whole, on top of
    /// [`Recipe::mask_rate`].
    ///
    /// Source: salient span masking, Guu et al. 2020, "REALM", <https://arxiv.org/abs/2002.08909>;
    /// the village knows which spans are salient.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub determined_mask_rate: f64,
    /// Share of a next-token training's sequences that are random tokens said again and again:
    /// what follows can be told only from what followed before, the task of induction heads.
    ///
    /// Source: Olsson et al. 2022, "In-context Learning and Induction Heads",
    /// <https://arxiv.org/abs/2209.11895>.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub repeat_rate: f64,
    /// Steps between validations.
    pub validate_every: usize,
    /// Batches in one validation.
    pub validation_batches: usize,
    /// Steps between checkpoints.
    pub checkpoint_every: usize,
    /// Frames of the film of the training; 0 for none.
    #[serde(default)]
    pub film_steps: usize,
}

fn stories_alone() -> BTreeMap<String, f64> {
    BTreeMap::from([(STORIES.to_owned(), 1.0)])
}

fn fifteen_percent() -> f64 {
    0.15
}

fn is_zero(rate: &f64) -> bool {
    *rate == 0.0
}

fn no_steps(steps: &usize) -> bool {
    *steps == 0
}

/// The slice every model can read.
pub const STORIES: &str = "stories";

/// What turns gradients into steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OptimizerKind {
    /// AdamW for every tensor.
    #[default]
    AdamW,
    /// Muon for the matrices of the blocks, AdamW for embeddings, norms and biases.
    ///
    /// Source: Jordan et al. 2024, <https://kellerjordan.github.io/posts/muon/>; with the step sizes
    /// of Liu et al. 2025, <https://arxiv.org/abs/2502.16982>, so that one learning rate serves both.
    Muon,
}

/// Architecture and shape of the network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelShape {
    /// Which architecture.
    #[serde(default)]
    pub kind: ModelKind,
    /// Number of blocks (of each half of an encoder-decoder), or of recurrent cells.
    pub n_layer: usize,
    /// Heads per block; a recurrent network has none.
    #[serde(default = "one_head")]
    pub n_head: usize,
    /// Width of the residual stream, or of a cell's hidden state.
    pub n_embd: usize,
    /// Most positions.
    pub n_positions: usize,
    /// Width of the MLP's hidden layer; four times `n_embd` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n_inner: Option<usize>,
}

fn one_head() -> usize {
    1
}

impl ModelShape {
    /// Width of the MLP's hidden layer.
    pub fn d_mlp(&self) -> usize {
        self.n_inner.unwrap_or(4 * self.n_embd)
    }
}

/// An architecture, and with it what is learned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ModelKind {
    /// Decoder: the next token.
    #[default]
    Gpt2,
    /// Encoder: masked tokens.
    Bert,
    /// Encoder-decoder: translation.
    T5,
    /// Recurrent network: the next token.
    Lstm,
}

impl Recipe {
    /// Positions read in the whole training, padding included.
    pub fn total_positions(&self) -> usize {
        self.positions_after(self.steps)
    }

    /// Positions read in so many steps, padding included.
    pub fn positions_after(&self, steps: usize) -> usize {
        steps * self.batch_size * self.seq_len
    }
}

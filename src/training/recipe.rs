//! A training as data: everything that decides its outcome.

use serde::{Deserialize, Serialize};

use crate::models::gpt2::Gpt2Config;

/// What to train and how. The same recipe gives the same run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Name of the model, and of its folder.
    pub name: String,
    /// Seed of the weights and of the order of stories.
    pub seed: u64,
    /// Shape of the network.
    pub model: ModelShape,
    /// Most token ids, `<|endoftext|>` included; fewer if the stories have no more to merge.
    pub vocab_size: usize,
    /// Stories per language from which the tokenizer learns its merges.
    pub tokenizer_stories: u64,
    /// Sequences per step.
    pub batch_size: usize,
    /// Positions per sequence.
    pub seq_len: usize,
    /// Number of optimiser steps.
    pub steps: usize,
    /// Steps over which the learning rate rises from 0.
    pub warmup_steps: usize,
    /// Highest learning rate.
    pub learning_rate: f64,
    /// Learning rate at the end of the cosine.
    pub final_learning_rate: f64,
    /// What turns gradients into steps.
    #[serde(default)]
    pub optimizer: OptimizerKind,
    /// Decay of weights.
    pub weight_decay: f32,
    /// AdamW's second moment.
    pub beta_2: f32,
    /// Longest gradient of one tensor.
    pub gradient_norm: f32,
    /// Steps between validations.
    pub validate_every: usize,
    /// Batches in one validation.
    pub validation_batches: usize,
    /// Steps between checkpoints.
    pub checkpoint_every: usize,
}

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

/// Shape of the network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelShape {
    /// Number of blocks.
    pub n_layer: usize,
    /// Heads per block.
    pub n_head: usize,
    /// Width of the residual stream.
    pub n_embd: usize,
    /// Most positions.
    pub n_positions: usize,
}

impl Recipe {
    /// The model's `config.json`, for a tokenizer with `vocab_size` ids of which the last one is
    /// `<|endoftext|>`.
    pub fn config(&self, vocab_size: usize) -> Gpt2Config {
        let ModelShape {
            n_layer,
            n_head,
            n_embd,
            n_positions,
        } = self.model;
        let mut config = Gpt2Config::new(vocab_size, n_positions, n_embd, n_layer, n_head);
        let end_of_text = vocab_size as u32 - 1;
        config.eos_token_id = Some(end_of_text);
        config.bos_token_id = Some(end_of_text);
        config
    }

    /// Tokens read in the whole training.
    pub fn total_tokens(&self) -> usize {
        self.steps * self.batch_size * self.seq_len
    }
}

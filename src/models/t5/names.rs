//! How Hugging Face calls the parts of a T5.

use super::T5Config;

/// Names the token embeddings have in one file or another; all are one tensor.
pub(super) const EMBEDDING_NAMES: [&str; 3] = [
    "shared.weight",
    "encoder.embed_tokens.weight",
    "decoder.embed_tokens.weight",
];

/// How Hugging Face calls the parts of one stack.
pub(super) struct StackNames {
    pub name: &'static str,
    pub n_layers: usize,
    pub is_decoder: bool,
}

impl StackNames {
    pub fn both(config: &T5Config) -> [StackNames; 2] {
        let stack = |name, n_layers, is_decoder| StackNames {
            name,
            n_layers,
            is_decoder,
        };
        [
            stack("encoder", config.num_layers, false),
            stack("decoder", config.n_decoder_layers(), true),
        ]
    }

    /// Attention parts of a block: number and name.
    pub fn attentions(&self) -> &'static [(usize, &'static str)] {
        match self.is_decoder {
            true => &[(0, "SelfAttention"), (1, "EncDecAttention")],
            false => &[(0, "SelfAttention")],
        }
    }

    pub fn mlp_part(&self) -> usize {
        self.attentions().len()
    }

    pub fn part(&self, layer: usize, part: usize) -> String {
        format!("{}.block.{layer}.layer.{part}", self.name)
    }

    pub fn position_bias(&self) -> String {
        let part = self.part(0, 0);
        format!("{part}.SelfAttention.relative_attention_bias.weight")
    }
}

/// The MLP's matrices into its hidden layer: the gate is the first of two.
pub(super) fn mlp_inputs(config: &T5Config) -> &'static [&'static str] {
    match config.is_gated() {
        true => &["wi_0", "wi_1"],
        false => &["wi"],
    }
}

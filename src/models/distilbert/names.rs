//! Names of a DistilBERT's tensors.

use crate::models::bert::BertNames;

/// As in Hugging Face `DistilBertForMaskedLM`.
pub const DISTILBERT: BertNames = BertNames {
    prefix: "distilbert.",
    has_token_types: false,
    blocks: "transformer.layer",
    qkv: ["attention.q_lin", "attention.k_lin", "attention.v_lin"],
    attention_out: "attention.out_lin",
    ln1: "sa_layer_norm",
    up: "ffn.lin1",
    down: "ffn.lin2",
    ln2: "output_layer_norm",
    head_dense: "vocab_transform",
    head_norm: "vocab_layer_norm",
    unembedding: "vocab_projector",
    head_bias: ["vocab_projector.bias", "vocab_projector.bias"],
};

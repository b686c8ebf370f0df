//! Tensors of a checkpoint that are no parameters.

/// How the names of tensors end that older versions of transformers wrote and nobody needs.
const BUFFERS: [&str; 6] = [
    "attn.bias",
    "attn.masked_bias",
    "attention.bias",
    "attention.masked_bias",
    "rotary_emb.inv_freq",
    "embeddings.position_ids",
];

/// Of the tensors that no layer asked for, those that one may wonder about.
///
/// ```
/// use llm_atlas::models::extra_names;
/// let unread = ["h.0.attn.bias", "h.0.attn.extra"].map(str::to_owned).to_vec();
/// assert_eq!(extra_names(unread), ["h.0.attn.extra"]);
/// ```
pub fn extra_names(mut unread: Vec<String>) -> Vec<String> {
    unread.retain(|name| !BUFFERS.iter().any(|buffer| name.ends_with(buffer)));
    unread
}

//! Tensors of a checkpoint that its model has no use for.

/// How the names of tensors end that nobody misses: buffers that older versions of transformers
/// wrote, and the parts of a BERT that compare two sentences.
const UNMISSED: [&str; 10] = [
    "attn.bias",
    "attn.masked_bias",
    "attention.bias",
    "attention.masked_bias",
    "rotary_emb.inv_freq",
    "embeddings.position_ids",
    "pooler.dense.weight",
    "pooler.dense.bias",
    "cls.seq_relationship.weight",
    "cls.seq_relationship.bias",
];

/// Of the tensors that no layer asked for, those that one may wonder about.
///
/// ```
/// use llm_atlas::models::extra_names;
/// let unread = ["h.0.attn.bias", "h.0.attn.extra"].map(str::to_owned).to_vec();
/// assert_eq!(extra_names(unread), ["h.0.attn.extra"]);
/// ```
pub fn extra_names(mut unread: Vec<String>) -> Vec<String> {
    unread.retain(|name| !UNMISSED.iter().any(|end| name.ends_with(end)));
    unread
}

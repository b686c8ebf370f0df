//! What a family calls the parts of a BERT in its files.

/// Names of tensors; those of a block follow `{blocks}.{layer}.`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BertNames {
    /// Before every name but the head's, where there is a head.
    pub prefix: &'static str,
    /// Whether first and second sentence have embeddings.
    pub has_token_types: bool,
    /// The blocks.
    pub blocks: &'static str,
    /// Queries, keys and values.
    pub qkv: [&'static str; 3],
    /// Attention's way back into the residual stream.
    pub attention_out: &'static str,
    /// Layer norm after attention.
    pub ln1: &'static str,
    /// The MLP's first matrix.
    pub up: &'static str,
    /// The MLP's second matrix.
    pub down: &'static str,
    /// Layer norm after the MLP.
    pub ln2: &'static str,
    /// The head's first matrix.
    pub head_dense: &'static str,
    /// The head's layer norm.
    pub head_norm: &'static str,
    /// The head's second matrix.
    pub unembedding: &'static str,
    /// The bias of the logits, which a file may keep under the first name or the second.
    pub head_bias: [&'static str; 2],
}

impl BertNames {
    /// As in Hugging Face `BertForMaskedLM`.
    pub const BERT: BertNames = BertNames {
        prefix: "bert.",
        has_token_types: true,
        blocks: "encoder.layer",
        qkv: [
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
        ],
        attention_out: "attention.output.dense",
        ln1: "attention.output.LayerNorm",
        up: "intermediate.dense",
        down: "output.dense",
        ln2: "output.LayerNorm",
        head_dense: "cls.predictions.transform.dense",
        head_norm: "cls.predictions.transform.LayerNorm",
        unembedding: "cls.predictions.decoder",
        head_bias: ["cls.predictions.decoder.bias", "cls.predictions.bias"],
    };

    /// A part of a block.
    pub fn part(&self, layer: usize, part: &str) -> String {
        format!("{}.{layer}.{part}", self.blocks)
    }

    /// Queries, keys and values of a block, which we compute in one product.
    pub fn qkv_of(&self, layer: usize) -> [String; 3] {
        self.qkv.map(|part| self.part(layer, part))
    }
}

impl Default for BertNames {
    fn default() -> Self {
        BertNames::BERT
    }
}

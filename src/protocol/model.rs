//! What a worker says of the model it holds, and of a text's tokens.

use serde::{Deserialize, Serialize};

use super::{Activation, Block, Positions, Site, StackPart};

/// What a model is made of, and with it what its positions may look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Architecture {
    /// Names the next token; a position looks back (GPT-2).
    #[default]
    Decoder,
    /// Fills in blanks; a position looks both ways (BERT).
    Encoder,
    /// Writes a target, looking back at it and across at a source (T5).
    EncoderDecoder,
    /// Names the next token, carrying one state from step to step (LSTM).
    Recurrent,
}

impl Architecture {
    /// All of them.
    pub const ALL: [Architecture; 4] = [
        Architecture::Decoder,
        Architecture::Encoder,
        Architecture::EncoderDecoder,
        Architecture::Recurrent,
    ];

    /// The kind of a model whose `config.json` says this `model_type`.
    ///
    /// ```
    /// use llm_atlas::protocol::Architecture;
    /// assert_eq!(Architecture::of_model_type("t5"), Some(Architecture::EncoderDecoder));
    /// assert_eq!(Architecture::of_model_type("word2vec"), None);
    /// ```
    pub fn of_model_type(name: &str) -> Option<Self> {
        match name {
            "gpt2" => Some(Architecture::Decoder),
            "bert" => Some(Architecture::Encoder),
            "t5" => Some(Architecture::EncoderDecoder),
            "lstm" => Some(Architecture::Recurrent),
            _ => None,
        }
    }

    /// Whether what was typed goes on with tokens: they follow the text (decoder, recurrent model)
    /// or are a text of their own (encoder-decoder).
    pub fn writes(self) -> bool {
        self != Architecture::Encoder
    }

    /// Whether the typed text and what is written are two texts.
    pub fn has_source(self) -> bool {
        self == Architecture::EncoderDecoder
    }

    /// Whether there is any attention to look at.
    pub fn attends(self) -> bool {
        self != Architecture::Recurrent
    }

    /// Whether a position's numbers stay as they are when text is appended.
    pub fn looks_back_only(self) -> bool {
        matches!(self, Architecture::Decoder | Architecture::Recurrent)
    }
}

/// Shape and vocabulary of a loaded model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// Name of the folder the model came from, for example `village-gpt`.
    pub name: String,
    /// Family, as `model_type` in `config.json`.
    pub family: String,
    /// What kind of model it is.
    #[serde(default)]
    pub architecture: Architecture,
    /// Number of blocks; of an encoder-decoder those of its decoder; of a recurrent model its layers.
    pub n_layers: usize,
    /// Blocks of an encoder-decoder's encoder; 0 for every other model.
    #[serde(default)]
    pub n_encoder_layers: usize,
    /// Attention heads per block.
    pub n_heads: usize,
    /// Width of the residual stream.
    pub d_model: usize,
    /// Width of one head.
    pub d_head: usize,
    /// Width of the MLP's hidden layer.
    pub d_mlp: usize,
    /// Width of a recurrent cell's state; 0 for a transformer.
    #[serde(default)]
    pub d_hidden: usize,
    /// Most positions the model can read at once.
    pub n_ctx: usize,
    /// What the norms add to the variance before its root.
    pub norm_epsilon: f32,
    /// The bend between the MLP's matrices, as `config.json` names it (`gelu_new`).
    pub activation_function: String,
    /// What its blocks are made of; of a recurrent model only whether its logits are tied, and where
    /// there are biases.
    #[serde(default)]
    pub block: Block,
    /// Number of parameters, tied ones counted once.
    pub n_params: usize,
    /// Bytes of each token, by id. Its length is the size of the vocabulary.
    pub vocabulary: Vec<Vec<u8>>,
    /// The token that separates texts (`<|endoftext|>`) or ends what is written (`</s>`), if there is
    /// one.
    pub end_of_text: Option<u32>,
    /// The token that stands for a blank (`[MASK]`), if there is one.
    #[serde(default)]
    pub mask: Option<u32>,
    /// Whether it came without a tokenizer: its input is ids, numbers with spaces between, and the
    /// bytes of a token are its number.
    #[serde(default)]
    pub reads_ids: bool,
    /// Tensors of its checkpoint that it has no use for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
}

impl ModelInfo {
    /// Number of token ids.
    pub fn vocab_size(&self) -> usize {
        self.vocabulary.len()
    }

    /// Heads of keys and values per block.
    pub fn n_kv_heads(&self) -> usize {
        self.n_heads / self.block.group_size.max(1)
    }

    /// What products of queries and keys are multiplied by.
    pub fn attention_scale(&self) -> f32 {
        match self.block.is_scaled {
            true => (self.d_head.max(1) as f32).sqrt().recip(),
            false => 1.0,
        }
    }

    /// Whether a model of this kind computes an activation of this name in each of its blocks.
    pub fn records(&self, activation: Activation) -> bool {
        let site = match activation {
            Activation::PosEmbed => return self.has_position_embeddings(),
            Activation::LnFinal | Activation::Logits => return !self.block.is_headless,
            Activation::Block { site, .. }
            | Activation::InStack(_, StackPart::Block { site, .. }) => site,
            _ => return true,
        };
        match site {
            Site::ResidMid => !self.block.is_parallel,
            Site::MlpPreLinear => self.block.is_gated,
            _ => true,
        }
    }

    /// Every activation of the model, in the order of computation.
    pub fn activations(&self) -> Vec<Activation> {
        let usual = match self.architecture {
            Architecture::Decoder | Architecture::Encoder => Activation::all(self.n_layers),
            Architecture::EncoderDecoder => {
                Activation::all_of_encoder_decoder(self.n_encoder_layers, self.n_layers)
            }
            Architecture::Recurrent => Activation::all_of_recurrent(self.n_layers),
        };
        let mut all = Vec::with_capacity(usual.len());
        for activation in usual {
            all.push(activation);
            // The gate's other factor comes behind it.
            all.extend(match activation {
                Activation::Block {
                    layer,
                    site: Site::MlpPre,
                } => Some(Activation::block(layer, Site::MlpPreLinear)),
                Activation::InStack(
                    stack,
                    StackPart::Block {
                        layer,
                        site: Site::MlpPre,
                    },
                ) => Some(Activation::in_stack(stack, layer, Site::MlpPreLinear)),
                _ => None,
            });
        }
        all.retain(|activation| self.records(*activation));
        all
    }

    /// Whether a recurrent model's hidden state is brought to the width of the embeddings before it is
    /// compared with them.
    pub fn has_projection(&self) -> bool {
        let is_recurrent = self.architecture == Architecture::Recurrent;
        is_recurrent && self.block.is_tied && self.d_hidden != self.d_model
    }

    /// Whether a position has a vector of its own that is added to its token's.
    pub fn has_position_embeddings(&self) -> bool {
        self.block.positions == Positions::Learned && self.architecture.attends()
    }
}

/// One token of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenInfo {
    /// Token id.
    pub id: u32,
    /// The bytes it stands for; its name for a special token.
    pub bytes: Vec<u8>,
    /// First byte in the whole text, UTF-8.
    pub start: usize,
    /// Byte after the last one in the whole text. Equal to `start` for a special token.
    pub end: usize,
}

/// Tokens that follow the typed text because they were drawn or chosen.
///
/// They are kept as ids: the same characters typed again may be cut into other tokens.
pub type Generation = Vec<u32>;

//! The forward pass of an LSTM, to be read from top to bottom.

use burn::module::Module;
use burn::tensor::{Int, Tensor};

use super::LstmState;
use crate::nn::{Embedding, Linear, Recorder};
use crate::protocol::{Activation, CellSite};

/// One recurrent layer. Its four gates stand side by side: input, forget, candidate, output.
#[derive(Module, Debug)]
pub struct LstmBlock {
    /// From what it reads to its gates, `W` `[d_input, 4 * d_hidden]`.
    pub input: Linear,
    /// From its hidden state a step before to its gates, `U` `[d_hidden, 4 * d_hidden]`.
    pub recurrent: Linear,
}

/// A recurrent language model.
#[derive(Module, Debug)]
pub struct Lstm {
    /// Token embeddings `[vocab, d_embed]`.
    pub token_embedding: Embedding,
    /// The layers.
    pub blocks: Vec<LstmBlock>,
    /// From the hidden state to the width of the embeddings `[d_hidden, d_embed]`, when they serve
    /// for the logits and have another width.
    pub projection: Option<Linear>,
    /// Logits `[d_hidden, vocab]`; `None` when tied to the token embeddings.
    pub unembedding: Option<Linear>,
    /// Added to the logits `[vocab]`.
    pub unembedding_bias: Option<burn::module::Param<Tensor<1>>>,
}

impl Lstm {
    /// Logits of the next token at every new position.
    ///
    /// With a state, `ids` are the positions that follow those it has read.
    ///
    /// # Shapes
    /// - `ids`: `[batch, pos]`
    /// - returns `[batch, pos, vocab]`
    pub fn forward(
        &self,
        ids: Tensor<2, Int>,
        mut state: Option<&mut LstmState>,
        recorder: &mut Recorder,
    ) -> Tensor<3> {
        let embed = self.token_embedding.forward(ids); // [batch, pos, d_embed]
        recorder.vectors(Activation::Embed, &embed);

        let mut x = embed.swap_dims(0, 1); // [pos, batch, d_input]
        for (layer, block) in self.blocks.iter().enumerate() {
            let before = state.as_deref().and_then(|state| state.last(layer));
            let steps = block.scan(x, before);
            for site in CellSite::ALL {
                let activation = Activation::Cell { layer, site };
                if recorder.wants(activation) {
                    recorder.vectors(activation, &steps.site(site).swap_dims(0, 1));
                }
            }
            if let Some(state) = state.as_deref_mut() {
                let batch_first = |tensor: &Tensor<3>| tensor.clone().swap_dims(0, 1);
                state.append(layer, batch_first(&steps.hidden), batch_first(&steps.cell));
            }
            x = steps.hidden;
        }

        let hidden = x.swap_dims(0, 1); // [batch, pos, d_hidden]
        if let Some(projection) = &self.projection
            && recorder.wants(Activation::HeadPre)
        {
            recorder.vectors(Activation::HeadPre, &projection.forward(hidden.clone()));
        }
        let logits = self.unembed(hidden);
        recorder.vectors(Activation::Logits, &logits);
        logits
    }

    /// The matrix of the logits, `[d_hidden, vocab]`; behind a projection `[d_embed, vocab]`.
    pub fn unembedding_matrix(&self) -> Tensor<2> {
        match &self.unembedding {
            Some(unembedding) => unembedding.weight.val(),
            None => self.token_embedding.weight.val().transpose(),
        }
    }

    /// Whether any layer adds something to its sums.
    pub fn has_biases(&self) -> bool {
        let both = |block: &LstmBlock| block.input.bias.is_some() || block.recurrent.bias.is_some();
        self.blocks.iter().any(both)
    }

    /// Logits from the last layer's hidden states.
    ///
    /// # Shapes
    /// `[batch, pos, d_hidden]` to `[batch, pos, vocab]`, the first two axes in either order
    pub fn unembed(&self, hidden: Tensor<3>) -> Tensor<3> {
        let rows = match &self.projection {
            Some(projection) => projection.forward(hidden), // [batch, pos, d_embed]
            None => hidden,
        };
        let logits = match &self.unembedding {
            Some(unembedding) => unembedding.forward(rows),
            None => self.token_embedding.unembed(rows),
        };
        match &self.unembedding_bias {
            Some(bias) => logits + bias.val().unsqueeze(),
            None => logits,
        }
    }
}

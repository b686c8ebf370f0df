//! The forward pass of BERT, to be read from top to bottom.

use burn::module::Module;
use burn::tensor::{Bool, Int, Tensor};

use super::BertNames;
use crate::nn::{
    ActivationFunction, Attention, BlockRecorder, Embedding, LayerNorm, Linear, Mlp, Recorder,
};
use crate::protocol::{Activation, Site};

/// What a BERT reads.
#[derive(Clone, Debug)]
pub struct BertInput {
    /// Token ids `[batch, pos]`.
    pub ids: Tensor<2, Int>,
    /// First or second sentence `[batch, pos]`; all first if `None`. A DistilBERT does not look at it.
    pub token_types: Option<Tensor<2, Int>>,
    /// True where there is padding, at which nothing may look `[batch, pos]`.
    pub padding: Option<Tensor<2, Bool>>,
}

impl From<Tensor<2, Int>> for BertInput {
    /// One sentence in each row, without padding.
    fn from(ids: Tensor<2, Int>) -> Self {
        BertInput {
            ids,
            token_types: None,
            padding: None,
        }
    }
}

/// One block: attention, then MLP, a layer norm after each addition to the residual stream.
#[derive(Module, Debug)]
pub struct BertBlock {
    /// Self-attention.
    pub attention: Attention,
    /// Layer norm after attention.
    pub ln1: LayerNorm,
    /// MLP.
    pub mlp: Mlp,
    /// Layer norm after the MLP.
    pub ln2: LayerNorm,
}

impl BertBlock {
    /// The residual stream after the block, `[batch, pos, d_model]` to the same.
    ///
    /// `resid_mid` is the sum before the first layer norm and `ln1` what comes out of it;
    /// `resid_post` is the block's output, after the last layer norm, and so is `ln2`.
    fn forward(
        &self,
        resid_pre: Tensor<3>,
        mask: Option<Tensor<4, Bool>>,
        recorder: &mut BlockRecorder<'_>,
    ) -> Tensor<3> {
        recorder.vectors(Site::ResidPre, &resid_pre);
        let attn_out = self
            .attention
            .forward(resid_pre.clone(), mask, None, recorder);

        let resid_mid = resid_pre + attn_out;
        recorder.vectors(Site::ResidMid, &resid_mid);
        let ln1 = self.ln1.forward(resid_mid);
        recorder.vectors(Site::Ln1, &ln1);
        let mlp_out = self.mlp.forward(ln1.clone(), recorder);

        let resid_sum = ln1 + mlp_out;
        recorder.vectors(Site::ResidSum, &resid_sum);
        let resid_post = self.ln2.forward(resid_sum);
        recorder.vectors(Site::Ln2, &resid_post);
        recorder.vectors(Site::ResidPost, &resid_post);
        resid_post
    }
}

/// From the last residual stream to logits: `norm(act(dense(x))) W_U + bias`.
#[derive(Module, Debug)]
pub struct MaskedHead {
    /// `[d_model, d_model]`
    pub dense: Linear,
    /// The bend after it.
    #[module(skip)]
    pub activation: ActivationFunction,
    /// Layer norm after the bend.
    pub ln_final: LayerNorm,
    /// Logits `[d_model, vocab]` when the head has its own matrix; `None` when it uses the token
    /// embeddings. Its bias is `bias`.
    pub unembedding: Option<Linear>,
    /// Added to the logits `[vocab]`.
    pub bias: burn::module::Param<Tensor<1>>,
}

/// An encoder, with or without its masked-language-model head.
#[derive(Module, Debug)]
pub struct Bert {
    /// Token embeddings `[vocab, d_model]`.
    pub token_embedding: Embedding,
    /// Position embeddings `[n_ctx, d_model]`.
    pub position_embedding: Embedding,
    /// Embeddings of first and second sentence `[type, d_model]`; `None` in a DistilBERT.
    pub type_embedding: Option<Embedding>,
    /// Layer norm of their sum.
    pub ln_embed: LayerNorm,
    /// The blocks.
    pub blocks: Vec<BertBlock>,
    /// The head; `None` for a `BertModel` saved without one.
    pub head: Option<MaskedHead>,
    /// What its tensors are called.
    #[module(skip)]
    pub names: BertNames,
}

impl Bert {
    /// Logits of the token at every position; `None` without a head.
    ///
    /// # Shapes
    /// `[batch, pos]` to `[batch, pos, vocab]`
    ///
    /// # Panics
    /// If there are more positions than the model has position embeddings.
    pub fn forward(&self, input: BertInput, recorder: &mut Recorder) -> Option<Tensor<3>> {
        let resid = self.encode(input, recorder);
        let logits = self.unembed(resid, recorder)?;
        recorder.vectors(Activation::Logits, &logits);
        Some(logits)
    }

    /// The residual stream after the last block.
    ///
    /// # Shapes
    /// `[batch, pos]` to `[batch, pos, d_model]`
    ///
    /// # Panics
    /// If there are more positions than the model has position embeddings.
    pub fn encode(&self, input: BertInput, recorder: &mut Recorder) -> Tensor<3> {
        let BertInput {
            ids,
            token_types,
            padding,
        } = input;
        let device = ids.device();
        let [batch, n_pos] = ids.dims();

        let positions = Tensor::<1, Int>::arange(0..n_pos as i64, &device).unsqueeze(); // [1, pos]
        let embed = self.token_embedding.forward(ids); // [batch, pos, d_model]
        recorder.vectors(Activation::Embed, &embed);
        let pos_embed = self.position_embedding.forward(positions); // [1, pos, d_model]
        recorder.vectors(Activation::PosEmbed, &pos_embed);
        let mut sum = embed + pos_embed;
        if let Some(type_embedding) = &self.type_embedding {
            let token_types = token_types.unwrap_or_else(|| Tensor::zeros([1, n_pos], &device));
            sum = sum + type_embedding.forward(token_types);
        }

        recorder.vectors(Activation::EmbedSum, &sum);

        // One row of keys for every head and query.
        let mask = padding.map(|padding| padding.reshape([batch, 1, 1, n_pos]));
        let mut resid = self.ln_embed.forward(sum);
        for (layer, block) in self.blocks.iter().enumerate() {
            resid = block.forward(resid, mask.clone(), &mut recorder.block(layer));
        }
        resid
    }

    /// Logits from the residual stream after the last block; `None` without a head.
    ///
    /// # Shapes
    /// `[batch, pos, d_model]` to `[batch, pos, vocab]`
    pub fn unembed(&self, resid: Tensor<3>, recorder: &mut Recorder) -> Option<Tensor<3>> {
        let head = self.head.as_ref()?;
        let pre = head.dense.forward(resid);
        recorder.vectors(Activation::HeadPre, &pre);
        let post = head.activation.apply(pre);
        recorder.vectors(Activation::HeadPost, &post);
        let ln_final = head.ln_final.forward(post);
        recorder.vectors(Activation::LnFinal, &ln_final);

        let [batch, pos, d_model] = ln_final.dims();
        let weight = self.unembedding_matrix()?; // [d_model, vocab]
        let [_, vocab] = weight.dims();
        let rows = ln_final.reshape([batch * pos, d_model]).matmul(weight);
        let logits = rows + head.bias.val().unsqueeze();
        Some(logits.reshape([batch, pos, vocab]))
    }

    /// `W_U`: from what the head's norm returns to logits `[d_model, vocab]`; `None` without a head.
    pub fn unembedding_matrix(&self) -> Option<Tensor<2>> {
        let head = self.head.as_ref()?;
        Some(match &head.unembedding {
            Some(unembedding) => unembedding.weight.val(),
            None => self.token_embedding.weight.val().transpose(),
        })
    }
}

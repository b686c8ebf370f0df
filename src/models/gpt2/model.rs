//! The forward pass of GPT-2, to be read from top to bottom.

use burn::module::Module;
use burn::tensor::{Bool, Int, Tensor};

use crate::nn::{
    Attention, BlockRecorder, Embedding, KvCache, LayerCache, LayerNorm, Linear, Mlp, Recorder,
    causal_mask,
};
use crate::protocol::{Activation, Site};

/// One block: attention, then MLP, each adding to the residual stream.
#[derive(Module, Debug)]
pub struct Block {
    /// Layer norm before attention.
    pub ln1: LayerNorm,
    /// Self-attention.
    pub attention: Attention,
    /// Layer norm before the MLP.
    pub ln2: LayerNorm,
    /// MLP.
    pub mlp: Mlp,
}

impl Block {
    /// The residual stream after the block, `[batch, pos, d_model]` to the same.
    fn forward(
        &self,
        resid_pre: Tensor<3>,
        mask: Option<Tensor<4, Bool>>,
        cache: Option<&mut LayerCache>,
        recorder: &mut BlockRecorder<'_>,
    ) -> Tensor<3> {
        recorder.vectors(Site::ResidPre, &resid_pre);
        let ln1 = self.ln1.forward(resid_pre.clone());
        recorder.vectors(Site::Ln1, &ln1);
        let attn_out = self.attention.forward(ln1, mask, cache, recorder);

        let resid_mid = resid_pre + attn_out;
        recorder.vectors(Site::ResidMid, &resid_mid);
        let ln2 = self.ln2.forward(resid_mid.clone());
        recorder.vectors(Site::Ln2, &ln2);
        let mlp_out = self.mlp.forward(ln2, recorder);

        let resid_post = resid_mid + mlp_out;
        recorder.vectors(Site::ResidPost, &resid_post);
        resid_post
    }
}

/// A decoder-only transformer.
#[derive(Module, Debug)]
pub struct Gpt2 {
    /// Token embeddings `[vocab, d_model]`.
    pub token_embedding: Embedding,
    /// Position embeddings `[n_ctx, d_model]`.
    pub position_embedding: Embedding,
    /// The blocks.
    pub blocks: Vec<Block>,
    /// Final layer norm.
    pub ln_final: LayerNorm,
    /// Logits from the residual stream `[d_model, vocab]`; `None` when tied to the token embeddings.
    pub unembedding: Option<Linear>,
}

impl Gpt2 {
    /// Logits of the next token at every new position.
    ///
    /// With a cache, `ids` are the positions that follow those in the cache.
    ///
    /// # Shapes
    /// - `ids`: `[batch, pos]`
    /// - returns `[batch, pos, vocab]`
    ///
    /// # Panics
    /// If there are more positions than the model has position embeddings.
    pub fn forward(
        &self,
        ids: Tensor<2, Int>,
        mut cache: Option<&mut KvCache>,
        recorder: &mut Recorder,
    ) -> Tensor<3> {
        let device = ids.device();
        let [_, n_new] = ids.dims();
        let n_past = cache.as_deref().map_or(0, KvCache::len);

        let embed = self.token_embedding.forward(ids); // [batch, pos, d_model]
        recorder.vectors(Activation::Embed, &embed);
        let positions = self.position_embedding.weight.val();
        let pos_embed = positions.narrow(0, n_past, n_new).unsqueeze::<3>(); // [1, pos, d_model]
        recorder.vectors(Activation::PosEmbed, &pos_embed);

        let mask = causal_mask(n_past, n_new, &device);
        let mut resid = embed + pos_embed;
        for (layer, block) in self.blocks.iter().enumerate() {
            let layer_cache = cache.as_deref_mut().map(|cache| cache.layer(layer));
            resid = block.forward(resid, mask.clone(), layer_cache, &mut recorder.block(layer));
        }

        let ln_final = self.ln_final.forward(resid);
        recorder.vectors(Activation::LnFinal, &ln_final);
        let logits = self.unembed(ln_final);
        recorder.vectors(Activation::Logits, &logits);
        logits
    }

    /// Logits from what the final norm returns.
    ///
    /// # Shapes
    /// `[batch, pos, d_model]` to `[batch, pos, vocab]`
    pub fn unembed(&self, ln_final: Tensor<3>) -> Tensor<3> {
        match &self.unembedding {
            Some(unembedding) => unembedding.forward(ln_final),
            None => self.token_embedding.unembed(ln_final),
        }
    }

    /// `W_U`: from the residual stream to logits `[d_model, vocab]`.
    pub fn unembedding_matrix(&self) -> Tensor<2> {
        match &self.unembedding {
            Some(unembedding) => unembedding.weight.val(),
            None => self.token_embedding.weight.val().transpose(),
        }
    }
}

//! The forward pass of a decoder with rotary positions, to be read from top to bottom.

use burn::module::Module;
use burn::tensor::{Int, Tensor};

use crate::nn::{
    BlockRecorder, Embedding, FeedForward, KvCache, LayerCache, Linear, MultiHeadAttention, Norm,
    Recorder, Rotary, ScoreRule, Turns, causal_mask,
};
use crate::protocol::{Activation, Site};

/// One block: attention and MLP, one after the other or side by side, each adding to the residual
/// stream.
#[derive(Module, Debug)]
pub struct RotaryBlock {
    /// Norm before attention.
    pub ln1: Norm,
    /// Self-attention.
    pub attention: MultiHeadAttention,
    /// Norm before the MLP.
    pub ln2: Norm,
    /// MLP.
    pub mlp: FeedForward,
    /// Whether the MLP reads what attention read. There is then no `resid_mid`.
    pub is_parallel: bool,
}

impl RotaryBlock {
    /// The residual stream after the block, `[batch, pos, d_model]` to the same.
    fn forward(
        &self,
        resid_pre: Tensor<3>,
        rule: ScoreRule,
        turns: &Turns,
        cache: Option<&mut LayerCache>,
        recorder: &mut BlockRecorder<'_>,
    ) -> Tensor<3> {
        recorder.vectors(Site::ResidPre, &resid_pre);
        let ln1 = self.ln1.forward(resid_pre.clone());
        recorder.vectors(Site::Ln1, &ln1);
        let attn_out = self
            .attention
            .forward(ln1, rule, Some(turns), cache, recorder);

        let resid_mid = resid_pre.clone() + attn_out;
        let read_by_mlp = match self.is_parallel {
            true => resid_pre,
            false => {
                recorder.vectors(Site::ResidMid, &resid_mid);
                resid_mid.clone()
            }
        };
        let ln2 = self.ln2.forward(read_by_mlp);
        recorder.vectors(Site::Ln2, &ln2);
        let mlp_out = self.mlp.forward(ln2, recorder);

        let resid_post = resid_mid + mlp_out;
        recorder.vectors(Site::ResidPost, &resid_post);
        resid_post
    }
}

/// A decoder with rotary positions.
#[derive(Module, Debug)]
pub struct RotaryDecoder {
    /// Token embeddings `[vocab, d_model]`.
    pub token_embedding: Embedding,
    /// How positions enter.
    #[module(skip)]
    pub rotary: Rotary,
    /// The blocks.
    pub blocks: Vec<RotaryBlock>,
    /// Final norm.
    pub ln_final: Norm,
    /// Logits from the residual stream `[d_model, vocab]`; `None` when tied to the token embeddings.
    pub unembedding: Option<Linear>,
}

impl RotaryDecoder {
    /// Logits of the next token at every new position.
    ///
    /// With a cache, `ids` are the positions that follow those in the cache.
    ///
    /// # Shapes
    /// - `ids`: `[batch, pos]`
    /// - returns `[batch, pos, vocab]`
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

        let turns = self.rotary.turns(n_past, n_new, &device);
        let mask = causal_mask(n_past, n_new, &device);
        let mut resid = embed;
        for (layer, block) in self.blocks.iter().enumerate() {
            let rule = ScoreRule::scaled(block.attention.d_head(), mask.clone());
            let layer_cache = cache.as_deref_mut().map(|cache| cache.layer(layer));
            resid = block.forward(resid, rule, &turns, layer_cache, &mut recorder.block(layer));
        }

        let ln_final = self.ln_final.forward(resid);
        recorder.vectors(Activation::LnFinal, &ln_final);
        let logits = match &self.unembedding {
            Some(unembedding) => unembedding.forward(ln_final),
            None => self.token_embedding.unembed(ln_final),
        };
        recorder.vectors(Activation::Logits, &logits);
        logits
    }

    /// `W_U`: from the residual stream to logits `[d_model, vocab]`.
    pub fn unembedding_matrix(&self) -> Tensor<2> {
        match &self.unembedding {
            Some(unembedding) => unembedding.weight.val(),
            None => self.token_embedding.weight.val().transpose(),
        }
    }
}

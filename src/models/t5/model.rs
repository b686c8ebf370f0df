//! The forward pass of T5, to be read from top to bottom.

use burn::module::Module;
use burn::nn::RmsNorm;
use burn::tensor::{Bool, Int, Tensor};

use super::RelativePositionBias;
use crate::nn::{
    BlockRecorder, Embedding, FeedForward, KvCache, LayerCache, Linear, MultiHeadAttention,
    Recorder, ScoreRule, causal_mask,
};
use crate::protocol::{Activation, Site, Stack, StackPart};

/// Attention to the source, with the norm before it.
#[derive(Module, Debug)]
pub struct CrossAttention {
    /// Norm before it.
    pub ln: RmsNorm,
    /// Queries from the target, keys and values from the source.
    pub attention: MultiHeadAttention,
}

/// One block: self-attention, in the decoder cross-attention, then the MLP, each adding to the
/// residual stream.
#[derive(Module, Debug)]
pub struct Block {
    /// Norm before self-attention.
    pub ln1: RmsNorm,
    /// Self-attention.
    pub attention: MultiHeadAttention,
    /// Attention to the source; `None` in the encoder.
    pub cross: Option<CrossAttention>,
    /// Norm before the MLP.
    pub ln2: RmsNorm,
    /// MLP: plain in the original, gated in v1.1.
    pub mlp: FeedForward,
}

impl Block {
    /// The residual stream after the block, `[batch, pos, d_model]` to the same.
    fn forward(
        &self,
        resid_pre: Tensor<3>,
        rule: ScoreRule,
        source: Option<LayerSource>,
        cache: Option<&mut LayerCache>,
        recorder: &mut BlockRecorder<'_>,
    ) -> Tensor<3> {
        recorder.vectors(Site::ResidPre, &resid_pre);
        let ln1 = self.ln1.forward(resid_pre.clone());
        recorder.vectors(Site::Ln1, &ln1);
        let attn_out = self.attention.forward(ln1, rule, None, cache, recorder);

        let mut resid_mid = resid_pre + attn_out;
        recorder.vectors(Site::ResidMid, &resid_mid);
        if let (Some(cross), Some(source)) = (&self.cross, source) {
            let ln_cross = cross.ln.forward(resid_mid.clone());
            recorder.vectors(Site::LnCross, &ln_cross);
            let rule = ScoreRule {
                mask: source.padding,
                ..ScoreRule::default()
            };
            let cross_out = cross.attention.forward_across(
                ln_cross,
                source.keys_values,
                rule,
                &mut recorder.crossed(),
            );
            resid_mid = resid_mid + cross_out;
            recorder.vectors(Site::ResidMidCross, &resid_mid);
        }
        let ln2 = self.ln2.forward(resid_mid.clone());
        recorder.vectors(Site::Ln2, &ln2);
        let mlp_out = self.mlp.forward(ln2, recorder);

        let resid_post = resid_mid + mlp_out;
        recorder.vectors(Site::ResidPost, &resid_post);
        resid_post
    }
}

/// The blocks of the encoder, or of the decoder.
#[derive(Module, Debug)]
pub struct BlockStack {
    /// Says all blocks where tokens are.
    pub position_bias: RelativePositionBias,
    /// The blocks.
    pub blocks: Vec<Block>,
    /// Final norm.
    pub ln_final: RmsNorm,
}

impl BlockStack {
    /// What the stack makes of embeddings, `[batch, pos, d_model]` to the same.
    fn forward(
        &self,
        embed: Tensor<3>,
        mask: Option<Tensor<4, Bool>>,
        source: Option<&Source>,
        mut cache: Option<&mut KvCache>,
        stack: Stack,
        recorder: &mut Recorder,
    ) -> Tensor<3> {
        recorder.vectors(Activation::InStack(stack, StackPart::Embed), &embed);
        let n_past = cache.as_deref().map_or(0, KvCache::len);
        // Scores are not scaled: T5 begins with smaller queries instead.
        let rule = ScoreRule {
            scale: None,
            position_bias: Some(self.position_bias.forward(n_past, embed.dims()[1])),
            mask,
        };
        let mut resid = embed;
        for (layer, block) in self.blocks.iter().enumerate() {
            resid = block.forward(
                resid,
                rule.clone(),
                source.map(|source| source.layer(layer)),
                cache.as_deref_mut().map(|cache| cache.layer(layer)),
                &mut recorder.block_of(stack, layer),
            );
        }
        let ln_final = self.ln_final.forward(resid);
        recorder.vectors(Activation::InStack(stack, StackPart::LnFinal), &ln_final);
        ln_final
    }
}

/// What the decoder sees of a source: computed once, looked at for every target token.
#[derive(Clone, Debug)]
pub struct Source {
    /// Keys and values for each block of the decoder, each `[batch, head, source, d_head]`.
    keys_values: Vec<(Tensor<4>, Tensor<4>)>,
    /// True where a source is filled up `[batch, 1, 1, source]`.
    padding: Option<Tensor<4, Bool>>,
}

impl Source {
    /// The same source for each of `n_rows` targets, of one that was read alone.
    pub fn for_rows(&self, n_rows: usize) -> Source {
        let repeated = |tensor: &Tensor<4>| {
            let [_, n_heads, n_source, d_head] = tensor.dims();
            tensor.clone().expand([n_rows, n_heads, n_source, d_head])
        };
        let keys_values = self.keys_values.iter();
        Source {
            keys_values: keys_values
                .map(|(k, v)| (repeated(k), repeated(v)))
                .collect(),
            padding: self.padding.clone(),
        }
    }

    fn layer(&self, layer: usize) -> LayerSource {
        LayerSource {
            keys_values: self.keys_values[layer].clone(),
            padding: self.padding.clone(),
        }
    }
}

/// What one block of the decoder sees of a source.
struct LayerSource {
    keys_values: (Tensor<4>, Tensor<4>),
    padding: Option<Tensor<4, Bool>>,
}

/// An encoder-decoder.
#[derive(Module, Debug)]
pub struct T5 {
    /// Token embeddings of both stacks `[vocab, d_model]`.
    pub token_embedding: Embedding,
    /// Reads the source.
    pub encoder: BlockStack,
    /// Writes the target.
    pub decoder: BlockStack,
    /// Logits from the decoder `[d_model, vocab]`; `None` when tied to the token embeddings.
    pub unembedding: Option<Linear>,
    /// Whether the decoder's output is multiplied by `d_model^-0.5` before the logits.
    pub is_output_scaled: bool,
}

impl T5 {
    /// Logits of the next token at every target position.
    ///
    /// # Shapes
    /// - `source_ids`: `[batch, source]`
    /// - `source_padding`: `[batch, source]`, true where a source is filled up
    /// - `target_ids`: `[batch, pos]`, beginning with the start token
    /// - returns `[batch, pos, vocab]`
    pub fn forward(
        &self,
        source_ids: Tensor<2, Int>,
        source_padding: Option<Tensor<2, Bool>>,
        target_ids: Tensor<2, Int>,
        recorder: &mut Recorder,
    ) -> Tensor<3> {
        let source = self.read(source_ids, source_padding, recorder);
        self.decode(target_ids, &source, None, recorder)
    }

    /// Runs the encoder and keeps what the decoder needs of it.
    ///
    /// # Shapes
    /// - `ids`: `[batch, source]`
    /// - `padding`: `[batch, source]`, true where a source is filled up; no row all of it
    pub fn read(
        &self,
        ids: Tensor<2, Int>,
        padding: Option<Tensor<2, Bool>>,
        recorder: &mut Recorder,
    ) -> Source {
        let padding: Option<Tensor<4, Bool>> = padding.map(|padding| {
            let [batch, pos] = padding.dims();
            padding.reshape([batch, 1, 1, pos])
        });
        let embed = self.token_embedding.forward(ids); // [batch, source, d_model]
        let mask = padding.clone();
        let encoded = self
            .encoder
            .forward(embed, mask, None, None, Stack::Encoder, recorder);
        let crosses = self.decoder.blocks.iter().map(|block| &block.cross);
        let keys_values = crosses.flatten().map(|cross| {
            let encoded = encoded.clone();
            cross.attention.keys_values(encoded) // 2 x [batch, head, source, d_head]
        });
        Source {
            keys_values: keys_values.collect(),
            padding,
        }
    }

    /// Logits of the next token at every new target position.
    ///
    /// With a cache, `ids` are the positions that follow those in the cache.
    ///
    /// # Shapes
    /// - `ids`: `[batch, pos]`
    /// - returns `[batch, pos, vocab]`
    pub fn decode(
        &self,
        ids: Tensor<2, Int>,
        source: &Source,
        cache: Option<&mut KvCache>,
        recorder: &mut Recorder,
    ) -> Tensor<3> {
        let [batch, pos] = ids.dims();
        let ln_final = self.decode_hidden(ids, source, cache, recorder);
        let [_, _, d_model] = ln_final.dims();
        let logits = self.unembed(ln_final.reshape([batch * pos, d_model])); // [batch * pos, vocab]
        let vocab = logits.dims()[1];
        let logits = logits.reshape([batch, pos, vocab]);
        recorder.vectors(Activation::Logits, &logits);
        logits
    }

    /// What the decoder's final norm returns at every new target position: [`Self::decode`]
    /// without the logits.
    ///
    /// # Shapes
    /// `[batch, pos]` to `[batch, pos, d_model]`
    pub fn decode_hidden(
        &self,
        ids: Tensor<2, Int>,
        source: &Source,
        cache: Option<&mut KvCache>,
        recorder: &mut Recorder,
    ) -> Tensor<3> {
        let n_past = cache.as_deref().map_or(0, KvCache::len);
        let mask = causal_mask(n_past, ids.dims()[1], &ids.device());
        let embed = self.token_embedding.forward(ids); // [batch, pos, d_model]
        let mask = mask.map(Tensor::unsqueeze);
        self.decoder
            .forward(embed, mask, Some(source), cache, Stack::Decoder, recorder)
    }

    /// Logits from rows of what the decoder's final norm returns.
    ///
    /// # Shapes
    /// `[row, d_model]` to `[row, vocab]`
    pub fn unembed(&self, ln_final: Tensor<2>) -> Tensor<2> {
        let d_model = ln_final.dims()[1];
        let scaled = match self.is_output_scaled {
            true => ln_final.mul_scalar((d_model as f32).sqrt().recip()),
            false => ln_final,
        };
        match &self.unembedding {
            Some(unembedding) => unembedding.forward(scaled),
            None => self
                .token_embedding
                .unembed(scaled.unsqueeze())
                .squeeze_dim(0),
        }
    }

    /// `W_U`: from what the decoder's norm returns, scaled, to logits `[d_model, vocab]`.
    pub fn unembedding_matrix(&self) -> Tensor<2> {
        match &self.unembedding {
            Some(unembedding) => unembedding.weight.val(),
            None => self.token_embedding.weight.val().transpose(),
        }
    }
}

//! What the blocks of a model are made of, as far as families differ.

use serde::{Deserialize, Serialize};

/// How a model knows where a token is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Positions {
    /// A vector for each position is added to the token's (GPT-2, BERT).
    #[default]
    Learned,
    /// Queries and keys are turned (Llama, GPT-NeoX): at position `p`, numbers `i` and
    /// `i + frequencies.len()` of a head are a pair that turns by `p * frequencies[i]`. What lies
    /// behind the pairs stays as it is. Scaling for longer texts is in the frequencies already.
    Rotary {
        /// Radians per position, one for each pair of numbers.
        frequencies: Vec<f32>,
    },
    /// A learned number for each head and distance is added to the scores (T5); see
    /// [`distance_bucket`].
    Relative {
        /// How many such numbers a head has.
        n_buckets: usize,
        /// Distance in tokens from which on all share the last one.
        max_distance: usize,
    },
}

/// What every block of a model is made of. The default is GPT-2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Block {
    /// Whether norms divide by the root mean square alone: no mean is subtracted, no bias added
    /// (Llama, T5).
    pub is_rms_norm: bool,
    /// Whether norms come after each addition to the residual stream, not before each part (BERT).
    pub is_post_norm: bool,
    /// How positions enter.
    pub positions: Positions,
    /// How many neighbouring heads share keys and values; 1 where each has its own. Head `h` looks at
    /// `k[h / group_size]` and `v[h / group_size]`.
    pub group_size: usize,
    /// Whether scores are products divided by `sqrt(d_head)`; T5 does not.
    pub is_scaled: bool,
    /// Whether the MLP's `mlp.post` is `act(mlp.pre) * mlp.pre_linear`, with a matrix more (Llama, T5 v1.1).
    pub is_gated: bool,
    /// Whether the MLP reads what attention reads, so that there is no `resid_mid` (GPT-NeoX).
    pub is_parallel: bool,
    /// Whether queries, keys, values and what heads write have biases.
    pub has_attention_bias: bool,
    /// Whether the MLP's matrices have biases; of a recurrent model, the matrices of its gates.
    pub has_mlp_bias: bool,
    /// Whether a number for each token is added to the logits (BERT, LSTM).
    pub has_unembedding_bias: bool,
    /// Whether a vector for the first sentence is added to every embedding (BERT).
    pub has_token_types: bool,
    /// Whether logits are products with the token embeddings.
    pub is_tied: bool,
    /// Multiplies what the final norm returns before the logits (T5), else 1.
    pub output_scale: f32,
    /// Whether there are no logits: a checkpoint saved without its head (BERT).
    pub is_headless: bool,
}

impl Default for Block {
    fn default() -> Self {
        Block {
            is_rms_norm: false,
            is_post_norm: false,
            positions: Positions::Learned,
            group_size: 1,
            is_scaled: true,
            is_gated: false,
            is_parallel: false,
            has_attention_bias: true,
            has_mlp_bias: true,
            has_unembedding_bias: false,
            has_token_types: false,
            is_tied: true,
            output_scale: 1.0,
            is_headless: false,
        }
    }
}

impl Block {
    /// How many numbers of a head are turned with the position.
    ///
    /// ```
    /// use llm_atlas::protocol::{Block, Positions};
    /// let positions = Positions::Rotary { frequencies: vec![1.0, 0.01] };
    /// assert_eq!(Block { positions, ..Block::default() }.d_rotary(), 4);
    /// assert_eq!(Block::default().d_rotary(), 0);
    /// ```
    pub fn d_rotary(&self) -> usize {
        match &self.positions {
            Positions::Rotary { frequencies } => 2 * frequencies.len(),
            _ => 0,
        }
    }
}

/// The bucket of a key that stands `relative` places after the query (negative: before it).
///
/// In the encoder half of the buckets are for keys after the query; in the decoder all are for keys
/// before it, and a later key, which is masked anyway, shares bucket 0 with the query itself.
///
/// Source: Raffel et al. 2020, section 2.1, <https://arxiv.org/abs/1910.10683>.
///
/// ```
/// use llm_atlas::protocol::distance_bucket as bucket;
/// // 32 buckets, distances up to 128: near keys have their own, far ones share.
/// assert_eq!([0, -1, -7, -8, -11, -12, -128].map(|at| bucket(at, true, 32, 128)), [0, 1, 7, 8, 8, 9, 15]);
/// assert_eq!([1, 2, 500].map(|at| bucket(at, true, 32, 128)), [17, 18, 31]);
/// assert_eq!([3, 0, -15, -16, -500].map(|at| bucket(at, false, 32, 128)), [0, 0, 15, 16, 31]);
/// ```
pub fn distance_bucket(
    relative: i64,
    is_bidirectional: bool,
    n_buckets: usize,
    max_distance: usize,
) -> usize {
    let (first, n_buckets, distance) = match is_bidirectional {
        true if relative > 0 => (n_buckets / 2, n_buckets / 2, relative as usize),
        true => (0, n_buckets / 2, relative.unsigned_abs() as usize),
        false => (0, n_buckets, relative.min(0).unsigned_abs() as usize),
    };
    // Half of the buckets hold one distance each.
    let n_exact = n_buckets / 2;
    if distance < n_exact {
        return first + distance;
    }
    // Single precision throughout, so that a distance on the edge of two buckets falls on the side
    // where the model was trained to find it.
    let ratio = (distance as f32 / n_exact as f32).ln()
        / (max_distance as f64 / n_exact as f64).ln() as f32;
    let widening = n_exact + (ratio * (n_buckets - n_exact) as f32) as usize;
    first + widening.min(n_buckets - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_as_in_gpt_2() {
        let block: Block = serde_json::from_str("{}").unwrap();
        assert_eq!(block, Block::default());
        let json = r#"{"positions": {"Rotary": {"frequencies": [1, 0.1]}}, "group_size": 2}"#;
        let block: Block = serde_json::from_str(json).unwrap();
        assert_eq!((block.d_rotary(), block.group_size), (4, 2));
        let written = serde_json::to_string(&block).unwrap();
        assert_eq!(serde_json::from_str::<Block>(&written).unwrap(), block);
    }
}

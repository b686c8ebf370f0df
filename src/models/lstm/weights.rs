//! From PyTorch's tensor names to our layers and back, and fresh weights to train from.

use burn::tensor::Device;

use super::{Lstm, LstmBlock, LstmConfig};
use crate::checkpoint::{NamedTensors, TensorSource};
use crate::models::weights::{Fill, Loader, WeightsError, Writer, fresh_weights, transposed};

/// Fresh weights: layers uniform within `1 / sqrt(d_hidden)` as `torch.nn.LSTM` begins, biases at 0
/// but 1 for the forget gate, so that a cell begins by remembering; embeddings uniform within 0.1.
///
/// The same seed gives the same weights on every machine.
///
/// Source: Jozefowicz et al. 2015, "An Empirical Exploration of Recurrent Network Architectures",
/// for the forget gate.
pub fn initial_weights(config: &LstmConfig, seed: u64) -> NamedTensors {
    let (vocab, d_embed, d_hidden) = (config.vocab_size, config.embedding_size, config.hidden_size);
    let bound = Fill::Uniform(1.0 / (d_hidden as f64).sqrt());
    let zero = Fill::Constant(0.0);
    let mut layout = vec![(
        "encoder.weight".to_owned(),
        vec![vocab, d_embed],
        Fill::Uniform(0.1),
    )];
    for layer in 0..config.num_layers {
        let rows = 4 * d_hidden;
        layout.extend([
            (
                format!("lstm.weight_ih_l{layer}"),
                vec![rows, config.d_input(layer)],
                bound,
            ),
            (
                format!("lstm.weight_hh_l{layer}"),
                vec![rows, d_hidden],
                bound,
            ),
            (format!("lstm.bias_ih_l{layer}"), vec![rows], zero),
            (format!("lstm.bias_hh_l{layer}"), vec![rows], zero),
        ]);
    }
    if config.has_projection() {
        layout.push(("projection.weight".into(), vec![d_embed, d_hidden], bound));
        layout.push(("projection.bias".into(), vec![d_embed], zero));
    }
    if !config.tie_word_embeddings {
        layout.push(("decoder.weight".into(), vec![vocab, d_hidden], bound));
    }
    layout.push(("decoder.bias".into(), vec![vocab], zero));
    let mut weights = fresh_weights(seed, layout);
    for layer in 0..config.num_layers {
        let bias = weights.tensors.get_mut(&format!("lstm.bias_ih_l{layer}"));
        if let Some(bias) = bias {
            bias.values[d_hidden..2 * d_hidden].fill(1.0);
        }
    }
    weights
}

impl Lstm {
    /// A model from named tensors. The embeddings may be called `encoder` or `embedding`, the
    /// layers `lstm` or `rnn`; biases may be absent.
    ///
    /// # Errors
    /// If a tensor is missing, misshapen or not finite; every other tensor is ignored.
    pub fn from_weights(
        config: &LstmConfig,
        weights: &dyn TensorSource,
        device: &Device,
    ) -> Result<Self, WeightsError> {
        let mut loader = Loader::new(weights, device, "");
        let (vocab, d_embed, d_hidden) =
            (config.vocab_size, config.embedding_size, config.hidden_size);
        let either = |loader: &Loader<'_>, usual: &'static str, other: &'static str| {
            if loader.has(other) { other } else { usual }
        };
        let table = either(&loader, "encoder.weight", "embedding.weight");
        let token_embedding = loader.embedding(table, vocab, d_embed)?;
        let part = match either(&loader, "lstm.weight_ih_l0", "rnn.weight_ih_l0") {
            "rnn.weight_ih_l0" => "rnn",
            _ => "lstm",
        };
        let mut blocks = Vec::with_capacity(config.num_layers);
        for layer in 0..config.num_layers {
            let mut linear = |kind: &str, d_input: usize| {
                let rows = 4 * d_hidden;
                let weight = format!("{part}.weight_{kind}_l{layer}");
                let turned = transposed(&loader.values(&weight, &[rows, d_input])?, rows, d_input);
                let weight = loader.param_of(turned, [d_input, rows]);
                let bias = format!("{part}.bias_{kind}_l{layer}");
                let bias = match loader.has(&bias) {
                    true => Some(loader.param(&bias, [rows])?),
                    false => None,
                };
                Ok::<_, WeightsError>(loader.linear_of(weight, bias))
            };
            blocks.push(LstmBlock {
                input: linear("ih", config.d_input(layer))?,
                recurrent: linear("hh", d_hidden)?,
            });
        }
        let projection = match config.has_projection() {
            true => {
                Some(loader.linear_rows(&["projection".to_owned()], d_hidden, d_embed, true)?)
            }
            false => None,
        };
        let unembedding = match config.tie_word_embeddings {
            true => None,
            false => Some(loader.linear_rows(&["decoder".to_owned()], d_hidden, vocab, false)?),
        };
        let unembedding_bias = match loader.has("decoder.bias") {
            true => Some(loader.param("decoder.bias", [vocab])?),
            false => None,
        };
        Ok(Lstm {
            token_embedding,
            blocks,
            projection,
            unembedding,
            unembedding_bias,
        })
    }

    /// All tensors under their PyTorch names.
    pub fn to_weights(&self) -> NamedTensors {
        let mut writer = Writer::default();
        writer.param("encoder.weight", &self.token_embedding.weight);
        for (layer, block) in self.blocks.iter().enumerate() {
            for (kind, linear) in [("ih", &block.input), ("hh", &block.recurrent)] {
                writer.rows(&format!("lstm.weight_{kind}_l{layer}"), &linear.weight);
                if let Some(bias) = &linear.bias {
                    writer.param(&format!("lstm.bias_{kind}_l{layer}"), bias);
                }
            }
        }
        if let Some(projection) = &self.projection {
            writer.linear_rows(&["projection".to_owned()], projection);
        }
        if let Some(unembedding) = &self.unembedding {
            writer.rows("decoder.weight", &unembedding.weight);
        }
        if let Some(bias) = &self.unembedding_bias {
            writer.param("decoder.bias", bias);
        }
        writer.finish()
    }
}

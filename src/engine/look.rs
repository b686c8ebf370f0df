//! What a checkpoint is, from its configuration and the headers of its weights alone.

use crate::checkpoint::{Entry, Header};
use crate::models::bert::BertConfig;
use crate::models::distilbert::DistilBertConfig;
use crate::models::lstm::LstmConfig;
use crate::models::t5::T5Config;
use crate::models::{ConfigError, DecoderConfig, Family};
use crate::protocol::{Architecture, Look};

/// Positions of the text whose activations are counted.
const POSITIONS: usize = 256;
/// Bytes of a number in memory.
const NUMBER_BYTES: u64 = 4;

/// What a `config.json` says of the size of a text's activations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sizes {
    architecture: Architecture,
    vocab_size: usize,
    n_layers: usize,
    n_heads: usize,
    d_model: usize,
    d_mlp: usize,
    n_ctx: usize,
}

impl Sizes {
    /// Reads and checks the configuration of whichever family.
    fn of_config(family: Family, json: &str) -> Result<Self, ConfigError> {
        Ok(match family {
            Family::Gpt2 | Family::Llama | Family::GptNeox => {
                let shape = DecoderConfig::from_json(json)?.shape();
                Sizes {
                    architecture: Architecture::Decoder,
                    vocab_size: shape.vocab_size,
                    n_layers: shape.n_layers,
                    n_heads: shape.n_heads,
                    d_model: shape.d_model,
                    d_mlp: shape.d_mlp,
                    n_ctx: shape.n_ctx,
                }
            }
            Family::Bert => Sizes::of_encoder(&BertConfig::from_json(json)?),
            Family::DistilBert => Sizes::of_encoder(&DistilBertConfig::from_json(json)?),
            Family::T5 => {
                let config = T5Config::from_json(json)?;
                Sizes {
                    architecture: Architecture::EncoderDecoder,
                    vocab_size: config.vocab_size,
                    n_layers: config.num_layers + config.n_decoder_layers(),
                    n_heads: config.num_heads,
                    d_model: config.d_model,
                    d_mlp: config.d_ff,
                    n_ctx: config.n_positions,
                }
            }
            Family::Lstm => {
                let config = LstmConfig::from_json(json)?;
                Sizes {
                    architecture: Architecture::Recurrent,
                    vocab_size: config.vocab_size,
                    n_layers: config.num_layers,
                    n_heads: 0,
                    d_model: config.hidden_size,
                    d_mlp: 0,
                    n_ctx: config.n_positions,
                }
            }
        })
    }

    fn of_encoder(config: &BertConfig) -> Self {
        Sizes {
            architecture: Architecture::Encoder,
            vocab_size: config.vocab_size,
            n_layers: config.num_hidden_layers,
            n_heads: config.num_attention_heads,
            d_model: config.hidden_size,
            d_mlp: config.intermediate_size,
            n_ctx: config.max_position_embeddings,
        }
    }

    /// Bytes of the activations of a text of [`POSITIONS`] tokens, all of them looked at (scores and
    /// pattern of every head, the residual stream and what is added to it, the logits), and of the
    /// vocabulary's vectors on their way to the page.
    fn activation_bytes(&self) -> u64 {
        let positions = self.n_ctx.min(POSITIONS) as u64;
        let per_position =
            2 * self.n_heads as u64 * positions + 12 * self.d_model as u64 + 2 * self.d_mlp as u64;
        let blocks = self.n_layers as u64 * per_position;
        let vectors = 2 * self.vocab_size as u64 * self.d_model as u64;
        NUMBER_BYTES * (positions * (blocks + 2 * self.vocab_size as u64) + vectors)
    }
}

/// Looks at a checkpoint: its configuration, and the header of each of its files with weights.
///
/// # Errors
/// If the configuration is damaged, of an unknown family, or its sizes cannot be.
pub fn look(
    config_json: &str,
    headers: &[Header],
    has_tokenizer: bool,
    limit_bytes: u64,
) -> Result<Look, ConfigError> {
    let family = Family::of_config(config_json)?;
    let sizes = Sizes::of_config(family, config_json)?;
    let entries = headers.iter().flat_map(|header| header.entries.values());
    let (mut number_types, mut n_params, mut largest) = (Vec::<&str>::new(), 0u64, 0u64);
    for entry in entries.filter(|entry| entry.dtype.contains('F')) {
        let count = count(entry);
        n_params = n_params.saturating_add(count);
        largest = largest.max(count);
        if !number_types.contains(&entry.dtype.as_str()) {
            number_types.push(&entry.dtype);
        }
    }
    // The tensor on its way is there as it was read, and turned around.
    let weight_bytes =
        NUMBER_BYTES.saturating_mul(n_params.saturating_add(largest.saturating_mul(2)));
    Ok(Look {
        family: family.name().to_owned(),
        architecture: sizes.architecture,
        n_params,
        n_tensors: headers.iter().map(|header| header.entries.len()).sum(),
        number_types: number_types.join(", "),
        file_bytes: headers.iter().map(|header| header.file_bytes).sum(),
        memory_bytes: weight_bytes.saturating_add(sizes.activation_bytes()),
        limit_bytes,
        has_tokenizer,
    })
}

/// How many numbers a tensor has; of a type nobody reads there may be any number.
fn count(entry: &Entry) -> u64 {
    let lengths = entry.shape.iter().map(|length| *length as u64);
    lengths.fold(1, u64::saturating_mul)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::{NamedTensors, Precision, SafetensorsFile, write_safetensors};

    const CONFIG: &str = r#"{"model_type": "gpt2", "vocab_size": 8, "n_positions": 4, "n_embd": 6,
        "n_layer": 1, "n_head": 3}"#;

    fn header(shapes: &[(&str, &[usize])]) -> Header {
        let mut named = NamedTensors::default();
        for (name, shape) in shapes {
            named.insert(*name, *shape, vec![0.0; shape.iter().product()]);
        }
        let bytes = write_safetensors(&named, Precision::F16).unwrap();
        let file = SafetensorsFile::open(bytes.as_slice()).unwrap();
        file.header().clone()
    }

    #[test]
    fn sizes_add_up_over_files() {
        let headers = [
            header(&[("a", &[8, 6]), ("b", &[6])]),
            header(&[("c", &[2])]),
        ];
        let look = look(CONFIG, &headers, true, 1 << 20).unwrap();
        assert_eq!((look.n_params, look.n_tensors), (56, 3));
        assert_eq!(
            (look.family.as_str(), look.number_types.as_str()),
            ("gpt2", "F16")
        );
        let file_bytes: u64 = headers.iter().map(|header| header.file_bytes).sum();
        assert_eq!(look.file_bytes, file_bytes);
        // 56 numbers and the largest tensor twice; 4 positions with 2 x 3 x 4 + 12 x 6 + 2 x 24
        // numbers in the block and 2 x 8 logits each; 2 x 8 x 6 numbers of the vocabulary.
        assert_eq!(look.memory_bytes, 4 * (56 + 96) + 4 * (4 * (144 + 16) + 96));
        assert!(look.fits() && look.has_tokenizer);
    }

    #[test]
    fn what_does_not_fit_is_seen() {
        let look = look(CONFIG, &[header(&[("a", &[8, 6])])], false, 100).unwrap();
        assert!(!look.fits());
    }

    #[test]
    fn tensors_of_any_shape_are_counted() {
        // Of a type that nobody reads a tensor may have any shape.
        let json = r#"{"a": {"dtype": "F8_E4M3", "shape": [4294967296, 4294967296, 3], "data_offsets": [0, 0]}}"#;
        let length = (json.len() as u64).to_le_bytes();
        let header = Header::of_beginning(&[&length, json.as_bytes()].concat()).unwrap();
        let look = look(CONFIG, &[header], false, u64::MAX - 1).unwrap();
        assert_eq!((look.n_params, look.memory_bytes), (u64::MAX, u64::MAX));
        assert!(!look.fits());
    }

    #[test]
    fn a_configuration_that_cannot_be_is_refused() {
        let unknown = look(r#"{"model_type": "mamba"}"#, &[], false, 0).unwrap_err();
        assert!(matches!(unknown, ConfigError::UnknownArchitecture { .. }));
        let heads = CONFIG.replace("\"n_head\": 3", "\"n_head\": 4");
        let error = look(&heads, &[], false, 0).unwrap_err();
        assert!(matches!(error, ConfigError::Heads { .. }));
    }
}

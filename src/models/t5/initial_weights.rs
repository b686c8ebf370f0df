//! Fresh weights to train from.

use super::T5Config;
use super::names::{EMBEDDING_NAMES, StackNames, mlp_inputs};
use crate::checkpoint::NamedTensors;
use crate::models::weights::{Fill, fresh_weights};

/// Fresh weights as T5 begins: every matrix normal with a deviation that keeps its output as large
/// as its input, queries smaller by `d_kv^-0.5` because scores are not scaled, norms at 1.
///
/// The same seed gives the same weights on every machine.
///
/// Source: the initializers of Mesh TensorFlow's transformer, as in Hugging Face's `T5`.
pub fn initial_weights(config: &T5Config, seed: u64) -> NamedTensors {
    let factor = config.initializer_factor;
    let (d_model, d_ff, n_heads) = (config.d_model, config.d_ff, config.num_heads);
    let d_heads = n_heads * config.d_kv;
    let normal = |fan_in: usize| Fill::Normal(factor * (fan_in as f64).powf(-0.5));

    let mut layout: Vec<(String, Vec<usize>, Fill)> = vec![(
        EMBEDDING_NAMES[0].to_owned(),
        vec![config.vocab_size, d_model],
        Fill::Normal(factor),
    )];
    for stack in StackNames::both(config) {
        for layer in 0..stack.n_layers {
            let mut put = |name: String, shape: &[usize], fill| {
                layout.push((format!("{name}.weight"), shape.to_vec(), fill));
            };
            for &(part, attention) in stack.attentions() {
                let name = stack.part(layer, part);
                let of = |matrix: &str| format!("{name}.{attention}.{matrix}");
                put(of("q"), &[d_heads, d_model], normal(d_model * config.d_kv));
                put(of("k"), &[d_heads, d_model], normal(d_model));
                put(of("v"), &[d_heads, d_model], normal(d_model));
                put(of("o"), &[d_model, d_heads], normal(d_heads));
                if layer == 0 && part == 0 {
                    let shape = [config.relative_attention_num_buckets, n_heads];
                    put(of("relative_attention_bias"), &shape, normal(d_model));
                }
                put(
                    format!("{name}.layer_norm"),
                    &[d_model],
                    Fill::Constant(factor as f32),
                );
            }
            let name = stack.part(layer, stack.mlp_part());
            let of = |matrix: &str| format!("{name}.DenseReluDense.{matrix}");
            for matrix in mlp_inputs(config) {
                put(of(matrix), &[d_ff, d_model], normal(d_model));
            }
            put(of("wo"), &[d_model, d_ff], normal(d_ff));
            put(
                format!("{name}.layer_norm"),
                &[d_model],
                Fill::Constant(factor as f32),
            );
        }
        layout.push((
            format!("{}.final_layer_norm.weight", stack.name),
            vec![d_model],
            Fill::Constant(factor as f32),
        ));
    }
    if !config.tie_word_embeddings {
        let shape = vec![config.vocab_size, d_model];
        layout.push(("lm_head.weight".to_owned(), shape, normal(d_model)));
    }
    fresh_weights(seed, layout)
}

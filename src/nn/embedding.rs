//! A vector for every id, and logits by the same vectors.

use burn::module::{Module, Param};
use burn::tensor::module::embedding;
use burn::tensor::{Int, Tensor};

use super::linear::product;
#[cfg(feature = "cpu")]
use super::processor::Numbers;

/// A vector for every token, position or type.
#[derive(Module, Debug)]
pub struct Embedding {
    /// `W_E` `[ids, d_model]`.
    pub weight: Param<Tensor<2>>,
    /// Of weights on the processor that are not learned.
    #[cfg(feature = "cpu")]
    #[module(skip)]
    numbers: Option<Numbers>,
}

impl Embedding {
    /// Vectors that are this parameter's rows.
    pub fn new(weight: Param<Tensor<2>>) -> Self {
        #[cfg(feature = "cpu")]
        let (weight, numbers) = Numbers::of(weight);
        Embedding {
            weight,
            #[cfg(feature = "cpu")]
            numbers,
        }
    }

    /// The vectors of ids.
    ///
    /// # Shapes
    /// `[batch, pos]` to `[batch, pos, d_model]`
    pub fn forward(&self, ids: Tensor<2, Int>) -> Tensor<3> {
        embedding(self.weight.val(), ids)
    }

    /// `x W_E^T`: the logits of a model whose unembedding is tied to its token embeddings.
    ///
    /// # Shapes
    /// `[batch, pos, d_model]` to `[batch, pos, ids]`
    pub fn unembed(&self, x: Tensor<3>) -> Tensor<3> {
        #[cfg(feature = "cpu")]
        if let Some(numbers) = &self.numbers {
            let [n_ids, _] = self.weight.dims();
            let add = kernels::add_columns_product;
            if let Some(logits) = numbers.products(&x, n_ids, add) {
                return logits;
            }
        }
        unembed(x, self.weight.val().transpose())
    }
}

/// Logits from what the final norm returns, by `W_U`.
///
/// # Shapes
/// - `ln_final`: `[batch, pos, d_model]`
/// - `matrix`: `[d_model, vocab]`
/// - returns `[batch, pos, vocab]`
pub fn unembed(ln_final: Tensor<3>, matrix: Tensor<2>) -> Tensor<3> {
    product(ln_final, matrix)
}

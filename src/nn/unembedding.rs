//! From the residual stream to logits.

use burn::tensor::Tensor;

/// Logits from what the final norm returns, by `W_U`.
///
/// # Shapes
/// - `ln_final`: `[batch, pos, d_model]`
/// - `matrix`: `[d_model, vocab]`
/// - returns `[batch, pos, vocab]`
pub fn unembed(ln_final: Tensor<3>, matrix: Tensor<2>) -> Tensor<3> {
    let [batch, pos, d_model] = ln_final.dims();
    let [_, vocab] = matrix.dims();
    let rows = ln_final.reshape([batch * pos, d_model]);
    rows.matmul(matrix).reshape([batch, pos, vocab])
}

//! Numbers in the processor's memory, read where they lie.

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};

/// Whether the numbers are in the processor's memory; nowhere else without the feature `gpu`.
pub(super) fn is_on_processor<const D: usize>(x: &Tensor<D>) -> bool {
    !cfg!(feature = "gpu") || x.device().without_autodiff() == Device::flex()
}

/// The numbers of a matrix of weights. The parameter shares them: nothing is held twice.
#[derive(Clone, Debug)]
pub(super) struct Numbers(TensorData);

/// Adds a position's product with a matrix to sums: position, matrix, sums.
pub(super) type AddProduct = fn(&[f32], &[f32], &mut [f32]);

impl Numbers {
    /// Most positions whose products are computed one after the other.
    const FEW: usize = 4;

    /// The parameter and its numbers; none if they change, as what is learned does, or lie on
    /// another device.
    pub fn of(param: Param<Tensor<2>>) -> (Param<Tensor<2>>, Option<Self>) {
        let (id, tensor) = (param.id, param.val());
        let device = tensor.device();
        if device.is_autodiff() || !is_on_processor(&tensor) {
            return (param, None);
        }
        drop(param);
        let (bytes, shape, dtype) = tensor.into_data().into_parts();
        let data = TensorData::from_bytes(bytes.shared(), shape, dtype);
        let numbers = Numbers(data.clone());
        let param = Param::initialized(id, Tensor::from_data(data, &device));
        (param, Some(numbers))
    }

    /// Products of few positions with the matrix; `None` for many positions.
    ///
    /// # Shapes
    /// `[.., d_input]` to `[.., d_output]`
    pub fn products<const D: usize>(
        &self,
        x: &Tensor<D>,
        d_output: usize,
        add_product: AddProduct,
    ) -> Option<Tensor<D>> {
        let mut shape = x.dims();
        let d_input = shape[D - 1];
        let n_positions = shape[..D - 1].iter().product::<usize>();
        if n_positions > Self::FEW || d_input * d_output == 0 {
            return None;
        }
        let matrix = self.0.as_slice::<f32>().ok()?;
        let data = x.clone().into_data();
        let positions = data.as_slice::<f32>().ok()?.chunks_exact(d_input);
        let mut sums = vec![0.0; n_positions * d_output];
        for (x, sums) in positions.zip(sums.chunks_exact_mut(d_output)) {
            add_product(x, matrix, sums);
        }
        shape[D - 1] = d_output;
        Some(Tensor::from_data(TensorData::new(sums, shape), &x.device()))
    }
}

//! A product with a matrix of weights, for every position.

use burn::module::{Module, Param};
use burn::tensor::Tensor;

#[cfg(feature = "cpu")]
use super::processor::Numbers;

/// `x W + b`, with burn's parameters.
///
/// On the processor few positions, a decode step's one above all, are multiplied by reading the
/// weights once from front to back ([`kernels`]); burn's product is made for many positions.
#[derive(Module, Debug)]
pub struct Linear {
    /// `W` `[d_input, d_output]`.
    pub weight: Param<Tensor<2>>,
    /// `b` `[d_output]`.
    pub bias: Option<Param<Tensor<1>>>,
    /// Of weights on the processor that are not learned.
    #[cfg(feature = "cpu")]
    #[module(skip)]
    numbers: Option<Numbers>,
}

impl Linear {
    /// A layer of these parameters.
    pub fn new(weight: Param<Tensor<2>>, bias: Option<Param<Tensor<1>>>) -> Self {
        #[cfg(feature = "cpu")]
        let (weight, numbers) = Numbers::of(weight);
        Linear {
            weight,
            bias,
            #[cfg(feature = "cpu")]
            numbers,
        }
    }

    /// # Shapes
    /// `[.., d_input]` to `[.., d_output]`
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        let products = self.products(x);
        match &self.bias {
            Some(bias) => products + bias.val().unsqueeze(),
            None => products,
        }
    }

    /// `x W`
    fn products<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        #[cfg(feature = "cpu")]
        if let Some(numbers) = &self.numbers {
            let [_, d_output] = self.weight.dims();
            if let Some(few) = numbers.products(&x, d_output, kernels::add_rows_product) {
                return few;
            }
        }
        product(x, self.weight.val())
    }
}

/// `x W` by rows: whatever is before the last axis is one axis of positions.
///
/// # Shapes
/// `[.., d_input]` and `[d_input, d_output]` to `[.., d_output]`
pub(super) fn product<const D: usize>(x: Tensor<D>, matrix: Tensor<2>) -> Tensor<D> {
    let mut shape = x.dims();
    let [d_input, d_output] = matrix.dims();
    let rows = x.reshape([shape[..D - 1].iter().product(), d_input]);
    shape[D - 1] = d_output;
    rows.matmul(matrix).reshape(shape)
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use burn::module::ParamId;
    use burn::tensor::{Device, TensorData};

    use super::super::Embedding;
    use super::*;

    fn tensor<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
        let count = shape.iter().product::<usize>();
        let numbers = (0..count).map(|i| ((i * 37 + 11) % 101) as f32 / 50.0 - 1.0);
        Tensor::from_data(
            TensorData::new(numbers.collect::<Vec<f32>>(), shape),
            device,
        )
    }

    fn param<const D: usize>(shape: [usize; D], device: &Device) -> Param<Tensor<D>> {
        Param::initialized(ParamId::new(), tensor(shape, device))
    }

    /// A few positions take the way of their own, many burn's; a view is read like what it shows.
    #[test]
    fn few_positions_and_many_are_the_same_product() {
        let device = Device::flex();
        let layer = Linear::new(param([6, 10], &device), Some(param([10], &device)));
        let without_bias = Linear::new(param([6, 10], &device), None);
        let embedding = Embedding::new(param([10, 6], &device));
        let many = tensor([2, 9, 6], &device);
        let products: [&dyn Fn(Tensor<3>) -> Tensor<3>; 3] =
            [&|x| layer.forward(x), &|x| without_bias.forward(x), &|x| {
                embedding.unembed(x)
            }];
        for product in products {
            let all = product(many.clone());
            for (from, len) in [(0, 1), (8, 1), (3, 2), (0, 5)] {
                let few = product(many.clone().narrow(1, from, len));
                let expected = all.clone().narrow(1, from, len);
                let error = (few - expected).abs().max().into_scalar::<f32>();
                assert!(error < 1e-5, "{len} positions from {from}: {error}");
            }
        }
    }

    /// What is learned changes: its numbers are never read where they lay.
    #[test]
    fn weights_that_are_learned_are_not_held() {
        let device = Device::flex().autodiff();
        let layer = Linear::new(param([6, 10], &device).set_require_grad(true), None);
        assert!(layer.numbers.is_none());
        let held = Linear::new(param([6, 10], &Device::flex()), None);
        assert!(held.numbers.is_some());
    }
}

//! The bend between an MLP's two matrices.
//!
//! On the processor it is one pass over the numbers, a vector of them at a time ([`kernels`]): the
//! library's own loops call a function per number, and spent a third of a training step in it.

use burn::tensor::Tensor;
#[cfg(feature = "cpu")]
use burn::tensor::TensorData;
use burn::tensor::activation::{gelu, relu, sigmoid, silu};

#[cfg(feature = "cpu")]
use super::processor::is_on_processor;

/// The bend between the MLP's two matrices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivationFunction {
    /// `x * Phi(x)` with the error function (Hendrycks and Gimpel 2016).
    Gelu,
    /// GELU by its tanh approximation, as GPT-2 computes it (`gelu_new`).
    GeluTanh,
    /// `max(0, x)`.
    Relu,
    /// `x * sigmoid(x)`, also called swish (Ramachandran et al. 2017).
    Silu,
}

impl ActivationFunction {
    /// The function of that name in a Hugging Face `config.json`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "gelu" => Some(ActivationFunction::Gelu),
            "gelu_new" | "gelu_pytorch_tanh" | "gelu_fast" => Some(ActivationFunction::GeluTanh),
            "relu" => Some(ActivationFunction::Relu),
            "silu" | "swish" => Some(ActivationFunction::Silu),
            _ => None,
        }
    }

    /// Applies it to every element.
    pub fn apply<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        #[cfg(feature = "cpu")]
        if is_on_processor(&x) {
            return self.in_one_pass(x);
        }
        self.by_operations(x)
    }

    fn by_operations<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            ActivationFunction::Gelu => gelu(x),
            ActivationFunction::GeluTanh => gelu_tanh(x),
            ActivationFunction::Relu => relu(x),
            ActivationFunction::Silu => silu(x),
        }
    }

    #[cfg(feature = "cpu")]
    fn in_one_pass<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        let curve = match self {
            ActivationFunction::Gelu => &kernels::GELU,
            ActivationFunction::GeluTanh => &kernels::GELU_TANH,
            ActivationFunction::Relu => &kernels::RELU,
            ActivationFunction::Silu => &kernels::SILU,
        };
        let device = x.device();
        let plain = device.clone().without_autodiff();
        let constant = |data: TensorData| Tensor::<D>::from_data(data, &plain);
        if !device.is_autodiff() {
            let mut values = x.into_data().convert::<f32>();
            if let Ok(numbers) = values.as_mut_slice() {
                (curve.values)(numbers);
            }
            return constant(values);
        }
        // Autodiff sees the tangents, which have the values and the slopes.
        let mut offsets = x.clone().without_autodiff().into_data().convert::<f32>();
        let mut slopes = offsets.clone();
        if let (Ok(offset), Ok(slope)) = (offsets.as_mut_slice(), slopes.as_mut_slice()) {
            (curve.tangents)(offset, slope);
        }
        x * constant(slopes).autodiff() + constant(offsets).autodiff()
    }
}

/// `x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))`, written with the logistic function:
/// `(1 + tanh(u)) / 2 = sigmoid(2u)`.
fn gelu_tanh<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    const TWICE_SQRT_2_OVER_PI: f32 = 1.595_769;
    let cubic = x
        .clone()
        .square()
        .mul_scalar(0.044_715 * TWICE_SQRT_2_OVER_PI)
        .add_scalar(TWICE_SQRT_2_OVER_PI);
    let gate = sigmoid(cubic * x.clone());
    x * gate
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    /// From -20 to 20, denser than any rounding; and numbers no vector is filled by.
    fn numbers() -> Vec<f32> {
        (0..40_007)
            .map(|i| -20.0 + i as f32 * 0.001)
            .chain([0.0, -0.0, 1e-30, -1e-30, 60.0, -60.0, 1000.0, -1000.0])
            .collect()
    }

    fn tensor(device: &Device) -> Tensor<1> {
        Tensor::from_data(numbers().as_slice(), device)
    }

    fn read(tensor: Tensor<1>) -> Vec<f32> {
        tensor.into_data().try_to_vec().unwrap()
    }

    const EACH: [ActivationFunction; 4] = [
        ActivationFunction::Gelu,
        ActivationFunction::GeluTanh,
        ActivationFunction::Relu,
        ActivationFunction::Silu,
    ];

    #[test]
    fn every_bend_is_that_of_the_library() {
        let device = Device::flex();
        for function in EACH {
            let ours = read(function.apply(tensor(&device)));
            let theirs = read(function.by_operations(tensor(&device)));
            for ((x, ours), theirs) in numbers().into_iter().zip(ours).zip(theirs) {
                let error = (ours - theirs).abs();
                assert!(
                    error <= 3e-7 * x.abs().max(1.0),
                    "{function:?}({x}) is {ours}, by the library {theirs}"
                );
            }
        }
    }

    #[test]
    fn values_and_slopes_under_autodiff_are_those_of_the_library() {
        let device = Device::flex().autodiff();
        for function in EACH {
            let of = |apply: &dyn Fn(Tensor<1>) -> Tensor<1>| {
                let x = tensor(&device).require_grad();
                let values = apply(x.clone());
                let gradients = values.clone().sum().backward();
                let slopes = x.grad(&gradients).unwrap();
                (read(values.without_autodiff()), read(slopes))
            };
            let ours = of(&|x| function.apply(x));
            let theirs = of(&|x| function.by_operations(x));
            for (i, x) in numbers().into_iter().enumerate() {
                let error = (ours.0[i] - theirs.0[i]).abs();
                assert!(error <= 3e-7 * x.abs().max(1.0), "{function:?}({x})");
                let error = (ours.1[i] - theirs.1[i]).abs();
                assert!(
                    error <= 2e-6 || x.abs() > 30.0,
                    "slope of {function:?} at {x}: {} for {}",
                    ours.1[i],
                    theirs.1[i]
                );
            }
        }
    }
}

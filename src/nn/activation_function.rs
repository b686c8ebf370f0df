//! The bend between an MLP's two matrices.
//!
//! On the processor it is one pass over the numbers, with an exponential made of additions and
//! products alone, so that a vector of them is computed at once: the library's own loops call a
//! function per number, and spent a third of a training step in it.

use burn::tensor::activation::{gelu, relu, sigmoid, silu};
use burn::tensor::{Tensor, TensorData};

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
        match self {
            ActivationFunction::Gelu => bent(x, gelu_at, gelu),
            ActivationFunction::GeluTanh => bent(x, gelu_tanh_at, gelu_tanh),
            ActivationFunction::Relu => relu(x),
            ActivationFunction::Silu => bent(x, silu_at, silu),
        }
    }
}

/// A function of one number: its value, and its slope there.
trait Curve: Fn(f32) -> (f32, f32) {}
impl<F: Fn(f32) -> (f32, f32)> Curve for F {}

/// `curve` of every number: in one pass on the processor, by `elsewhere` on another device.
fn bent<const D: usize>(
    x: Tensor<D>,
    curve: impl Curve,
    elsewhere: impl FnOnce(Tensor<D>) -> Tensor<D>,
) -> Tensor<D> {
    let device = x.device();
    if !is_processor(&device) {
        return elsewhere(x);
    }
    if !device.is_autodiff() {
        let mut values = x.into_data();
        return match values.as_mut_slice() {
            Ok(numbers) => {
                in_vectors(numbers, |x| curve(x).0);
                Tensor::from_data(values, &device)
            }
            // Numbers of another width.
            Err(_) => elsewhere(Tensor::from_data(values, &device)),
        };
    }
    // Autodiff sees the tangents, `slope x + offset`, which have the values and the slopes.
    let plain = device.without_autodiff();
    let mut slopes = x.clone().without_autodiff().into_data();
    let mut offsets = slopes.clone();
    let (Ok(slope), Ok(offset)) = (slopes.as_mut_slice(), offsets.as_mut_slice()) else {
        return elsewhere(x);
    };
    in_vectors(slope, |x| curve(x).1);
    in_vectors(offset, |x| {
        let (value, slope) = curve(x);
        value - slope * x
    });
    let constant = |data: TensorData| Tensor::<D>::from_data(data, &plain).autodiff();
    x * constant(slopes) + constant(offsets)
}

#[cfg(feature = "cpu")]
fn is_processor(device: &burn::tensor::Device) -> bool {
    use burn::tensor::Device;
    device.clone().without_autodiff() == Device::flex()
}

#[cfg(not(feature = "cpu"))]
fn is_processor(_: &burn::tensor::Device) -> bool {
    false
}

/// Replaces every number by `f` of it. The inner loop has a fixed length and no branch: the compiler
/// makes vectors of it.
#[inline(always)]
fn in_vectors(numbers: &mut [f32], f: impl Fn(f32) -> f32) {
    let (chunks, rest) = numbers.as_chunks_mut::<16>();
    for chunk in chunks {
        for x in chunk {
            *x = f(*x);
        }
    }
    for x in rest {
        *x = f(*x);
    }
}

/// `x Phi(x)`, and `Phi(x) + x phi(x)`. `Phi` by formula 7.1.26 of Abramowitz and Stegun 1964: within
/// `8e-8`, from the exponential that `phi` needs too.
#[inline(always)]
fn gelu_at(x: f32) -> (f32, f32) {
    const P: f32 = 0.327_591_1 * std::f32::consts::FRAC_1_SQRT_2;
    const ONE_OVER_SQRT_2_PI: f32 = 0.398_942_3;
    const HALF_COEFFICIENTS: [f32; 5] = [
        0.5 * 0.254_829_6,
        0.5 * -0.284_496_72,
        0.5 * 1.421_413_8,
        0.5 * -1.453_152_1,
        0.5 * 1.061_405_4,
    ];
    let t = 1.0 / (1.0 + P * x.abs());
    let bell = exp(-0.5 * x * x);
    let tail = t * polynomial(t, HALF_COEFFICIENTS) * bell; // Phi(-|x|)
    let below = if x < 0.0 { tail } else { 1.0 - tail };
    (x * below, below + x * bell * ONE_OVER_SQRT_2_PI)
}

/// `x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))`, written with the logistic function,
/// `(1 + tanh(u)) / 2 = sigmoid(2u)`, and its slope.
#[inline(always)]
fn gelu_tanh_at(x: f32) -> (f32, f32) {
    let square = x * x;
    let gate = logistic(x * (TWICE_SQRT_2_OVER_PI + CUBIC * square));
    let inner = TWICE_SQRT_2_OVER_PI + 3.0 * CUBIC * square;
    (x * gate, gate + x * gate * (1.0 - gate) * inner)
}

const TWICE_SQRT_2_OVER_PI: f32 = 1.595_769;
const CUBIC: f32 = 0.044_715 * TWICE_SQRT_2_OVER_PI;

/// The same in operations of the library.
fn gelu_tanh<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    let cubic = x
        .clone()
        .square()
        .mul_scalar(CUBIC)
        .add_scalar(TWICE_SQRT_2_OVER_PI);
    let gate = sigmoid(cubic * x.clone());
    x * gate
}

/// `x sigmoid(x)` and its slope.
#[inline(always)]
fn silu_at(x: f32) -> (f32, f32) {
    let gate = logistic(x);
    (x * gate, gate + x * gate * (1.0 - gate))
}

/// `1 / (1 + e^-x)`
#[inline(always)]
fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// `e^x` within two units of the last place; below -87 and above 88 what it is there. NaN stays NaN.
///
/// `e^x = 2^n e^r` with a whole `n` and `|r| <= ln(2)/2`; `e^r` by the polynomial of Cephes' `expf`
/// (Moshier 1989).
#[inline(always)]
fn exp(x: f32) -> f32 {
    // Added to a small number, leaves the nearest whole number in the lowest bits.
    const ROUNDER: f32 = 12_582_912.0; // 1.5 * 2^23
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    const COEFFICIENTS: [f32; 6] = [
        0.5,
        0.166_666_66,
        0.041_665_796,
        0.008_333_452,
        0.001_398_2,
        0.000_198_756_9,
    ];
    let x = x.clamp(-87.0, 88.0);
    let rounded = x * std::f32::consts::LOG2_E + ROUNDER;
    let n = rounded - ROUNDER;
    let r = x - n * LN_2_HIGH - n * LN_2_LOW;
    let e_r = r * r * polynomial(r, COEFFICIENTS) + r + 1.0;
    let two_n = f32::from_bits((rounded.to_bits() << 23).wrapping_add(0x3F80_0000));
    e_r * two_n
}

/// `c_0 + c_1 x + c_2 x^2 + ...`
#[inline(always)]
fn polynomial<const N: usize>(x: f32, coefficients: [f32; N]) -> f32 {
    let mut sum = 0.0;
    for coefficient in coefficients.into_iter().rev() {
        sum = sum * x + coefficient;
    }
    sum
}

#[cfg(all(test, feature = "program"))]
mod tests {
    use super::*;
    use burn::tensor::Device;

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

    const EACH: [(ActivationFunction, fn(Tensor<1>) -> Tensor<1>); 3] = [
        (ActivationFunction::Gelu, gelu),
        (ActivationFunction::GeluTanh, gelu_tanh),
        (ActivationFunction::Silu, silu),
    ];

    #[test]
    fn every_bend_is_that_of_the_library() {
        let device = Device::flex();
        for (function, expected) in EACH {
            let ours = read(function.apply(tensor(&device)));
            let theirs = read(expected(tensor(&device)));
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
        for (function, expected) in EACH {
            let of = |apply: &dyn Fn(Tensor<1>) -> Tensor<1>| {
                let x = tensor(&device).require_grad();
                let values = apply(x.clone());
                let gradients = values.clone().sum().backward();
                let slopes = x.grad(&gradients).unwrap();
                (read(values.without_autodiff()), read(slopes))
            };
            let ours = of(&|x| function.apply(x));
            let theirs = of(&expected);
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

    #[test]
    fn no_number_and_infinity_stay_what_they_are() {
        for curve in [gelu_at, gelu_tanh_at, silu_at] {
            assert!(curve(f32::NAN).0.is_nan());
            assert_eq!(curve(f32::INFINITY).0, f32::INFINITY);
        }
    }

    #[test]
    fn the_exponential_is_that_of_the_standard_library() {
        for i in -8_700..=8_800 {
            let x = i as f32 * 0.01;
            let (ours, theirs) = (exp(x), x.exp());
            assert!((ours / theirs - 1.0).abs() < 3e-7, "exp({x}) is {ours}");
        }
    }
}

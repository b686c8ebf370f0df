//! The functions a model applies to each number on its own, and their slopes, in one pass over a
//! slice.
//!
//! They are made of additions, products and one exponential made of the same, without a branch: the
//! compiler computes a vector of them at once, where a loop over the standard library's functions
//! calls one per number.

/// A function of one number, for slices. Each is a `static`, so that its loops are compiled here and
/// not where they are used.
#[derive(Debug)]
pub struct Curve {
    /// Replaces every number by the function's value there.
    pub values: fn(&mut [f32]),
    /// The tangent at every number, `slope * x + offset`: the number is replaced by the offset, the
    /// slope written beside it. Both slices have the same length.
    pub tangents: fn(&mut [f32], &mut [f32]),
}

/// `x Phi(x)` with the error function (Hendrycks and Gimpel 2016).
pub static GELU: Curve = Curve {
    values: |numbers| values(numbers, gelu),
    tangents: |numbers, slopes| tangents(numbers, slopes, gelu),
};

/// `x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))`, as GPT-2 computes it.
pub static GELU_TANH: Curve = Curve {
    values: |numbers| values(numbers, gelu_tanh),
    tangents: |numbers, slopes| tangents(numbers, slopes, gelu_tanh),
};

/// `max(0, x)`.
pub static RELU: Curve = Curve {
    values: |numbers| values(numbers, relu),
    tangents: |numbers, slopes| tangents(numbers, slopes, relu),
};

/// `x sigmoid(x)`, also called swish (Ramachandran et al. 2017).
pub static SILU: Curve = Curve {
    values: |numbers| values(numbers, silu),
    tangents: |numbers, slopes| tangents(numbers, slopes, silu),
};

#[inline(always)]
fn values(numbers: &mut [f32], curve: impl Fn(f32) -> (f32, f32)) {
    for x in numbers {
        *x = curve(*x).0;
    }
}

#[inline(always)]
fn tangents(numbers: &mut [f32], slopes: &mut [f32], curve: impl Fn(f32) -> (f32, f32)) {
    for (x, at) in numbers.iter_mut().zip(slopes) {
        let (value, slope) = curve(*x);
        *x = value - slope * *x;
        *at = slope;
    }
}

/// `x Phi(x)`, and `Phi(x) + x phi(x)`. `Phi` by formula 7.1.26 of Abramowitz and Stegun 1964, within
/// `8e-8`, from the exponential that `phi` needs too.
#[inline(always)]
fn gelu(x: f32) -> (f32, f32) {
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

/// Its value and its slope, written with the logistic function: `(1 + tanh(u)) / 2 = sigmoid(2u)`.
#[inline(always)]
fn gelu_tanh(x: f32) -> (f32, f32) {
    const TWICE_SQRT_2_OVER_PI: f32 = 1.595_769;
    const CUBIC: f32 = 0.044_715 * TWICE_SQRT_2_OVER_PI;
    let square = x * x;
    let gate = logistic(x * (TWICE_SQRT_2_OVER_PI + CUBIC * square));
    let inner = TWICE_SQRT_2_OVER_PI + 3.0 * CUBIC * square;
    (x * gate, gate + x * gate * (1.0 - gate) * inner)
}

/// `max(0, x)` and its slope, 0 at 0.
#[inline(always)]
fn relu(x: f32) -> (f32, f32) {
    let slope = if x <= 0.0 { 0.0 } else { 1.0 };
    (x * slope, slope)
}

/// `x sigmoid(x)` and its slope.
#[inline(always)]
fn silu(x: f32) -> (f32, f32) {
    let gate = logistic(x);
    (x * gate, gate + x * gate * (1.0 - gate))
}

/// `1 / (1 + e^-x)`
#[inline(always)]
fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// `e^x` within a few units of the last place; below -87 and above 88 what it is there. NaN stays
/// NaN.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_that_of_the_standard_library() {
        for i in -8_700..=8_800 {
            let x = i as f32 * 0.01;
            let (ours, theirs) = (exp(x), x.exp());
            assert!((ours / theirs - 1.0).abs() < 3e-7, "exp({x}) is {ours}");
        }
    }

    #[test]
    fn no_number_and_infinity_stay_what_they_are() {
        for curve in [&GELU, &GELU_TANH, &RELU, &SILU] {
            let mut numbers = [f32::NAN, f32::INFINITY, 0.0];
            (curve.values)(&mut numbers);
            assert!(numbers[0].is_nan());
            assert_eq!(numbers[1..], [f32::INFINITY, 0.0]);
        }
    }

    #[test]
    fn a_tangent_touches_the_curve_and_has_its_slope() {
        const STEP: f32 = 1e-2;
        let at = |curve: &Curve, x: f32| {
            let mut number = [x];
            (curve.values)(&mut number);
            number[0]
        };
        for curve in [&GELU, &GELU_TANH, &SILU] {
            let numbers: Vec<f32> = (-1000..1000).map(|i| i as f32 * 0.01).collect();
            let (mut offsets, mut slopes) = (numbers.clone(), vec![0.0; numbers.len()]);
            (curve.tangents)(&mut offsets, &mut slopes);
            for ((x, offset), slope) in numbers.into_iter().zip(offsets).zip(slopes) {
                assert!((slope * x + offset - at(curve, x)).abs() < 3e-6, "at {x}");
                let rise = (at(curve, x + STEP) - at(curve, x - STEP)) / (2.0 * STEP);
                assert!(
                    (rise - slope).abs() < 2e-4,
                    "slope at {x}: {slope} for {rise}"
                );
            }
        }
    }
}

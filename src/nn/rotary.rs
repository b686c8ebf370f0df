//! Rotary position embedding: queries and keys are turned by an angle that grows with the position,
//! so that their product depends on how far apart they are.
//!
//! Source: Su et al. 2021, "RoFormer", <https://arxiv.org/abs/2104.09864>; the halves of a head are
//! paired as in Hugging Face's Llama and GPT-NeoX.

use burn::tensor::{Device, Tensor, TensorData};

/// How fast each pair of a head's numbers turns. Numbers beyond the last pair are left as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Rotary {
    /// Radians per position, one for each pair of numbers.
    pub frequencies: Vec<f32>,
}

impl Rotary {
    /// `base^(-2i / d_rotary)` for pair `i`.
    ///
    /// ```
    /// use llm_atlas::nn::Rotary;
    /// assert_eq!(Rotary::new(4, 10_000.0).frequencies, [1.0, 0.01]);
    /// ```
    pub fn new(d_rotary: usize, base: f64) -> Self {
        let pairs = 0..d_rotary / 2;
        let exponent = |pair: usize| (2 * pair) as f64 / d_rotary as f64;
        Rotary {
            frequencies: pairs
                .map(|pair| base.powf(exponent(pair)).recip() as f32)
                .collect(),
        }
    }

    /// The turns of some positions, for all heads of all blocks.
    pub fn turns(&self, first_position: usize, n_positions: usize, device: &Device) -> Turns {
        let positions = first_position..first_position + n_positions;
        let angles: Vec<f32> = positions
            .flat_map(|position| self.frequencies.iter().map(move |f| position as f32 * f))
            .collect();
        let table = |of: fn(f32) -> f32| {
            let values: Vec<f32> = angles.iter().map(|angle| of(*angle)).collect();
            let shape = [1, 1, n_positions, self.frequencies.len()];
            Tensor::from_data(TensorData::new(values, shape), device)
        };
        Turns {
            cos: table(f32::cos),
            sin: table(f32::sin),
        }
    }
}

/// Cosines and sines of the angles at some positions.
#[derive(Clone, Debug)]
pub struct Turns {
    /// `[1, 1, pos, pair]`
    cos: Tensor<4>,
    /// `[1, 1, pos, pair]`
    sin: Tensor<4>,
}

impl Turns {
    /// Turns queries or keys: number `i` and number `i + n_pairs` of a head are the two coordinates
    /// of one pair.
    ///
    /// # Shapes
    /// `[batch, head, pos, d_head]` to the same
    pub fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        let n_pairs = self.cos.dims()[3];
        let n_still = x.dims()[3] - 2 * n_pairs;
        let first = x.clone().narrow(3, 0, n_pairs); // [batch, head, pos, pair]
        let second = x.clone().narrow(3, n_pairs, n_pairs);
        let (cos, sin) = (self.cos.clone(), self.sin.clone());
        let mut parts = vec![
            first.clone() * cos.clone() - second.clone() * sin.clone(),
            second * cos + first * sin,
        ];
        if n_still > 0 {
            parts.push(x.narrow(3, 2 * n_pairs, n_still));
        }
        Tensor::cat(parts, 3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turned(at: usize) -> Vec<f32> {
        let device = Device::flex();
        let x = Tensor::<4>::from_data([[[[1.0, 2.0, 3.0, 4.0, 5.0]]]], &device);
        let turns = Rotary::new(4, 100.0).turns(at, 1, &device);
        turns.apply(x).into_data().try_to_vec().unwrap()
    }

    #[test]
    fn the_first_position_is_not_turned() {
        assert_eq!(turned(0), [1.0, 2.0, 3.0, 4.0, 5.0]);
    }

    #[test]
    fn pairs_keep_their_length_and_the_rest_stays() {
        let x = turned(7);
        assert_eq!(x[4], 5.0);
        let length = |a: f32, b: f32| a.hypot(b);
        assert!((length(x[0], x[2]) - length(1.0, 3.0)).abs() < 1e-5);
        assert!((length(x[1], x[3]) - length(2.0, 4.0)).abs() < 1e-5);
        // 7 radians for the first pair, 0.7 for the second.
        let angle = |a: f32, b: f32| b.atan2(a);
        assert!((angle(x[1], x[3]) - angle(2.0, 4.0) - 0.7).abs() < 1e-5);
    }
}

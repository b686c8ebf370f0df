//! The random number and the token it falls on.

use super::Distribution;

/// SplitMix64's increment, the odd number nearest to 2^64 divided by the golden ratio.
const GOLDEN_GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// A drawn token and why it was drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Draw {
    /// The token.
    pub id: u32,
    /// The number that chose it, in `[0, 1)`.
    pub u: f64,
    /// The token's segment of the line from 0 to 1; it holds `u`.
    pub interval: (f64, f64),
}

/// A number in `[0, 1)` that depends on seed and position alone.
///
/// It is the output of SplitMix64 with state `seed` after `position` earlier
/// outputs, the upper 53 bits divided by 2^53. With `g` the golden gamma and all
/// arithmetic modulo 2^64, `z = seed + (position + 1) g`, so any position is
/// reached without drawing those before it.
///
/// ```
/// use llm_atlas::sampling::draw_uniform;
/// assert_eq!(draw_uniform(1_234_567, 0), (6_457_827_717_110_365_317u64 >> 11) as f64 / 2f64.powi(53));
/// ```
///
/// Source: Steele, Lea, Flood 2014, "Fast Splittable Pseudorandom Number
/// Generators", with the mixing constants of its reference implementation.
pub fn draw_uniform(seed: u64, position: u64) -> f64 {
    const TWO_POW_MINUS_53: f64 = 1.0 / (1u64 << 53) as f64;
    (split_mix_64(seed, position) >> 11) as f64 * TWO_POW_MINUS_53
}

/// Output number `position` (from 0) of SplitMix64 seeded with `seed`.
pub(super) fn split_mix_64(seed: u64, position: u64) -> u64 {
    let z = seed.wrapping_add(GOLDEN_GAMMA.wrapping_mul(position.wrapping_add(1)));
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The kept token whose segment of the line from 0 to 1 holds `u`.
///
/// The segments lie in the order of [`Distribution::order`], each as long as the
/// token's renormalised probability. A `u` outside `[0, 1)` takes the nearest end.
pub fn choose(distribution: &Distribution, u: f64) -> Draw {
    let cumulative = distribution.cumulative();
    // A segment holds its start and not its end, so a token of probability 0 is never chosen.
    let rank = cumulative.partition_point(|end| *end <= u.clamp(0.0, 1.0 - f64::EPSILON / 2.0));
    Draw {
        id: distribution.order()[rank],
        u,
        interval: distribution.interval(rank),
    }
}

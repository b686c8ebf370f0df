//! Every choice of the generator, drawn and recorded in one place.
//!
//! The village is a probabilistic grammar over a simulated world. Its entropy is the mean of
//! `-log2 p` summed over the choices of a story (Shannon 1948), so each choice goes through
//! [`Chooser`], which draws it and adds its information to a counter.
//!
//! Source of the generator: Steele, Lea and Flood, "Fast splittable pseudorandom number
//! generators", OOPSLA 2014 (`SplitMix64`).

/// The SplitMix64 generator: the same numbers from the same seed on every platform.
///
/// ```
/// use llm_atlas::village::SplitMix64;
/// assert_eq!(SplitMix64::new(0).next_u64(), 0xE220_A839_7B1D_CDAF);
/// ```
#[derive(Debug, Clone)]
pub struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    /// Returns a generator that starts from `seed`.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// Returns the next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.state)
    }

    /// Returns a number in `0..bound`.
    ///
    /// # Panics
    /// If `bound` is zero.
    pub fn below(&mut self, bound: u64) -> u64 {
        assert!(bound > 0, "a draw needs at least one option");
        ((u128::from(self.next_u64()) * u128::from(bound)) >> 64) as u64
    }
}

/// The finaliser of SplitMix64: a bijection of 64 bits that spreads every bit over all others.
pub(crate) fn mix(state: u64) -> u64 {
    let mut z = state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Draws from weighted options and adds up the information of what it drew.
///
/// ```
/// use llm_atlas::village::Chooser;
/// let mut chooser = Chooser::new(7);
/// chooser.weighted(&[1, 1, 2]);
/// assert!(chooser.bits() == 1.0 || chooser.bits() == 2.0);
/// chooser.weighted(&[0, 5]); // one legal option: no information
/// assert!(chooser.bits() <= 2.0);
/// ```
#[derive(Debug, Clone)]
pub struct Chooser {
    generator: SplitMix64,
    bits: f64,
}

impl Chooser {
    /// Returns a chooser whose draws are a function of `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            generator: SplitMix64::new(seed),
            bits: 0.0,
        }
    }

    /// Returns the sum of `-log2 p` over the choices so far, in bits.
    pub fn bits(&self) -> f64 {
        self.bits
    }

    /// Returns an index with probability `weights[index] / sum(weights)`.
    ///
    /// # Panics
    /// If no weight is positive.
    pub fn weighted(&mut self, weights: &[u32]) -> usize {
        let total: u64 = weights.iter().map(|&weight| u64::from(weight)).sum();
        let mut ticket = self.generator.below(total);
        for (index, &weight) in weights.iter().enumerate() {
            let weight = u64::from(weight);
            if ticket < weight {
                self.bits += (total as f64 / weight as f64).log2();
                return index;
            }
            ticket -= weight;
        }
        unreachable!("the ticket is below the sum of the weights")
    }

    /// Returns one of `options`, each as likely as any other.
    ///
    /// # Panics
    /// If there is no option.
    pub fn uniform<T: Copy>(&mut self, options: &[T]) -> T {
        let index = self.generator.below(options.len() as u64) as usize;
        self.bits += (options.len() as f64).log2();
        options[index]
    }

    /// Returns a seed for another chooser; it holds no information of its own.
    pub(super) fn next_seed(&mut self) -> u64 {
        self.generator.next_u64()
    }

    /// Returns true with probability `percent / 100`.
    pub fn percent(&mut self, percent: u32) -> bool {
        self.weighted(&[percent, 100 - percent]) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_gives_the_same_choices_and_bits() {
        let mut first = Chooser::new(3);
        let mut second = Chooser::new(3);
        for _ in 0..100 {
            assert_eq!(first.weighted(&[1, 2, 3]), second.weighted(&[1, 2, 3]));
        }
        assert_eq!(first.bits(), second.bits());
    }

    #[test]
    fn mean_information_is_the_entropy_of_the_weights() {
        let weights = [1, 2, 5];
        let mut chooser = Chooser::new(11);
        let draws = 200_000;
        for _ in 0..draws {
            chooser.weighted(&weights);
        }
        let entropy: f64 = weights
            .iter()
            .map(|&w| f64::from(w) / 8.0)
            .map(|p| -p * p.log2())
            .sum();
        assert!((chooser.bits() / f64::from(draws) - entropy).abs() < 0.01);
    }

    #[test]
    fn an_impossible_option_is_never_drawn() {
        let mut chooser = Chooser::new(5);
        assert!((0..1000).all(|_| chooser.weighted(&[0, 1, 0]) == 1));
        assert_eq!(chooser.bits(), 0.0);
    }
}

//! Numbers in their order, as indices: one sort for the whole program.
//!
//! A sort is compiled anew, to several kilobytes, for every type and every way to compare. Here
//! everything is sorted by numbers, as one kind of key.

use std::cmp::Ordering;

/// Indices of `values`, the largest first; of equal ones the smaller index.
///
/// ```
/// use llm_atlas::order::descending;
/// assert_eq!(descending([1.0, 3.0, -2.0, 3.0]), [1, 3, 0, 2]);
/// ```
pub fn descending(values: impl IntoIterator<Item = f32>) -> Vec<usize> {
    let keys = (0u64..).zip(values);
    let keys = keys.map(|(index, value)| u64::from(!ascending_bits(value)) << 32 | index);
    sorted(keys.collect())
}

/// The `count` largest of `values` with their indices, the largest first; of equal ones the
/// smaller index.
///
/// One pass that keeps what is largest so far: `count` is small and the list is a vocabulary.
///
/// ```
/// use llm_atlas::order::largest;
/// assert_eq!(largest([1.0, 3.0, 2.0, 3.0], 3), [(1, 3.0), (3, 3.0), (2, 2.0)]);
/// ```
pub fn largest<T: PartialOrd + Copy>(
    values: impl IntoIterator<Item = T>,
    count: usize,
) -> Vec<(usize, T)> {
    let mut kept: Vec<(usize, T)> = Vec::with_capacity(count.min(64) + 1);
    for (index, value) in values.into_iter().enumerate() {
        let least = kept.last().filter(|_| kept.len() == count);
        let is_larger = |least: &T| value.partial_cmp(least) == Some(Ordering::Greater);
        if count == 0 || least.is_some_and(|(_, least)| !is_larger(least)) {
            continue;
        }
        let place = kept.partition_point(|(_, other)| *other >= value);
        kept.insert(place, (index, value));
        kept.truncate(count);
    }
    kept
}

/// The lower halves of the keys, in the order of the keys.
fn sorted(mut keys: Vec<u64>) -> Vec<usize> {
    keys.sort_unstable();
    let index = |key: u64| (key & u64::from(u32::MAX)) as usize;
    keys.into_iter().map(index).collect()
}

/// Bits that compare as unsigned numbers in the order of the floats; both zeros are equal.
fn ascending_bits(value: f32) -> u32 {
    // Adding 0 turns -0 into 0.
    let bits = (value + 0.0).to_bits();
    if bits >> 31 == 0 {
        bits | 1 << 31
    } else {
        !bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn zeros_are_equal_and_infinities_at_the_ends() {
        let values = [0.0, f32::NEG_INFINITY, -0.0, f32::INFINITY, -1.0];
        assert_eq!(descending(values), [3, 0, 2, 4, 1]);
    }

    #[test]
    fn the_largest_of_none_and_of_few() {
        assert!(largest([1.0f32, 2.0], 0).is_empty());
        assert_eq!(largest([1.0f64, 2.0], 9), [(1, 2.0), (0, 1.0)]);
    }

    proptest! {
        #[test]
        fn as_a_stable_sort(values in proptest::collection::vec(-4i8..4, 0..40), count in 0usize..9) {
            let values: Vec<f32> = values.into_iter().map(|value| f32::from(value) / 2.0).collect();
            let mut expected: Vec<usize> = (0..values.len()).collect();
            expected.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
            prop_assert_eq!(&descending(values.iter().copied()), &expected);
            let kept = largest(values.iter().copied(), count);
            let kept: Vec<usize> = kept.into_iter().map(|(index, _)| index).collect();
            expected.truncate(count);
            prop_assert_eq!(kept, expected);
        }
    }
}

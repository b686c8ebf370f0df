//! Some numbers of an array, in order: the operands of a sum or a product of vectors.

use crate::protocol::{Axis, ParameterSlice};

use super::quantity::{Array, Quantity};

/// Along each axis one index, or a run of them from 0. Its numbers are in row-major order, so
/// `[None, Some(pos), None]` of `z` is the heads' results one after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The array.
    pub array: Array,
    /// One entry per axis; `None` is a run.
    index: [Option<usize>; 3],
    /// How long the run along each axis is; 1 where there is one index.
    lengths: [usize; 3],
}

impl Slice {
    /// A slice of an array of this shape: whole axes where `index` is `None`.
    pub fn new(array: Array, index: &[Option<usize>], shape: [usize; 3]) -> Self {
        let mut slice = Slice {
            array,
            index: [Some(0); 3],
            lengths: [1; 3],
        };
        for (axis, i) in index.iter().enumerate().take(array.axes().len()) {
            slice.index[axis] = *i;
            if i.is_none() {
                slice.lengths[axis] = shape[axis];
            }
        }
        slice
    }

    /// One number.
    pub fn of_one(quantity: Quantity) -> Self {
        let index: Vec<Option<usize>> = quantity.index().iter().copied().map(Some).collect();
        Slice::new(quantity.array, &index, [1; 3])
    }

    /// Only the first `count` of each run.
    pub fn first(mut self, count: usize) -> Self {
        for (index, length) in self.index.iter().zip(&mut self.lengths) {
            if index.is_none() {
                *length = count.min(*length);
            }
        }
        self
    }

    /// How many numbers.
    pub fn len(&self) -> usize {
        self.lengths.iter().product()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number in place `i`.
    pub fn get(&self, i: usize) -> Quantity {
        let mut at = [0; 3];
        let mut rest = i;
        for axis in (0..3).rev() {
            at[axis] = self.index[axis].unwrap_or(rest % self.lengths[axis].max(1));
            rest /= self.lengths[axis].max(1);
        }
        Quantity::new(self.array, &at)
    }

    /// All of them.
    pub fn quantities(&self) -> impl Iterator<Item = Quantity> + '_ {
        (0..self.len()).map(|i| self.get(i))
    }

    /// Whether a number is one of them.
    pub fn contains(&self, quantity: &Quantity) -> bool {
        let is_in = |(place, at): (usize, &usize)| match self.index[place] {
            Some(i) => i == *at,
            None => *at < self.lengths[place],
        };
        self.array == quantity.array && quantity.index().iter().enumerate().all(is_in)
    }

    /// Along one axis the index it has, if it is one and not a run.
    pub fn along(&self, axis: Axis) -> Option<usize> {
        let place = self.array.axes().iter().position(|other| *other == axis)?;
        self.index[place]
    }

    /// The same along the axis in place `place`; two axes of a matrix may be of one kind.
    pub fn at(&self, place: usize) -> Option<usize> {
        self.index[place]
    }

    /// As the engine is asked for it, if it is of a parameter.
    pub fn of_parameter(&self) -> Option<ParameterSlice> {
        let Array::Parameter(parameter) = self.array else {
            return None;
        };
        Some(ParameterSlice {
            parameter,
            index: self.index[..parameter.axes().len()].to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Activation, Site};

    #[test]
    fn heads_follow_one_another() {
        let z = Array::Activation(Activation::block(0, Site::Z));
        let slice = Slice::new(z, &[None, Some(5), None], [2, 9, 3]);
        let index = |i: usize| slice.get(i).index().to_vec();
        assert_eq!(slice.len(), 6);
        assert_eq!(index(0), [0, 5, 0]);
        assert_eq!(index(2), [0, 5, 2]);
        assert_eq!(index(3), [1, 5, 0]);
    }

    #[test]
    fn a_row_of_attention_ends_at_its_query() {
        let pattern = Array::Activation(Activation::block(0, Site::Pattern));
        let row = Slice::new(pattern, &[Some(1), Some(3), None], [2, 9, 9]).first(4);
        let last = row.quantities().last().map(|q| q.index().to_vec());
        assert_eq!(last, Some(vec![1, 3, 3]));
        let has = |index: &[usize]| row.contains(&Quantity::new(pattern, index));
        assert!(has(&[1, 3, 0]) && !has(&[1, 3, 4]) && !has(&[0, 3, 0]));
    }
}

//! Beam search as bookkeeping: which hypotheses there are and which are kept. It knows no model.
//!
//! At each depth every open hypothesis proposes its `width` most likely next tokens, and the
//! `width` proposals with the largest sum of log probabilities are kept. One that ends in
//! `<|endoftext|>` is complete: it keeps its place and is not extended.
//!
//! Source: Lowerre 1976, "The HARPY Speech Recognition System"; Graves 2012, "Sequence
//! Transduction with Recurrent Neural Networks" (summed log probabilities).

use crate::order::largest;
use crate::protocol::BeamNode;

/// A search under way.
#[derive(Debug)]
pub struct BeamSearch {
    width: usize,
    end_of_text: Option<u32>,
    nodes: Vec<BeamNode>,
    /// Sum of log probabilities of each node, not rounded.
    sums: Vec<f64>,
    open: Vec<Option<usize>>,
}

impl BeamSearch {
    /// A search that keeps `width` hypotheses at each depth and has only the empty one yet.
    pub fn new(width: usize, end_of_text: Option<u32>) -> Self {
        BeamSearch {
            width,
            end_of_text,
            nodes: Vec::new(),
            sums: Vec::new(),
            open: if width > 0 { vec![None] } else { Vec::new() },
        }
    }

    /// The hypotheses to be extended, as indices of nodes; `None` is the empty one.
    pub fn open(&self) -> &[Option<usize>] {
        &self.open
    }

    /// The tokens of a hypothesis, first to last.
    pub fn ids(&self, hypothesis: Option<usize>) -> Vec<u32> {
        let parent = |index: &usize| self.nodes[*index].parent;
        let mut ids: Vec<u32> = std::iter::successors(hypothesis, parent)
            .map(|index| self.nodes[index].id)
            .collect();
        ids.reverse();
        ids
    }

    /// Goes one token deeper.
    ///
    /// # Shapes
    /// `log_p`: `[open hypothesis][vocab]`, natural logarithms.
    pub fn extend<R: AsRef<[f64]>>(&mut self, log_p: &[R]) {
        let mut proposals: Vec<(f64, f64, Option<usize>, u32)> = Vec::new();
        for (parent, log_p) in self.open.iter().zip(log_p) {
            let so_far = parent.map_or(0.0, |index| self.sums[index]);
            let proposed = most_likely(log_p.as_ref(), self.width);
            proposals.extend(
                proposed
                    .into_iter()
                    .map(|(id, log_p)| (so_far + log_p, log_p, *parent, id)),
            );
        }
        // Of equal sums the more likely parent and the smaller id come first.
        let sums = proposals.iter().map(|(sum, ..)| *sum);
        let order = largest(sums, proposals.len()).into_iter().enumerate();
        self.open.clear();
        for (place, (proposal, _)) in order {
            let (sum, log_p, parent, id) = proposals[proposal];
            let is_kept = place < self.width;
            if is_kept && Some(id) != self.end_of_text {
                self.open.push(Some(self.nodes.len()));
            }
            self.nodes.push(BeamNode {
                parent,
                id,
                p: log_p.exp() as f32,
                log_p: sum as f32,
                depth: parent.map_or(0, |index| self.nodes[index].depth) + 1,
                is_kept,
            });
            self.sums.push(sum);
        }
    }

    /// Every hypothesis ever proposed, parents before children, at each depth the best first.
    pub fn into_nodes(self) -> Vec<BeamNode> {
        self.nodes
    }
}

/// The `count` largest with their indices, largest first; of equal ones the smaller id.
fn most_likely(log_p: &[f64], count: usize) -> Vec<(u32, f64)> {
    let kept = largest(log_p.iter().copied(), count).into_iter();
    kept.map(|(id, log_p)| (id as u32, log_p)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VOCAB: u32 = 3;
    const END: u32 = 2;

    /// A distribution that depends on the whole hypothesis.
    fn log_p(ids: &[u32]) -> Vec<f64> {
        let mut state = 7u64;
        for id in ids {
            state = state.wrapping_mul(31).wrapping_add(u64::from(*id) + 1);
        }
        let weights: Vec<f64> = (0..u64::from(VOCAB))
            .map(|id| 1.0 + (state.wrapping_mul(2 * id + 3) % 17) as f64)
            .collect();
        let total: f64 = weights.iter().sum();
        weights.into_iter().map(|w| (w / total).ln()).collect()
    }

    fn search(width: usize, depth: usize) -> (BeamSearch, Vec<BeamNode>) {
        let mut beam = BeamSearch::new(width, Some(END));
        for _ in 0..depth {
            let log_p: Vec<_> = beam.open().iter().map(|h| log_p(&beam.ids(*h))).collect();
            beam.extend(&log_p);
        }
        let nodes = beam.nodes.clone();
        (beam, nodes)
    }

    /// Every sequence up to `depth` that goes on only after what is not the end, with its sum.
    fn exhaustive(depth: usize) -> Vec<(Vec<u32>, f64)> {
        let mut all: Vec<(Vec<u32>, f64)> = Vec::new();
        let mut open = vec![(Vec::new(), 0.0)];
        for _ in 0..depth {
            let mut next = Vec::new();
            for (ids, sum) in open {
                for (id, log_p) in (0..VOCAB).zip(log_p(&ids)) {
                    let ids = [&ids[..], &[id]].concat();
                    next.push((ids, sum + log_p));
                }
            }
            all.extend(next.iter().cloned());
            next.retain(|(ids, _)| ids.last() != Some(&END));
            open = next;
        }
        all
    }

    fn found(beam: &BeamSearch) -> Vec<(Vec<u32>, f64)> {
        let of = |index| (beam.ids(Some(index)), beam.sums[index]);
        (0..beam.nodes.len()).map(of).collect()
    }

    #[test]
    fn the_widest_beam_is_an_exhaustive_search() {
        let depth = 4;
        let (beam, nodes) = search(VOCAB.pow(depth as u32) as usize, depth);
        let mut found = found(&beam);
        let mut expected = exhaustive(depth);
        found.sort_by(|a, b| a.0.cmp(&b.0));
        expected.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(found.len(), expected.len());
        for ((ids, sum), (expected_ids, expected_sum)) in found.iter().zip(&expected) {
            assert_eq!(ids, expected_ids);
            assert!((sum - expected_sum).abs() < 1e-12);
        }
        assert!(nodes.iter().all(|node| node.is_kept));
    }

    #[test]
    fn narrow_beams_are_parts_of_the_exhaustive_search() {
        let expected = exhaustive(5);
        for width in 1..=3 {
            let (beam, nodes) = search(width, 5);
            for (ids, sum) in found(&beam) {
                let (_, right) = expected.iter().find(|(other, _)| *other == ids).unwrap();
                assert!((sum - right).abs() < 1e-12);
            }
            for (index, node) in nodes.iter().enumerate() {
                assert!(node.parent.is_none_or(|parent| parent < index));
                if let Some(parent) = node.parent {
                    assert!(nodes[parent].is_kept && nodes[parent].id != END);
                    assert_eq!(node.depth, nodes[parent].depth + 1);
                    let sum = nodes[parent].log_p + node.p.ln();
                    assert!((node.log_p - sum).abs() < 1e-5);
                }
            }
            for depth in 1..=5 {
                let at = |kept: bool| {
                    let nodes = nodes.iter().filter(move |node| node.depth == depth);
                    nodes.filter(move |node| node.is_kept == kept)
                };
                assert!(at(true).count() <= width);
                let least = at(true).map(|node| node.log_p).fold(0.0, f32::min);
                assert!(at(false).all(|node| node.log_p <= least + 1e-6));
            }
        }
    }

    #[test]
    fn one_beam_is_greedy() {
        let (beam, nodes) = search(1, 4);
        let mut ids = Vec::new();
        for node in &nodes {
            let best = most_likely(&log_p(&ids), 1)[0].0;
            assert_eq!(node.id, best);
            ids.push(best);
        }
        assert!(beam.open().len() <= 1);
    }

    #[test]
    fn no_beam_finds_nothing() {
        let (beam, nodes) = search(0, 3);
        assert!(beam.open().is_empty() && nodes.is_empty());
    }
}

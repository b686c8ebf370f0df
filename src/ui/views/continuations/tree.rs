//! Which hypotheses of a beam search live on, and in which order they are drawn so that no two
//! branches cross.

use crate::protocol::BeamNode;

/// The hypotheses of a beam search as a tree.
pub struct Tree<'a> {
    /// Every hypothesis, parents before children.
    pub nodes: &'a [BeamNode],
    /// For each the best sum of a finished hypothesis that goes on from it or is it.
    best_below: Vec<Option<f32>>,
    /// Whether each is or leads to the best one.
    is_best: Vec<bool>,
    /// For each depth from 1 the kept hypotheses, top to bottom.
    lanes: Vec<Vec<usize>>,
}

impl<'a> Tree<'a> {
    /// The tree of `nodes`, parents before children. What was kept and never extended is
    /// finished: it has the full length, or it ended the text.
    pub fn new(nodes: &'a [BeamNode]) -> Self {
        let deepest = nodes.iter().map(|node| node.depth).max().unwrap_or(0);
        let mut has_child = vec![false; nodes.len()];
        for parent in nodes.iter().filter_map(|node| node.parent) {
            has_child[parent] = true;
        }
        let mut best_below: Vec<Option<f32>> = nodes
            .iter()
            .zip(&has_child)
            .map(|(node, has_child)| (node.is_kept && !has_child).then_some(node.log_p))
            .collect();
        for (i, node) in nodes.iter().enumerate().rev() {
            if let (Some(parent), Some(below)) = (node.parent, best_below[i]) {
                let so_far = best_below[parent].unwrap_or(f32::NEG_INFINITY);
                best_below[parent] = Some(so_far.max(below));
            }
        }
        let finished = |i: &usize| nodes[*i].is_kept && !has_child[*i];
        let best = (0..nodes.len()).filter(finished).reduce(|a, b| {
            if nodes[b].log_p > nodes[a].log_p {
                b
            } else {
                a
            }
        });
        let mut is_best = vec![false; nodes.len()];
        for i in std::iter::successors(best, |i| nodes[*i].parent) {
            is_best[i] = true;
        }
        let mut tree = Tree {
            nodes,
            best_below,
            is_best,
            lanes: vec![Vec::new(); deepest],
        };
        tree.place(None);
        tree
    }

    /// Puts the children of `parent` and all below them into their lanes, the best way on top.
    fn place(&mut self, parent: Option<usize>) {
        let is_child = |i: &usize| self.nodes[*i].parent == parent && self.nodes[*i].is_kept;
        let rank = |i: usize| {
            let below = self.best_below[i].unwrap_or(f32::NEG_INFINITY);
            (self.is_best[i], below, self.nodes[i].log_p)
        };
        let mut children: Vec<usize> = Vec::new();
        for child in (0..self.nodes.len()).filter(is_child) {
            let place = children.partition_point(|other| rank(*other) >= rank(child));
            children.insert(place, child);
        }
        for child in children {
            self.lanes[self.nodes[child].depth - 1].push(child);
            self.place(Some(child));
        }
    }

    /// The kept hypotheses of a depth (from 1), top to bottom.
    pub fn lanes(&self, depth: usize) -> &[usize] {
        self.lanes.get(depth - 1).map_or(&[], Vec::as_slice)
    }

    /// How many lanes there are at most.
    pub fn width(&self) -> usize {
        self.lanes.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// The largest depth.
    pub fn depth(&self) -> usize {
        self.lanes.len()
    }

    /// The lane of a hypothesis.
    pub fn lane_of(&self, node: usize) -> Option<usize> {
        let lanes = self.lanes(self.nodes[node].depth);
        lanes.iter().position(|other| *other == node)
    }

    /// Whether a hypothesis is or leads to one that is in the beam at the end.
    pub fn lives_on(&self, node: usize) -> bool {
        self.nodes[node].is_kept && self.best_below[node].is_some()
    }

    /// The best sum that is reached from a hypothesis.
    pub fn best_below(&self, node: usize) -> Option<f32> {
        self.best_below[node]
    }

    /// Whether a hypothesis is or leads to the best one.
    pub fn is_best(&self, node: usize) -> bool {
        self.is_best[node]
    }

    /// The best hypothesis, token by token.
    pub fn best_path(&self) -> Vec<&'a BeamNode> {
        let nodes = self.nodes.iter().zip(&self.is_best);
        nodes.filter(|(_, best)| **best).map(|(n, _)| n).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(parent: Option<usize>, id: u32, log_p: f32, depth: usize, is_kept: bool) -> BeamNode {
        BeamNode {
            parent,
            id,
            p: 0.5,
            log_p,
            depth,
            is_kept,
        }
    }

    #[test]
    fn the_best_way_is_on_top_and_branches_do_not_cross() {
        let nodes = [
            node(None, 1, -0.5, 1, true),
            node(None, 2, -0.9, 1, true),
            node(None, 3, -3.0, 1, false),
            node(Some(0), 4, -2.0, 2, true),
            node(Some(1), 5, -1.0, 2, true),
            node(Some(0), 6, -2.5, 2, false),
        ];
        let tree = Tree::new(&nodes);
        assert_eq!((tree.lanes(1), tree.lanes(2)), (&[1, 0][..], &[4, 3][..]));
        assert_eq!((tree.width(), tree.depth()), (2, 2));
        let best: Vec<u32> = tree.best_path().iter().map(|node| node.id).collect();
        assert_eq!(best, [2, 5]);
        assert!(tree.lives_on(0) && !tree.lives_on(2) && !tree.lives_on(5));
        assert_eq!(tree.best_below(0), Some(-2.0));
    }

    #[test]
    fn a_hypothesis_that_ended_the_text_may_be_the_best() {
        let nodes = [
            node(None, 9, -0.7, 1, true),
            node(None, 2, -0.9, 1, true),
            node(Some(1), 5, -1.4, 2, true),
        ];
        let best = Tree::new(&nodes).best_path().len();
        assert_eq!(best, 1);
        assert_eq!(Tree::new(&[]).depth(), 0);
    }
}

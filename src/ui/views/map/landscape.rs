//! What the map needs of the vocabulary, computed once when its vectors arrive and not at every
//! key.

use std::cell::RefCell;
use std::ops::Deref;
use std::rc::Rc;

use crate::order::descending;
use crate::projection::Directions;
use crate::protocol::EmbeddingTable;
use crate::ui::components::scene::Scene;
use crate::ui::views::norm;

/// Share of the vocabulary that may lie outside at either end of an axis: tokens far from all
/// others would push the rest together.
const OUTSIDE: f64 = 0.005;

/// The vocabulary's vectors with their places, directions and mean length.
#[derive(Debug, Default)]
pub struct Landscape {
    table: EmbeddingTable,
    /// Each token's coordinates on the two largest principal axes.
    pub(super) points: Vec<[f32; 2]>,
    /// From where to where nearly all of them lie, per axis.
    pub(super) extent: Option<[(f32, f32); 2]>,
    /// Mean length of the vectors that training met.
    pub(super) mean_norm: f32,
    directions: Directions,
    backdrop: RefCell<Option<(Frame, Rc<Scene>)>>,
    asked: RefCell<Option<Asked>>,
}

/// What part of the plane is drawn how large.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Frame {
    pub low: [f32; 2],
    pub high: [f32; 2],
    pub size: (f64, f64),
}

/// The last question for neighbours, with its answer.
#[derive(Debug)]
struct Asked {
    query: Vec<f32>,
    count: usize,
    found: Vec<u32>,
}

impl Landscape {
    /// Of these vectors.
    pub fn new(table: EmbeddingTable) -> Self {
        let d = table.d_model.max(1);
        let has_plane = table.components.len() >= 2 * d && table.mean.len() >= d;
        let rows = table.vectors.chunks_exact(d);
        let trained = table.trained_count().max(1) as f32;
        let points: Vec<[f32; 2]> = if has_plane {
            rows.map(|row| coordinates(&table, row)).collect()
        } else {
            Vec::new()
        };
        Landscape {
            extent: extent(&table, &points, 0)
                .zip(extent(&table, &points, 1))
                .map(<[_; 2]>::from),
            points,
            mean_norm: table.trained().map(|(_, row)| norm(row)).sum::<f32>() / trained,
            // Vectors without directions have no neighbours.
            directions: Directions::new(&table.vectors, d).unwrap_or_default(),
            backdrop: RefCell::default(),
            asked: RefCell::default(),
            table,
        }
    }

    /// With each axis pointing the way the same axis of `before` points, as far as they are alike:
    /// which end of a principal axis is positive is chance, and the map shall not tumble from one
    /// step of a training to the next.
    pub fn following(mut table: EmbeddingTable, before: &EmbeddingTable) -> Self {
        let d = table.d_model.max(1);
        let axes = table.components.chunks_mut(d);
        for (axis, old) in axes.zip(before.components.chunks(d)) {
            let likeness: f32 = axis.iter().zip(old).map(|(a, b)| a * b).sum();
            if likeness < 0.0 {
                axis.iter_mut().for_each(|x| *x = -*x);
            }
        }
        Landscape::new(table)
    }

    /// Where a vector lies on the two axes.
    pub(super) fn coordinates(&self, vector: &[f32]) -> [f32; 2] {
        coordinates(&self.table, vector)
    }

    /// Ids of the `count` tokens nearest in direction, nearest first.
    pub(super) fn nearest(&self, query: &[f32], count: usize) -> Option<Vec<u32>> {
        if let Some(asked) = &*self.asked.borrow()
            && asked.count == count
            && asked.query == query
        {
            return Some(asked.found.clone());
        }
        let found = self.directions.nearest(query, count).ok()?;
        let found: Vec<u32> = found.iter().map(|n| n.index as u32).collect();
        *self.asked.borrow_mut() = Some(Asked {
            query: query.to_vec(),
            count,
            found: found.clone(),
        });
        Some(found)
    }

    /// The drawing of the whole vocabulary in this frame: the one from before, if it is the same.
    pub(super) fn backdrop(&self, frame: Frame, draw: impl FnOnce() -> Scene) -> Rc<Scene> {
        let mut kept = self.backdrop.borrow_mut();
        match &*kept {
            Some((other, scene)) if *other == frame => Rc::clone(scene),
            _ => {
                let scene = Rc::new(draw());
                *kept = Some((frame, Rc::clone(&scene)));
                scene
            }
        }
    }
}

impl Deref for Landscape {
    type Target = EmbeddingTable;

    fn deref(&self) -> &EmbeddingTable {
        &self.table
    }
}

/// `(v - mean) · axis` for the first two axes.
fn coordinates(table: &EmbeddingTable, vector: &[f32]) -> [f32; 2] {
    let d = table.d_model;
    let along = |axis: usize| -> f32 {
        let component = &table.components[axis * d..(axis + 1) * d];
        vector
            .iter()
            .zip(&table.mean)
            .zip(component)
            .map(|((v, mean), c)| (v - mean) * c)
            .sum()
    };
    [along(0), along(1)]
}

/// The range of one coordinate over what training met, without the few outermost.
fn extent(table: &EmbeddingTable, points: &[[f32; 2]], axis: usize) -> Option<(f32, f32)> {
    let trained = (0u32..).zip(points).filter(|(id, _)| table.is_trained(*id));
    let all: Vec<f32> = trained.map(|(_, point)| point[axis]).collect();
    let falling = descending(all.iter().copied());
    let cut = (all.len() as f64 * OUTSIDE) as usize;
    let low = falling.len().checked_sub(1 + cut)?;
    Some((all[*falling.get(low)?], all[*falling.get(cut)?]))
}

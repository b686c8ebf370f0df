//! From vectors to places in the drawing.

use crate::protocol::EmbeddingTable;
use crate::ui::components::scene::Rect;
use crate::ui::views::norm;

/// Room around the outermost points, pixels: for their labels.
const MARGIN: (f64, f64) = (20.0, 14.0);
/// Share of the vocabulary that may lie outside at either end of an axis: tokens far from all
/// others would push the rest together.
const OUTSIDE: f64 = 0.005;

/// The plane of the two largest principal axes, fitted into a drawing.
pub struct Plane<'a> {
    table: &'a EmbeddingTable,
    vocabulary: Vec<[f32; 2]>,
    low: [f32; 2],
    high: [f32; 2],
    size: (f64, f64),
}

impl<'a> Plane<'a> {
    /// The plane on which the vocabulary and `others` are in view.
    pub fn new<'v>(
        table: &'a EmbeddingTable,
        others: impl Iterator<Item = &'v [f32]>,
        size: (f64, f64),
    ) -> Option<Self> {
        let d = table.d_model;
        if d == 0 || table.components.len() < 2 * d || table.mean.len() < d {
            return None;
        }
        let vocabulary: Vec<[f32; 2]> = table
            .vectors
            .chunks_exact(d)
            .map(|row| coordinates(table, row))
            .collect();
        let mut plane = Plane {
            table,
            low: [f32::MAX; 2],
            high: [f32::MIN; 2],
            size,
            vocabulary,
        };
        for axis in 0..2 {
            let trained = (0u32..)
                .zip(&plane.vocabulary)
                .filter(|(id, _)| table.is_trained(*id));
            let mut sorted: Vec<f32> = trained.map(|(_, point)| point[axis]).collect();
            sorted.sort_by(f32::total_cmp);
            let cut = (sorted.len() as f64 * OUTSIDE) as usize;
            plane.low[axis] = *sorted.get(cut)?;
            plane.high[axis] = *sorted.get(sorted.len() - 1 - cut)?;
        }
        for other in others {
            let point = coordinates(table, other);
            for (axis, value) in point.into_iter().enumerate() {
                plane.low[axis] = plane.low[axis].min(value);
                plane.high[axis] = plane.high[axis].max(value);
            }
        }
        Some(plane)
    }

    /// Where a vector lies.
    pub fn place(&self, vector: &[f32]) -> (f64, f64) {
        self.pixels(coordinates(self.table, vector))
    }

    /// The tokens of the vocabulary that are in view: id and place.
    pub fn vocabulary(&self) -> impl Iterator<Item = (u32, (f64, f64))> + '_ {
        let is_inside =
            |p: &[f32; 2]| (0..2).all(|axis| (self.low[axis]..=self.high[axis]).contains(&p[axis]));
        (0u32..)
            .zip(&self.vocabulary)
            .filter(move |(id, point)| self.table.is_trained(*id) && is_inside(point))
            .map(|(id, point)| (id, self.pixels(*point)))
    }

    /// The part of a rectangle inside the drawing.
    pub fn clipped(&self, rect: Rect) -> Rect {
        clip(rect, &Rect::new(0.0, 0.0, self.size.0, self.size.1))
    }

    fn pixels(&self, point: [f32; 2]) -> (f64, f64) {
        let share = |axis: usize| {
            let span = self.high[axis] - self.low[axis];
            let share = (point[axis] - self.low[axis]) / span.max(1e-9);
            // A neighbour may be one of the tokens left outside: it is drawn at the edge.
            f64::from(share.clamp(0.0, 1.0))
        };
        let (width, height) = (self.size.0 - 2.0 * MARGIN.0, self.size.1 - 2.0 * MARGIN.1);
        (
            MARGIN.0 + width * share(0),
            MARGIN.1 + height * (1.0 - share(1)),
        )
    }
}

/// The part of `rect` inside `whole`.
pub fn clip(rect: Rect, whole: &Rect) -> Rect {
    let (x, y) = (rect.x.max(whole.x), rect.y.max(whole.y));
    let (right, bottom) = (
        rect.right().min(whole.right()),
        rect.bottom().min(whole.bottom()),
    );
    Rect::new(x, y, (right - x).max(0.0), (bottom - y).max(0.0))
}

/// Mean length of the word vectors that training met.
pub fn mean_norm(table: &EmbeddingTable) -> f32 {
    let count = table.trained_count().max(1) as f32;
    table.trained().map(|(_, row)| norm(row)).sum::<f32>() / count
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_two_tokens_lies_between_them() {
        let table = EmbeddingTable {
            vocab_size: 2,
            d_model: 2,
            vectors: vec![0.0, 0.0, 2.0, 2.0],
            mean: vec![1.0, 1.0],
            components: vec![1.0, 0.0, 0.0, 1.0],
            ..EmbeddingTable::default()
        };
        let plane = Plane::new(&table, std::iter::empty(), (140.0, 128.0)).unwrap();
        assert_eq!(plane.place(&[1.0, 1.0]), (70.0, 64.0));
        assert_eq!(plane.place(&[2.0, 2.0]), (120.0, 14.0));
    }
}

//! From vectors to places in the drawing.

use crate::ui::components::scene::Rect;

use super::landscape::{Frame, Landscape};

/// Room around the outermost points, pixels: for their labels.
const MARGIN: (f64, f64) = (20.0, 14.0);

/// What lies farther out widens the frame by this share of the vocabulary's extent at once: the
/// map stands still while a text is typed.
const STEP: f32 = 0.125;

/// The plane of the two largest principal axes, fitted into a drawing.
pub struct Plane<'a> {
    table: &'a Landscape,
    frame: Frame,
}

impl<'a> Plane<'a> {
    /// The plane on which the vocabulary and `others` are in view.
    pub fn new<'v>(
        table: &'a Landscape,
        others: impl Iterator<Item = &'v [f32]>,
        size: (f64, f64),
    ) -> Option<Self> {
        let [(left, right), (bottom, top)] = table.extent?;
        let mut frame = Frame {
            low: [left, bottom],
            high: [right, top],
            size,
        };
        let span = [right - left, top - bottom].map(|span| span.max(1e-9) * STEP);
        for other in others {
            let point = table.coordinates(other);
            for (axis, value) in point.into_iter().enumerate() {
                let (low, high) = (&mut frame.low[axis], &mut frame.high[axis]);
                if value < *low {
                    *low -= ((*low - value) / span[axis]).ceil() * span[axis];
                } else if value > *high {
                    *high += ((value - *high) / span[axis]).ceil() * span[axis];
                }
            }
        }
        Some(Plane { table, frame })
    }

    /// What is drawn how large.
    pub fn frame(&self) -> Frame {
        self.frame
    }

    /// Where a vector lies.
    pub fn place(&self, vector: &[f32]) -> (f64, f64) {
        self.pixels(self.table.coordinates(vector))
    }

    /// The tokens of the vocabulary that are in view: id and place.
    pub fn vocabulary(&self) -> impl Iterator<Item = (u32, (f64, f64))> + '_ {
        let is_inside = |p: &[f32; 2]| {
            (0..2).all(|axis| (self.frame.low[axis]..=self.frame.high[axis]).contains(&p[axis]))
        };
        (0u32..)
            .zip(&self.table.points)
            .filter(move |(id, point)| self.table.is_trained(*id) && is_inside(point))
            .map(|(id, point)| (id, self.pixels(*point)))
    }

    /// The part of a rectangle inside the drawing.
    pub fn clipped(&self, rect: Rect) -> Rect {
        clip(
            rect,
            &Rect::new(0.0, 0.0, self.frame.size.0, self.frame.size.1),
        )
    }

    fn pixels(&self, point: [f32; 2]) -> (f64, f64) {
        let share = |axis: usize| {
            let span = self.frame.high[axis] - self.frame.low[axis];
            let share = (point[axis] - self.frame.low[axis]) / span.max(1e-9);
            // A neighbour may be one of the tokens left outside: it is drawn at the edge.
            f64::from(share.clamp(0.0, 1.0))
        };
        let (width, height) = (
            self.frame.size.0 - 2.0 * MARGIN.0,
            self.frame.size.1 - 2.0 * MARGIN.1,
        );
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::EmbeddingTable;

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
        let table = Landscape::new(table);
        let plane = Plane::new(&table, std::iter::empty(), (140.0, 128.0)).unwrap();
        assert_eq!(plane.place(&[1.0, 1.0]), (70.0, 64.0));
        assert_eq!(plane.place(&[2.0, 2.0]), (120.0, 14.0));
    }
}

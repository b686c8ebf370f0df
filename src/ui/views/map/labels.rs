//! Places for labels beside their points, so that none covers another.

use crate::ui::components::scene::Rect;
use crate::ui::components::text_width::text_width;

/// Where a label goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Left end of the text.
    pub x: f64,
    /// Its baseline.
    pub y: f64,
    /// The room it takes.
    pub rect: Rect,
}

/// Places labels one after the other; earlier ones have the better places.
pub struct Labels {
    taken: Vec<Rect>,
    inside: Rect,
}

impl Labels {
    /// An empty drawing of this size.
    pub fn new(width: f64, height: f64) -> Self {
        Labels {
            taken: Vec::new(),
            inside: Rect::new(0.0, 0.0, width, height),
        }
    }

    /// Keeps labels out of a rectangle.
    pub fn block(&mut self, rect: Rect) {
        self.taken.push(rect);
    }

    /// The first free place around `point`, `away` pixels from it: right, left, below, above. If
    /// there is none, `None`, or the right one if the label `must` be written.
    pub fn place(
        &mut self,
        text: &str,
        size: f64,
        (x, y): (f64, f64),
        away: f64,
        must: bool,
    ) -> Option<Place> {
        let (width, height) = (text_width(text, size, true), size * 1.15);
        let beside = y - height / 2.0;
        let corners = [
            (x + away, beside),
            (x - away - width, beside),
            (x - width / 2.0, y + away - 1.0),
            (x - width / 2.0, y - away - height + 1.0),
            (x + away * 0.7, y + away * 0.5),
            (x + away * 0.7, y - away * 0.5 - height),
        ];
        let rects = corners.map(|(left, top)| Rect::new(left, top, width, height));
        let is_free =
            |rect: &&Rect| self.fits(rect) && !self.taken.iter().any(|t| t.overlaps(rect));
        let free = rects.iter().find(is_free).copied();
        let rect = match free {
            Some(rect) => rect,
            None if must => *rects.iter().find(|rect| self.fits(rect))?,
            None => return None,
        };
        self.taken.push(rect);
        Some(Place {
            x: rect.x,
            y: rect.y + height * 0.8,
            rect,
        })
    }

    fn fits(&self, rect: &Rect) -> bool {
        rect.x >= self.inside.x
            && rect.y >= self.inside.y
            && rect.right() <= self.inside.right()
            && rect.bottom() <= self.inside.bottom()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_never_cover_each_other_or_leave_the_drawing() {
        let mut labels = Labels::new(200.0, 120.0);
        let mut placed: Vec<Rect> = Vec::new();
        for i in 0..60u32 {
            let point = (f64::from(i * 37 % 200), f64::from(i * 53 % 120));
            if let Some(place) = labels.place("token", 12.5, point, 8.0, false) {
                assert!(placed.iter().all(|other| !other.overlaps(&place.rect)));
                assert!(place.rect.x >= 0.0 && place.rect.right() <= 200.0);
                placed.push(place.rect);
            }
        }
        assert!(placed.len() > 5);
    }

    #[test]
    fn the_lit_label_is_written_even_in_a_crowd() {
        let mut labels = Labels::new(200.0, 120.0);
        labels.block(Rect::new(0.0, 0.0, 200.0, 120.0));
        assert_eq!(labels.place("a", 12.5, (90.0, 60.0), 8.0, false), None);
        assert!(labels.place("a", 12.5, (90.0, 60.0), 8.0, true).is_some());
    }
}

//! Paths the views are made of: ribbons, curves, lenses, circles, routes.

use super::scene::Segment::{self, Close, Cubic, Line, Move};

/// A band from one point to another whose width goes from one value to the other.
pub fn ribbon(from: (f64, f64), from_width: f64, to: (f64, f64), to_width: f64) -> Vec<Segment> {
    let ((x0, y0), (x1, y1)) = (from, to);
    let (a, b) = (from_width / 2.0, to_width / 2.0);
    let middle = (x0 + x1) / 2.0;
    vec![
        Move(x0, y0 - a),
        Cubic(middle, y0 - a, middle, y1 - b, x1, y1 - b),
        Line(x1, y1 + b),
        Cubic(middle, y1 + b, middle, y0 + a, x0, y0 + a),
        Close,
    ]
}

/// A line that leaves and arrives horizontally.
pub fn curve(from: (f64, f64), to: (f64, f64)) -> Vec<Segment> {
    let middle = (from.0 + to.0) / 2.0;
    vec![
        Move(from.0, from.1),
        Cubic(middle, from.1, middle, to.1, to.0, to.1),
    ]
}

/// A lens along a line: thin at both ends, `2 * half` high in the middle.
pub fn lens(left: f64, right: f64, y: f64, half: f64) -> Vec<Segment> {
    let middle = (left + right) / 2.0;
    let (a, b) = ((left + middle) / 2.0, (middle + right) / 2.0);
    vec![
        Move(left, y),
        Cubic(a, y, a, y - half, middle, y - half),
        Cubic(b, y - half, b, y, right, y),
        Cubic(b, y, b, y + half, middle, y + half),
        Cubic(a, y + half, a, y, left, y),
        Close,
    ]
}

/// A circle from four cubic curves.
pub fn circle(x: f64, y: f64, radius: f64) -> Vec<Segment> {
    // 4/3 (sqrt 2 - 1): the handle that makes a cubic curve a quarter of a circle
    let handle = 0.552_284_75 * radius;
    let r = radius;
    vec![
        Move(x + r, y),
        Cubic(x + r, y + handle, x + handle, y + r, x, y + r),
        Cubic(x - handle, y + r, x - r, y + handle, x - r, y),
        Cubic(x - r, y - handle, x - handle, y - r, x, y - r),
        Cubic(x + handle, y - r, x + r, y - handle, x + r, y),
        Close,
    ]
}

/// A polyline through `points` whose corners are rounded by `radius`.
pub fn route(points: &[(f64, f64)], radius: f64) -> Vec<Segment> {
    let mut path = Vec::with_capacity(points.len() * 2);
    for (i, &(x, y)) in points.iter().enumerate() {
        let (before, after) = (i.checked_sub(1).map(|j| points[j]), points.get(i + 1));
        match (before, after) {
            (None, _) => path.push(Move(x, y)),
            (_, None) => path.push(Line(x, y)),
            (Some(before), Some(&after)) => {
                let r = radius
                    .min(distance(before, (x, y)) / 2.0)
                    .min(distance((x, y), after) / 2.0);
                let (a, b) = (towards((x, y), before, r), towards((x, y), after, r));
                path.push(Line(a.0, a.1));
                path.push(Cubic(
                    (a.0 + 2.0 * x) / 3.0,
                    (a.1 + 2.0 * y) / 3.0,
                    (b.0 + 2.0 * x) / 3.0,
                    (b.1 + 2.0 * y) / 3.0,
                    b.0,
                    b.1,
                ));
            }
        }
    }
    path
}

/// A straight line.
pub fn straight(from: (f64, f64), to: (f64, f64)) -> Vec<Segment> {
    vec![Move(from.0, from.1), Line(to.0, to.1)]
}

fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (x, y) = (a.0 - b.0, a.1 - b.1);
    // Not `hypot`: its last digit differs between platforms.
    (x * x + y * y).sqrt()
}

/// The point `length` from `from` on the way to `to`.
fn towards(from: (f64, f64), to: (f64, f64), length: f64) -> (f64, f64) {
    let share = length / distance(from, to).max(1e-9);
    (
        from.0 + (to.0 - from.0) * share,
        from.1 + (to.1 - from.1) * share,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ribbon_is_as_wide_as_it_is_told() {
        let path = ribbon((0.0, 10.0), 4.0, (20.0, 30.0), 8.0);
        assert_eq!(path[0], Move(0.0, 8.0));
        let Cubic(.., x, upper) = path[1] else {
            panic!("curve expected")
        };
        let Line(_, lower) = path[2] else {
            panic!("line expected")
        };
        assert_eq!((x, lower - upper), (20.0, 8.0));
    }

    #[test]
    fn corners_never_overshoot_short_sides() {
        for segment in route(&[(0.0, 0.0), (2.0, 0.0), (2.0, 2.0)], 10.0) {
            if let Line(x, y) | Move(x, y) | Cubic(.., x, y) = segment {
                assert!((0.0..=2.0).contains(&x) && (0.0..=2.0).contains(&y));
            }
        }
    }
}

//! Walking through a drawing with the arrow keys: which place comes next in a direction.

use super::scene::{Hit, Rect, Scene};

/// A direction of an arrow key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Left.
    Left,
    /// Right.
    Right,
    /// Up.
    Up,
    /// Down.
    Down,
}

impl Direction {
    /// The direction of a key's name (`ArrowLeft`).
    pub fn of_key(key: &str) -> Option<Self> {
        match key {
            "ArrowLeft" => Some(Direction::Left),
            "ArrowRight" => Some(Direction::Right),
            "ArrowUp" => Some(Direction::Up),
            "ArrowDown" => Some(Direction::Down),
            _ => None,
        }
    }

    /// How far a point lies in this direction and beside it.
    fn measure(self, (dx, dy): (f64, f64)) -> (f64, f64) {
        match self {
            Direction::Left => (-dx, dy.abs()),
            Direction::Right => (dx, dy.abs()),
            Direction::Up => (-dy, dx.abs()),
            Direction::Down => (dy, dx.abs()),
        }
    }
}

/// Places wider than this share of the drawing are grounds for the pointer, not stops.
const WIDEST_STOP: f64 = 0.5;
/// Being beside the way costs this much more than being further along it.
const BESIDE: f64 = 3.0;

/// The place to begin at: the first in reading order.
pub fn first_stop(scene: &Scene) -> Option<Hit> {
    stops(scene, (0.0, 0.0)).into_iter().min_by(|a, b| {
        (a.rect.y, a.rect.x)
            .partial_cmp(&(b.rect.y, b.rect.x))
            .unwrap_or(std::cmp::Ordering::Equal)
    })
}

/// The nearest place from `from` in a direction; `None` at the edge.
pub fn next_stop(scene: &Scene, from: &Rect, direction: Direction) -> Option<Hit> {
    let centre = centre(from);
    // Inside a heatmap the next cell is one cell away, however small cells are.
    let (dx, dy) = match direction {
        Direction::Left => (-from.width, 0.0),
        Direction::Right => (from.width, 0.0),
        Direction::Up => (0.0, -from.height),
        Direction::Down => (0.0, from.height),
    };
    let beside = (centre.0 + dx, centre.1 + dy);
    let is_inside = |rect: &Rect| rect.contains(centre.0, centre.1);
    let cell = all_matrices(scene)
        .filter(|matrix| is_inside(&matrix.rect))
        .find_map(|matrix| matrix.hit_at(beside.0, beside.1));
    if cell.is_some() {
        return cell;
    }
    stops(scene, centre)
        .into_iter()
        .filter_map(|hit| {
            let (x, y) = self::centre(&hit.rect);
            let (along, across) = direction.measure((x - centre.0, y - centre.1));
            (along > 0.5).then_some((along + BESIDE * across, hit))
        })
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, hit)| hit)
}

/// What can be stopped at: every small enough place, and of each heatmap the cell nearest to `near`.
fn stops(scene: &Scene, near: (f64, f64)) -> Vec<Hit> {
    let is_stop = |hit: &&Hit| hit.rect.width <= scene.width * WIDEST_STOP && hit.rect.width > 0.0;
    let mut stops: Vec<Hit> = all_hits(scene).filter(is_stop).cloned().collect();
    for matrix in all_matrices(scene) {
        let inside = |at: f64, low: f64, high: f64| at.clamp(low, (high - 1e-6).max(low));
        let x = inside(near.0, matrix.rect.x, matrix.rect.right());
        let y = inside(near.1, matrix.rect.y, matrix.rect.bottom());
        stops.extend(matrix.hit_at(x, y));
    }
    stops
}

fn all_hits(scene: &Scene) -> impl Iterator<Item = &Hit> {
    let beneath = scene.backdrop.iter().flat_map(|scene| scene.hits.iter());
    scene.hits.iter().chain(beneath)
}

fn all_matrices(scene: &Scene) -> impl Iterator<Item = &super::scene::Matrix> {
    let beneath = scene
        .backdrop
        .iter()
        .flat_map(|scene| scene.matrices.iter());
    scene.matrices.iter().chain(beneath)
}

fn centre(rect: &Rect) -> (f64, f64) {
    (rect.x + rect.width / 2.0, rect.y + rect.height / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Activation;
    use crate::ui::components::scene::Matrix;
    use crate::ui::views::Target;

    fn scene() -> Scene {
        let mut scene = Scene::new(100.0, 60.0);
        scene.hit(Rect::new(0.0, 0.0, 100.0, 20.0), Target::Token(9), None);
        for token in 0..3 {
            let rect = Rect::new(0.0, 20.0 * token as f64, 18.0, 18.0);
            scene.hit(rect, Target::Token(token), None);
        }
        scene.matrices.push(Matrix {
            looks_back: false,
            head: None,
            is_read: true,
            rect: Rect::new(40.0, 0.0, 4.0, 4.0),
            activation: Activation::Embed,
            first_position: 0,
            rows: 2,
            columns: 2,
            cells: vec![(0, 0.1), (1, 0.2), (0, 0.3), (1, 0.4)],
        });
        scene
    }

    #[test]
    fn arrows_walk_through_places_and_cells() {
        let scene = scene();
        let first = first_stop(&scene).unwrap();
        assert_eq!(first.target, Target::Token(0));
        let below = next_stop(&scene, &first.rect, Direction::Down).unwrap();
        assert_eq!(below.target, Target::Token(1));
        let cell = next_stop(&scene, &first.rect, Direction::Right).unwrap();
        let value = |hit: &Hit| hit.source.as_ref().map(|source| source.value);
        assert_eq!(value(&cell), Some(0.3));
        let right = next_stop(&scene, &cell.rect, Direction::Right).unwrap();
        assert_eq!(value(&right), Some(0.4));
        let up = next_stop(&scene, &right.rect, Direction::Up).unwrap();
        assert_eq!(value(&up), Some(0.2));
        assert!(next_stop(&scene, &up.rect, Direction::Right).is_none());
        let home = next_stop(&scene, &cell.rect, Direction::Left).unwrap();
        assert_eq!(home.target, Target::Token(0));
    }

    #[test]
    fn an_empty_drawing_has_no_stops() {
        assert!(first_stop(&Scene::new(10.0, 10.0)).is_none());
    }
}

//! Draws the validation loss over the steps, the steps on a scale of ratios.

use crate::color_scale::Ink;
use crate::protocol::Film;
use crate::ui::components::scene::Segment::{Line, Move};
use crate::ui::components::scene::{Paint, Rect, Scene, Text};
use crate::ui::components::shape::{circle, straight};
use crate::ui::components::text_width::{shortened, text_width};
use crate::ui::views::number::{count, decimal};
use crate::ui::views::{Target, ViewInput};

use super::{Reel, strings};

/// Where steps and losses lie.
struct Plot {
    area: Rect,
    last_step: f64,
    highest: f64,
}

impl Plot {
    fn new(film: &Film, area: Rect) -> Self {
        let losses = film
            .frames
            .iter()
            .map(|frame| f64::from(frame.validation_loss));
        Plot {
            area,
            last_step: film.last().map_or(1.0, |frame| frame.step as f64).max(1.0),
            highest: losses.fold(1.0, f64::max) * 1.04,
        }
    }

    /// Step 0 lies at the left end, then equal ways are equal ratios of `step + 1`.
    fn x(&self, step: usize) -> f64 {
        let share = (1.0 + step as f64).log10() / (1.0 + self.last_step).log10();
        self.area.x + self.area.width * share
    }

    fn y(&self, loss: f64) -> f64 {
        self.area.bottom() - self.area.height * (loss / self.highest).clamp(0.0, 1.0)
    }
}

pub fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    let (Some(reel), scale) = (input.reel, input.type_scale) else {
        return scene;
    };
    if reel.film.frames.is_empty() {
        return scene;
    }
    let rows = reel
        .film
        .milestones
        .iter()
        .filter(|mark| mark.step.is_some());
    let top = 12.0 * scale + 14.0 * scale * rows.count() as f64;
    let (left, bottom) = (26.0 * scale, 32.0 * scale);
    let area = Rect::new(
        left,
        top,
        (input.width - left - 8.0).max(20.0),
        (input.height - top - bottom).max(20.0),
    );
    let plot = Plot::new(reel.film, area);
    axes(&mut scene, input, &plot);
    marker(&mut scene, &plot, &reel);
    let points = reel.film.frames.iter();
    let points = points.map(|f| (plot.x(f.step), plot.y(f64::from(f.validation_loss))));
    let points: Vec<(f64, f64)> = points.collect();
    let path = points.iter().enumerate().map(|(i, &(x, y))| match i {
        0 => Move(x, y),
        _ => Line(x, y),
    });
    scene.path(path.collect(), Paint::stroke(Ink::Text2, 1.5));
    milestones(&mut scene, input, &plot, &reel);
    let chosen = reel.film.place(reel.chosen);
    for (place, &(x, y)) in points.iter().enumerate() {
        let is_chosen = place == chosen;
        let radius = if is_chosen { 4.5 } else { 2.2 };
        let ink = if is_chosen { Ink::Text1 } else { Ink::Text2 };
        scene.path(
            circle(x, y, radius * scale),
            Paint::fill(ink).outlined(Ink::Surface0, 1.0),
        );
        let target = Target::Step(reel.film.step_at(place));
        if input.focus.hovered == Some(target.clone()) && !is_chosen {
            scene.path(circle(x, y, 5.0 * scale), Paint::stroke(Ink::Line3, 1.2));
        }
        // From half way to the one before to half way to the one after.
        let edge = |other: Option<&(f64, f64)>, end: f64| other.map_or(end, |p| (p.0 + x) / 2.0);
        let from = edge(place.checked_sub(1).map(|before| &points[before]), area.x);
        let to = edge(points.get(place + 1), area.right());
        let column = Rect::new(from, 0.0, to - from, area.bottom());
        scene.hit(column, target, None);
    }
    scene
}

/// Lines at whole losses, ticks at powers of ten, and what both are.
fn axes(scene: &mut Scene, input: &ViewInput<'_>, plot: &Plot) {
    let words = strings::of(input.language);
    let (size, area, scale) = (input.size(11.0), plot.area, input.type_scale);
    let every = if plot.highest > 5.0 { 2 } else { 1 };
    for loss in (0..)
        .step_by(every)
        .take_while(|loss| f64::from(*loss) < plot.highest)
    {
        let y = plot.y(f64::from(loss));
        let line = straight((area.x, y), (area.right(), y));
        let ink = if loss == 0 { Ink::Line2 } else { Ink::Line1 };
        scene.path(line, Paint::stroke(ink, 1.0));
        let text = Text::new(
            area.x - 6.0,
            y + size * 0.35,
            size,
            Ink::Text3,
            loss.to_string(),
        );
        scene.text(text.end());
    }
    let last = plot.last_step as usize;
    let end = Text::new(
        area.right(),
        area.bottom() + 14.0 * scale,
        size,
        Ink::Text3,
        count(last),
    );
    let end_left = area.right() - text_width(&end.text, size, false) - 10.0;
    scene.text(end.end());
    let ticks = [0, 1, 10, 100, 1_000, 10_000, 100_000];
    let mut free = f64::MIN;
    for step in ticks.into_iter().filter(|step| *step < last) {
        let (x, text) = (plot.x(step), count(step));
        let half = text_width(&text, size, false) / 2.0;
        if x - half < free || x + half > end_left {
            continue;
        }
        free = x + half + 6.0;
        let x = x.max(half);
        let y = area.bottom() + 14.0 * scale;
        scene.text(Text::new(x, y, size, Ink::Text3, text).middle());
    }
    let legend = shortened(words.axes, size, false, input.width);
    let y = area.bottom() + 28.0 * scale;
    scene.text(Text::new(area.right(), y, size, Ink::Text3, legend).end());
}

/// A line down from the chosen step; dashed from the step that is drawn, while the chosen one is
/// on its way.
fn marker(scene: &mut Scene, plot: &Plot, reel: &Reel<'_>) {
    let at_step = |step: Option<usize>| {
        let frame = reel.film.frames.get(reel.film.place(step));
        plot.x(frame.map_or(0, |frame| frame.step))
    };
    let line = |step| {
        let x = at_step(step);
        straight((x, plot.area.y - 6.0), (x, plot.area.bottom()))
    };
    if reel.at != reel.chosen {
        scene.path(line(reel.at), Paint::stroke(Ink::Line3, 1.0).dashed());
    }
    if reel.against != reel.at && reel.against.is_some() {
        scene.path(line(reel.against), Paint::stroke(Ink::Line3, 1.0).dashed());
    }
    scene.path(line(reel.chosen), Paint::stroke(Ink::Text1, 1.5));
}

/// Where the model could do something for the first time: a name above, a line down to the curve.
fn milestones(scene: &mut Scene, input: &ViewInput<'_>, plot: &Plot, reel: &Reel<'_>) {
    let words = strings::of(input.language);
    let (size, scale) = (input.size(11.0), input.type_scale);
    let found = reel
        .film
        .milestones
        .iter()
        .filter_map(|mark| Some((mark, mark.step?)));
    for (row, (mark, step)) in found.enumerate() {
        let Some(frame) = reel.film.frame(step) else {
            continue;
        };
        let (x, y) = (plot.x(step), plot.y(f64::from(frame.validation_loss)));
        let base = 10.0 * scale + 14.0 * scale * row as f64;
        let line = straight((x, base + 3.0), (x, y));
        scene.path(line, Paint::stroke(Ink::AttentionLine, 1.2));
        scene.path(
            circle(x, y, 4.0 * scale),
            Paint::stroke(Ink::AttentionLine, 1.6),
        );
        let name = words.short(mark.ability);
        let text = Text::new(x, base, size, Ink::Text1, name).halo(Ink::Surface0);
        let half = text_width(name, size, false) / 2.0;
        scene.text(if x + half > plot.area.right() {
            Text {
                x: plot.area.right(),
                ..text
            }
            .end()
        } else if x - half < 0.0 {
            Text { x: 0.0, ..text }
        } else {
            text.middle()
        });
    }
}

/// A loss as it is written.
pub fn loss_text(loss: f32) -> String {
    decimal(f64::from(loss), 2)
}

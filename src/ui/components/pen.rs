//! Short ways to put marks into a scene.

use crate::color_scale::Ink;

use super::scene::{Align, Hit, Mark, Paint, Rect, Scene, Segment, Source, Text};
use crate::ui::views::Target;

impl Paint {
    /// Filled, without an outline.
    pub fn fill(ink: Ink) -> Self {
        Paint {
            fill: Some(ink),
            ..Paint::default()
        }
    }

    /// An outline of `width` pixels, not filled.
    pub fn stroke(ink: Ink, width: f64) -> Self {
        Paint {
            stroke: Some((ink, width)),
            ..Paint::default()
        }
    }

    /// With an outline too.
    pub fn outlined(self, ink: Ink, width: f64) -> Self {
        Paint {
            stroke: Some((ink, width)),
            ..self
        }
    }

    /// At this opacity, above 0 and up to 1.
    pub fn opacity(self, opacity: f64) -> Self {
        Paint { opacity, ..self }
    }

    /// Dimmed if it is off the chosen token's path.
    pub fn dim_if(self, is_dim: bool) -> Self {
        Paint { is_dim, ..self }
    }

    /// With a dashed outline.
    pub fn dashed(self) -> Self {
        Paint {
            is_dashed: true,
            ..self
        }
    }
}

impl Text {
    /// A text that begins at a point of its baseline.
    pub fn new(x: f64, y: f64, size: f64, ink: Ink, text: impl Into<String>) -> Self {
        Text {
            x,
            y,
            text: text.into(),
            size,
            ink,
            align: Align::Start,
            is_code: false,
            is_strong: false,
            halo: None,
        }
    }

    /// Lying on this side of its anchor.
    pub fn align(self, align: Align) -> Self {
        Text { align, ..self }
    }

    /// Centred on its anchor.
    pub fn middle(self) -> Self {
        self.align(Align::Middle)
    }

    /// Ending at its anchor.
    pub fn end(self) -> Self {
        self.align(Align::End)
    }

    /// In the monospaced face.
    pub fn code(self) -> Self {
        Text {
            is_code: true,
            ..self
        }
    }

    /// In the strong weight.
    pub fn strong(self) -> Self {
        self.strong_if(true)
    }

    /// In the strong weight if so.
    pub fn strong_if(self, is_strong: bool) -> Self {
        Text { is_strong, ..self }
    }

    /// With a halo of the surface behind it.
    pub fn halo(self, surface: Ink) -> Self {
        Text {
            halo: Some(surface),
            ..self
        }
    }
}

impl Scene {
    /// Adds a rectangle.
    pub fn rect(&mut self, rect: Rect, radius: f64, paint: Paint) {
        self.marks.push(Mark::Rect {
            rect,
            radius,
            paint,
        });
    }

    /// Adds a path.
    pub fn path(&mut self, segments: Vec<Segment>, paint: Paint) {
        self.marks.push(Mark::Path { segments, paint });
    }

    /// Adds a text.
    pub fn text(&mut self, text: Text) {
        if !text.text.is_empty() {
            self.marks.push(Mark::Text(text));
        }
    }

    /// Adds a hatched area.
    pub fn hatch(&mut self, rect: Rect) {
        if rect.width > 0.0 && rect.height > 0.0 {
            self.marks.push(Mark::Hatch { rect });
        }
    }

    /// Adds a place that can be pointed at.
    pub fn hit(&mut self, rect: Rect, target: Target, source: Option<Source>) {
        self.hits.push(Hit {
            rect,
            target,
            source,
        });
    }
}

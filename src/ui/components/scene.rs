//! A drawing as data: marks in drawing order, places that can be pointed at, and where each
//! number came from. Pure geometry builds a scene; thin painters put it on a canvas or into SVG.

use crate::color_scale::Ink;
use crate::protocol::Activation;
use crate::ui::views::Target;

/// A finished drawing. Lengths are CSS pixels, the origin is the upper left corner.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Width of the drawing.
    pub width: f64,
    /// Height of the drawing.
    pub height: f64,
    /// What is drawn, first one lowest.
    pub marks: Vec<Mark>,
    /// What can be pointed at, last one uppermost.
    pub hits: Vec<Hit>,
}

/// One thing that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// A rectangle with round corners.
    Rect {
        /// Left, top, width, height.
        rect: Rect,
        /// Radius of the corners.
        radius: f64,
        /// Inside and outline.
        paint: Paint,
    },
    /// A path.
    Path {
        /// Its pieces.
        segments: Vec<Segment>,
        /// Inside and outline.
        paint: Paint,
    },
    /// One line of text.
    Text(Text),
    /// A heatmap: one rectangle per cell, drawn as a block. Row 0 is on top.
    Cells {
        /// Where the block lies.
        rect: Rect,
        /// Number of rows.
        rows: usize,
        /// Number of columns.
        columns: usize,
        /// One ink per cell, row by row; `None` leaves the cell empty.
        inks: Vec<Option<Ink>>,
        /// Gap between cells.
        gap: f64,
    },
    /// A hatched area: not possible, which is not zero.
    Hatch {
        /// Where.
        rect: Rect,
    },
}

/// Left, top, width, height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// Inside and outline of a mark.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Paint {
    /// Colour of the inside.
    pub fill: Option<Ink>,
    /// Colour and width of the outline.
    pub stroke: Option<(Ink, f64)>,
    /// Opacity of both, 0 to 1; 0 means "not set" and is drawn as 1.
    pub opacity: f64,
    /// Whether the outline is dashed.
    pub is_dashed: bool,
}

/// A piece of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Segment {
    /// Lift the pen.
    Move(f64, f64),
    /// Straight line.
    Line(f64, f64),
    /// Cubic curve: two control points, end.
    Cubic(f64, f64, f64, f64, f64, f64),
    /// Back to the last `Move`.
    Close,
}

/// One line of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// Anchor.
    pub x: f64,
    /// Baseline.
    pub y: f64,
    /// The words.
    pub text: String,
    /// Size: `11`, `12.5`, `14`, `16` or `23` (see the design's type scale).
    pub size: f64,
    /// Colour.
    pub ink: Ink,
    /// Which side of the anchor.
    pub align: Align,
    /// Monospaced face, for tokens.
    pub is_code: bool,
    /// Strong weight.
    pub is_strong: bool,
    /// A halo of the surface behind it, so that it stays readable over lines.
    pub has_halo: bool,
}

/// Which side of its anchor a text lies on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// Begins at the anchor.
    #[default]
    Start,
    /// Centred on the anchor.
    Middle,
    /// Ends at the anchor.
    End,
}

/// A place that can be pointed at.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Where.
    pub rect: Rect,
    /// What it stands for.
    pub target: Target,
    /// The number drawn there and where it came from, if it is one number.
    pub source: Option<Source>,
}

/// A number that is drawn, and its place in the trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Name of the activation.
    pub activation: Activation,
    /// Index along the activation's axes.
    pub index: Vec<usize>,
    /// The number.
    pub value: f32,
}

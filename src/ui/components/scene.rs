//! A drawing as data: marks in drawing order, places that can be pointed at, and where each
//! number came from. Pure geometry builds a scene; thin painters put it on a canvas or into SVG.

use std::rc::Rc;

use crate::color_scale::Ink;
use crate::derivation::Quantity;
use crate::protocol::{Activation, Attention, Site};
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
    /// Matrices whose every cell can be pointed at; they lie under the hits.
    pub matrices: Vec<Matrix>,
    /// What lies beneath all of it and seldom changes: painted once and kept as an image.
    pub backdrop: Option<Rc<Scene>>,
}

impl Scene {
    /// An empty drawing.
    pub fn new(width: f64, height: f64) -> Self {
        Scene {
            width,
            height,
            ..Scene::default()
        }
    }

    /// What lies under a point, uppermost first.
    pub fn hit_at(&self, x: f64, y: f64) -> Option<Hit> {
        let uppermost = self.hits.iter().rev().find(|hit| hit.rect.contains(x, y));
        let hit = || self.matrices.iter().rev().find_map(|m| m.hit_at(x, y));
        let beneath = || self.backdrop.as_ref()?.hit_at(x, y);
        uppermost.cloned().or_else(hit).or_else(beneath)
    }
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
        /// Opacity, 0 to 1; 0 means "not set" and is drawn as 1.
        opacity: f64,
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

impl Rect {
    /// A rectangle from its left and upper edge, width and height.
    pub fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Rect {
            x,
            y,
            width,
            height,
        }
    }

    /// Right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// Lower edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Whether a point lies inside.
    pub fn contains(&self, x: f64, y: f64) -> bool {
        (self.x..self.right()).contains(&x) && (self.y..self.bottom()).contains(&y)
    }

    /// Whether two rectangles share an area.
    pub fn overlaps(&self, other: &Rect) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }
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
    /// Whether it is off the path of the chosen token, and drawn at `--dim` of its opacity.
    pub is_dim: bool,
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
    /// The surface behind it, drawn around the letters so that they stay readable over lines.
    pub halo: Option<Ink>,
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

/// A heatmap of an activation. Which number a cell shows is looked up when it is pointed at, so
/// that thousands of cells cost nothing until then.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// Where the cells lie.
    pub rect: Rect,
    /// What they are cells of: `[position, index]`, or of one head of `[head, position, index]`.
    pub activation: Activation,
    /// The head, if the activation has one part per head.
    pub head: Option<usize>,
    /// Whether the cells are the activation's numbers, and not computed from them.
    pub is_read: bool,
    /// Whether a pair may be one of a token and an earlier one only.
    pub looks_back: bool,
    /// Position of the first row.
    pub first_position: usize,
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
    /// For each cell, row by row, the index of the number it shows and the number.
    pub cells: Vec<(usize, f32)>,
}

impl Matrix {
    /// The cell under a point.
    pub fn hit_at(&self, x: f64, y: f64) -> Option<Hit> {
        if !self.rect.contains(x, y) || self.rows == 0 || self.columns == 0 {
            return None;
        }
        let (width, height) = (
            self.rect.width / self.columns as f64,
            self.rect.height / self.rows as f64,
        );
        let column = (((x - self.rect.x) / width) as usize).min(self.columns - 1);
        let row = (((y - self.rect.y) / height) as usize).min(self.rows - 1);
        let (index, value) = *self.cells.get(row * self.columns + column)?;
        let position = self.first_position + row;
        let target = self.target(position, index)?;
        let source = || Source {
            activation: self.activation,
            index: self.head.into_iter().chain([position, index]).collect(),
            value,
        };
        Some(Hit {
            rect: Rect::new(
                self.rect.x + column as f64 * width,
                self.rect.y + row as f64 * height,
                width,
                height,
            ),
            target,
            source: self.is_read.then(source),
        })
    }

    /// What a cell stands for: a pair of tokens if the activation is one of pairs, else a number
    /// of a vector; nothing where a token would look ahead.
    fn target(&self, position: usize, index: usize) -> Option<Target> {
        let stage = Attention::stage_of(self.activation);
        match (stage, self.head) {
            (Some((_, layer, Site::Scores | Site::Pattern)), Some(head)) => {
                let is_possible = index <= position || !self.looks_back;
                is_possible.then_some(Target::Cell {
                    layer,
                    head,
                    query: position,
                    key: index,
                })
            }
            (_, head) => {
                let index: Vec<usize> = head.into_iter().chain([position, index]).collect();
                Some(Target::Number(Quantity::activation(
                    self.activation,
                    &index,
                )))
            }
        }
    }
}

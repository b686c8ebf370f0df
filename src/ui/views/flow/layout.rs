//! Where everything in the flow lies, from its width, the number of blocks and what is open.

use crate::ui::views::rows::RowWindow;
use crate::ui::views::{OpenPart, ViewInput};

/// The horizontal extents of the stages and the rows of the tokens.
pub struct Layout {
    /// One row per token in view.
    pub rows: RowWindow,
    /// Lower edge of the rows' area.
    pub bottom: f64,
    /// Room for the names of the keys above an open pattern.
    pub above: f64,
    /// The chips of the tokens.
    pub chips: (f64, f64),
    /// The embedding strips; the sheet if the embedding is open.
    pub embedding: (f64, f64),
    /// Where the residual stream begins.
    pub stream: f64,
    /// The blocks, in order.
    pub blocks: Vec<(f64, f64)>,
    /// Where the last block's output ends.
    pub stream_end: f64,
    /// The sheet of the open part.
    pub sheet: Option<(f64, f64)>,
    /// What is open here.
    pub open: OpenPart,
    /// The open block, if one is.
    pub open_layer: Option<usize>,
    /// Whether only tokens and closed blocks fit (a phone).
    pub is_compact: bool,
    /// Pixels per unit of the drawn layout.
    pub unit: f64,
}

/// Width the layout was designed for.
const DESIGN_WIDTH: f64 = 1090.0;
/// Narrower drawings show closed blocks only.
const COMPACT_WIDTH: f64 = 700.0;
/// Highest row, pixels.
const HIGHEST_ROW: f64 = 56.0;

/// Room for names above a pattern.
pub fn key_names_height(input: &ViewInput<'_>) -> f64 {
    3.0 * 13.2 * input.type_scale
}

impl Layout {
    /// The layout for an input; `None` without any text.
    pub fn new(input: &ViewInput<'_>) -> Option<Self> {
        let chosen = input.chosen()?;
        let is_compact = input.width < COMPACT_WIDTH;
        let open = if is_compact {
            OpenPart::None
        } else {
            input.focus.open
        };
        let (top, below) = if is_compact {
            (26.0, 8.0)
        } else {
            (64.0, 42.0)
        };
        // Where tokens look ahead too, the diagonal is no place for names.
        let is_named_above = open == OpenPart::Attention && !input.looks_back();
        let above = if is_named_above {
            key_names_height(input)
        } else {
            0.0
        };
        let top = top + above;
        let height = input.height - top - below;
        let n = input.trace.len();
        let rows = RowWindow::new(n, height, top, chosen, HIGHEST_ROW);
        let is_block_open = matches!(open, OpenPart::Attention | OpenPart::Lines | OpenPart::Mlp);
        let mut layout = Layout {
            rows,
            // As high as the rows, so that a short text has no empty sheet below it.
            bottom: match open {
                OpenPart::Logits => top + height,
                _ => rows.bottom(),
            },
            above,
            chips: (0.0, 0.0),
            embedding: (0.0, 0.0),
            stream: 0.0,
            blocks: Vec::new(),
            stream_end: 0.0,
            sheet: None,
            open,
            open_layer: is_block_open.then(|| input.layer()),
            is_compact,
            unit: input.width / DESIGN_WIDTH,
        };
        if is_compact {
            layout.place_compact(input);
        } else {
            layout.place(input);
        }
        Some(layout)
    }

    fn place(&mut self, input: &ViewInput<'_>) {
        let unit = self.unit;
        let x = |design: f64| design * unit;
        let end = x(1024.0);
        self.chips = (x(6.0), x(102.0));
        self.embedding = (x(108.0), x(174.0));
        self.stream = x(184.0);
        let (mut left, mut right) = (x(200.0), end);
        let n_layers = input.model.n_layers;
        let closed = n_layers - usize::from(self.open_layer.is_some());
        // A closed block and the gap behind it; narrower when there are many.
        let wanted_sheet = if self.open == OpenPart::None {
            0.0
        } else {
            x(470.0)
        };
        let slot = ((end - left - wanted_sheet - x(40.0)) / closed.max(1) as f64).min(x(76.0));
        let (width, gap) = (slot * 0.815, slot * 0.185);
        match self.open {
            OpenPart::Embedding => {
                let sheet = (x(112.0), end - slot * closed as f64 - x(6.0));
                self.sheet = Some(sheet);
                self.embedding = sheet;
                self.stream = sheet.1;
                left = sheet.1 + x(20.0);
            }
            OpenPart::Logits => {
                let sheet = (left + slot * closed as f64 + x(6.0), end);
                self.sheet = Some(sheet);
                right = sheet.0;
            }
            OpenPart::Attention | OpenPart::Lines | OpenPart::Mlp | OpenPart::None => {}
        }
        if self.open == OpenPart::None {
            let slot = (right - left) / n_layers.max(1) as f64;
            let gap = (slot * 0.2).min(x(20.0));
            for layer in 0..n_layers {
                let start = left + slot * layer as f64 + gap / 2.0;
                self.blocks.push((start, start + slot - gap));
            }
        } else {
            let mut at = left;
            for layer in 0..n_layers {
                if Some(layer) == self.open_layer {
                    let behind = (n_layers - 1 - layer) as f64 * slot;
                    let start = if layer == 0 { at } else { at + x(6.0) };
                    let trail = if behind > 0.0 { x(20.0) - gap } else { 0.0 };
                    let stop = right - behind - trail;
                    self.sheet = Some((start, stop));
                    self.blocks.push((start, stop));
                    at = stop + x(20.0);
                } else {
                    self.blocks.push((at, at + width));
                    at += slot;
                }
            }
        }
        self.stream_end = match self.open {
            OpenPart::Logits => right,
            _ => end,
        };
    }

    fn place_compact(&mut self, input: &ViewInput<'_>) {
        let label = 72.0 * input.type_scale;
        self.chips = (0.0, label);
        self.embedding = (label + 4.0, label + 36.0);
        self.stream = label + 40.0;
        self.stream_end = input.width;
        let n_layers = input.model.n_layers;
        let slot = (input.width - self.stream - 4.0) / n_layers.max(1) as f64;
        for layer in 0..n_layers {
            let start = self.stream + 4.0 + slot * layer as f64;
            self.blocks.push((start, start + slot * 0.86));
        }
    }

    /// Whether a block is open.
    pub fn is_open(&self, layer: usize) -> bool {
        self.open_layer == Some(layer)
    }

    /// Height that rails, lenses and ribbons are measured in: a row's, unless rows are very high.
    pub fn measure(&self) -> f64 {
        self.rows.pitch.min(36.0)
    }
}

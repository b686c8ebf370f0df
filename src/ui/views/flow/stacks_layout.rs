//! Where the two stacks of an encoder-decoder lie: the source's rows above, the translation's
//! below; the encoder at the left, the decoder right of it, so that everything goes to the right
//! and down.

use crate::protocol::{Attention, Stack};
use crate::ui::views::rows::RowWindow;
use crate::ui::views::{OpenPart, ViewInput};

use super::layout::key_names_height;
use super::stacks::window;

/// Width the picture was designed for.
const DESIGN_WIDTH: f64 = 1090.0;
/// Narrower drawings show closed blocks only, without embeddings and candidates.
const COMPACT_WIDTH: f64 = 700.0;

/// Extents of everything.
pub struct StacksLayout {
    /// Rows of the source.
    pub source: RowWindow,
    /// Rows of the translation.
    pub target: RowWindow,
    /// Whether only tokens and closed blocks fit (a phone).
    pub is_compact: bool,
    /// Where both streams end.
    pub end: f64,
    /// Room above the rows of the open block, for the names of its keys.
    pub above: f64,
    /// The open block.
    pub open: Option<(Stack, usize)>,
    /// Where the legend begins.
    pub legend_top: f64,
    encoder: Vec<(f64, f64)>,
    decoder: Vec<(f64, f64)>,
    source_chips: (f64, f64),
    target_chips: (f64, f64),
    embedding_width: f64,
}

impl StacksLayout {
    /// The layout for an input with both texts.
    pub fn new(input: &ViewInput<'_>) -> Self {
        let is_compact = input.width < COMPACT_WIDTH;
        let is_opened = matches!(input.focus.open, OpenPart::Attention | OpenPart::Lines);
        let open = (is_opened && !is_compact).then(|| match input.attention() {
            Some(Attention::Source) => (Stack::Encoder, input.layer()),
            _ => (Stack::Decoder, input.layer()),
        });
        let above = match open {
            Some(_) if !input.looks_back() => key_names_height(input),
            _ => 0.0,
        };
        let room_of = |stack| {
            if open.map(|open| open.0) == Some(stack) {
                above
            } else {
                0.0
            }
        };
        let (top, between, below) = if is_compact {
            (24.0, 34.0, 8.0)
        } else {
            (36.0, 44.0, 8.0)
        };
        let (n_source, n_target) = (input.trace.source().len(), input.trace.len());
        let first = top + room_of(Stack::Encoder);
        let gap = between + room_of(Stack::Decoder);
        let rows = (input.height - first - gap - below).max(28.0);
        // Each text has its share, none so little that it cannot be read.
        let share = n_source as f64 / (n_source + n_target).max(1) as f64;
        let split = first + rows * share.clamp(0.3, 0.7);
        let lit = input.path().unwrap_or(0);
        let along = lit * n_source / n_target.max(1);
        let source = window(n_source, (first, split), along);
        let from = source.bottom() + gap;
        let target = window(
            n_target,
            (from, (input.height - below).max(from + 14.0)),
            lit,
        );
        let mut layout = StacksLayout {
            source,
            target,
            is_compact,
            end: input.width,
            above,
            open,
            legend_top: source.bottom() + 30.0,
            encoder: Vec::new(),
            decoder: Vec::new(),
            source_chips: (0.0, 0.0),
            target_chips: (0.0, 0.0),
            embedding_width: 0.0,
        };
        layout.place(input);
        layout
    }

    fn place(&mut self, input: &ViewInput<'_>) {
        let (n_encoder, n_decoder) = (input.model.n_encoder_layers, input.model.n_layers);
        if self.is_compact {
            let label = 72.0 * input.type_scale;
            let middle = label + (input.width - label) * 0.46;
            self.source_chips = (0.0, label);
            self.target_chips = (0.0, label);
            self.encoder = blocks(n_encoder, (label + 10.0, middle), None);
            self.decoder = blocks(n_decoder, (middle + 10.0, input.width - 4.0), None);
            return;
        }
        let x = |design: f64| design * input.width / DESIGN_WIDTH;
        let opened = |stack| {
            let open = self.open.filter(|open| open.0 == stack);
            open.map(|open| open.1)
        };
        // The stack with the open block has most of the room.
        let middle = match self.open {
            Some((Stack::Encoder, _)) => 640.0,
            Some((Stack::Decoder, _)) => 380.0,
            None => 500.0,
        };
        self.end = x(1024.0);
        self.source_chips = (x(6.0), x(102.0));
        self.target_chips = (
            x(middle - 172.0).max(x(216.0)),
            x(middle - 76.0).max(x(312.0)),
        );
        self.embedding_width = x(56.0);
        self.encoder = blocks(n_encoder, (x(184.0), x(middle)), opened(Stack::Encoder));
        let left = self.target_chips.1 + self.embedding_width + x(24.0);
        self.decoder = blocks(n_decoder, (left, self.end - x(8.0)), opened(Stack::Decoder));
    }

    /// The chips of a stack's tokens.
    pub fn chips(&self, stack: Stack) -> (f64, f64) {
        match stack {
            Stack::Encoder => self.source_chips,
            Stack::Decoder => self.target_chips,
        }
    }

    /// The embedding strips of a stack.
    pub fn embedding(&self, stack: Stack) -> (f64, f64) {
        let left = self.chips(stack).1 + 6.0;
        (left, left + self.embedding_width)
    }

    /// Where a stack's stream begins.
    pub fn start(&self, stack: Stack) -> f64 {
        match self.is_compact {
            true => self.chips(stack).1 + 2.0,
            false => self.embedding(stack).1 + 6.0,
        }
    }

    /// A stack's blocks.
    pub fn blocks(&self, stack: Stack) -> &[(f64, f64)] {
        match stack {
            Stack::Encoder => &self.encoder,
            Stack::Decoder => &self.decoder,
        }
    }

    /// Base line of a stack's heading.
    pub fn title(&self, stack: Stack) -> f64 {
        let (rows, around) = match stack {
            Stack::Encoder => (&self.source, 16.0),
            Stack::Decoder => (&self.target, 16.0),
        };
        let above = match self.open {
            Some((open, _)) if open == stack => self.above,
            _ => 0.0,
        };
        let around = if self.is_compact { 9.0 } else { around };
        rows.top - above - around
    }

    /// Whether a block is open.
    pub fn is_open(&self, stack: Stack, layer: usize) -> bool {
        self.open == Some((stack, layer))
    }
}

/// Blocks side by side; the open one takes what the closed ones leave.
fn blocks(n: usize, (left, right): (f64, f64), open: Option<usize>) -> Vec<(f64, f64)> {
    let count = n.max(1) as f64;
    let room = right - left;
    let gap = (room / count * 0.18).min(16.0);
    let closed = match open {
        // Six tenths for the open one, but no closed one wider than it has to be.
        Some(_) => ((room * 0.4 / (count - 1.0).max(1.0)) - gap).clamp(4.0, 92.0),
        None => (room / count - gap).clamp(4.0, 150.0),
    };
    let wide = room - (count - 1.0) * (closed + gap);
    let mut at = left;
    let block = |layer: usize| {
        let width = if open == Some(layer) { wide } else { closed };
        let extent = (at, at + width);
        at += width + gap;
        extent
    };
    (0..n).map(block).collect()
}

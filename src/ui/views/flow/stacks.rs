//! The path of an encoder-decoder: the source through the encoder above, the translation through
//! the decoder below, and the cross-attention that comes down from one to the other.

use crate::color_scale::Ink;
use crate::protocol::{Activation, Attention, ModelInfo, Site, Stack, StackPart, TraceSpec};
use crate::ui::components::scene::{Paint, Rect, Scene};
use crate::ui::components::shape::{curve, lens};
use crate::ui::views::attention::{
    KeyColumns, KeyNames, PatternFrame, draw_pattern, name_diagonal,
};
use crate::ui::views::rows::RowWindow;
use crate::ui::views::{NormScale, Target, ViewInput};

use super::closed_block::strongest_heads;
use super::pieces::{Texts, chips, ground, norm_at, strips};
use super::stacks_layout::StacksLayout;
use super::{fan, trunk};

/// Weights of the lit row below this are not drawn.
const FAINTEST_LIT: f32 = 0.08;
/// Weights of the other rows below this are not drawn.
const FAINTEST: f32 = 0.3;

/// Norms of both streams and of the MLPs, and the patterns.
pub fn spec(model: &ModelInfo) -> TraceSpec {
    let mut wanted = Vec::new();
    for (stack, layers) in stacks(model) {
        let at = |layer, site| Activation::in_stack(stack, layer, site);
        wanted.push(Activation::InStack(stack, StackPart::Embed));
        wanted.push(Activation::InStack(stack, StackPart::LnFinal));
        for layer in 0..layers {
            let sites = [Site::ResidPre, Site::Pattern, Site::MlpOut, Site::ResidPost];
            wanted.extend(sites.map(|site| at(layer, site)));
            if stack == Stack::Decoder {
                wanted.push(at(layer, Site::CrossPattern));
            }
        }
    }
    wanted.into_iter().collect()
}

fn stacks(model: &ModelInfo) -> [(Stack, usize); 2] {
    [
        (Stack::Encoder, model.n_encoder_layers),
        (Stack::Decoder, model.n_layers),
    ]
}

/// The picture.
pub fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    if input.trace.is_empty() || input.trace.source().is_empty() {
        return scene;
    }
    let layout = StacksLayout::new(input);
    let source = Texts {
        tokens: input.trace.source(),
        rows: layout.source,
        target: Target::SourceToken,
        lit: match input.focus.hovered {
            Some(Target::SourceToken(token)) => Some(token),
            _ => input.focus.source_token,
        },
    };
    let target = Texts {
        tokens: input.trace.tokens(),
        rows: layout.target,
        target: Target::Token,
        lit: input.path(),
    };
    let picture = Picture::new(input, &layout, source, target);
    picture.grounds(&mut scene);
    picture.rails(&mut scene);
    picture.across(&mut scene);
    picture.closed_blocks(&mut scene);
    picture.open_block(&mut scene);
    for stack in [Stack::Encoder, Stack::Decoder] {
        let texts = picture.texts(stack);
        chips(&mut scene, input, texts, layout.chips(stack));
        if !layout.is_compact {
            let embed = Activation::InStack(stack, StackPart::Embed);
            strips(&mut scene, input, texts, embed, layout.embedding(stack));
        }
    }
    picture.names(&mut scene);
    if !layout.is_compact {
        let last = input.trace.len() - 1;
        let y = layout.target.y(last).min(layout.target.bottom());
        let thick = picture.width(Stack::Decoder, input.model.n_layers, last);
        fan::open(&mut scene, input, (layout.end, y), thick);
    }
    scene
}

/// What the picture is drawn from.
pub struct Picture<'a> {
    pub input: &'a ViewInput<'a>,
    pub layout: &'a StacksLayout,
    source: Texts<'a>,
    target: Texts<'a>,
    /// From the norm of a stream to its width.
    pub scale: NormScale,
    /// From the norm of an MLP's output to half the height of its lens.
    mlp: NormScale,
}

impl<'a> Picture<'a> {
    fn new(
        input: &'a ViewInput<'a>,
        layout: &'a StacksLayout,
        source: Texts<'a>,
        target: Texts<'a>,
    ) -> Self {
        let measure = layout.source.pitch.min(layout.target.pitch).min(36.0);
        let mut streams = Vec::new();
        let mut mlps = Vec::new();
        for (stack, layers) in stacks(input.model) {
            let n = match stack {
                Stack::Encoder => input.trace.source().len(),
                Stack::Decoder => input.trace.len(),
            };
            for position in 0..n {
                for depth in 0..=layers {
                    streams.push(norm_at(input, stream(stack, depth), position));
                }
                for layer in 0..layers {
                    let out = Activation::in_stack(stack, layer, Site::MlpOut);
                    mlps.push(norm_at(input, out, position));
                }
            }
        }
        Picture {
            input,
            layout,
            source,
            target,
            scale: NormScale::new(streams, measure * 0.3),
            mlp: NormScale::new(mlps, measure * 0.34),
        }
    }

    /// The text a stack reads.
    pub fn texts(&self, stack: Stack) -> &Texts<'a> {
        match stack {
            Stack::Encoder => &self.source,
            Stack::Decoder => &self.target,
        }
    }

    /// Width of a token's stream after `depth` blocks of its stack.
    fn width(&self, stack: Stack, depth: usize, position: usize) -> f64 {
        self.scale
            .px(norm_at(self.input, stream(stack, depth), position))
    }

    fn grounds(&self, scene: &mut Scene) {
        let (input, layout) = (self.input, self.layout);
        let around = if layout.is_compact { 5.0 } else { 9.0 };
        for stack in [Stack::Encoder, Stack::Decoder] {
            let rows = &self.texts(stack).rows;
            let tokens = rows.positions();
            for position in tokens {
                let y = rows.y(position) - rows.pitch / 2.0;
                let row = Rect::new(0.0, y, layout.end, rows.pitch);
                scene.hit(row, (self.texts(stack).target)(position), None);
            }
            // Where the rows fill the drawing, its lower edge is the drawing's.
            let bottom = (rows.bottom() + around).min(input.height - 1.0);
            let top = rows.top - around;
            for (layer, &extent) in layout.blocks(stack).iter().enumerate() {
                if layout.is_open(stack, layer) {
                    let top = top - layout.above;
                    let rect = Rect::new(extent.0, top, extent.1 - extent.0, bottom - top);
                    let paint = Paint::fill(Ink::Surface1).outlined(Ink::Line2, 1.0);
                    scene.rect(rect, 10.0, paint);
                } else {
                    ground(scene, input, layer, extent, (top, bottom));
                }
            }
        }
    }

    /// Both streams; the source's goes on as what the decoder looks at.
    fn rails(&self, scene: &mut Scene) {
        for stack in [Stack::Encoder, Stack::Decoder] {
            let texts = self.texts(stack);
            let blocks = self.layout.blocks(stack);
            for position in texts.rows.positions() {
                let start = self.layout.start(stack);
                let mut knots = vec![(start, self.width(stack, 0, position))];
                for (layer, &(left, right)) in blocks.iter().enumerate() {
                    knots.push((left, self.width(stack, layer, position)));
                    knots.push((right, self.width(stack, layer + 1, position)));
                }
                let end = match stack {
                    Stack::Decoder => self.width(stack, blocks.len(), position),
                    // What is looked at is the normed stream.
                    Stack::Encoder => {
                        let normed = Activation::InStack(stack, StackPart::LnFinal);
                        self.scale.px(norm_at(self.input, normed, position))
                    }
                };
                if let Some(&(_, right)) = blocks.last() {
                    knots.push(((right + 16.0).min(self.layout.end), end));
                }
                knots.push((self.layout.end, end));
                let path = trunk::band(&knots, texts.rows.y(position));
                scene.path(path, texts.rail(position));
            }
        }
    }

    /// The strongest cross-attention of each block, down from the source.
    fn across(&self, scene: &mut Scene) {
        let (input, layout) = (self.input, self.layout);
        for (layer, &(left, right)) in layout.blocks(Stack::Decoder).iter().enumerate() {
            let width = right - left;
            let is_open = layout.is_open(Stack::Decoder, layer);
            let is_chosen = is_open && input.is_across();
            let (from, to) = match is_open {
                true => (left - 14.0, left + 12.0),
                false => (left + width * 0.3, left + width * 0.66),
            };
            for query in input.lit_last(self.target.rows.positions()) {
                let is_lit = self.target.is_lit(query);
                if is_open && !is_lit {
                    continue;
                }
                let weights = match is_chosen {
                    // The open head alone.
                    true => {
                        let row = input.pattern(layer, input.head(), query);
                        row.unwrap_or_default().to_vec()
                    }
                    false => strongest_heads(input, Attention::Cross, layer, query),
                };
                let y = self.target.rows.y(query);
                for (key, &weight) in weights.iter().enumerate() {
                    if weight < if is_lit { FAINTEST_LIT } else { FAINTEST } {
                        continue;
                    }
                    let start = (from, self.source.rows.y(key));
                    let weight = f64::from(weight);
                    let opacity = weight * if is_lit { 0.9 } else { 0.24 };
                    let width = (weight * if is_lit { 6.0 } else { 2.4 }).max(0.5);
                    let paint = Paint::stroke(Ink::AttentionLine, width);
                    scene.path(curve(start, (to, y)), paint.opacity(opacity));
                }
            }
        }
    }

    /// Lines within each text and the lens of the MLP.
    fn closed_blocks(&self, scene: &mut Scene) {
        for stack in [Stack::Encoder, Stack::Decoder] {
            let attention = match stack {
                Stack::Encoder => Attention::Source,
                Stack::Decoder => Attention::Target,
            };
            for (layer, &extent) in self.layout.blocks(stack).iter().enumerate() {
                if !self.layout.is_open(stack, layer) {
                    self.lines(scene, attention, layer, extent);
                }
                self.lenses(scene, stack, layer, extent);
            }
        }
    }

    fn lines(
        &self,
        scene: &mut Scene,
        attention: Attention,
        layer: usize,
        (left, right): (f64, f64),
    ) {
        let texts = match attention {
            Attention::Source => &self.source,
            _ => &self.target,
        };
        let share = if attention == Attention::Source {
            0.5
        } else {
            0.34
        };
        let (from, to) = (left + (right - left) * 0.04, left + (right - left) * share);
        for query in texts.rows.positions() {
            let is_lit = texts.is_lit(query);
            let faintest = if is_lit { FAINTEST_LIT } else { FAINTEST };
            let weights = strongest_heads(self.input, attention, layer, query);
            for (key, &weight) in weights.iter().enumerate() {
                if weight < faintest || key == query {
                    continue;
                }
                let weight = f64::from(weight);
                let opacity = weight * if is_lit { 0.95 } else { 0.3 };
                let path = curve((from, texts.rows.y(key)), (to, texts.rows.y(query)));
                let paint = Paint::stroke(Ink::AttentionLine, (weight * 2.6).max(0.5));
                scene.path(path, paint.opacity(opacity));
            }
        }
    }

    fn lenses(&self, scene: &mut Scene, stack: Stack, layer: usize, (left, right): (f64, f64)) {
        let texts = self.texts(stack);
        let (from, to) = match self.layout.is_open(stack, layer) {
            true => (right - 52.0, right - 8.0),
            false => (left + (right - left) * 0.7, right - (right - left) * 0.04),
        };
        let out = Activation::in_stack(stack, layer, Site::MlpOut);
        for position in texts.rows.positions() {
            let half = self.mlp.px(norm_at(self.input, out, position));
            let opacity = if texts.is_lit(position) { 0.8 } else { 0.34 };
            let path = lens(from, to, texts.rows.y(position), half);
            scene.path(path, Paint::fill(Ink::Neuron).opacity(opacity));
        }
    }

    /// The pattern of the open head in the rows of the tokens that look.
    fn open_block(&self, scene: &mut Scene) {
        let Some((stack, layer)) = self.layout.open else {
            return;
        };
        let input = self.input;
        let rows = &self.texts(stack).rows;
        let (left, right) = self.layout.blocks(stack)[layer];
        let room = right - 62.0 - left - 18.0;
        let keys = input.keys().len();
        let width = room.min(keys as f64 * (rows.pitch * 1.9).max(26.0));
        let area = Rect::new(left + 18.0, rows.top, width, rows.bottom() - rows.top);
        let ground = Rect::new(area.x - 3.0, area.y, area.width + 6.0, area.height);
        scene.rect(ground, 0.0, Paint::fill(Ink::Surface1));
        let frame = PatternFrame {
            area,
            columns: KeyColumns::new(input, rows, area.width),
            gap: 2.0,
            cell_height: (rows.pitch - 3.0).max(rows.pitch * 0.8),
            offset: 0.0,
        };
        draw_pattern(scene, input, rows, &frame);
        if input.looks_back() {
            name_diagonal(scene, input, rows, &frame, right - 60.0, Ink::Surface1);
            return;
        }
        let names = KeyNames::new(input, area.width, right - area.x - 6.0);
        names.draw(scene, input, &frame, area.y - 4.0, Ink::Surface1);
    }
}

/// The stream of a stack after `depth` blocks.
fn stream(stack: Stack, depth: usize) -> Activation {
    match depth.checked_sub(1) {
        None => Activation::in_stack(stack, 0, Site::ResidPre),
        Some(layer) => Activation::in_stack(stack, layer, Site::ResidPost),
    }
}

/// The rows of a text between two heights.
pub(super) fn window(n: usize, (top, bottom): (f64, f64), lit: usize) -> RowWindow {
    RowWindow::new(n, (bottom - top).max(14.0), top, lit, 34.0)
}

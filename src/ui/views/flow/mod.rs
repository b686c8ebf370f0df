//! The overview: the whole path from tokens to the next token, one row per token. One part at a
//! time is open in place and shows its numbers.

mod closed_block;
mod columns;
mod fan;
mod layout;
mod legend;
mod open_head;
mod open_matrices;
mod pieces;
mod stacks;
mod stacks_layout;
mod stacks_names;
mod steps;
mod strings;
mod trunk;

use crate::color_scale::Ink;
use crate::protocol::{Activation, Architecture, ModelInfo, Site, TraceSpec};
use crate::ui::components::scene::{Paint, Rect, Scene, Text};
use crate::ui::components::shape::straight;
use crate::ui::components::text_width::text_width;

use super::{Focus, OpenPart, Target, View, ViewInput, attention, cells, prediction};
use layout::Layout;
use trunk::Norms;

/// The overview picture.
pub const VIEW: View = View {
    name: "flow",
    title: |language| strings::of(language).title,
    panel: None,
    why_not: |_, _| None,
    spec,
    inspections: |_| Vec::new(),
    draw,
    describe,
};

/// Closed parts need little: norms of the stream and of the MLP, and the attention patterns.
fn spec(model: &ModelInfo, focus: &Focus) -> TraceSpec {
    match model.architecture {
        Architecture::EncoderDecoder => return stacks::spec(model),
        Architecture::Recurrent => return steps::spec(model),
        Architecture::Decoder | Architecture::Encoder => {}
    }
    let mut wanted = vec![
        Activation::Embed,
        Activation::PosEmbed,
        Activation::block(0, Site::ResidPre),
    ];
    for layer in 0..model.n_layers {
        let closed = [Site::Pattern, Site::MlpOut, Site::ResidPost];
        wanted.extend(closed.map(|site| Activation::block(layer, site)));
    }
    let layer = focus.layer.min(model.n_layers.saturating_sub(1));
    let of_block = |sites: &[Site]| -> Vec<Activation> {
        let at = |site: &Site| Activation::block(layer, *site);
        sites.iter().map(at).collect()
    };
    let between = trunk::stream_between(model);
    wanted.extend(match focus.open {
        OpenPart::Attention | OpenPart::Lines => {
            of_block(&[Site::Q, Site::K, Site::V, between, Site::MlpPost])
        }
        OpenPart::Mlp => of_block(&[between, Site::MlpPre, Site::MlpPreLinear, Site::MlpPost]),
        OpenPart::Logits => vec![Activation::LnFinal, Activation::Logits],
        OpenPart::Embedding | OpenPart::None => Vec::new(),
    });
    wanted.into_iter().collect()
}

fn draw(input: &ViewInput<'_>) -> Scene {
    match input.model.architecture {
        Architecture::EncoderDecoder => return stacks::draw(input),
        Architecture::Recurrent => return steps::draw(input),
        Architecture::Decoder | Architecture::Encoder => {}
    }
    let mut scene = Scene::new(input.width, input.height);
    let Some(layout) = Layout::new(input) else {
        return scene;
    };
    let norms = Norms::new(input, &layout);
    row_hits(&mut scene, &layout);
    closed_block::draw_backgrounds(&mut scene, input, &layout);
    if let Some((left, right)) = layout.sheet {
        sheet(&mut scene, input, &layout, (left, right));
    }
    trunk::draw_rails(&mut scene, input, &layout, &norms);
    trunk::draw_tokens(&mut scene, input, &layout);
    trunk::draw_embedding(&mut scene, input, &layout);
    for layer in 0..input.model.n_layers {
        if !layout.is_open(layer) {
            closed_block::draw(&mut scene, input, &layout, &norms, layer);
        }
    }
    match layout.open {
        OpenPart::Attention | OpenPart::Lines => {
            open_head::draw(&mut scene, input, &layout, &norms);
        }
        OpenPart::Embedding => open_matrices::draw_embedding(&mut scene, input, &layout),
        OpenPart::Mlp => open_matrices::draw_mlp(&mut scene, input, &layout),
        OpenPart::Logits => open_matrices::draw_logits(&mut scene, input, &layout),
        OpenPart::None => {}
    }
    if !layout.is_compact {
        fan::draw(&mut scene, input, &layout, &norms);
        legend::draw(&mut scene, input, &layout, &norms);
    }
    scene
}

/// Pointing anywhere at a row points at its token, unless something else lies above.
fn row_hits(scene: &mut Scene, layout: &Layout) {
    for position in layout.rows.positions() {
        let top = layout.rows.y(position) - layout.rows.pitch / 2.0;
        let row = Rect::new(0.0, top, layout.stream_end, layout.rows.pitch);
        scene.hit(row, Target::Token(position), None);
    }
}

/// The open part's sheet with its name and the way to fold it.
fn sheet(scene: &mut Scene, input: &ViewInput<'_>, layout: &Layout, (left, right): (f64, f64)) {
    let words = strings::of(input.language);
    let top = layout.rows.top - layout.above - 14.0;
    let rect = Rect::new(left, top, right - left, layout.bottom + 41.0 - top);
    let paint = Paint::fill(Ink::Surface1).outlined(Ink::Line2, 1.0);
    scene.rect(rect, 10.0, paint);
    let title = words.open_title(layout.open, input.layer(), input.head());
    let size = input.size(14.0);
    scene.text(Text::new(left + 2.0, 14.0, size, Ink::Text1, title).strong());
    let small = input.size(12.5);
    link(
        scene,
        (right - 2.0, 14.0),
        small,
        words.fold,
        Target::Part(OpenPart::None),
    );
    if layout.open == OpenPart::Mlp {
        let before = right - 2.0 - text_width(words.fold, small, false) - 18.0;
        let target = Target::Part(OpenPart::Attention);
        link(scene, (before, 14.0), small, words.attention, target);
    }
}

/// Underlined words that end at a point and open or fold something.
fn link(scene: &mut Scene, (x, y): (f64, f64), size: f64, text: &str, target: Target) {
    let width = text_width(text, size, false);
    scene.text(Text::new(x, y, size, Ink::Text2, text).end());
    let under = straight((x - width, y + 3.0), (x, y + 3.0));
    scene.path(under, Paint::stroke(Ink::Line3, 1.0));
    let rect = Rect::new(x - width - 6.0, y - 14.0, width + 10.0, 24.0);
    scene.hit(rect, target, None);
}

/// The chosen token's strongest attention, then the prediction.
fn describe(input: &ViewInput<'_>) -> String {
    let words = strings::of(input.language);
    let seen = match input.model.architecture {
        Architecture::Recurrent => cells::VIEW.words(input),
        _ => attention::describe(input),
    };
    if input.trace.is_empty() {
        return seen;
    }
    let likely = prediction::most_likely(input);
    let is_blank = input.model.architecture == Architecture::Encoder;
    format!("{seen} {}", words.likely(is_blank, likely))
}

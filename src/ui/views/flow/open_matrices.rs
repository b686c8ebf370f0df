//! The opened parts that are matrices: embedding, MLP, final norm and logits.

use crate::color_scale::{Ink, diverging_step};
use crate::order::descending;
use crate::protocol::{Activation, Architecture, Site};
use crate::ui::components::scene::{Paint, Rect, Scene, Source, Text};
use crate::ui::components::shape::straight;
use crate::ui::components::text_width::shortened;
use crate::ui::views::matrix::{draw_matrix, group_size};
use crate::ui::views::number::decimal;
use crate::ui::views::token_label::quoted;
use crate::ui::views::{Target, ViewInput, token_label};

use super::layout::Layout;
use super::open_head::plus;
use super::{legend, strings};

/// How many of the largest logits are listed.
const LISTED_LOGITS: usize = 10;

/// Word plus position is what the first block reads.
pub fn draw_embedding(scene: &mut Scene, input: &ViewInput<'_>, layout: &Layout) {
    let words = strings::of(input.language);
    let sum = Activation::block(0, Site::ResidPre);
    let has_position = input.trace.row(Activation::PosEmbed, 0).is_some();
    let is_normed = input.model.architecture == Architecture::Encoder;
    let parts = if has_position {
        vec![
            (Activation::Embed, words.word),
            (Activation::PosEmbed, words.position),
            (sum, words.sum_of(is_normed)),
        ]
    } else {
        vec![(Activation::Embed, words.word)]
    };
    let signs = if has_position {
        vec!["+", if is_normed { "→" } else { "=" }]
    } else {
        vec![]
    };
    let Some((left, right)) = layout.sheet else {
        return;
    };
    columns(
        scene,
        input,
        layout,
        (left + 14.0, right - 14.0),
        &parts,
        &signs,
    );
}

/// Into the neurons, behind the gate if there is one, out of the neurons, and what they add to the
/// stream.
pub fn draw_mlp(scene: &mut Scene, input: &ViewInput<'_>, layout: &Layout) {
    let words = strings::of(input.language);
    let at = |site| Activation::block(input.layer(), site);
    let mut parts = vec![
        (at(Site::MlpPre), words.neurons_in),
        (at(Site::MlpPost), words.neurons_out),
        (at(Site::MlpOut), words.added),
    ];
    let mut signs = vec!["→", "→"];
    if input.model.block.is_gated {
        parts[0].1 = words.gate;
        parts.insert(1, (at(Site::MlpPreLinear), words.neurons_in));
        signs.insert(0, "×");
    }
    let Some((left, right)) = layout.sheet else {
        return;
    };
    let between = (left + 18.0, right - 40.0);
    columns(scene, input, layout, between, &parts, &signs);
    let radius = (layout.rows.pitch * 0.2).clamp(4.0, 6.5);
    for position in layout.rows.positions() {
        let at = (right - 24.0, layout.rows.y(position));
        plus(scene, at, radius, input.is_lit(position));
    }
}

/// The normed stream, and the largest logits of the lit token.
pub fn draw_logits(scene: &mut Scene, input: &ViewInput<'_>, layout: &Layout) {
    let words = strings::of(input.language);
    let Some((left, right)) = layout.sheet else {
        return;
    };
    let split = left + (right - left) * 0.56;
    let parts = [(Activation::LnFinal, words.normed)];
    columns(scene, input, layout, (left + 14.0, split), &parts, &[]);
    if let Some(position) = input.path() {
        list_logits(scene, input, layout, position, (split + 24.0, right - 14.0));
    }
}

/// Heatmaps side by side with a sign between each two.
fn columns(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    layout: &Layout,
    (left, right): (f64, f64),
    parts: &[(Activation, &str)],
    signs: &[&str],
) {
    let gap = 26.0;
    let count = parts.len() as f64;
    let width = (right - left - gap * (count - 1.0)) / count;
    let rows = &layout.rows;
    let ground = Rect::new(
        left - 3.0,
        rows.top,
        right - left + 6.0,
        rows.bottom() - rows.top,
    );
    scene.rect(ground, 0.0, Paint::fill(Ink::Surface1));
    let size = input.size(12.5);
    for (i, (activation, name)) in parts.iter().enumerate() {
        let x = left + (width + gap) * i as f64;
        let heading = Text::new(x, rows.top - 22.0, size, Ink::Text1, *name);
        scene.text(heading.strong());
        let Some(largest) = draw_matrix(scene, input.trace, *activation, rows, (x, width)) else {
            continue;
        };
        let row = input.trace.row(*activation, rows.first).unwrap_or_default();
        let cells = (row.len(), group_size(row.len(), width));
        legend::draw_signed_scale(scene, input, (x, layout.bottom + 3.0), largest, cells);
        if let Some(sign) = signs.get(i) {
            for position in rows.positions() {
                let (x, y) = (x + width + gap / 2.0, rows.y(position) + 4.0);
                scene.text(Text::new(x, y, size, Ink::Text3, *sign).middle());
            }
        }
    }
    // The lit row is framed: its colours mean numbers and cannot be dimmed.
    if let Some(position) = input.path().filter(|position| rows.contains(*position)) {
        let y = rows.y(position) - rows.pitch / 2.0 + 0.5;
        let frame = Rect::new(left - 3.0, y, right - left + 6.0, rows.pitch - 1.0);
        scene.rect(frame, 3.0, Paint::stroke(Ink::Text1, 1.5));
    }
}

fn list_logits(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    layout: &Layout,
    position: usize,
    (left, right): (f64, f64),
) {
    let Some(logits) = input.trace.row(Activation::Logits, position) else {
        return;
    };
    let words = strings::of(input.language);
    let order = descending(logits.iter().copied());
    let listed = LISTED_LOGITS.min(order.len());
    let size = input.size(12.5);
    let heading = words.logits_after(&quoted(&input.trace.tokens()[position].bytes));
    let heading = shortened(&heading, size, false, right - left);
    let top = layout.rows.top;
    scene.text(Text::new(left, top - 22.0, size, Ink::Text1, heading).strong());
    let largest = order[..listed]
        .iter()
        .fold(1e-9f32, |a, id| a.max(logits[*id].abs()));
    let label = (right - left) * 0.34;
    let (bar_left, bar_right) = (left + label + 8.0, right - 46.0 * input.type_scale);
    let height = (layout.bottom - top) / listed.max(1) as f64;
    for (i, &id) in order[..listed].iter().enumerate() {
        let middle = top + height * (i as f64 + 0.5);
        let bytes = input.model.vocabulary.get(id);
        let text = bytes.map_or(String::new(), |bytes| token_label(bytes).text);
        let text = shortened(&text, size, true, label);
        let base = middle + size * 0.36;
        scene.text(
            Text::new(left + label, base, size, Ink::Text1, text)
                .code()
                .end(),
        );
        let length = f64::from(logits[id].abs() / largest) * (bar_right - bar_left);
        let thick = (height * 0.5).min(14.0);
        let rect = Rect::new(bar_left, middle - thick / 2.0, length.max(1.0), thick);
        let ink = Ink::Diverging(diverging_step(logits[id], largest));
        scene.rect(rect, 1.5, Paint::fill(ink));
        let number = decimal(f64::from(logits[id]), 2);
        scene.text(Text::new(right, base, size, Ink::Text1, number).end());
        let source = Source {
            activation: Activation::Logits,
            index: vec![position, id],
            value: logits[id],
        };
        let row = Rect::new(left, middle - height / 2.0, right - left, height);
        scene.hit(row, Target::Candidate(id as u32), Some(source));
    }
    let axis = straight((bar_left, top), (bar_left, layout.bottom));
    scene.path(axis, Paint::stroke(Ink::Line2, 1.0));
}

//! The most active neurons of the chosen block's MLP, and the tokens each speaks for and against.
//!
//! Source: Geva et al. 2022, "Transformer Feed-Forward Layers Build Predictions by Promoting
//! Concepts in the Vocabulary Space".

mod strings;

use crate::color_scale::Ink;
use crate::derivation::Quantity;
use crate::protocol::{
    Activation, Attention, Finding, Inspection, ModelInfo, Neuron, Site, TraceSpec,
};
use crate::ui::components::scene::{Paint, Rect, Scene, Source, Text};
use crate::ui::components::text_width::{shortened, text_width};

use super::number::decimal;
use super::waiting::draw_waiting;
use super::{Focus, Target, View, ViewInput, token_label};

/// The most active neurons at the chosen token.
pub const VIEW: View = View {
    name: "neurons",
    title: |language| strings::of(language).title,
    panel: Some("attribution"),
    why_not: |model, language| strings::of(language).why_not(model.architecture),
    spec,
    inspections: |input| inspection(input).into_iter().collect(),
    draw,
    describe: |input| strings::of(input.language).describe(input, neurons(input)),
};

/// How many neurons are shown.
const SHOWN: usize = 5;
/// How many tokens are listed on each side.
const TOKENS: usize = 5;

fn spec(model: &ModelInfo, focus: &Focus) -> TraceSpec {
    let layer = focus.layer.min(model.n_layers.saturating_sub(1));
    std::iter::once(post(model, layer)).collect()
}

/// What the neurons of a block give, in the stack whose stream the logits are read from.
fn post(model: &ModelInfo, layer: usize) -> Activation {
    Attention::of_stream(model.architecture).at(layer, Site::MlpPost)
}

/// The chosen block of that stack.
fn layer_of(input: &ViewInput<'_>) -> usize {
    let last = input.model.n_layers.saturating_sub(1);
    input.focus.layer.min(last)
}

fn inspection(input: &ViewInput<'_>) -> Option<Inspection> {
    Some(Inspection::Neurons {
        position: input.chosen()?,
        count: SHOWN,
        promoted: TOKENS,
    })
}

/// The neurons of the chosen block, once they are there.
fn neurons<'a>(input: &ViewInput<'a>) -> Option<&'a [Neuron]> {
    match input.findings.get(&inspection(input)?) {
        Some(Finding::Neurons(blocks)) => Some(blocks.get(layer_of(input))?),
        _ => None,
    }
}

fn draw(input: &ViewInput<'_>) -> Scene {
    let mut scene = Scene::new(input.width, input.height);
    let Some(position) = input.chosen() else {
        return scene;
    };
    let (words, scale) = (strings::of(input.language), input.type_scale);
    let (size, small) = (input.size(12.5), input.size(11.0));
    let title = shortened(&words.heading(input, position), size, false, input.width);
    scene.text(Text::new(0.0, size, size, Ink::Text1, title));
    let columns = Columns::new(input);
    let head = 36.0 * scale;
    for (x, width, name, sign) in [
        (0.0, columns.bar, words.neuron, None),
        (columns.promoted, columns.tokens, words.promotes, Some(8)),
        (
            columns.suppressed,
            columns.tokens,
            words.suppresses,
            Some(2),
        ),
    ] {
        let mut x = x;
        if let Some(step) = sign {
            let square = Rect::new(x, head - small * 0.8, small * 0.7, small * 0.7);
            scene.rect(square, 1.0, Paint::fill(Ink::Diverging(step)));
            x += small;
        }
        let name = shortened(name, small, false, width - small);
        scene.text(Text::new(x, head, small, Ink::Text3, name));
    }
    let top = head + 6.0 * scale;
    let Some(neurons) = neurons(input) else {
        draw_waiting(&mut scene, input, (0.0, top));
        return scene;
    };
    let line = ((input.height - top) / SHOWN as f64).min(26.0 * scale);
    let largest = neurons.iter().map(|neuron| neuron.activation.abs());
    let largest = largest.fold(1e-9, f32::max);
    for (i, neuron) in neurons.iter().enumerate() {
        let row = Rect::new(0.0, top + line * i as f64, input.width, line);
        columns.draw_row(&mut scene, input, position, neuron, row, largest);
    }
    scene
}

/// Where the columns begin.
struct Columns {
    /// Index and activation end, and the bar begins.
    bar: f64,
    bar_width: f64,
    promoted: f64,
    suppressed: f64,
    /// Width of a column of tokens.
    tokens: f64,
}

impl Columns {
    fn new(input: &ViewInput<'_>) -> Self {
        let is_wide = input.width >= 520.0 * input.type_scale;
        let bar = if is_wide { 84.0 } else { 70.0 } * input.type_scale;
        let bar_width = if is_wide { 70.0 } else { 0.0 } * input.type_scale;
        let promoted = bar + bar_width + if is_wide { 16.0 } else { 4.0 };
        let tokens = (input.width - promoted) / 2.0;
        Columns {
            bar,
            bar_width,
            promoted,
            suppressed: promoted + tokens,
            tokens: tokens - 8.0,
        }
    }

    fn draw_row(
        &self,
        scene: &mut Scene,
        input: &ViewInput<'_>,
        position: usize,
        neuron: &Neuron,
        row: Rect,
        largest: f32,
    ) {
        let size = input.size(12.5);
        let base = row.y + row.height / 2.0 + size * 0.35;
        let source = source(input, position, neuron);
        let activation = source
            .as_ref()
            .map_or(neuron.activation, |source| source.value);
        let index = format!("#{}", neuron.index);
        scene.text(Text::new(0.0, base, size, Ink::Text2, index));
        let number = decimal(f64::from(activation), 2);
        scene.text(Text::new(self.bar - 6.0, base, size, Ink::Text1, number).end());
        if self.bar_width > 0.0 {
            let length = f64::from(activation.abs() / largest).min(1.0) * self.bar_width;
            let height = (row.height * 0.5).min(11.0);
            let y = row.y + (row.height - height) / 2.0;
            let bar = Rect::new(self.bar, y, length.max(0.6), height);
            scene.rect(bar, 1.0, Paint::fill(Ink::Neuron));
        }
        for (x, tokens) in [
            (self.promoted, &neuron.promoted),
            (self.suppressed, &neuron.suppressed),
        ] {
            write_tokens(scene, input, (x, base), self.tokens, tokens);
        }
        let activation = post(input.model, layer_of(input));
        let quantity = Quantity::activation(activation, &[position, neuron.index]);
        let hit = Rect::new(row.x, row.y, self.promoted, row.height);
        scene.hit(hit, Target::Number(quantity), source);
    }
}

/// The tokens that fit, whole, as chips of text.
fn write_tokens(
    scene: &mut Scene,
    input: &ViewInput<'_>,
    (mut x, base): (f64, f64),
    width: f64,
    tokens: &[(u32, f32)],
) {
    let (size, end) = (input.size(12.5), x + width);
    for (i, (id, _)) in tokens.iter().enumerate() {
        let bytes = input.model.vocabulary.get(*id as usize);
        let label = bytes.map_or(String::new(), |bytes| token_label(bytes).text);
        let room = end - x;
        let label = if i == 0 {
            shortened(&label, size, true, room)
        } else {
            label
        };
        let taken = text_width(&label, size, true);
        if taken > room {
            return;
        }
        scene.text(Text::new(x, base, size, Ink::Text1, label).code());
        x += taken + size;
    }
}

/// The activation and where it is from.
fn source(input: &ViewInput<'_>, position: usize, neuron: &Neuron) -> Option<Source> {
    let activation = post(input.model, layer_of(input));
    Some(Source {
        activation,
        index: vec![position, neuron.index],
        value: *input.trace.row(activation, position)?.get(neuron.index)?,
    })
}

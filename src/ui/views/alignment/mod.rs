//! Which words of the source each word of a translation looks at, as lines between two rows of
//! tokens; two columns where the rows would not fit.
//!
//! Source: Bahdanau et al. 2015, "Neural Machine Translation by Jointly Learning to Align and
//! Translate", figure 3 (attention as soft alignment).

mod draw;
mod sides;
mod strings;

use crate::attention_measures::mean_over_heads;
use crate::protocol::{Attention, ModelInfo, Site, TraceSpec};

use super::reading::largest;
use super::{Focus, Target, View, ViewInput};

pub use draw::draw;

/// The alignment of two texts.
pub const VIEW: View = View {
    name: "alignment",
    title: |language| strings::of(language).title,
    panel: Some("alignment"),
    why_not: |model, language| strings::of(language).why_not(model.architecture),
    spec,
    inspections: |_| Vec::new(),
    draw,
    describe: |input| strings::of(input.language).describe(input, &Links::new(input)),
};

fn layer(model: &ModelInfo, focus: &Focus) -> usize {
    focus.layer.min(model.n_layers.saturating_sub(1))
}

fn spec(model: &ModelInfo, focus: &Focus) -> TraceSpec {
    let pattern = Attention::Cross.at(layer(model, focus), Site::Pattern);
    std::iter::once(pattern).collect()
}

/// How much each token of the target looks at each of the source.
struct Links {
    /// The block.
    layer: usize,
    /// The head; `None` for the mean over all heads.
    head: Option<usize>,
    /// `[target, source]`; empty before it is known.
    weights: Vec<Vec<f32>>,
}

impl Links {
    fn new(input: &ViewInput<'_>) -> Self {
        let layer = layer(input.model, input.focus);
        let head = (!input.focus.merges_heads).then(|| input.head());
        let pattern = Attention::Cross.at(layer, Site::Pattern);
        let rows = |head: usize| -> Vec<&[f32]> {
            let row = |query| input.trace.head_row(pattern, head, query);
            (0..input.trace.len()).map_while(row).collect()
        };
        let weights = match head {
            Some(head) => rows(head).into_iter().map(<[f32]>::to_vec).collect(),
            None => {
                let heads: Vec<Vec<&[f32]>> = (0..input.model.n_heads).map(rows).collect();
                mean_over_heads(&heads)
            }
        };
        Links {
            layer,
            head,
            weights,
        }
    }

    fn weight(&self, target: usize, source: usize) -> f32 {
        let row = self.weights.get(target);
        row.and_then(|row| row.get(source)).copied().unwrap_or(0.0)
    }

    /// The token of the source that a token of the target looks at most, with its weight.
    fn strongest(&self, target: usize) -> Option<(usize, f32)> {
        let row = self.weights.get(target)?;
        let source = largest(row)?;
        Some((source, row[source]))
    }
}

/// The token of either text whose lines are drawn in full; at rest all are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lit {
    Target(usize),
    Source(usize),
    All,
}

impl Lit {
    fn new(input: &ViewInput<'_>) -> Self {
        let (targets, sources) = (input.trace.len(), input.trace.source().len());
        match input.focus.hovered {
            Some(Target::Token(token)) if token < targets => Lit::Target(token),
            Some(Target::SourceToken(token)) if token < sources => Lit::Source(token),
            Some(Target::Cell { query, .. }) if input.is_across() && query < targets => {
                Lit::Target(query)
            }
            _ => match input.focus.token {
                Some(token) if token < targets => Lit::Target(token),
                _ => Lit::All,
            },
        }
    }

    /// Whether a line is drawn in full.
    fn has(self, target: usize, source: usize) -> bool {
        match self {
            Lit::Target(lit) => lit == target,
            Lit::Source(lit) => lit == source,
            Lit::All => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Architecture;
    use crate::ui::i18n::Language;
    use crate::ui::views::fixture::Fixture;

    #[test]
    fn the_mean_over_heads_is_that_of_the_heads() {
        let kind = Architecture::EncoderDecoder;
        let mut fixture = Fixture::of(kind, 7, (2, 4), Language::En);
        fixture.focus.merges_heads = true;
        let mean = Links::new(&fixture.input(600.0, 260.0));
        fixture.focus.merges_heads = false;
        let mut sum = 0.0;
        for head in 0..4 {
            fixture.focus.head = head;
            sum += Links::new(&fixture.input(600.0, 260.0)).weight(3, 2);
        }
        assert!((mean.weight(3, 2) - sum / 4.0).abs() < 1e-6);
        assert_eq!(mean.weights.len(), 7);
        let row: f32 = mean.weights[6].iter().sum();
        assert!((row - 1.0).abs() < 1e-5);
    }
}

//! Ways to go on from the end of the text, side by side: greedy, drawn with the seed, and by beam
//! search as a tree. The width of a branch is the probability of its token.
//!
//! Source: Lowerre 1976, "The HARPY Speech Recognition System" (beam search).

mod columns;
mod draw;
mod strings;
mod tree;

use crate::protocol::{Activation, Continuations, Finding, Inspection, ModelInfo, TraceSpec};
use crate::sampling::Settings;

use super::{Focus, View, ViewInput};
use tree::Tree;

/// Greedy, drawn and beam search.
pub const VIEW: View = View {
    name: "continuations",
    title: |language| strings::of(language).title,
    panel: Some("continuations"),
    why_not: |model, language| strings::of(language).why_not(model.architecture),
    spec: |_: &ModelInfo, _: &Focus| TraceSpec::from_iter([Activation::Logits]),
    inspections: |input| vec![asked(input.settings, input.seed)],
    draw: draw::draw,
    describe: |input| {
        let words = strings::of(input.language);
        let found = found(input).map(|found| (found, Tree::new(&found.beams)));
        words.describe(input, found.as_ref().map(|(found, tree)| (*found, tree)))
    },
};

/// How many tokens further.
const TOKENS: usize = 12;
/// How many hypotheses are kept.
const BEAM_WIDTH: usize = 4;

/// What the view asks.
pub(super) fn asked(settings: &Settings, seed: u64) -> Inspection {
    Inspection::Continuations {
        settings: *settings,
        seed,
        n_tokens: TOKENS,
        beam_width: BEAM_WIDTH,
    }
}

fn found<'a>(input: &ViewInput<'a>) -> Option<&'a Continuations> {
    match input.findings.get(&asked(input.settings, input.seed)) {
        Some(Finding::Continuations(found)) if !found.greedy.is_empty() => Some(found),
        _ => None,
    }
}

/// Sum of the natural logarithms of the probabilities of a way.
fn log_p(way: &[(u32, f32)]) -> f64 {
    way.iter().map(|(_, p)| f64::from(*p).ln()).sum()
}

/// How greedy search did against beam search.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    /// Both found the same.
    Same {
        /// Its summed log probability.
        log_p: f64,
    },
    /// They part at some token.
    Different {
        /// Greedy's summed log probability.
        greedy: f64,
        /// That of the best hypothesis.
        beam: f64,
        /// The first token that differs, from 0.
        at: usize,
        /// What greedy took there, with its probability.
        greedy_took: (u32, f32),
        /// What the best hypothesis took there.
        beam_took: (u32, f32),
    },
}

impl Outcome {
    fn new(found: &Continuations, tree: &Tree<'_>) -> Option<Self> {
        let best = tree.best_path();
        let beam = f64::from(best.last()?.log_p);
        let pairs = found.greedy.iter().zip(&best).enumerate();
        let mut parted = pairs.filter(|(_, (took, node))| took.0 != node.id);
        Some(match parted.next() {
            Some((at, (took, node))) => Outcome::Different {
                greedy: log_p(&found.greedy),
                beam,
                at,
                greedy_took: *took,
                beam_took: (node.id, node.p),
            },
            None => Outcome::Same { log_p: beam },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::i18n::Language;
    use crate::ui::views::Findings;
    use crate::ui::views::fixture::Fixture;

    #[test]
    fn where_greedy_loses_it_says_so_with_the_numbers() {
        let fixture = Fixture::new(9, 2, 2, Language::En);
        let input = fixture.input(700.0, 260.0);
        let found = found(&input).unwrap();
        let tree = Tree::new(&found.beams);
        let outcome = Outcome::new(found, &tree).unwrap();
        let Outcome::Different { greedy, beam, .. } = outcome else {
            panic!("the fixture's differ");
        };
        let said = (VIEW.describe)(&input);
        for number in [greedy, beam] {
            let number = crate::ui::views::number::decimal(number, 2);
            assert!(said.contains(&number), "{said} lacks {number}");
        }
    }

    #[test]
    fn what_was_found_for_other_settings_is_not_shown() {
        let mut fixture = Fixture::new(9, 2, 2, Language::En);
        assert!(found(&fixture.input(700.0, 260.0)).is_some());
        fixture.settings.temperature = 0.3;
        assert!(found(&fixture.input(700.0, 260.0)).is_none());
        let waiting = (VIEW.describe)(&fixture.input(700.0, 260.0));
        fixture.findings = Findings::default();
        assert_eq!((VIEW.describe)(&fixture.input(700.0, 260.0)), waiting);
    }
}

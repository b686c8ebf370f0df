//! The head to open before anyone has chosen one.

use crate::protocol::{Activation, ModelInfo, Trace};

use super::Focus;
use super::reading::largest;

/// Block and head, from 0, that show best where a text says what the model predicts: of the heads
/// whose chosen token looks most at the most likely token said elsewhere, a space before it aside,
/// the one that gives it most attention. `None` if no head looks there.
pub fn telling_head(model: &ModelInfo, trace: &Trace, focus: &Focus) -> Option<(usize, usize)> {
    let attention = focus.attention_of(model)?;
    let query = focus.chosen_query(model, trace)?;
    let predicted = focus.predicted(model, trace)?;
    let predicted = largest(trace.row(Activation::Logits, predicted)?)?;
    let written = |id: usize| model.vocabulary.get(id).map(|it| it.trim_ascii_start());
    let keys = attention.keys(trace);
    let says_it = |key: usize| written(keys[key].id as usize) == written(predicted);
    let look = |pattern: Activation, head: usize| {
        let row = trace.head_row(pattern, head, query)?;
        let key = largest(row)?;
        (key != query && says_it(key)).then(|| row[key])
    };
    let patterns = focus.patterns_of(model);
    let blocks = patterns.into_iter().enumerate();
    let heads = blocks.flat_map(|(layer, pattern)| {
        (0..model.n_heads).filter_map(move |head| Some(((layer, head), look(pattern, head)?)))
    });
    let best = heads.max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    Some(best.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Rows, Site, TraceUpdate};
    use crate::ui::i18n::Language;
    use crate::ui::views::fixture::Fixture;

    /// Where the last of four tokens looks, and how much, in each of two heads of two blocks.
    const LOOKS: [[(usize, f32); 2]; 2] = [[(1, 0.5), (0, 1.0)], [(1, 0.8), (3, 0.9)]];

    /// A trace with these looks that predicts token `id`.
    fn trace(fixture: &Fixture, id: usize) -> Trace {
        let tokens = fixture.trace.tokens().to_vec();
        let last = tokens.len() - 1;
        let rows = |row: &dyn Fn(usize) -> Vec<f32>| {
            let mut rows = Rows::default();
            (0..=last).for_each(|position| rows.push(&row(position)));
            rows
        };
        let logits = rows(&|_| {
            let ids = 0..fixture.model.vocab_size();
            ids.map(|it| f32::from(u8::from(it == id))).collect()
        });
        let pattern = |layer: usize| {
            let rows = rows(&|position| {
                let mut row = vec![0.0; 2 * (position + 1)];
                for (head, (key, weight)) in LOOKS[layer].into_iter().enumerate() {
                    if position == last {
                        row[head * (last + 1) + key] = weight;
                    }
                }
                row
            });
            (Activation::block(layer, Site::Pattern), rows)
        };
        let mut trace = Trace::of(&fixture.model);
        assert!(trace.apply(TraceUpdate {
            total_tokens: tokens.len(),
            typed_tokens: tokens.len(),
            tokens,
            rows: vec![(Activation::Logits, logits), pattern(0), pattern(1)],
            ..TraceUpdate::default()
        }));
        trace
    }

    #[test]
    fn the_head_that_looks_most_at_the_predicted_token_is_told() {
        let mut fixture = Fixture::new(4, 2, 2, Language::En);
        let said: Vec<usize> = (fixture.trace.tokens().iter())
            .map(|token| token.id as usize)
            .collect();
        let told = |fixture: &Fixture, id: usize| {
            telling_head(&fixture.model, &trace(fixture, id), &fixture.focus)
        };
        assert_eq!(told(&fixture, said[1]), Some((1, 0)));
        assert_eq!(told(&fixture, said[0]), Some((0, 1)));
        assert_eq!(told(&fixture, said[2]), None, "no head looks there");
        assert_eq!(told(&fixture, said[3]), None, "it looks at itself");

        // The same word after a space is another token.
        let vocabulary = &mut fixture.model.vocabulary;
        let other = (0..vocabulary.len()).find(|id| !said.contains(id)).unwrap();
        vocabulary[other] = [b" ", vocabulary[said[1]].trim_ascii_start()].concat();
        assert_eq!(told(&fixture, other), Some((1, 0)));
    }
}

//! The surprise of every token of the text, one row of logits at a time: a row never changes, so
//! only what is new or different is computed.

use crate::protocol::{Activation, BackendKind, Trace};
use crate::sampling::{Surprise, surprise};
use crate::ui::views::objective;
use crate::ui::views::surprise::VIEW;

use super::State;

/// How much each token surprised the model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surprises {
    ids: Vec<u32>,
    /// Whose logits they are from.
    of: Option<BackendKind>,
    each: Vec<Surprise>,
}

impl Surprises {
    /// Number `i` is of token `i + 1`; the first token has no prediction.
    pub fn each(&self) -> &[Surprise] {
        &self.each
    }

    /// Whether they are of this text.
    fn is_of(&self, trace: &Trace, kind: BackendKind) -> bool {
        let ids = trace.tokens().iter().map(|token| token.id);
        self.of == Some(kind) && ids.eq(self.ids.iter().copied())
    }

    /// Computes what is not known yet of the tokens of `trace`.
    pub(super) fn follow(&mut self, trace: &Trace, kind: BackendKind) {
        let tokens = trace.tokens();
        let known = if self.of == Some(kind) {
            let pairs = self.ids.iter().zip(tokens);
            pairs.take_while(|(id, token)| **id == token.id).count()
        } else {
            0
        };
        self.of = Some(kind);
        self.each.truncate(known.saturating_sub(1));
        for (position, token) in tokens.iter().enumerate().skip(self.each.len() + 1) {
            let row = trace.row(Activation::Logits, position - 1);
            let Some(new) = row.and_then(|logits| surprise(logits, token.id)) else {
                break;
            };
            self.each.push(new);
        }
        self.ids = tokens.iter().map(|token| token.id).collect();
    }
}

impl State {
    /// Follows the text that is drawn, while somebody looks.
    pub(super) fn refresh_surprises(&mut self) {
        let kind = self.engines.active;
        let is_seen = self.focus.shows(&VIEW)
            || self.focus.shows(&objective::VIEW)
            || self.focus.has_panel(super::COMPARISON);
        if is_seen && !self.surprises.is_of(&self.trace, kind) {
            let trace = self.trace.clone();
            self.surprises.make_mut().follow(&trace, kind);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Rows, TokenInfo, TraceUpdate};

    fn trace(ids: &[u32]) -> Trace {
        let mut rows = Rows::default();
        for (i, id) in ids.iter().enumerate() {
            let row: Vec<f32> = (0..20).map(|j| ((i * 7 + j * 3) % 11) as f32).collect();
            rows.push(&row);
            assert!((*id as usize) < 20);
        }
        let token = |id: &u32| TokenInfo {
            id: *id,
            bytes: Vec::new(),
            start: 0,
            end: 0,
        };
        let mut trace = Trace::new(1);
        assert!(trace.apply(TraceUpdate {
            tokens: ids.iter().map(token).collect(),
            rows: vec![(Activation::Logits, rows)],
            ..TraceUpdate::default()
        }));
        trace
    }

    #[test]
    fn following_is_the_same_as_beginning_anew() {
        let mut followed = Surprises::default();
        for ids in [
            &[3, 4, 5][..],
            &[3, 4, 5, 6],
            &[3, 4],
            &[3, 9, 5, 6, 7],
            &[],
            &[1],
            &[1, 2],
        ] {
            let trace = trace(ids);
            followed.follow(&trace, BackendKind::Cpu);
            let mut new = Surprises::default();
            new.follow(&trace, BackendKind::Cpu);
            assert_eq!(followed, new, "{ids:?}");
            assert_eq!(new.each().len(), ids.len().saturating_sub(1));
            assert!(new.is_of(&trace, BackendKind::Cpu) && !new.is_of(&trace, BackendKind::WebGpu));
        }
    }

    /// Prints what a keystroke costs at the end of a long text, and what all of it costs.
    #[test]
    #[allow(clippy::disallowed_methods, reason = "tests run natively")]
    fn a_long_text_prints_its_time() {
        let (n, vocab) = (256, 1804);
        let mut rows = Rows::default();
        for i in 0..n {
            let row: Vec<f32> = (0..vocab).map(|j| ((i * j) as f32).sin() * 9.0).collect();
            rows.push(&row);
        }
        let token = |i: usize| TokenInfo {
            id: i as u32,
            bytes: Vec::new(),
            start: 0,
            end: 0,
        };
        let mut trace = Trace::new(1);
        assert!(trace.apply(TraceUpdate {
            tokens: (0..n).map(token).collect(),
            rows: vec![(Activation::Logits, rows)],
            ..TraceUpdate::default()
        }));
        let mut surprises = Surprises::default();
        let start = std::time::Instant::now();
        surprises.follow(&trace, BackendKind::Cpu);
        let all_ms = start.elapsed().as_secs_f64() * 1e3;
        surprises.ids.pop();
        let start = std::time::Instant::now();
        surprises.follow(&trace, BackendKind::Cpu);
        let one_ms = start.elapsed().as_secs_f64() * 1e3;
        eprintln!("{n} x {vocab}: all {all_ms:.2} ms, one more {one_ms:.3} ms");
        assert_eq!(surprises.each().len(), n - 1);
    }
}

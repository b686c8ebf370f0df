//! The next token: its distribution and the seeded draw, from logits that are already there.
//! Moving a slider never asks the model again.

use crate::protocol::{Activation, Architecture, ModelInfo, TokenInfo, Trace};
use crate::sampling::{Distribution, Draw, Settings, choose, draw_uniform};

use crate::ui::views::Focus;

use super::{Shared, State};

/// How the next token is drawn, as the controls show it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// 0 to 2.
    pub temperature: f32,
    /// Keep the most likely tokens; 0 is off.
    pub top_k: usize,
    /// Keep the fewest tokens that reach this share, 0.05 to 1; 1 is off.
    pub top_p: f32,
    /// Keep the tokens with this share of the most likely one's probability, 0 to 1; 0 is off.
    pub min_p: f32,
    /// How much less likely tokens become that were there already, 1 to 2; 1 is off.
    pub repetition_penalty: f32,
    /// Always the most likely one.
    pub is_greedy: bool,
    /// Seed of the draws.
    pub seed: u64,
}

impl Default for Sampling {
    /// As in the program: temperature 1, no filters, no penalty, seed 0.
    fn default() -> Self {
        Sampling {
            temperature: 1.0,
            top_k: 0,
            top_p: 1.0,
            min_p: 0.0,
            repetition_penalty: 1.0,
            is_greedy: false,
            seed: 0,
        }
    }
}

/// One control was moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SamplingChange {
    /// Temperature.
    Temperature(f32),
    /// Top-k, 0 for off.
    TopK(usize),
    /// Top-p.
    TopP(f32),
    /// Min-p, 0 for off.
    MinP(f32),
    /// Repetition penalty, 1 for off.
    RepetitionPenalty(f32),
    /// Greedy or not.
    Greedy(bool),
    /// Seed.
    Seed(u64),
}

impl Sampling {
    /// Takes a change in; numbers outside their range are moved to its end.
    pub fn change(&mut self, change: SamplingChange) {
        match change {
            SamplingChange::Temperature(value) if value.is_finite() => {
                self.temperature = value.clamp(0.0, 2.0);
            }
            SamplingChange::TopP(value) if value.is_finite() => {
                self.top_p = value.clamp(0.05, 1.0);
            }
            SamplingChange::MinP(value) if value.is_finite() => {
                self.min_p = value.clamp(0.0, 1.0);
            }
            SamplingChange::RepetitionPenalty(value) if value.is_finite() => {
                self.repetition_penalty = value.clamp(1.0, 2.0);
            }
            SamplingChange::Temperature(_)
            | SamplingChange::TopP(_)
            | SamplingChange::MinP(_)
            | SamplingChange::RepetitionPenalty(_) => {}
            SamplingChange::TopK(value) => self.top_k = value,
            SamplingChange::Greedy(is_greedy) => self.is_greedy = is_greedy,
            SamplingChange::Seed(seed) => self.seed = seed,
        }
    }

    /// The same for the sampler.
    pub fn settings(&self) -> Settings {
        Settings {
            temperature: self.temperature,
            top_k: (self.top_k > 0).then_some(self.top_k),
            top_p: (self.top_p < 1.0).then_some(self.top_p),
            min_p: (self.min_p > 0.0).then_some(self.min_p),
            repetition_penalty: self.repetition_penalty,
            greedy: self.is_greedy,
        }
    }
}

/// The next token after the text that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    /// How it is drawn.
    pub settings: Settings,
    /// Its distribution.
    pub distribution: Distribution,
    /// The seeded draw; `None` when the most likely one is taken without a draw, or none comes.
    pub draw: Option<Draw>,
    /// Which token of the text it is, from 0; the draw is that of this place.
    pub position: usize,
    /// What stands there already: a token in sight, or the end of a text. Then none comes.
    pub written: Option<u32>,
}

impl Next {
    /// The token after those of `context`, from its `logits`. `None` if a logit is no number.
    pub fn new(logits: &[f32], context: &[u32], sampling: &Sampling) -> Option<Self> {
        Next::at(context.len(), logits, context, sampling)
    }

    /// The token at a position of a text that holds those of `context`.
    pub fn at(
        position: usize,
        logits: &[f32],
        context: &[u32],
        sampling: &Sampling,
    ) -> Option<Self> {
        let settings = sampling.settings();
        let distribution = Distribution::after(logits, context, &settings).ok()?;
        let draw = (!settings.is_greedy())
            .then(|| choose(&distribution, draw_uniform(sampling.seed, position as u64)));
        Some(Next {
            settings,
            distribution,
            draw,
            position,
            written: None,
        })
    }

    /// The same of a place where a token stands already: it is predicted, nothing is drawn.
    fn of_written(self, token: u32) -> Self {
        Next {
            draw: None,
            written: Some(token),
            ..self
        }
    }

    /// What a model predicts where its prediction is meant: after the last token, or of an encoder
    /// in the chosen blank. A model without a head predicts nothing.
    pub fn of(
        model: &ModelInfo,
        trace: &Trace,
        focus: &Focus,
        sampling: &Sampling,
    ) -> Option<Self> {
        let position = focus.predicted(model, trace)?;
        if !model.records(Activation::Logits) {
            return Some(Next {
                settings: sampling.settings(),
                distribution: Distribution::default(),
                draw: None,
                position,
                written: None,
            });
        }
        let logits = trace.row(Activation::Logits, position)?;
        let tokens = trace.tokens().iter();
        let id = |token: &TokenInfo| token.id;
        if model.architecture == Architecture::Encoder {
            let here = trace.tokens()[position].id;
            let typed = tokens.filter(|token| token.start < token.end);
            let context: Vec<u32> = typed.map(id).collect();
            let next = Next::at(position, logits, &context, sampling)?;
            return Some(match Some(here) == model.mask {
                true => next,
                false => next.of_written(here),
            });
        }
        // What stands for an empty text is gone as soon as there is a token.
        let read = trace.total_tokens().min(position + 1);
        let context: Vec<u32> = tokens.take(read).map(id).collect();
        let next = Next::new(logits, &context, sampling)?;
        // The prediction after the last token is shown, or that of the end.
        let end = trace.tokens().get(position + 1);
        Some(match end {
            Some(end) => next.of_written(end.id),
            None => next,
        })
    }

    /// The most likely token.
    pub fn most_likely(&self) -> Option<u32> {
        self.distribution.order().first().copied()
    }

    /// The token that comes next; `None` if none does.
    pub fn token(&self) -> Option<u32> {
        match (&self.draw, self.written) {
            (_, Some(_)) => None,
            (Some(draw), None) => Some(draw.id),
            (None, None) => self.most_likely(),
        }
    }
}

impl State {
    /// Whether the most likely token is taken: always, or while a translation is written by itself.
    pub fn is_greedy(&self) -> bool {
        self.sampling.is_greedy || self.play.is_some_and(|play| play.is_greedy)
    }

    /// Computes the next token anew, after the trace or the sampling changed.
    pub(super) fn refresh_next(&mut self) {
        let drawn = self.model.as_ref();
        let mut sampling = self.sampling;
        sampling.is_greedy = self.is_greedy();
        let next = drawn.and_then(|model| Next::of(model, &self.trace, &self.focus, &sampling));
        self.next = next.map(Shared::new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_leave_out_what_is_off() {
        assert_eq!(Sampling::default().settings(), Settings::default());
    }

    #[test]
    fn the_same_seed_and_position_draw_the_same_token() {
        let logits: Vec<f32> = (0..50).map(|id| (id as f32 * 0.7).sin()).collect();
        let draw = |seed, position| {
            let sampling = Sampling {
                seed,
                ..Sampling::default()
            };
            let context = vec![0; position];
            Next::new(&logits, &context, &sampling).unwrap().token()
        };
        assert_eq!(draw(1, 2), draw(1, 2));
        let drawn: std::collections::BTreeSet<_> = (0..20).map(|seed| draw(seed, 2)).collect();
        assert!(drawn.len() > 5);
    }

    #[test]
    fn greedy_takes_the_most_likely() {
        let sampling = Sampling {
            is_greedy: true,
            ..Sampling::default()
        };
        let next = Next::new(&[0.0, 3.0, 1.0], &[], &sampling).unwrap();
        assert_eq!((next.token(), next.draw), (Some(1), None));
        let sampling = Sampling {
            repetition_penalty: 4.0,
            ..sampling
        };
        let next = Next::new(&[0.0, 3.0, 1.0], &[1], &sampling).unwrap();
        assert_eq!(next.token(), Some(2), "3 / 4 is less than 1");
    }

    #[test]
    fn controls_stay_in_range() {
        let mut sampling = Sampling::default();
        sampling.change(SamplingChange::Temperature(9.0));
        sampling.change(SamplingChange::TopP(0.0));
        assert_eq!((sampling.temperature, sampling.top_p), (2.0, 0.05));
        sampling.change(SamplingChange::MinP(3.0));
        sampling.change(SamplingChange::RepetitionPenalty(0.5));
        assert_eq!((sampling.min_p, sampling.repetition_penalty), (1.0, 1.0));
        sampling.change(SamplingChange::Temperature(f32::NAN));
        assert_eq!(sampling.temperature, 2.0);
    }
}

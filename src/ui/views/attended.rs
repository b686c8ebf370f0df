//! Which attention is meant, who looks at whom in it, and which position's prediction is shown.

use crate::protocol::{Activation, Architecture, Attention, ModelInfo, Site, TokenInfo, Trace};
use crate::ui::components::scene::Source;
use crate::ui::i18n::Language;

use super::reading::largest;
use super::{Focus, Target, ViewInput, token_hues, token_label};

impl Focus {
    /// The attention that is meant: the chosen one if the model has it, else its first; `None` for
    /// a model without attention.
    pub fn attention_of(&self, model: &ModelInfo) -> Option<Attention> {
        self.attention.meant(model.architecture)
    }

    /// The chosen block, inside the stack of the attention that is meant, or the chosen layer.
    pub fn layer_of(&self, model: &ModelInfo) -> usize {
        self.layer.min(n_layers(self, model).saturating_sub(1))
    }

    /// A stage of the chosen block's attention.
    pub fn stage_of(&self, model: &ModelInfo, site: Site) -> Option<Activation> {
        let attention = self.attention_of(model)?;
        Some(attention.at(self.layer_of(model), site))
    }

    /// The patterns of every block that has the attention that is meant.
    pub fn patterns_of(&self, model: &ModelInfo) -> Vec<Activation> {
        let Some(attention) = self.attention_of(model) else {
            return Vec::new();
        };
        let layers = 0..attention.n_layers(model);
        layers.map(|l| attention.at(l, Site::Pattern)).collect()
    }

    /// The position whose prediction is shown: the last one, because it names the next token (when a
    /// translation has ended, the one that named its end); of an encoder the chosen blank, else the first one. Without a blank that of the chosen token,
    /// or of the last that is no special one.
    pub fn predicted(&self, model: &ModelInfo, trace: &Trace) -> Option<usize> {
        let last = trace.len().checked_sub(1)?;
        let tokens = trace.tokens();
        if model.architecture != Architecture::Encoder {
            let has_ended =
                model.architecture.has_source() && Some(tokens[last].id) == model.end_of_text;
            return Some(if has_ended {
                last.saturating_sub(1)
            } else {
                last
            });
        }
        let is_blank = |token: &TokenInfo| Some(token.id) == model.mask;
        let chosen = self.token.filter(|token| *token <= last);
        if let Some(token) = chosen.filter(|token| is_blank(&tokens[*token])) {
            return Some(token);
        }
        let blank = tokens.iter().position(is_blank);
        let typed = || tokens.iter().rposition(|token| token.start < token.end);
        Some(blank.or(chosen).or_else(typed).unwrap_or(last))
    }

    /// The chosen token; at rest the one whose prediction is shown.
    pub fn chosen_in(&self, model: &ModelInfo, trace: &Trace) -> Option<usize> {
        let last = trace.len().checked_sub(1)?;
        match self.token {
            Some(token) => Some(token.min(last)),
            None => self.predicted(model, trace),
        }
    }

    /// The chosen token among those that look, in the attention that is meant.
    pub fn chosen_query(&self, model: &ModelInfo, trace: &Trace) -> Option<usize> {
        match self.attention_of(model) {
            Some(Attention::Source) => {
                let last = trace.source().len().checked_sub(1)?;
                Some(self.source_token.map_or(last, |token| token.min(last)))
            }
            _ => self.chosen_in(model, trace),
        }
    }

    /// The key that the row of `query` is read at: the chosen one, or the one with most attention.
    pub fn key_of(&self, model: &ModelInfo, trace: &Trace, query: usize) -> Option<usize> {
        let attention = self.attention_of(model)?;
        let visible = attention.n_visible(model, trace, query);
        if let Some(key) = self.key.filter(|key| *key < visible) {
            return Some(key);
        }
        let head = self.head.min(model.n_heads.saturating_sub(1));
        let pattern = attention.at(self.layer_of(model), Site::Pattern);
        largest(trace.head_row(pattern, head, query)?)
    }
}

/// Blocks of the attention that is meant, or layers of a model without.
fn n_layers(focus: &Focus, model: &ModelInfo) -> usize {
    let attention = focus.attention_of(model);
    attention.map_or(model.n_layers, |attention| attention.n_layers(model))
}

impl<'a> ViewInput<'a> {
    /// The attention that is meant.
    pub(super) fn attention(&self) -> Option<Attention> {
        self.focus.attention_of(self.model)
    }

    /// Blocks of the attention that is meant, or layers of a model without.
    pub(super) fn n_layers(&self) -> usize {
        n_layers(self.focus, self.model)
    }

    /// The tokens that look.
    pub(super) fn queries(&self) -> &'a [TokenInfo] {
        self.attention()
            .map_or(&[], |attention| attention.queries(self.trace))
    }

    /// The tokens that are looked at.
    pub(super) fn keys(&self) -> &'a [TokenInfo] {
        self.attention()
            .map_or(&[], |attention| attention.keys(self.trace))
    }

    /// How many of the keys a query may look at; they are the first ones.
    pub(super) fn n_visible(&self, query: usize) -> usize {
        self.attention().map_or(0, |attention| {
            attention.n_visible(self.model, self.trace, query)
        })
    }

    /// Whether every token sees itself and what is before it only.
    pub(super) fn looks_back(&self) -> bool {
        match self.attention() {
            Some(Attention::Target) => true,
            Some(Attention::Own) | None => self.model.architecture.looks_back_only(),
            Some(Attention::Source | Attention::Cross) => false,
        }
    }

    /// Whether one text looks at another.
    pub(super) fn is_across(&self) -> bool {
        self.attention() == Some(Attention::Cross)
    }

    /// A stage of a head's attention at one query (a query's own, or a key's).
    pub(super) fn stage(
        &self,
        layer: usize,
        site: Site,
        head: usize,
        position: usize,
    ) -> Option<&'a [f32]> {
        let activation = self.attention()?.at(layer, site);
        self.trace.head_row(activation, head, position)
    }

    /// How much `query` attends to each key it may look at.
    pub(super) fn pattern(&self, layer: usize, head: usize, query: usize) -> Option<&'a [f32]> {
        self.stage(layer, Site::Pattern, head, query)
    }

    /// The position whose prediction is shown; see [`Focus::predicted`].
    pub(super) fn predicted(&self) -> Option<usize> {
        self.focus.predicted(self.model, self.trace)
    }

    /// The chosen token among those that look.
    pub(super) fn chosen_query(&self) -> Option<usize> {
        self.focus.chosen_query(self.model, self.trace)
    }

    /// The token among those that look whose row is lit: the one pointed at, else the chosen one.
    pub(super) fn lit_query(&self) -> Option<usize> {
        if self.attention().is_none() {
            return self.path();
        }
        let hovered = match (&self.focus.hovered, self.attention()) {
            (Some(Target::SourceToken(position)), Some(Attention::Source)) => Some(*position),
            (Some(Target::Token(position)), attention) if attention != Some(Attention::Source) => {
                Some(*position)
            }
            _ => None,
        };
        let hovered = hovered.filter(|position| *position < self.queries().len());
        hovered.or_else(|| self.chosen_query())
    }

    /// `queries` in the order in which they are drawn: the lit one comes to lie on top.
    pub(super) fn lit_query_last(&self, queries: impl Iterator<Item = usize>) -> Vec<usize> {
        let lit = self.lit_query();
        let (mut order, last): (Vec<_>, Vec<_>) = queries.partition(|at| lit != Some(*at));
        order.extend(last);
        order
    }

    /// The key the row of `query` is read at.
    pub(super) fn chosen_key(&self, query: usize) -> Option<usize> {
        self.focus.key_of(self.model, self.trace, query)
    }

    /// The query and key of the chosen head that the pointer is on.
    pub(super) fn hovered_pair(&self) -> Option<(usize, usize)> {
        match self.focus.hovered {
            Some(Target::Cell {
                layer,
                head,
                query,
                key,
            }) if (layer, head) == (self.layer(), self.head())
                && query < self.queries().len()
                && key < self.n_visible(query) =>
            {
                Some((query, key))
            }
            _ => None,
        }
    }

    /// What a token that looks is called where it can be pointed at.
    pub(super) fn query_target(&self, query: usize) -> Target {
        match self.attention() {
            Some(Attention::Source) => Target::SourceToken(query),
            _ => Target::Token(query),
        }
    }

    /// What a token that is looked at is called where it can be pointed at.
    pub(super) fn key_target(&self, key: usize) -> Target {
        match self.attention() {
            Some(Attention::Source | Attention::Cross) => Target::SourceToken(key),
            _ => Target::Token(key),
        }
    }

    /// An attention weight and where it is from.
    pub(super) fn weight(&self, layer: usize, head: usize, at: (usize, usize)) -> Option<Source> {
        let (query, key) = at;
        Some(Source {
            activation: self.attention()?.at(layer, Site::Pattern),
            index: vec![head, query, key],
            value: *self.pattern(layer, head, query)?.get(key)?,
        })
    }
}

/// Why a view of attention has nothing to show.
pub(super) fn no_attention(model: &ModelInfo, language: Language) -> Option<&'static str> {
    (!model.architecture.attends()).then(|| {
        language.pick(
            "A recurrent model has no attention: what it knows of the text so far has to fit into the numbers of its state.",
            "순환 모델에는 어텐션이 없습니다. 앞의 글에서 아는 것은 모두 상태를 이루는 수 안에 담겨야 합니다.",
        )
    })
}

/// How each of these tokens is written.
pub(super) fn labels_of(tokens: &[TokenInfo]) -> Vec<String> {
    let label = |token: &TokenInfo| token_label(&token.bytes).text;
    tokens.iter().map(label).collect()
}

/// How each of these tokens is written, and its hue.
pub(super) fn labels_and_hues(tokens: &[TokenInfo]) -> (Vec<String>, Vec<u8>) {
    (labels_of(tokens), token_hues(tokens))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::views::fixture::Fixture;

    #[test]
    fn an_encoder_predicts_the_chosen_blank_else_the_first() {
        let mut fixture = Fixture::of(Architecture::Encoder, 9, (2, 2), Language::En);
        let predicted = |fixture: &Fixture| fixture.focus.predicted(&fixture.model, &fixture.trace);
        let chosen = |fixture: &Fixture| fixture.focus.chosen_in(&fixture.model, &fixture.trace);
        assert_eq!((predicted(&fixture), chosen(&fixture)), (Some(4), Some(4)));
        fixture.focus.token = Some(2);
        assert_eq!((predicted(&fixture), chosen(&fixture)), (Some(4), Some(2)));
        // Without a blank: what is chosen, else the last token that is no special one.
        fixture.model.mask = None;
        assert_eq!(predicted(&fixture), Some(2));
        fixture.focus.token = None;
        assert_eq!(predicted(&fixture), Some(7));
        let other = Fixture::of(Architecture::Recurrent, 9, (2, 2), Language::En);
        assert_eq!(predicted(&other), Some(8));
    }

    #[test]
    fn the_attention_that_is_meant_is_one_the_model_has() {
        let mut fixture = Fixture::of(Architecture::EncoderDecoder, 9, (2, 2), Language::En);
        let meant = |fixture: &Fixture| fixture.focus.attention_of(&fixture.model);
        assert_eq!(meant(&fixture), Some(Attention::Cross));
        fixture.focus.attention = Attention::Source;
        assert_eq!(meant(&fixture), Some(Attention::Source));
        let input = fixture.input(100.0, 100.0);
        assert_eq!((input.queries().len(), input.keys().len()), (11, 11));
        assert_eq!((input.n_visible(0), input.lit_query()), (11, Some(10)));
        let decoder = Fixture::of(Architecture::Decoder, 9, (2, 2), Language::En);
        assert_eq!(meant(&decoder), Some(Attention::Own));
        assert_eq!(decoder.input(1.0, 1.0).n_visible(3), 4);
    }
}

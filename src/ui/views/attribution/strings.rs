//! Words of the terms of a logit.

use crate::order::descending;
use crate::protocol::{Architecture, Attribution, Component};
use crate::ui::components::scene::Source;
use crate::ui::i18n::Language;
use crate::ui::views::ViewInput;
use crate::ui::views::number::decimal;
use crate::ui::views::token_label::quoted;
use crate::ui::views::waiting::waiting;

use super::logit;

/// The words in one language.
pub struct Strings {
    language: Language,
    /// Title of the view.
    pub title: &'static str,
    /// Name of the last line.
    pub sum: &'static str,
    /// Name of the line of lengths.
    pub norm: &'static str,
}

const EN: Strings = Strings {
    language: Language::En,
    title: "Who wrote this logit",
    sum: "sum = the logit",
    norm: "length",
};

const KO: Strings = Strings {
    language: Language::Ko,
    title: "누가 이 로짓을 썼나",
    sum: "합 = 로짓",
    norm: "길이",
};

/// The words in `language`.
pub fn of(language: Language) -> &'static Strings {
    language.pick(&EN, &KO)
}

impl Strings {
    /// Why there is nothing to show of a kind of model.
    pub fn why_not(&self, architecture: Architecture) -> Option<&'static str> {
        let (en, ko) = match architecture {
            Architecture::Decoder | Architecture::EncoderDecoder => return None,
            Architecture::Encoder => (
                "A logit is a sum of parts only while the stream is just added to; this encoder normalises it after every part.",
                "흐름에 더하기만 할 때 로짓을 부분의 합으로 나눌 수 있습니다. 이 인코더는 부분마다 정규화합니다.",
            ),
            Architecture::Recurrent => (
                "Gates multiply what they let through, so a logit is no sum of what each step wrote.",
                "게이트는 값을 곱하므로 로짓을 단계마다 쓴 값의 합으로 나눌 수 없습니다.",
            ),
        };
        Some(self.language.pick(en, ko))
    }

    /// Name of a term.
    pub fn component(&self, component: Component) -> String {
        let pick = |en: &str, ko: &str| self.language.pick(en, ko).to_owned();
        let block = |layer: usize| match self.language {
            Language::En => format!("block {}", layer + 1),
            Language::Ko => format!("블록 {}", layer + 1),
        };
        match component {
            Component::Embedding => pick("token embedding", "토큰 임베딩"),
            Component::Position => pick("position", "위치 임베딩"),
            Component::Head { layer, head } => {
                let name = pick("head", "헤드");
                format!("{}, {name} {}", block(layer), head + 1)
            }
            Component::CrossHead { layer, head } => {
                let name = pick("cross-attention head", "교차 어텐션 헤드");
                format!("{}, {name} {}", block(layer), head + 1)
            }
            Component::AttentionBias { layer } => {
                format!(
                    "{}, {}",
                    block(layer),
                    pick("attention bias", "어텐션 편향")
                )
            }
            Component::Mlp { layer } => format!("{}, MLP", block(layer)),
            Component::MlpBias { layer } => {
                format!("{}, {}", block(layer), pick("MLP bias", "MLP 편향"))
            }
            Component::FinalBias => pick("final norm's bias", "최종 노름 편향"),
        }
    }

    /// Name of the terms that are not listed.
    pub fn rest(&self, terms: usize) -> String {
        match self.language {
            Language::En => format!("the rest, {terms}"),
            Language::Ko => format!("나머지 {terms}개"),
        }
    }

    /// Name of a part of the waterfall: 0 is the embedding, then the blocks.
    pub fn part(&self, part: usize, n_layers: usize, width: f64) -> String {
        let is_wide = width >= 46.0;
        match (self.language, part) {
            (_, 0) => String::new(),
            (Language::En, _) if is_wide && n_layers <= 8 => format!("block {part}"),
            (Language::Ko, _) if is_wide && n_layers <= 8 => format!("블록 {part}"),
            _ => part.to_string(),
        }
    }

    /// Which logit it is.
    pub fn heading(&self, input: &ViewInput<'_>, logit: &Source, terms: Option<usize>) -> String {
        let (token, target) = names(input, logit);
        let value = decimal(f64::from(logit.value), 2);
        match (self.language, terms) {
            (Language::En, Some(terms)) => {
                format!("logit of {target} after {token}: {value}, the sum of {terms} terms")
            }
            (Language::En, None) => format!("logit of {target} after {token}: {value}"),
            (Language::Ko, Some(terms)) => {
                format!("{token} 다음에 {target}의 로짓: {value}, 항 {terms}개의 합")
            }
            (Language::Ko, None) => format!("{token} 다음에 {target}의 로짓: {value}"),
        }
    }

    /// The largest terms in words.
    pub fn describe(&self, input: &ViewInput<'_>, found: Option<&Attribution>) -> String {
        let Some(logit) = logit(input) else {
            let nothing = ("No text has been read yet.", "아직 읽은 글이 없습니다.");
            return self.language.pick(nothing.0, nothing.1).to_owned();
        };
        let Some(found) = found else {
            return waiting(input).to_owned();
        };
        let order = descending(found.terms.iter().map(|(_, term)| term.abs()));
        let (named, others) = order.split_at(order.len().min(5));
        let rest: f64 = others.iter().map(|i| f64::from(found.terms[*i].1)).sum();
        let named: Vec<String> = named
            .iter()
            .map(|i| {
                let (part, term) = &found.terms[*i];
                let number = decimal(f64::from(*term), 2);
                format!("{} {number}", self.component(*part))
            })
            .collect();
        let named = named.join("; ");
        let (rest, others) = (decimal(rest, 2), others.len());
        let (token, target) = names(input, &logit);
        let value = decimal(f64::from(found.logit), 2);
        let scale = decimal(f64::from(found.scale), 2);
        match self.language {
            Language::En => format!(
                "The logit of {target} after {token} is {value}. Its largest terms: {named}; the other {others} together {rest}. The final norm divides by {scale}, held fixed."
            ),
            Language::Ko => format!(
                "{token} 다음에 {target}의 로짓은 {value}입니다. 가장 큰 항은 {named}이고, 나머지 {others}개를 더하면 {rest}입니다. 최종 노름이 나누는 값 {scale}은(는) 그대로 두었습니다."
            ),
        }
    }
}

/// The token at the position, and the one whose logit it is.
fn names(input: &ViewInput<'_>, logit: &Source) -> (String, String) {
    let token = quoted(&input.trace.tokens()[logit.index[0]].bytes);
    let target = input.model.vocabulary.get(logit.index[1]);
    (token, target.map_or(String::new(), |bytes| quoted(bytes)))
}

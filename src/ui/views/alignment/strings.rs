//! Words of the alignment.

use crate::protocol::Architecture;
use crate::ui::i18n::Language;
use crate::ui::views::ViewInput;
use crate::ui::views::number::whole_percent;
use crate::ui::views::token_label::quoted;
use crate::ui::views::waiting::waiting;

use super::Links;

/// The words in one language.
pub struct Strings {
    language: Language,
    /// Title of the view.
    pub title: &'static str,
    /// Name of the text that is read.
    pub source: &'static str,
    /// Name of the text that is written.
    pub target: &'static str,
}

const EN: Strings = Strings {
    language: Language::En,
    title: "Alignment",
    source: "source",
    target: "translation",
};

const KO: Strings = Strings {
    language: Language::Ko,
    title: "단어 짝",
    source: "원문",
    target: "번역문",
};

/// The words in `language`.
pub fn of(language: Language) -> &'static Strings {
    language.pick(&EN, &KO)
}

impl Strings {
    /// Why there is nothing to show of a kind of model.
    pub fn why_not(&self, architecture: Architecture) -> Option<&'static str> {
        (!architecture.has_source()).then(|| {
            self.language.pick(
                "This model reads one text only, so there are no two texts whose words could be paired.",
                "이 모델은 글을 하나만 읽으므로 단어를 짝지을 두 글이 없습니다.",
            )
        })
    }

    /// Whose attention it is.
    pub fn which(&self, links: &Links) -> String {
        let layer = links.layer + 1;
        match (self.language, links.head) {
            (Language::En, Some(head)) => {
                format!("cross-attention, block {layer}, head {}", head + 1)
            }
            (Language::En, None) => format!("cross-attention, block {layer}, mean of the heads"),
            (Language::Ko, Some(head)) => {
                format!("교차 어텐션, 블록 {layer}, 헤드 {}", head + 1)
            }
            (Language::Ko, None) => format!("교차 어텐션, 블록 {layer}, 헤드 평균"),
        }
    }

    /// Each token of the translation with the one of the source it looks at most.
    pub fn describe(&self, input: &ViewInput<'_>, links: &Links) -> String {
        if input.trace.is_empty() || input.trace.source().is_empty() {
            let nothing = ("No text has been read yet.", "아직 읽은 글이 없습니다.");
            return self.language.pick(nothing.0, nothing.1).to_owned();
        }
        if links.weights.is_empty() {
            return waiting(input).to_owned();
        }
        let pairs = input.trace.tokens().iter().enumerate();
        let pairs = pairs.filter_map(|(target, token)| {
            let (source, weight) = links.strongest(target)?;
            let (to, from) = (
                quoted(&token.bytes),
                quoted(&input.trace.source().get(source)?.bytes),
            );
            let share = whole_percent(f64::from(weight));
            Some(match self.language {
                Language::En => format!("{to} at {from}, {share}"),
                Language::Ko => format!("{to} → {from} {share}"),
            })
        });
        let (which, pairs) = (self.which(links), pairs.collect::<Vec<_>>().join("; "));
        match self.language {
            Language::En => {
                format!("Each token of the translation looks most ({which}): {pairs}.")
            }
            Language::Ko => {
                format!("번역문의 토큰마다 가장 많이 보는 원문 토큰({which}): {pairs}.")
            }
        }
    }
}

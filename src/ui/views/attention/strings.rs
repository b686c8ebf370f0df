//! Words of the large attention head.

use crate::ui::i18n::Language;
use crate::ui::views::ViewInput;
use crate::ui::views::attended::no_attention;
use crate::ui::views::korean::{Particle, with_particle};
use crate::ui::views::number::whole_percent;
use crate::ui::views::token_label::quoted;

/// The words in one language.
pub struct Strings {
    language: Language,
    /// Title of the heatmap.
    pub title: &'static str,
    /// Title of the lines.
    pub lines_title: &'static str,
    /// Column of the tokens that look.
    pub query: &'static str,
    /// Column of the tokens that are looked at.
    pub key: &'static str,
}

const EN: Strings = Strings {
    language: Language::En,
    title: "Attention",
    lines_title: "Attention as lines",
    query: "looks",
    key: "is looked at",
};

const KO: Strings = Strings {
    language: Language::Ko,
    title: "어텐션",
    lines_title: "선으로 보는 어텐션",
    query: "보는 토큰",
    key: "보이는 토큰",
};

/// The words in `language`.
pub fn of(language: Language) -> &'static Strings {
    language.pick(&EN, &KO)
}

impl Strings {
    /// The chosen row in one sentence.
    pub fn describe(&self, input: &ViewInput<'_>) -> String {
        if let Some(reason) = no_attention(input.model, self.language) {
            return reason.to_owned();
        }
        let nothing = match self.language {
            Language::En => "No text has been read yet.",
            Language::Ko => "아직 읽은 글이 없습니다.",
        };
        let (layer, head) = (input.layer(), input.head());
        let found = input.chosen_query().and_then(|query| {
            let key = input.chosen_key(query)?;
            let weight = *input.pattern(layer, head, query)?.get(key)?;
            Some((query, key, weight))
        });
        let Some((query, key, weight)) = found else {
            return nothing.to_owned();
        };
        let (from, to) = (
            quoted(&input.queries()[query].bytes),
            quoted(&input.keys()[key].bytes),
        );
        let share = whole_percent(f64::from(weight));
        let (layer, head) = (layer + 1, head + 1);
        if input.is_across() {
            return match self.language {
                Language::En => format!(
                    "{from} looks across at {to} in the source and gives it {share} of its attention, in block {layer}, head {head}."
                ),
                Language::Ko => format!(
                    "블록 {layer}, 헤드 {head}에서 {} 원문의 {to}에 어텐션의 {share}를 줍니다.",
                    with_particle(&from, Particle::Topic)
                ),
            };
        }
        let is_ahead = key > query;
        match (self.language, query == key) {
            (Language::En, false) if is_ahead => format!(
                "{from} looks ahead at {to} and gives it {share} of its attention, in block {layer}, head {head}."
            ),
            (Language::Ko, false) if is_ahead => format!(
                "블록 {layer}, 헤드 {head}에서 {} 뒤의 {to}에 어텐션의 {share}를 줍니다.",
                with_particle(&from, Particle::Topic)
            ),
            (Language::En, false) => format!(
                "{from} looks back at {to} and gives it {share} of its attention, in block {layer}, head {head}."
            ),
            (Language::En, true) => format!(
                "{from} gives itself {share} of its attention, in block {layer}, head {head}."
            ),
            (Language::Ko, false) => format!(
                "블록 {layer}, 헤드 {head}에서 {} 앞의 {to}에 어텐션의 {share}를 줍니다.",
                with_particle(&from, Particle::Topic)
            ),
            (Language::Ko, true) => format!(
                "블록 {layer}, 헤드 {head}에서 {} 자기 자신에게 어텐션의 {share}를 줍니다.",
                with_particle(&from, Particle::Topic)
            ),
        }
    }
}

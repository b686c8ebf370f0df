//! Words of the surprise.

use crate::protocol::Architecture;
use crate::ui::i18n::Language;
use crate::ui::views::ViewInput;
use crate::ui::views::korean::{Particle, with_particle};
use crate::ui::views::number::{count, decimal, percent};
use crate::ui::views::token_label::quoted;

use super::{Totals, surprise_at};

/// The words in one language.
pub struct Strings {
    language: Language,
    /// Title of the view.
    pub title: &'static str,
    /// Before the steps of the scale.
    pub bits: &'static str,
    /// What the line under tokens means.
    pub repeated: &'static str,
}

const EN: Strings = Strings {
    language: Language::En,
    title: "Surprise",
    bits: "Bits",
    repeated: "three or more tokens said before",
};

const KO: Strings = Strings {
    language: Language::Ko,
    title: "놀라움",
    bits: "비트",
    repeated: "앞에 나온 토큰 셋 이상",
};

/// The words in `language`.
pub fn of(language: Language) -> &'static Strings {
    language.pick(&EN, &KO)
}

impl Strings {
    /// Why there is nothing to show of a kind of model.
    pub fn why_not(&self, architecture: Architecture) -> Option<&'static str> {
        let (en, ko) = match architecture {
            Architecture::Decoder | Architecture::EncoderDecoder | Architecture::Recurrent => {
                return None;
            }
            Architecture::Encoder => (
                "An encoder sees what comes after a token too, so no token can surprise it from the left; what each costs it is in “What may look where”.",
                "인코더는 뒤의 토큰도 보므로 앞만 보고 놀라는 일이 없습니다. 토큰마다의 손실은 “무엇을 볼 수 있나”에 있습니다.",
            ),
        };
        Some(self.language.pick(en, ko))
    }

    /// Why there are no sums.
    pub fn waiting(&self, input: &ViewInput<'_>) -> String {
        let is_short = input.trace.len() < 2;
        match (self.language, is_short) {
            (Language::En, true) => "A prediction needs something before it: write more.",
            (Language::En, false) => "Computing.",
            (Language::Ko, true) => "앞에 글이 있어야 예측할 수 있습니다. 더 써 보세요.",
            (Language::Ko, false) => "계산하고 있습니다.",
        }
        .to_owned()
    }

    /// The sums.
    pub fn totals(&self, totals: &Totals) -> String {
        let (tokens, bits) = (count(totals.tokens), decimal(totals.bits, 1));
        let per_token = decimal(totals.bits_per_token(), 2);
        let per_character = totals.bits_per_character().map(|bits| decimal(bits, 2));
        let perplexity = match totals.perplexity() {
            large if large >= 1000.0 => count(large.round() as usize),
            perplexity => decimal(perplexity, 1),
        };
        match self.language {
            Language::En => {
                let per_character =
                    per_character.map_or(String::new(), |bits| format!(", {bits} per character"));
                let plural = if totals.tokens == 1 { "" } else { "s" };
                format!(
                    "{bits} bits for {tokens} token{plural}: {per_token} per token{per_character}. Perplexity {perplexity}."
                )
            }
            Language::Ko => {
                let per_character =
                    per_character.map_or(String::new(), |bits| format!(", 글자당 {bits}비트"));
                format!(
                    "토큰 {tokens}개에 {bits}비트: 토큰당 {per_token}비트{per_character}. 퍼플렉서티 {perplexity}."
                )
            }
        }
    }

    /// What the model said of one token.
    pub fn token(&self, input: &ViewInput<'_>, position: usize) -> String {
        let Some(token) = input.trace.tokens().get(position) else {
            return String::new();
        };
        let name = quoted(&token.bytes);
        if position == 0 {
            return match self.language {
                Language::En => format!("{name} is first: nothing before it, so no prediction."),
                Language::Ko => format!(
                    "{} 맨 앞이라 예측이 없습니다.",
                    with_particle(&name, Particle::Topic)
                ),
            };
        }
        let Some(surprise) = surprise_at(input, position) else {
            return name;
        };
        let bits = decimal(surprise.bits, 1);
        let p = percent(f64::from(surprise.p));
        if surprise.expected == token.id {
            return match self.language {
                Language::En => format!("{name}: {bits} bits. The model expected it, {p}."),
                Language::Ko => format!("{name}: {bits}비트. 모델이 예상한 토큰입니다({p})."),
            };
        }
        let bytes = input.model.vocabulary.get(surprise.expected as usize);
        let expected = bytes.map_or(String::new(), |bytes| quoted(bytes));
        let p_expected = percent(f64::from(surprise.p_expected));
        match self.language {
            Language::En => format!(
                "{name}: {bits} bits. The model gave it {p} and expected {expected}, {p_expected}."
            ),
            Language::Ko => format!(
                "{name}: {bits}비트. 모델은 {} 예상했고({p_expected}) 이 토큰은 {p}로 보았습니다.",
                with_particle(&expected, Particle::Object)
            ),
        }
    }

    /// Which token surprised most, in words.
    pub fn most(&self, input: &ViewInput<'_>, position: usize) -> String {
        let said = self.token(input, position);
        match self.language {
            Language::En => format!("The greatest surprise is {said}"),
            Language::Ko => format!("가장 놀라운 토큰은 {said}"),
        }
    }
}

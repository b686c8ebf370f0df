//! Words of the arithmetic of attention.

use crate::ui::i18n::Language;
use crate::ui::views::korean::{Particle, with_particle};
use crate::ui::views::number::decimal;

use super::Sum;

/// The words in one language.
pub struct Strings {
    language: Language,
    pub title: &'static str,
    pub products: &'static str,
    pub sum: &'static str,
}

const EN: Strings = Strings {
    language: Language::En,
    title: "Why this weight",
    products: "query × key, number by number",
    sum: "sum",
};

const KO: Strings = Strings {
    language: Language::Ko,
    title: "이 값이 나온 까닭",
    products: "쿼리 × 키, 자리마다",
    sum: "합",
};

/// The words in `language`.
pub fn of(language: Language) -> &'static Strings {
    language.pick(&EN, &KO)
}

impl Strings {
    pub fn query_of(&self, token: &str) -> String {
        match self.language {
            Language::En => format!("query of {token}"),
            Language::Ko => format!("{token}의 쿼리"),
        }
    }

    pub fn key_of(&self, token: &str) -> String {
        match self.language {
            Language::En => format!("key of {token}"),
            Language::Ko => format!("{token}의 키"),
        }
    }

    pub fn divided(&self, d_head: usize) -> String {
        match self.language {
            Language::En => format!("divided by √{d_head}"),
            Language::Ko => format!("√{d_head}로 나누면"),
        }
    }

    pub fn softmax(&self, tokens: usize, is_shifted: bool) -> String {
        let shifted = match (is_shifted, self.language) {
            (false, _) => "",
            (true, Language::En) => ", largest taken off",
            (true, Language::Ko) => ", 가장 큰 값을 빼고",
        };
        match (self.language, tokens) {
            (Language::En, 1) => format!("softmax over 1 token{shifted}"),
            (Language::En, _) => format!("softmax over {tokens} tokens{shifted}"),
            (Language::Ko, _) => format!("토큰 {tokens}개의 소프트맥스{shifted}"),
        }
    }

    pub fn heading(&self, sum: &Sum<'_>) -> (String, String) {
        let weight = decimal(f64::from(sum.weight), 2);
        let (from, to) = &sum.tokens;
        match self.language {
            Language::En => (format!("Why {weight}"), format!("{from} looks at {to}")),
            Language::Ko => (
                // The number is read out digit by digit, so its last digit decides.
                format!("{} 나온 까닭", with_particle(&weight, Particle::Subject)),
                format!(
                    "{} {} 볼 때",
                    with_particle(from, Particle::Subject),
                    with_particle(to, Particle::Object)
                ),
            ),
        }
    }

    pub fn describe(&self, sum: Option<&Sum<'_>>) -> String {
        let Some(sum) = sum else {
            return match self.language {
                Language::En => "No weight has been computed yet.".to_owned(),
                Language::Ko => "아직 계산한 값이 없습니다.".to_owned(),
            };
        };
        let (from, to) = &sum.tokens;
        let (dot, score) = (decimal(sum.dot, 2), decimal(f64::from(sum.score), 2));
        let (weight, d_head, n) = (decimal(f64::from(sum.weight), 4), sum.d_head, sum.at.0 + 1);
        match self.language {
            Language::En => format!(
                "The query of {from} times the key of {to} is {dot}; divided by √{d_head} it is {score}; the softmax over {n} tokens makes it {weight}."
            ),
            Language::Ko => format!(
                "{from}의 쿼리와 {to}의 키를 자리마다 곱해 더하면 {dot}, √{d_head}로 나누면 {score}, 토큰 {n}개의 소프트맥스를 거치면 {weight}입니다."
            ),
        }
    }
}

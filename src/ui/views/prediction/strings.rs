//! Words of the prediction.

use crate::protocol::Architecture;
use crate::ui::i18n::Language;
use crate::ui::views::ViewInput;
use crate::ui::views::korean::{Particle, with_particle};
use crate::ui::views::number::{count, percent, placed};
use crate::ui::views::token_label::quoted;

use super::rows::candidate_rows;

/// What a prediction is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The token after the last one.
    Next,
    /// A hidden token.
    Blank,
    /// A token in sight.
    Token,
    /// The end that a text has come to.
    End,
}

/// What the prediction that is shown is of.
pub fn place(input: &ViewInput<'_>) -> Place {
    if input.model.architecture != Architecture::Encoder {
        let after = input.predicted().map_or(0, |position| position + 1);
        return match input.trace.tokens().get(after) {
            Some(_) => Place::End,
            None => Place::Next,
        };
    }
    let token = input
        .predicted()
        .and_then(|at| input.trace.tokens().get(at));
    match token.map(|token| Some(token.id) == input.model.mask) {
        Some(true) => Place::Blank,
        _ => Place::Token,
    }
}

/// The words in one language.
pub struct Strings {
    language: Language,
    /// Title of the view.
    pub title: &'static str,
    /// What the hatch means.
    pub cut: &'static str,
    /// What the tick means.
    pub at_one: &'static str,
    /// What the tick means while a penalty is on.
    pub unpenalized: &'static str,
    /// What the ring means.
    pub said_before: &'static str,
}

const EN: Strings = Strings {
    language: Language::En,
    title: "Next token",
    cut: "cut, cannot be drawn",
    at_one: "at temperature 1",
    unpenalized: "at temperature 1, no penalty",
    said_before: "in the text",
};

const KO: Strings = Strings {
    language: Language::Ko,
    title: "다음 토큰",
    cut: "제외되어 뽑힐 수 없음",
    at_one: "온도가 1일 때",
    unpenalized: "온도 1, 페널티 없을 때",
    said_before: "글에 있음",
};

/// The words in `language`.
pub fn of(language: Language) -> &'static Strings {
    language.pick(&EN, &KO)
}

impl Strings {
    /// What is predicted: the next token, or what stands at a place of the text.
    pub fn heading(&self, input: &ViewInput<'_>) -> &'static str {
        match place(input) {
            Place::Next => self.title,
            Place::Blank => self.language.pick("In the blank", "빈칸에 올 토큰"),
            Place::Token => self.language.pick("At this token", "이 자리의 토큰"),
            Place::End => self.language.pick("Last token", "마지막 토큰"),
        }
    }

    /// Below the title: out of how many tokens.
    pub fn of_vocabulary(&self, count: &str) -> String {
        match self.language {
            Language::En => format!("of {count}"),
            Language::Ko => format!("{count}개 중"),
        }
    }

    /// Name of the row that sums all others.
    pub fn rest(&self, count: &str) -> String {
        match self.language {
            Language::En => format!("the rest, {count}"),
            Language::Ko => format!("나머지 {count}개"),
        }
    }

    /// The prediction in words.
    pub fn describe(&self, input: &ViewInput<'_>) -> String {
        let rows = candidate_rows(input);
        let name = |id: u32| {
            let bytes = input.model.vocabulary.get(id as usize);
            bytes.map_or(String::new(), |bytes| quoted(bytes))
        };
        let named: Vec<(String, String)> = rows
            .iter()
            .filter_map(|row| Some((name(row.id?), percent(row.p))))
            .take(3)
            .collect();
        let Some((first, share)) = named.first() else {
            return match self.language {
                Language::En => "There is no prediction yet.".to_owned(),
                Language::Ko => "아직 예측이 없습니다.".to_owned(),
            };
        };
        let others: Vec<String> = named[1..].iter().map(|(n, p)| format!("{n} {p}")).collect();
        let others = others.join(", ");
        let total = count(input.model.vocab_size());
        let mut text = match self.language {
            Language::En => {
                let what = match place(input) {
                    Place::Next => "next token",
                    Place::Blank => "token in the blank",
                    Place::Token => "token at this place, which is in sight,",
                    Place::End => "last token",
                };
                format!("The most likely {what} of {total} is {first}, {share}; then {others}.")
            }
            Language::Ko => {
                let place = match place(input) {
                    Place::Next => "다음에 올",
                    Place::Blank => "빈칸에 올",
                    Place::Token => "가리지 않은 이 자리에 올",
                    Place::End => "마지막에 올",
                };
                format!(
                    "토큰 {total}개 가운데 {place} 확률이 가장 높은 것은 {first}, {share}입니다. 그다음은 {others}입니다."
                )
            }
        };
        if let Some(draw) = input.draw {
            let drawn = name(draw.id);
            let [u, from, to] = placed(draw.u, draw.interval);
            text.push(' ');
            text.push_str(&match self.language {
                Language::En => format!(
                    "The drawn number is {u}: it falls between {from} and {to}, the share of {drawn}."
                ),
                Language::Ko => format!(
                    "뽑은 수는 {u}입니다. {from}에서 {to} 사이, 곧 {drawn}의 몫에 들어 {} 뽑혔습니다.",
                    with_particle(&drawn, Particle::Subject)
                ),
            });
        }
        text
    }
}

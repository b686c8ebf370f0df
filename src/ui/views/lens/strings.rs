//! Words of the logit lens.

use crate::protocol::{Architecture, LogitLens};
use crate::ui::i18n::Language;
use crate::ui::views::ViewInput;
use crate::ui::views::number::{count, decimal, whole_percent};
use crate::ui::views::token_label::quoted;
use crate::ui::views::waiting::waiting;

use super::path::answer;
use super::{lit, stream};

/// The words in one language.
pub struct Strings {
    language: Language,
    /// Title of the view.
    pub title: &'static str,
    /// What shade, number and weight of the letters mean.
    pub legend: &'static str,
    /// Name of the line of lengths.
    pub norm: &'static str,
}

const EN: Strings = Strings {
    language: Language::En,
    title: "Logit lens",
    legend: "darker: more likely there; number: place of the final answer; bold: it leads",
    norm: "length",
};

const KO: Strings = Strings {
    language: Language::Ko,
    title: "로짓 렌즈",
    legend: "짙을수록 확률이 높음, 숫자는 최종 답의 순위, 굵은 글자는 최종 답이 1위인 곳",
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
            Architecture::Decoder | Architecture::Encoder | Architecture::EncoderDecoder => {
                return None;
            }
            Architecture::Recurrent => (
                "A recurrent model has no stream from block to block that could be read on its way.",
                "순환 모델에는 블록을 지나며 중간에 읽어 볼 흐름이 없습니다.",
            ),
        };
        Some(self.language.pick(en, ko))
    }

    /// Name of a column.
    pub fn column(&self, depth: usize, is_wide: bool) -> String {
        match (self.language, depth, is_wide) {
            (_, _, false) => depth.to_string(),
            (Language::En, 0, _) => "embedding".to_owned(),
            (Language::Ko, 0, _) => "임베딩".to_owned(),
            (Language::En, ..) => format!("block {depth}"),
            (Language::Ko, ..) => format!("블록 {depth}"),
        }
    }

    /// Name of the line of places.
    pub fn rank_of(&self, answer: &str) -> String {
        match self.language {
            Language::En => format!("place of {answer}"),
            Language::Ko => format!("{answer} 순위"),
        }
    }

    /// Where a prediction was read.
    pub fn place(&self, token: &str, depth: usize) -> String {
        match (self.language, depth) {
            (Language::En, 0) => format!("{token}, embedding"),
            (Language::En, _) => format!("{token}, after block {depth}"),
            (Language::Ko, 0) => format!("{token}, 임베딩"),
            (Language::Ko, _) => format!("{token}, 블록 {depth} 뒤"),
        }
    }

    /// The lit token's way in words.
    pub fn describe(&self, input: &ViewInput<'_>, lens: Option<&LogitLens>) -> String {
        let Some(position) = lit(input) else {
            let nothing = ("No text has been read yet.", "아직 읽은 글이 없습니다.");
            return self.language.pick(nothing.0, nothing.1).to_owned();
        };
        let Some(row) = lens.and_then(|lens| lens.at.get(position)) else {
            return waiting(input).to_owned();
        };
        let token = quoted(&input.trace.tokens()[position].bytes);
        let answer = answer(input, row);
        let steps: Vec<String> = row
            .iter()
            .enumerate()
            .filter_map(|(depth, at)| {
                let (id, p) = *at.top.first()?;
                let bytes = input.model.vocabulary.get(id as usize)?;
                let stream = input.trace.row(stream(input.model, depth), position)?;
                let norm = decimal(f64::from(crate::ui::views::norm(stream)), 1);
                let (name, share) = (quoted(bytes), whole_percent(f64::from(p)));
                let (place, rank) = (self.column(depth, true), count(at.rank + 1));
                Some(match self.language {
                    Language::En => format!(
                        "{place}: {name} {share}, {answer} in place {rank}, stream {norm} long"
                    ),
                    Language::Ko => format!(
                        "{place}: {name} {share}, {answer}의 순위 {rank}위, 스트림 길이 {norm}"
                    ),
                })
            })
            .collect();
        let steps = steps.join("; ");
        let fills = input.model.architecture == Architecture::Encoder;
        match self.language {
            Language::En if fills => format!(
                "At {token} the model ends at {answer}. What it would put there on its way: {steps}."
            ),
            Language::Ko if fills => format!(
                "{token} 자리에서 모델이 끝에 가장 높게 보는 토큰은 {answer}입니다. 가는 길에 읽으면 다음과 같습니다. {steps}."
            ),
            Language::En => format!(
                "After {token} the model ends at {answer}. What it would say on its way: {steps}."
            ),
            Language::Ko => format!(
                "{token} 다음에 올 토큰으로 모델이 끝에 가장 높게 보는 것은 {answer}입니다. 가는 길에 읽으면 다음과 같습니다. {steps}."
            ),
        }
    }
}

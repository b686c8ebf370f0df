//! Words of attention in stages.

use crate::ui::i18n::Language;
use crate::ui::views::korean::{Particle, with_particle};
use crate::ui::views::number::decimal;
use crate::ui::views::token_label::quoted;
use crate::ui::views::waiting::waiting;
use crate::ui::views::{Measure, ViewInput, norm};

use super::Stage;
use super::numbers::{Change, Numbers};

/// The words in one language.
pub struct Strings {
    language: Language,
    /// Title of the view.
    pub title: &'static str,
}

const EN: Strings = Strings {
    language: Language::En,
    title: "Attention in stages",
};

const KO: Strings = Strings {
    language: Language::Ko,
    title: "어텐션 단계",
};

/// The words in `language`.
pub fn of(language: Language) -> &'static Strings {
    language.pick(&EN, &KO)
}

impl Strings {
    /// What a stage does, where there is little room.
    pub fn short_stage(
        &self,
        stage: Stage,
        input: &ViewInput<'_>,
        numbers: &Numbers<'_>,
    ) -> String {
        match (stage, numbers.measure) {
            (Stage::Scores, _) => "q · k".to_owned(),
            (Stage::Scaled, _) => match numbers.change() {
                Change::Root(root) => format!("÷√{root}"),
                Change::Distance => self.language.pick("+ far", "+ 거리").to_owned(),
                Change::Nothing => "÷1".to_owned(),
            },
            (Stage::Masked, _) => self.language.pick("mask", "마스크").to_owned(),
            (Stage::Weights, Measure::ValueWeighted) => "× |v|".to_owned(),
            (Stage::Weights, _) => self.stage(stage, input, numbers).0,
            (Stage::Result, _) => "× v".to_owned(),
        }
    }

    /// What a stage does, and what it is.
    pub fn stage(
        &self,
        stage: Stage,
        input: &ViewInput<'_>,
        numbers: &Numbers<'_>,
    ) -> (String, &'static str) {
        let pick = |en, ko| self.language.pick(en, ko);
        match (stage, numbers.measure) {
            (Stage::Scores, _) => (
                pick("query · key", "쿼리 · 키").to_owned(),
                pick("scores", "점수"),
            ),
            (Stage::Scaled, _) => match numbers.change() {
                Change::Root(root) => (format!("÷ √{root}"), pick("scaled", "크기를 맞춤")),
                Change::Distance => (
                    pick("+ distance", "+ 거리").to_owned(),
                    pick("learned per gap", "간격마다 배운 값"),
                ),
                Change::Nothing => (
                    pick("as it is", "그대로").to_owned(),
                    pick("not scaled", "나누지 않음"),
                ),
            },
            (Stage::Masked, _) => (
                pick("mask", "마스크").to_owned(),
                match input.looks_back() {
                    true => pick("not ahead", "뒤는 못 봄"),
                    false => pick("nothing hidden", "모두 보임"),
                },
            ),
            (Stage::Weights, Measure::Pattern) => (
                pick("softmax", "소프트맥스").to_owned(),
                pick("rows sum to 1", "행의 합은 1"),
            ),
            (Stage::Weights, Measure::ValueWeighted) => (
                pick("weight × |value|", "가중치 × |값|").to_owned(),
                pick("what is moved", "옮겨지는 크기"),
            ),
            (Stage::Weights, Measure::Rollout) => (
                pick("rollout", "롤아웃").to_owned(),
                pick("through the blocks", "블록을 거치며"),
            ),
            (Stage::Result, _) => (
                pick("× value", "× 값").to_owned(),
                pick("result, length", "결과와 길이"),
            ),
        }
    }

    /// The length of a vector.
    pub fn length(&self, number: &str) -> String {
        match self.language {
            Language::En => format!("length {number}"),
            Language::Ko => format!("길이 {number}"),
        }
    }

    /// Which pair is lit, and what is drawn of it.
    pub fn caption(&self, input: &ViewInput<'_>, numbers: &Numbers<'_>) -> String {
        let (from, to) = pair_of(input, numbers);
        let (layer, head) = (numbers.head.0 + 1, numbers.head.1 + 1);
        match self.language {
            Language::En => format!("block {layer}, head {head}: {from} looks at {to}"),
            Language::Ko => format!(
                "블록 {layer}, 헤드 {head}: {} {} 봄",
                with_particle(&from, Particle::Subject),
                with_particle(&to, Particle::Object)
            ),
        }
    }

    /// What is drawn instead of the weight between two tokens; empty if it is the weight.
    pub fn notes(&self, input: &ViewInput<'_>, numbers: &Numbers<'_>) -> String {
        let notes = [
            self.measure(numbers.measure, numbers.head.0 + 1),
            self.merged(input, numbers),
        ];
        let notes: Vec<String> = notes.into_iter().filter(|note| !note.is_empty()).collect();
        notes.join("; ")
    }

    /// What is drawn in place of the weights, and who proposed it.
    fn measure(&self, measure: Measure, layer: usize) -> String {
        match (measure, self.language) {
            (Measure::Pattern, _) => String::new(),
            (Measure::ValueWeighted, Language::En) => {
                "weight × length of the value before W_O (after Kobayashi et al. 2020)".to_owned()
            }
            (Measure::ValueWeighted, Language::Ko) => {
                "가중치 × 값의 길이, W_O를 거치기 전 (Kobayashi 외 2020을 따름)".to_owned()
            }
            (Measure::Rollout, Language::En) => {
                format!("rollout of blocks 1 to {layer}, mean of heads (Abnar and Zuidema 2020)")
            }
            (Measure::Rollout, Language::Ko) => {
                format!("블록 1~{layer}의 롤아웃, 헤드 평균 (Abnar, Zuidema 2020)")
            }
        }
    }

    fn merged(&self, input: &ViewInput<'_>, numbers: &Numbers<'_>) -> String {
        if numbers.words.is_none() {
            return String::new();
        }
        let (from, to) = self.pair(input, numbers);
        match self.language {
            Language::En => {
                format!("words {from} and {to}: sum over keys, mean over queries")
            }
            Language::Ko => format!(
                "단어 {} {to}: 키는 합, 쿼리는 평균",
                with_particle(&from, Particle::And)
            ),
        }
    }

    /// The words of the lit pair.
    fn pair(&self, input: &ViewInput<'_>, numbers: &Numbers<'_>) -> (String, String) {
        let name = |position| {
            let tokens = &input.queries()[numbers.unit(position)];
            let bytes: Vec<u8> = tokens
                .iter()
                .flat_map(|token| token.bytes.clone())
                .collect();
            quoted(&bytes)
        };
        (name(numbers.pair.0), name(numbers.pair.1))
    }

    /// All stages of the lit pair in words.
    pub fn describe(&self, input: &ViewInput<'_>, numbers: Option<&Numbers<'_>>) -> String {
        let Some(numbers) = numbers else {
            return match input.trace.is_empty() {
                true => self
                    .language
                    .pick("No text has been read yet.", "아직 읽은 글이 없습니다.")
                    .to_owned(),
                false => waiting(input).to_owned(),
            };
        };
        let (query, key) = numbers.pair;
        let two = |value: f32| decimal(f64::from(value), 2);
        let (from, to) = pair_of(input, numbers);
        let dot = two(numbers.dot(query, key));
        let score = numbers.scaled(query, key).map_or(String::new(), two);
        let weight = decimal(f64::from(numbers.pattern[query][key]), 4);
        let (layer, head) = (numbers.head.0 + 1, numbers.head.1 + 1);
        let length = two(norm(numbers.results[query]));
        let (looked, all) = (numbers.pattern[query].len(), numbers.n_keys);
        let sum = numbers.pattern[query].iter().map(|w| f64::from(*w));
        let sum = decimal(sum.sum(), 2);
        let change = match (self.language, numbers.change()) {
            (Language::En, Change::Root(root)) => format!("divided by √{root} it is {score}"),
            (Language::En, Change::Distance) => {
                format!("with what is learned for this distance it is {score}")
            }
            (Language::En, Change::Nothing) => format!("it is not scaled and stays {score}"),
            (Language::Ko, Change::Root(root)) => format!("√{root}로 나누면 {score}입니다"),
            (Language::Ko, Change::Distance) => {
                format!("이 거리에 배운 값을 더하면 {score}입니다")
            }
            (Language::Ko, Change::Nothing) => format!("나누지 않아 {score} 그대로입니다"),
        };
        let mut text = match self.language {
            Language::En => format!(
                "Block {layer}, head {head}, {from} looking at {to}: the score query times key is {dot}; {change}; the mask leaves {looked} of {all} tokens; the softmax makes it {weight}, and the row sums to {sum}. The values weighted so add up to a result of length {length}."
            ),
            Language::Ko => format!(
                "블록 {layer}의 헤드 {head}에서 {} {} 볼 때, 쿼리와 키를 곱한 점수는 {dot}, {change}. 마스크는 토큰 {all}개 가운데 {looked}개만 남깁니다. 소프트맥스를 거치면 {weight}이고, 행의 합은 {sum}입니다. 이 가중치로 값을 더한 결과의 길이는 {length}입니다.",
                with_particle(&from, Particle::Subject),
                with_particle(&to, Particle::Object),
            ),
        };
        self.describe_others(&mut text, input, numbers);
        text
    }

    /// What is drawn in place of the token's weight.
    fn describe_others(&self, text: &mut String, input: &ViewInput<'_>, numbers: &Numbers<'_>) {
        let measure = numbers.measure;
        if measure == Measure::Pattern && numbers.words.is_none() {
            return;
        }
        let (query, key) = numbers.pair;
        let weight = numbers.weight(query, key).map(f64::from);
        let number = weight.map_or(String::new(), |weight| decimal(weight, 4));
        let notes = self.notes(input, numbers);
        text.push_str(&match self.language {
            Language::En => format!(" Shown instead of the weight: {number} ({notes})."),
            Language::Ko => format!(" 가중치 대신 보이는 수는 {number}입니다({notes})."),
        });
    }
}

/// The token that looks and the one it looks at, quoted.
fn pair_of(input: &ViewInput<'_>, numbers: &Numbers<'_>) -> (String, String) {
    let (query, key) = numbers.pair;
    (
        quoted(&input.queries()[query].bytes),
        quoted(&input.keys()[key].bytes),
    )
}

//! Words of the arithmetic.

use crate::derivation::{Array, Bend, Operation, Quantity, Slice, Step};
use crate::protocol::{Activation, Axis, ModelInfo};
use crate::ui::i18n::Language;
use crate::ui::views::ViewInput;
use crate::ui::views::korean::{Particle, with_particle};
use crate::ui::views::number::count;

use super::math::figure;
use super::names::{layer_word, token_along, word};

/// The words in one language.
pub struct Strings {
    language: Language,
    /// Title of the view.
    pub title: &'static str,
    /// Said while numbers are on their way.
    pub waiting: &'static str,
    /// Name of the way here.
    pub way: &'static str,
    /// Name of its beginning, where there is attention.
    home: &'static str,
    /// Shows all terms.
    pub all_terms: &'static str,
    /// Shows the largest only.
    pub few_terms: &'static str,
    /// Name of the total.
    pub total: &'static str,
    /// The number as worked out here.
    pub recomputed: &'static str,
    /// The number as the engine has it.
    pub engine: &'static str,
    /// Name of the lists.
    pub any_number: &'static str,
    /// Name of the list of arrays.
    pub what: &'static str,
    /// Unfolds formulas and terms.
    pub steps: &'static str,
    /// Name of the table.
    pub terms: &'static str,
    /// Name of the bars of a softmax.
    pub shares: &'static str,
    /// Name of the bars of a norm.
    pub distances: &'static str,
    /// Name of the bars of a gate.
    pub both_products: &'static str,
}

const EN: Strings = Strings {
    language: Language::En,
    title: "Arithmetic",
    waiting: "The numbers are on their way.",
    way: "The way here",
    home: "chosen weight",
    all_terms: "show all",
    few_terms: "show the largest",
    total: "sum",
    recomputed: "recomputed here",
    engine: "by the engine",
    any_number: "Open any number",
    what: "of",
    steps: "Formula and every term",
    terms: "Terms, the largest first",
    shares: "share of each",
    distances: "distance from the mean",
    both_products: "the products, number by number: now, then before",
};

const KO: Strings = Strings {
    language: Language::Ko,
    title: "계산",
    waiting: "수를 가져오고 있습니다.",
    way: "여기까지 온 길",
    home: "고른 가중치",
    all_terms: "모두 보기",
    few_terms: "큰 것만 보기",
    total: "합",
    recomputed: "여기서 다시 계산",
    engine: "엔진의 값",
    any_number: "아무 수나 열기",
    what: "무엇",
    steps: "식과 모든 항",
    terms: "항, 큰 것부터",
    shares: "저마다의 몫",
    distances: "평균에서 떨어진 만큼",
    both_products: "자리마다 곱한 값: 지금 것, 이어서 앞 단계 것",
};

/// The words in `language`.
pub fn of(language: Language) -> &'static Strings {
    language.pick(&EN, &KO)
}

/// A number with 으로 or 로, as its last digit is read.
fn by(number: &str) -> String {
    let is_closed = number.ends_with(['0', '3', '6']);
    format!("{number}{}", if is_closed { "으로" } else { "로" })
}

impl Strings {
    /// Name of the number that is shown before one was opened.
    pub fn home_of(&self, model: &ModelInfo) -> &'static str {
        match model.architecture.attends() {
            true => self.home,
            false => self.language.pick("strongest unit", "가장 센 유닛"),
        }
    }

    /// The first entry of the list of blocks or layers.
    pub fn outside(&self, model: &ModelInfo) -> String {
        let word = layer_word(model, self.language);
        match self.language {
            Language::En => format!("outside the {word}s"),
            Language::Ko => format!("{word} 밖"),
        }
    }

    /// The title.
    pub fn why(&self, number: &str) -> String {
        match self.language {
            Language::En => format!("Why {number}"),
            // The number is read out digit by digit, so its last digit decides.
            Language::Ko if number.ends_with(|c: char| c.is_ascii_digit()) => {
                format!("{} 나온 까닭", with_particle(number, Particle::Subject))
            }
            Language::Ko => format!("{number} 값이 나온 까닭"),
        }
    }

    /// Which token looks at which.
    pub fn looks_at(&self, weight: &Quantity, input: &ViewInput<'_>) -> String {
        let token = |axis| token_along(weight, axis, input).unwrap_or_default();
        let (from, to) = (token(1), token(2));
        match self.language {
            Language::En => format!("{from} looks at {to}"),
            Language::Ko => format!(
                "{} {} 볼 때",
                with_particle(&from, Particle::Subject),
                with_particle(&to, Particle::Object)
            ),
        }
    }

    /// A softmax and over how many.
    pub fn softmax(&self, row: &Slice, is_shifted: bool) -> String {
        let n = count(row.len());
        let shifted = match (is_shifted, self.language) {
            (false, _) => "",
            (true, Language::En) => ", largest subtracted",
            (true, Language::Ko) => ", 가장 큰 값을 뺀 뒤",
        };
        match (self.language, row.len()) {
            (Language::En, 1) => format!("softmax over 1 token{shifted}"),
            (Language::En, _) => format!("softmax over {n} tokens{shifted}"),
            (Language::Ko, _) => format!("토큰 {n}개의 소프트맥스{shifted}"),
        }
    }

    /// The terms that are not shown.
    pub fn rest(&self, terms: usize, row: &Slice) -> String {
        let count = count(terms);
        let runs = |axis| row.array.axes().contains(&axis) && row.along(axis).is_none();
        let is_tokens = runs(Axis::Key) || runs(Axis::Source) || runs(Axis::Vocab);
        match (self.language, is_tokens) {
            (Language::En, true) => format!("the rest: {count} tokens"),
            (Language::En, false) => format!("the rest: {count} terms"),
            (Language::Ko, true) => format!("나머지 토큰 {count}개"),
            (Language::Ko, false) => format!("나머지 항 {count}개"),
        }
    }

    /// Name of the bars of a product.
    pub fn products(&self, left: &Slice, right: &Slice) -> String {
        let (l, r) = (
            word(left.array, self.language),
            word(right.array, self.language),
        );
        let axes = left.array.axes();
        let is_by_token = axes.contains(&Axis::Key) || axes.last() == Some(&Axis::Source);
        match (self.language, is_by_token) {
            (Language::En, true) => format!("{l} × {r}, token by token"),
            (Language::En, false) => format!("{l} × {r}, number by number"),
            (Language::Ko, true) => format!("{l} × {r}, 토큰마다"),
            (Language::Ko, false) => format!("{l} × {r}, 자리마다"),
        }
    }

    /// What a line of the computation is.
    pub fn step(&self, step: Step) -> String {
        let (en, ko) = match step {
            Step::Sum => ("sum", "합"),
            Step::Bias => ("plus bias", "편향 더하기"),
            Step::Mask => ("causal mask", "인과 마스크"),
            Step::Largest => ("largest, subtracted", "가장 큰 값(뺌)"),
            Step::Temperature => ("divided by temperature", "온도로 나누기"),
            Step::Exponential => ("its exponential", "지수"),
            Step::Normaliser => ("sum of all exponentials", "지수의 합"),
            Step::Mean => ("mean μ", "평균 μ"),
            Step::Variance => ("variance σ²", "분산 σ²"),
            Step::MeanSquare => ("mean of squares", "제곱의 평균"),
            Step::Normalised => ("normalised", "정규화"),
            Step::Gain => ("times gain", "배율 곱하기"),
            Step::Gate => ("share that passes", "통과하는 비율"),
            Step::Times => ("times what is behind the gate", "게이트를 지날 값 곱하기"),
            Step::Bent => ("tanh of the cell", "셀 상태의 tanh"),
            Step::Shown => ("times output gate", "출력 게이트 곱하기"),
            Step::Now => ("from what is read now", "지금 읽는 값에서 온 합"),
            Step::Before => ("from the state before", "앞 단계 상태에서 온 합"),
            Step::Kept => (
                "forget gate × cell before",
                "망각 게이트 × 앞 단계의 셀 상태",
            ),
            Step::LetIn => ("input gate × candidate", "입력 게이트 × 후보 값"),
            Step::Unturned => ("before turning", "돌리기 전"),
            Step::Partner => ("the other of the pair", "짝이 되는 수"),
            Step::Angle => ("turned by, radians", "돌린 각, 라디안"),
            Step::Root(root) => {
                return match self.language {
                    Language::En => format!("divided by √{root}"),
                    Language::Ko => format!("{} 나누면", by(&format!("√{root}"))),
                };
            }
        };
        self.language.pick(en, ko).to_owned()
    }

    /// What kind of step it is; empty where the formula says it all.
    pub fn about(&self, operation: &Operation) -> String {
        let (en, ko) = match operation {
            Operation::Learned => (
                "Learned in training; the same for every text.",
                "학습으로 정해진 수입니다. 어떤 글에서나 같습니다.",
            ),
            Operation::Given => (
                "The text itself, cut into tokens: nothing is computed.",
                "글을 토큰으로 자른 것입니다. 계산한 값이 아닙니다.",
            ),
            Operation::Lookup { token: Some(_), .. } => (
                "Read from the table of words, in this token's row.",
                "단어 표에서 이 토큰의 행을 읽은 값입니다.",
            ),
            Operation::Lookup { token: None, .. } => (
                "Read from the table of positions, in this position's row.",
                "위치 표에서 이 위치의 행을 읽은 값입니다.",
            ),
            Operation::Same(_) => (
                "The same number, passed on as it is.",
                "앞에서 나온 수를 그대로 받습니다.",
            ),
            Operation::Turn { .. } => (
                "Where the token stands turns the pair of numbers by an angle.",
                "토큰의 위치만큼 두 수의 짝을 돌립니다.",
            ),
            Operation::Norm { bias: None, .. } => (
                "RMSNorm: divided by the root of the mean square; no mean is taken off.",
                "RMSNorm입니다. 제곱 평균의 제곱근으로 나눕니다. 평균은 빼지 않습니다.",
            ),
            Operation::Mask {
                is_allowed: true, ..
            } => (
                "The query may look here: nothing is taken away.",
                "볼 수 있는 토큰이라 그대로 둡니다.",
            ),
            Operation::Mask {
                is_allowed: false, ..
            } => (
                "A later token: the query may not look there.",
                "뒤에 오는 토큰이라 볼 수 없습니다.",
            ),
            Operation::Softmax { temperature, .. } if *temperature != 1.0 => {
                let t = figure(*temperature);
                return match self.language {
                    Language::En => format!("Divided by temperature {t}, before any filter."),
                    Language::Ko => format!("온도 {} 나눈 값이며, 거르기 전입니다.", by(&t)),
                };
            }
            Operation::Gate {
                now,
                before,
                function,
                ..
            } => return self.about_gate(&now[0], before.is_some(), *function),
            Operation::Carry { kept, .. } => {
                let (en, ko) = (
                    "What the forget gate keeps of the cell before, plus what the input gate lets in of the candidate.",
                    "앞 단계의 셀 상태에서 망각 게이트가 남긴 값과 후보 값에서 입력 게이트가 들여보낸 값을 더합니다.",
                );
                return self.at_step(self.language.pick(en, ko), kept.is_some());
            }
            Operation::Bend { function, .. } => match function {
                Bend::Sigmoid | Bend::Tanh => (
                    "The cell, bent by tanh, as far as the output gate opens.",
                    "tanh를 거친 셀 상태를 출력 게이트가 열린 만큼 내보냅니다.",
                ),
                Bend::Gelu => ("The neuron's bend, GELU.", "뉴런의 굽힘 함수, GELU입니다."),
                Bend::GeluTanh => (
                    "The neuron's bend, GELU, as GPT-2 computes it.",
                    "뉴런의 굽힘 함수, GPT-2 방식의 GELU입니다.",
                ),
                Bend::Relu => ("The neuron's bend, ReLU.", "뉴런의 굽힘 함수, ReLU입니다."),
                Bend::Silu => ("The neuron's bend, SiLU.", "뉴런의 굽힘 함수, SiLU입니다."),
            },
            _ => ("", ""),
        };
        self.language.pick(en, ko).to_owned()
    }

    fn about_gate(&self, read: &Slice, has_before: bool, function: Bend) -> String {
        let (en, ko) = match function {
            Bend::Tanh => (
                "tanh makes the sum a number between −1 and 1: what this token would write into the cell.",
                "tanh는 합을 −1과 1 사이의 수로 바꿉니다. 이 토큰이 셀에 쓰려는 값입니다.",
            ),
            _ => (
                "σ makes the sum a share between 0 and 1: how far the gate opens.",
                "σ는 합을 0과 1 사이의 수로 바꿉니다. 게이트가 그만큼 열립니다.",
            ),
        };
        let below = match read.array {
            Array::Activation(Activation::Cell { .. }) => self.language.pick(
                " Here x is the hidden state of the layer below.",
                " 여기서 x는 아래층의 은닉 상태입니다.",
            ),
            _ => "",
        };
        let about = format!("{}{below}", self.language.pick(en, ko));
        self.at_step(&about, has_before)
    }

    /// With a sentence more at the first step.
    fn at_step(&self, about: &str, has_before: bool) -> String {
        let first = match has_before {
            true => "",
            false => self.language.pick(
                " Nothing comes before the first token.",
                " 첫 토큰에는 앞 단계가 없습니다.",
            ),
        };
        format!("{about}{first}")
    }
}

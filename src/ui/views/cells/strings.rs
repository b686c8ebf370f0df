//! Words of the state over time.

use crate::protocol::{Activation, Architecture, CellSite};
use crate::ui::i18n::Language;
use crate::ui::views::arithmetic::word;
use crate::ui::views::number::{count, decimal};
use crate::ui::views::token_label::quoted;
use crate::ui::views::waiting::waiting;
use crate::ui::views::{ViewInput, norm};

use super::shown;
use crate::derivation::Array;

/// The words in one language.
pub struct Strings {
    language: Language,
    /// Title of the view.
    pub title: &'static str,
    /// Name of the bars.
    pub length: &'static str,
}

const EN: Strings = Strings {
    language: Language::En,
    title: "State over time",
    length: "length",
};

const KO: Strings = Strings {
    language: Language::Ko,
    title: "시간에 따른 상태",
    length: "길이",
};

/// The words in `language`.
pub fn of(language: Language) -> &'static Strings {
    language.pick(&EN, &KO)
}

impl Strings {
    /// Why there is nothing to show of a kind of model.
    pub fn why_not(&self, architecture: Architecture) -> Option<&'static str> {
        (architecture != Architecture::Recurrent).then(|| {
            self.language.pick(
                "This model carries no state from step to step: a token looks the others up by attention.",
                "이 모델은 단계마다 넘겨주는 상태가 없습니다. 토큰은 어텐션으로 다른 토큰을 찾아봅니다.",
            )
        })
    }

    /// What is drawn, of which layer.
    pub fn what(&self, site: CellSite, layer: usize) -> String {
        let name = word(
            Array::Activation(Activation::Cell { layer, site }),
            self.language,
        );
        let layer = layer + 1;
        match self.language {
            Language::En => format!("Layer {layer}, {name}"),
            Language::Ko => format!("층 {layer}, {name}"),
        }
    }

    /// Name of a unit, counted from 0.
    pub fn unit(&self, unit: usize) -> String {
        let unit = unit + 1;
        match self.language {
            Language::En => format!("unit {unit}"),
            Language::Ko => format!("유닛 {unit}"),
        }
    }

    /// What a cell is.
    pub fn cell(&self, length: usize, group: usize) -> String {
        let length = count(length);
        match (self.language, group) {
            (Language::En, 0 | 1) => format!("{length} units, a cell each"),
            (Language::Ko, 0 | 1) => format!("유닛 {length}개, 칸 하나가 수 하나"),
            (Language::En, _) => format!("{length} units; a cell: the strongest of {group}"),
            (Language::Ko, _) => format!("유닛 {length}개, 칸마다 {group}개 중 큰 수"),
        }
    }

    /// The number that is pointed at.
    pub fn number(
        &self,
        input: &ViewInput<'_>,
        position: usize,
        unit: usize,
        value: f32,
    ) -> String {
        let token = input.trace.tokens().get(position);
        let token = token.map_or(String::new(), |token| quoted(&token.bytes));
        let (unit, value) = (self.unit(unit), decimal(f64::from(value), 3));
        match self.language {
            Language::En => format!("after {token}, {unit}: {value}"),
            Language::Ko => format!("{token}까지 읽은 뒤 {unit}: {value}"),
        }
    }

    /// What the chosen site is.
    pub fn foot(&self, input: &ViewInput<'_>) -> &'static str {
        let (en, ko) = match input.focus.cell {
            CellSite::InputGate => (
                "The input gate: the share of the candidate that is let in.",
                "입력 게이트는 후보 값을 얼마나 들여보낼지 정합니다.",
            ),
            CellSite::ForgetGate => (
                "The forget gate: the share of the cell that is kept; 0 forgets.",
                "망각 게이트는 셀 상태를 얼마나 남길지 정합니다. 0이면 잊습니다.",
            ),
            CellSite::Candidate => (
                "The candidate: what this token would write into the cell.",
                "후보 값은 이 토큰이 셀에 쓰려는 값입니다.",
            ),
            CellSite::OutputGate => (
                "The output gate: the share of the cell that is shown.",
                "출력 게이트는 셀 상태를 얼마나 내보일지 정합니다.",
            ),
            CellSite::Cell => (
                "The cell: what is kept and what is let in, added up from step to step.",
                "셀 상태는 남긴 값과 들여보낸 값을 단계마다 더해 온 것입니다.",
            ),
            CellSite::Hidden => (
                "The hidden state: what the next layer, the next step and the prediction see.",
                "은닉 상태는 다음 층, 다음 단계, 예측이 보는 값입니다.",
            ),
        };
        self.language.pick(en, ko)
    }

    /// What a model without attention has instead.
    fn without_attention(&self, input: &ViewInput<'_>) -> String {
        let units = count(input.model.d_hidden);
        match self.language {
            Language::En => format!(
                "There is no attention: all it knows of the text so far has to fit into two rows of {units} numbers per layer, the cell and the hidden state."
            ),
            Language::Ko => format!(
                "어텐션이 없으므로, 앞의 글에서 아는 것은 모두 층마다 셀 상태와 은닉 상태, 수 {units}개씩 두 줄에 담겨야 합니다."
            ),
        }
    }

    /// The picture in words: the chosen token's state and how it changed.
    pub fn describe(&self, input: &ViewInput<'_>) -> String {
        let Some(position) = input.chosen() else {
            let nothing = ("No text has been read yet.", "아직 읽은 글이 없습니다.");
            return self.language.pick(nothing.0, nothing.1).to_owned();
        };
        let activation = shown(input.model, input.focus);
        let Some(row) = input.trace.row(activation, position) else {
            return waiting(input).to_owned();
        };
        let token = quoted(&input.trace.tokens()[position].bytes);
        let what = self.what(input.focus.cell, input.focus.layer_of(input.model));
        let length = decimal(f64::from(norm(row)), 2);
        let before = position.checked_sub(1);
        let before = before.and_then(|before| input.trace.row(activation, before));
        let change = before.map(|before| {
            let steps: Vec<f32> = row.iter().zip(before).map(|(a, b)| a - b).collect();
            let change = decimal(f64::from(norm(&steps)), 2);
            match self.language {
                Language::En => format!(" It moved by {change} from the step before."),
                Language::Ko => format!(" 앞 단계에서 {change}만큼 움직였습니다."),
            }
        });
        let (change, instead) = (change.unwrap_or_default(), self.without_attention(input));
        match self.language {
            Language::En => {
                format!("{what}: after {token} its length is {length}.{change} {instead}")
            }
            Language::Ko => {
                format!("{what}: {token}까지 읽은 뒤 길이는 {length}입니다.{change} {instead}")
            }
        }
    }
}

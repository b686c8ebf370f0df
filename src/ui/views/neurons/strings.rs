//! Words of the most active neurons.

use crate::protocol::{Architecture, Neuron};
use crate::ui::i18n::Language;
use crate::ui::views::ViewInput;
use crate::ui::views::number::{count, decimal};
use crate::ui::views::token_label::quoted;
use crate::ui::views::waiting::waiting;

use super::layer_of;

/// The words in one language.
pub struct Strings {
    language: Language,
    /// Title of the view.
    pub title: &'static str,
    /// Columns.
    pub neuron: &'static str,
    pub promotes: &'static str,
    pub suppresses: &'static str,
}

const EN: Strings = Strings {
    language: Language::En,
    title: "Most active neurons",
    neuron: "neuron",
    promotes: "promotes",
    suppresses: "suppresses",
};

const KO: Strings = Strings {
    language: Language::Ko,
    title: "가장 활발한 뉴런",
    neuron: "뉴런",
    promotes: "높이는 토큰",
    suppresses: "낮추는 토큰",
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
                "What a neuron adds is normalised and mixed again before the logits, so it speaks for no token by itself.",
                "뉴런이 더한 값은 로짓이 되기 전에 다시 정규화되고 섞이므로, 뉴런 하나가 어떤 토큰을 민다고 할 수 없습니다.",
            ),
            Architecture::Recurrent => (
                "A recurrent model has no MLP: its units are in “State over time”.",
                "순환 모델에는 MLP가 없습니다. 유닛은 “시간에 따른 상태”에 있습니다.",
            ),
        };
        Some(self.language.pick(en, ko))
    }

    /// Whose neurons they are.
    pub fn heading(&self, input: &ViewInput<'_>, position: usize) -> String {
        let token = quoted(&input.trace.tokens()[position].bytes);
        let (layer, all) = (layer_of(input) + 1, count(input.model.d_mlp));
        match self.language {
            Language::En => format!("block {layer}, MLP: most active of {all} neurons at {token}"),
            Language::Ko => {
                format!("블록 {layer} MLP: {token}에서 뉴런 {all}개 가운데 가장 활발한 것")
            }
        }
    }

    /// The neurons in words.
    pub fn describe(&self, input: &ViewInput<'_>, neurons: Option<&[Neuron]>) -> String {
        let Some(position) = input.chosen() else {
            let nothing = ("No text has been read yet.", "아직 읽은 글이 없습니다.");
            return self.language.pick(nothing.0, nothing.1).to_owned();
        };
        let Some(neurons) = neurons else {
            return waiting(input).to_owned();
        };
        let named = |tokens: &[(u32, f32)]| -> String {
            let names = tokens.iter().filter_map(|(id, _)| {
                let bytes = input.model.vocabulary.get(*id as usize)?;
                Some(quoted(bytes))
            });
            names.collect::<Vec<String>>().join(" ")
        };
        let each: Vec<String> = neurons
            .iter()
            .map(|neuron| {
                let activation = decimal(f64::from(neuron.activation), 2);
                let (up, down) = (named(&neuron.promoted), named(&neuron.suppressed));
                let index = neuron.index;
                match self.language {
                    Language::En => {
                        format!("neuron {index} at {activation} promotes {up}, suppresses {down}")
                    }
                    Language::Ko => format!(
                        "뉴런 {index}, 활성 {activation}, 높이는 토큰 {up}, 낮추는 토큰 {down}"
                    ),
                }
            })
            .collect();
        format!("{}: {}.", self.heading(input, position), each.join("; "))
    }
}

//! Words of the heads' measures.

use crate::protocol::Architecture;
use crate::ui::i18n::Language;
use crate::ui::views::number::decimal;
use crate::ui::views::waiting::waiting;
use crate::ui::views::{HeadOrder, ViewInput};

use super::{HALF, SEQUENCES, best_induction, here, measures, order, sample};

/// The words in one language.
pub struct Strings {
    language: Language,
    /// Title of the view.
    pub title: &'static str,
}

const EN: Strings = Strings {
    language: Language::En,
    title: "What heads do",
};

const KO: Strings = Strings {
    language: Language::Ko,
    title: "헤드의 성격",
};

/// The words in `language`.
pub fn of(language: Language) -> &'static Strings {
    language.pick(&EN, &KO)
}

impl Strings {
    /// Why there is nothing to show of a kind of model.
    pub fn why_not(&self, architecture: Architecture) -> Option<&'static str> {
        let (en, ko) = match architecture {
            Architecture::Decoder => return None,
            Architecture::Encoder => (
                "These measures describe looking back; an encoder's heads look ahead as well.",
                "이 수치들은 뒤돌아보는 성질을 잽니다. 인코더의 헤드는 앞뒤를 모두 봅니다.",
            ),
            Architecture::EncoderDecoder => (
                "These measures describe looking back in one text; a translator's heads look across two.",
                "이 수치들은 한 글 안에서 뒤돌아보는 성질을 잽니다. 번역 모델의 헤드는 두 글에 걸쳐 봅니다.",
            ),
            Architecture::Recurrent => (
                "A recurrent model has no heads to describe.",
                "순환 모델에는 성격을 잴 헤드가 없습니다.",
            ),
        };
        Some(self.language.pick(en, ko))
    }

    /// Name of a column, and of the order it gives.
    pub fn column(&self, order: HeadOrder, is_wide: bool) -> &'static str {
        let (wide, narrow) = match order {
            HeadOrder::Place => (("head", "헤드"), ("head", "헤드")),
            HeadOrder::PreviousToken => {
                (("previous token", "바로 앞 토큰"), ("previous", "앞 토큰"))
            }
            HeadOrder::Induction => (("induction", "인덕션"), ("induction", "인덕션")),
            HeadOrder::Entropy => (("entropy, bits", "엔트로피, 비트"), ("entropy", "엔트로피")),
            HeadOrder::Distance => (("distance, tokens", "거리, 토큰"), ("distance", "거리")),
        };
        let (en, ko) = if is_wide { wide } else { narrow };
        self.language.pick(en, ko)
    }

    /// Name of a head.
    pub fn head(&self, layer: usize, head: usize) -> String {
        let (layer, head) = (layer + 1, head + 1);
        match self.language {
            Language::En => format!("block {layer}, head {head}"),
            Language::Ko => format!("블록 {layer}, 헤드 {head}"),
        }
    }

    /// What bar and tick are.
    pub fn legend(&self, heads: &str) -> String {
        match self.language {
            Language::En => format!(
                "{heads} heads; bar: this text; tick: {SEQUENCES} sequences of {HALF} random tokens, each said twice"
            ),
            Language::Ko => format!(
                "헤드 {heads}개. 막대는 이 글, 눈금은 무작위 토큰 {HALF}개를 두 번 되풀이한 표본 {SEQUENCES}개"
            ),
        }
    }

    /// Which head comes nearest to an induction head, here and over the sample.
    pub fn best(&self, input: &ViewInput<'_>) -> String {
        let (here, sample) = best_induction(input);
        let number = |score: f32| decimal(f64::from(score), 2);
        let here = here.map(|((layer, head), score)| {
            let (name, score) = (self.head(layer, head), number(score));
            match self.language {
                Language::En => format!("{name} with {score} on this text"),
                Language::Ko => format!("이 글에서 {name}({score})"),
            }
        });
        let here = here.unwrap_or_else(|| {
            let nothing = (
                "none on this text, where no token comes back",
                "이 글에는 되풀이된 토큰이 없어 없음",
            );
            self.language.pick(nothing.0, nothing.1).to_owned()
        });
        let sample = sample.map(|((layer, head), score)| {
            let (name, score) = (self.head(layer, head), number(score));
            match self.language {
                Language::En => format!("{name} with {score} on the sample"),
                Language::Ko => format!("표본에서 {name}({score})"),
            }
        });
        let sample = sample.unwrap_or_else(|| {
            let waiting = ("the sample is being computed", "표본은 계산하는 중");
            self.language.pick(waiting.0, waiting.1).to_owned()
        });
        match self.language {
            Language::En => format!("Best at induction: {here}; {sample}."),
            Language::Ko => format!("인덕션 점수가 가장 높은 헤드: {here}, {sample}."),
        }
    }

    /// What the induction score is.
    pub fn meaning(&self) -> &'static str {
        self.language.pick(
            "Induction is attention to what followed the same token before.",
            "인덕션 점수는 같은 토큰 바로 다음에 왔던 토큰에 주는 어텐션입니다.",
        )
    }

    /// The chosen head and the first ones of the order in words.
    pub fn describe(&self, input: &ViewInput<'_>) -> String {
        if input.trace.is_empty() {
            let nothing = ("No text has been read yet.", "아직 읽은 글이 없습니다.");
            return self.language.pick(nothing.0, nothing.1).to_owned();
        }
        if input
            .trace
            .pattern(input.layer(), input.head(), 0)
            .is_none()
        {
            return waiting(input).to_owned();
        }
        let mut heads = vec![(input.layer(), input.head())];
        if input.focus.sort_heads != HeadOrder::Place {
            heads = order(input).into_iter().take(3).collect();
        }
        let sentences: Vec<String> = heads
            .into_iter()
            .map(|head| self.head_in_words(input, head))
            .collect();
        let (sentences, best) = (sentences.join(" "), self.best(input));
        format!("{sentences} {best} {}", self.meaning())
    }

    fn head_in_words(&self, input: &ViewInput<'_>, (layer, head): (usize, usize)) -> String {
        let here = here(input, layer, head);
        let index = layer * input.model.n_heads + head;
        let sample = sample(input).map(|sample| measures(&sample[index]));
        let number = |value: f32| decimal(f64::from(value), 2);
        let parts: Vec<String> = HeadOrder::ALL
            .into_iter()
            .skip(1)
            .enumerate()
            .map(|(i, order)| {
                let name = self.column(order, true);
                let nothing = self
                    .language
                    .pick("not measurable", "잴 수 없음")
                    .to_owned();
                let here = here[i].map_or(nothing, number);
                match (self.language, sample) {
                    (_, None) => format!("{name} {here}"),
                    (Language::En, Some(sample)) => {
                        format!("{name} {here}, sample {}", number(sample[i]))
                    }
                    (Language::Ko, Some(sample)) => {
                        format!("{name} {here}, 표본 {}", number(sample[i]))
                    }
                }
            })
            .collect();
        let (name, parts) = (self.head(layer, head), parts.join("; "));
        match self.language {
            Language::En => format!("On this text, {name}: {parts}."),
            Language::Ko => format!("이 글에서 {name}: {parts}."),
        }
    }
}

//! Words of masks and losses.

use crate::protocol::{Architecture, Attention};
use crate::ui::i18n::Language;
use crate::ui::views::ViewInput;
use crate::ui::views::korean::{Particle, with_particle};
use crate::ui::views::number::{count, decimal};
use crate::ui::views::token_label::quoted;
use crate::ui::views::waiting::waiting;

use super::losses::{Loss, mean, rank};

/// The words in one language.
pub struct Strings {
    language: Language,
    /// Title of the view.
    pub title: &'static str,
    /// Heading of the bars.
    pub losses: &'static str,
    /// Name of a recurrent model's chain.
    pub chain: &'static str,
    /// What the chain means.
    pub chain_means: &'static str,
}

const EN: Strings = Strings {
    language: Language::En,
    title: "What may look where, and what it learned",
    losses: "Loss of this text, bits per token",
    chain: "One state, handed on",
    chain_means: "A step sees its token and the state before it, nothing else.",
};

const KO: Strings = Strings {
    language: Language::Ko,
    title: "무엇을 볼 수 있고 무엇을 배웠나",
    losses: "이 글의 손실, 토큰당 비트",
    chain: "넘겨주는 상태 하나",
    chain_means: "한 단계는 자기 토큰과 바로 앞의 상태만 봅니다.",
};

/// The words in `language`.
pub fn of(language: Language) -> &'static Strings {
    language.pick(&EN, &KO)
}

/// A probability with the digits its logarithm is read from.
fn probability(p: f64) -> String {
    if p >= 0.001 {
        return decimal(p, 4);
    }
    format!("{p:.1e}").replace('-', "−")
}

impl Strings {
    /// What a kind of model was trained to do.
    pub fn trained(&self, architecture: Architecture) -> &'static str {
        let (en, ko) = match architecture {
            Architecture::Decoder => (
                "Trained to name the next token, at every place of a text, from what stands before it.",
                "글의 모든 자리에서, 앞에 있는 것만 보고 다음 토큰을 맞히도록 배웠습니다.",
            ),
            Architecture::Encoder => (
                "Trained to name tokens that were hidden, from what stands before and after them.",
                "가려진 토큰을, 앞뒤에 있는 것을 모두 보고 맞히도록 배웠습니다.",
            ),
            Architecture::EncoderDecoder => (
                "Trained to name the next token of a translation, from the whole source and the translation so far.",
                "원문 전체와 지금까지의 번역문을 보고 번역문의 다음 토큰을 맞히도록 배웠습니다.",
            ),
            Architecture::Recurrent => (
                "Trained to name the next token, from one state that has read the text so far.",
                "앞의 글을 읽어 온 상태 하나만 보고 다음 토큰을 맞히도록 배웠습니다.",
            ),
        };
        self.language.pick(en, ko)
    }

    /// Name of an attention.
    pub fn attention(&self, attention: Attention) -> &'static str {
        let (en, ko) = match attention {
            Attention::Own => ("Self-attention", "셀프 어텐션"),
            Attention::Source => ("Source", "원문끼리"),
            Attention::Target => ("Translation", "번역문끼리"),
            Attention::Cross => ("Cross-attention", "교차 어텐션"),
        };
        self.language.pick(en, ko)
    }

    /// What its grid means.
    pub fn means(&self, architecture: Architecture, attention: Attention) -> &'static str {
        let (en, ko) = match attention {
            Attention::Own if architecture == Architecture::Encoder => (
                "Every token sees every token, before and after it: nothing is hatched.",
                "모든 토큰이 앞뒤의 모든 토큰을 봅니다. 빗금 친 곳이 없습니다.",
            ),
            Attention::Own | Attention::Target => (
                "A token sees itself and what is before it; what comes after is hatched.",
                "토큰은 자기와 앞의 토큰만 봅니다. 뒤에 오는 것은 빗금입니다.",
            ),
            Attention::Source => (
                "The source sees all of itself.",
                "원문은 원문 전체를 봅니다.",
            ),
            Attention::Cross => (
                "Every token of the translation sees the whole source.",
                "번역문의 모든 토큰이 원문 전체를 봅니다.",
            ),
        };
        self.language.pick(en, ko)
    }

    /// The mean loss, and what it is a mean of.
    pub fn mean(&self, input: &ViewInput<'_>, losses: &[Option<Loss>]) -> String {
        let Some((bits, tokens)) = mean(losses) else {
            return match (losses.is_empty(), self.language) {
                (true, _) => waiting(input),
                (false, Language::En) => "No token of this text has a loss yet: write more.",
                (false, Language::Ko) => "아직 손실을 잴 토큰이 없습니다. 더 써 보세요.",
            }
            .to_owned();
        };
        let (mean, tokens) = (decimal(bits, 2), count(tokens));
        match (self.language, input.model.architecture) {
            (Language::En, Architecture::Encoder) => format!(
                "Mean {mean} bits over {tokens} tokens, each hidden alone (pseudo-log-likelihood)."
            ),
            (Language::Ko, Architecture::Encoder) => {
                format!("토큰 {tokens}개를 하나씩 가렸을 때 평균 {mean}비트(유사 로그가능도).")
            }
            (Language::En, Architecture::EncoderDecoder) => {
                format!("Mean {mean} bits over {tokens} tokens of the translation.")
            }
            (Language::Ko, Architecture::EncoderDecoder) => {
                format!("번역문 토큰 {tokens}개의 평균 {mean}비트.")
            }
            (Language::En, _) => format!("Mean {mean} bits over {tokens} tokens."),
            (Language::Ko, _) => format!("토큰 {tokens}개의 평균 {mean}비트."),
        }
    }

    /// What one token cost, with its probability and its rank; why it cost nothing where it has no
    /// loss.
    pub fn token(&self, input: &ViewInput<'_>, losses: &[Option<Loss>], position: usize) -> String {
        let Some(token) = input.trace.tokens().get(position) else {
            return String::new();
        };
        let name = quoted(&token.bytes);
        let Some(loss) = losses.get(position).copied().flatten() else {
            return self.no_loss(input, &name, losses.is_empty());
        };
        let (bits, p) = (decimal(loss.bits, 2), probability(f64::from(loss.p)));
        let rank = rank(input, position).map(|rank| count(rank + 1));
        let all = count(input.model.vocab_size());
        match (self.language, rank) {
            (Language::En, Some(rank)) => {
                format!("{name}: −log₂ {p} = {bits} bits, rank {rank} of {all}.")
            }
            (Language::En, None) => format!("{name}: −log₂ {p} = {bits} bits."),
            (Language::Ko, Some(rank)) => {
                format!("{name}: −log₂ {p} = {bits}비트, {all}개 중 {rank}위.")
            }
            (Language::Ko, None) => format!("{name}: −log₂ {p} = {bits}비트."),
        }
    }

    fn no_loss(&self, input: &ViewInput<'_>, name: &str, is_waiting: bool) -> String {
        if is_waiting {
            return String::new();
        }
        let topic = with_particle(name, Particle::Topic);
        match (self.language, input.model.architecture) {
            (Language::En, Architecture::Encoder) => {
                format!("{name} has no loss: what stands there is not known or not a word.")
            }
            (Language::Ko, Architecture::Encoder) => {
                format!("{topic} 정답을 모르거나 단어가 아니어서 손실이 없습니다.")
            }
            (Language::En, _) => format!("{name} has no loss: nothing comes before it."),
            (Language::Ko, _) => format!("{topic} 앞에 아무것도 없어 손실이 없습니다."),
        }
    }

    /// All of it in words.
    pub fn describe(&self, input: &ViewInput<'_>, losses: &[Option<Loss>]) -> String {
        let architecture = input.model.architecture;
        let mut parts = vec![self.trained(architecture).to_owned()];
        for attention in Attention::of(architecture) {
            let (name, means) = (
                self.attention(*attention),
                self.means(architecture, *attention),
            );
            parts.push(format!("{name}: {means}"));
        }
        if !architecture.attends() {
            parts.push(self.chain_means.to_owned());
        }
        parts.push(self.mean(input, losses));
        parts.extend(
            input
                .path()
                .map(|position| self.token(input, losses, position)),
        );
        parts.join(" ")
    }
}

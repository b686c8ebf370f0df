//! Words of the KV cache.

use crate::protocol::{Architecture, ModelInfo};
use crate::ui::i18n::Language;
use crate::ui::views::number::{count, decimal, whole_percent};

use super::Step;
use super::work::{d_kept, mlp_matrices};

/// The words in one language.
pub struct Strings {
    language: Language,
    /// Title of the view.
    pub title: &'static str,
    block: &'static str,
    /// The upper half of a cell.
    pub key: &'static str,
    /// The lower half of a cell.
    pub value: &'static str,
    /// The quiet cells.
    pub cached: &'static str,
    /// The vivid cells.
    pub computed: &'static str,
    names: [&'static str; 5],
}

const EN: Strings = Strings {
    language: Language::En,
    title: "KV cache",
    block: "block",
    key: "K",
    value: "V",
    cached: "from the cache",
    computed: "computed now",
    names: [
        "Positions from the cache + computed now",
        "Keys and values held",
        "Multiplications of this step",
        "Without the cache it would take",
        "Spared in this text so far",
    ],
};

const KO: Strings = Strings {
    language: Language::Ko,
    title: "KV 캐시",
    block: "블록",
    key: "K",
    value: "V",
    cached: "캐시에서",
    computed: "방금 계산",
    names: [
        "캐시에서 가져온 위치 + 방금 계산한 위치",
        "저장한 키와 값",
        "이번에 한 곱셈",
        "캐시가 없었다면",
        "이 글에서 지금까지 아낀 곱셈",
    ],
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
                "An encoder reads the whole text at once and appends nothing, so there is no step from which keys and values could be kept.",
                "인코더는 글 전체를 한 번에 읽고 덧붙이지 않으므로 키와 값을 남겨 둘 단계가 없습니다.",
            ),
            Architecture::EncoderDecoder => (
                "Here a translation is read anew at every token, because a changed source changes every key and value.",
                "원문이 바뀌면 모든 키와 값이 바뀌므로, 여기서는 토큰마다 번역을 처음부터 다시 읽습니다.",
            ),
            Architecture::Recurrent => (
                "A recurrent model keeps no keys and values: it carries one state of fixed size, however long the text is.",
                "순환 모델은 키와 값을 쌓지 않습니다. 글이 아무리 길어도 크기가 정해진 상태 하나만 넘겨줍니다.",
            ),
        };
        Some(self.language.pick(en, ko))
    }

    /// Name of a row.
    pub fn block(&self, layer: usize) -> String {
        format!("{} {}", self.block, layer + 1)
    }

    /// Names and numbers of the last step.
    pub fn numbers(&self, model: &ModelInfo, step: &Step) -> Vec<(String, String)> {
        let of = |count: u64| self.large(count);
        let held = format!(
            "2 × {} × {} × {} × 4 B = {}",
            model.n_layers,
            step.positions,
            d_kept(model),
            bytes(step.bytes)
        );
        let without = match step.done {
            0 => of(step.without),
            done => {
                let times = decimal(step.without as f64 / done as f64, 1);
                format!("{} ({times}×)", of(step.without))
            }
        };
        let spared = format!("{} ({})", of(step.spared), whole_percent(step.spared_share));
        let numbers = [
            format!("{} + {}", step.cached(), step.computed),
            held,
            of(step.done),
            without,
            spared,
        ];
        let names = self.names.iter().map(|name| (*name).to_owned());
        names.zip(numbers).collect()
    }

    /// How the multiplications are counted.
    pub fn formula(&self, model: &ModelInfo) -> String {
        let (d, d_attn) = (model.d_model, model.n_heads * model.d_head);
        let (layers, d_mlp, vocab) = (model.n_layers, model.d_mlp, model.vocab_size());
        let (n_mlp, kept) = (mlp_matrices(model), d_kept(model));
        let attention = match kept == d_attn {
            true => format!("4·{d}·{d_attn}"),
            false => format!("2·{d}·({d_attn} + {kept})"),
        };
        let position = format!("{layers}·({attention} + {n_mlp}·{d}·{d_mlp}) + {d}·{vocab}");
        let key = format!("{layers}·2·{d_attn}");
        match self.language {
            Language::En => format!("Each position {position}, each one it looks at {key}"),
            Language::Ko => format!("위치당 {position}, 보는 위치당 {key}"),
        }
    }

    /// The cache in words.
    pub fn describe(&self, step: &Step) -> String {
        let (cached, computed) = (step.cached(), step.computed);
        let (held, done) = (bytes(step.bytes), self.large(step.done));
        let (without, spared) = (self.large(step.without), self.large(step.spared));
        match self.language {
            Language::En => format!(
                "Keys and values of {cached} positions came from the cache, {computed} were computed now; {held} are held. This step took {done} multiplications, without the cache {without}. Spared in this text so far: {spared}."
            ),
            Language::Ko => format!(
                "위치 {cached}개의 키와 값은 캐시에서 가져왔고 {computed}개는 방금 계산했습니다. 모두 {held}입니다. 곱셈은 {done}번 했고, 캐시가 없었다면 {without}번입니다. 이 글에서 지금까지 {spared}번을 아꼈습니다."
            ),
        }
    }

    /// A large number as it is said.
    fn large(&self, number: u64) -> String {
        let of = |unit: f64, digits| decimal(number as f64 / unit, digits);
        match (self.language, number) {
            (Language::En, 1_000_000_000..) => format!("{} billion", of(1e9, 1)),
            (Language::En, 1_000_000..) => format!("{} million", of(1e6, 1)),
            (Language::Ko, 100_000_000..) => format!("{}억", of(1e8, 1)),
            (Language::Ko, 10_000..) => format!("{}만", count((number / 10_000) as usize)),
            _ => count(number as usize),
        }
    }
}

fn bytes(bytes: u64) -> String {
    match bytes {
        1_000_000.. => format!("{} MB", decimal(bytes as f64 / 1e6, 1)),
        1_000.. => format!("{} kB", decimal(bytes as f64 / 1e3, 1)),
        _ => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_said_in_each_language() {
        assert_eq!(EN.large(11_100_000), "11.1 million");
        assert_eq!(KO.large(11_100_000), "1,110만");
        assert_eq!(KO.large(47_300_000_000), "473.0억");
        assert_eq!(EN.large(12), "12");
        assert_eq!(bytes(55_296), "55.3 kB");
    }
}

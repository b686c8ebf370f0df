//! What to try with a text, in one line.

use crate::protocol::{Architecture, TokenInfo};
use crate::ui::i18n::Language;
use crate::ui::state::BLANK;
use crate::ui::views::korean::{Particle, with_particle};

/// Words that may be exchanged in the village, so that the suggestion stays in its language.
const EXCHANGES: [(&str, &str); 6] = [
    ("Mina", "Sora"),
    ("Jun", "Minho"),
    ("apple", "book"),
    ("미나", "소라"),
    ("준", "민호"),
    ("사과", "책"),
];

/// Whether the words of a text are cut into pieces: nothing the models of the site have read is. A
/// token of theirs with letters has about 4 bytes, one of another world's words about 2.5.
pub fn is_spelt(tokens: &[TokenInfo]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || !byte.is_ascii();
    let of_words = tokens.iter().filter(|token| token.start < token.end);
    let of_words = of_words.filter(|token| token.bytes.iter().any(is_letter));
    let (count, bytes) = of_words.fold((0, 0), |(count, bytes), token| {
        (count + 1, bytes + token.bytes.len())
    });
    count >= 6 && (bytes as f64) < 3.2 * f64::from(count)
}

/// What the models of the site have read, for somebody who writes of something else.
pub fn village_line(language: Language) -> String {
    let sentence = language.pick(
        "Mina gave the apple to Jun.",
        "미나가 준에게 사과를 주었다.",
    );
    language.pick(
        format!("This small model knows village stories only. Try: “{sentence}”"),
        format!("이 작은 모델은 마을 이야기만 압니다. 해 보기: “{sentence}”"),
    )
}

/// One thing to try with this text and a model of this kind.
pub fn suggestion(text: &str, architecture: Architecture, language: Language) -> String {
    if architecture == Architecture::Encoder {
        let line = match text.contains(BLANK) {
            true => language.pick(
                "Try: take a candidate and watch the other blank change.",
                "해 보기: 후보를 하나 넣고 다른 빈칸의 후보가 어떻게 바뀌는지 보세요.",
            ),
            false => language.pick(
                "Try: choose a word and hide it.",
                "해 보기: 낱말을 하나 골라 가려 보세요.",
            ),
        };
        return line.to_owned();
    }
    let exchange = EXCHANGES.iter().find(|(from, to)| {
        text.contains(from) && !text.contains(to) && (from.is_ascii() == (language == Language::En))
    });
    match exchange {
        Some((from, to)) if architecture.has_source() => language.pick(
            format!("Try: change “{from}” to “{to}” and watch the translation change."),
            format!(
                "해 보기: “{from}” 대신 {} 넣고 번역이 어떻게 바뀌는지 보세요.",
                with_particle(&format!("“{to}”"), Particle::Object)
            ),
        ),
        Some((from, to)) => language.pick(
            format!("Try: change “{from}” to “{to}” and watch the bars move."),
            format!(
                "해 보기: “{from}” 대신 {} 넣고 막대를 보세요.",
                with_particle(&format!("“{to}”"), Particle::Object)
            ),
        ),
        None => language.pick(
            "Try: the next seed, and see which token is drawn.".to_owned(),
            "해 보기: 다음 시드로 어떤 토큰이 뽑히는지 보세요.".to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokenizer::{ByteLevelBpe, Token};
    use crate::ui::state::{prepared_for, prepared_text};

    #[test]
    fn a_text_of_another_world_is_cut_into_small_pieces() {
        let json = include_str!("../../../www/models/village-gpt/tokenizer.json");
        let tokenizer = ByteLevelBpe::from_json(json).unwrap();
        let tokens = |text: &str| -> Vec<TokenInfo> {
            let tokens = tokenizer.encode(text).into_iter();
            let info = |token: Token| TokenInfo {
                id: token.id,
                bytes: text.as_bytes()[token.start..token.end].to_vec(),
                start: token.start,
                end: token.end,
            };
            tokens.map(info).collect()
        };
        for text in [
            "Mina was sad. Jun ran. Is Mina sad? Yes.",
            "25 + 44 = 69. 38 + 98: 8 + 8 = 16. Write 6, carry 1.",
            "솔은 농장에 있었다. 솔이 복숭아를 샀다.",
            prepared_text(Language::En),
            prepared_text(Language::Ko),
            "Hello",
        ] {
            assert!(!is_spelt(&tokens(text)), "{text}");
        }
        for text in [
            "The quick brown fox jumps over the lazy dog",
            "오늘 학교에서 급식으로 떡볶이가 나왔다. 나는",
            "fn main() { let x = vec![1, 2, 3]; println!() }",
        ] {
            assert!(is_spelt(&tokens(text)), "{text}");
        }
    }

    #[test]
    fn there_is_something_to_try_with_any_text() {
        for language in [Language::En, Language::Ko] {
            let try_with = |text: &str, kind| suggestion(text, kind, language);
            let decoder = Architecture::Decoder;
            assert!(try_with(prepared_text(language), decoder).contains('“'));
            assert!(!try_with("", decoder).contains('“'));
            let kinds = Architecture::ALL.map(|kind| try_with(prepared_for(kind, language), kind));
            assert_ne!(kinds[1], try_with("", Architecture::Encoder));
            assert!(kinds[2].contains('“') && kinds[2] != kinds[0]);
        }
    }
}

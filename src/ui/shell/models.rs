//! The models of the site in words: what each is called, what it does, how far its files are.

use crate::protocol::{Architecture, EngineError, ModelInfo};
use crate::ui::i18n::Language;
use crate::ui::state::{Notice, Offer};
use crate::ui::views::token_label;

use super::faults::stays;

/// What a model is called: one of the village by its family, large; another one by its name.
///
/// ```
/// use llm_atlas::ui::shell::models::short_name;
/// assert_eq!(short_name("village-gpt"), "GPT");
/// assert_eq!(short_name("my-finetune"), "my-finetune");
/// ```
pub fn short_name(name: &str) -> String {
    let family = name.strip_prefix("village-");
    family.map_or_else(|| name.to_owned(), str::to_uppercase)
}

/// What each of the models is called on its button. One whose files had no name to go by is called
/// after its family, and told from another of the same name by a number.
pub fn button_names(offers: &[Offer]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(offers.len());
    for offer in offers {
        let is_nameless = offer.name == NAMELESS || offer.name.starts_with(&format!("{NAMELESS}-"));
        let base = match offer.is_opened() && is_nameless && !offer.family.is_empty() {
            true => offer.family.clone(),
            false => short_name(&offer.name),
        };
        let mut name = base.clone();
        let mut number = 2;
        while names.contains(&name) {
            name = format!("{base} ({number})");
            number += 1;
        }
        names.push(name);
    }
    names
}

/// What one of them is called on its button.
pub fn called(name: &str, offers: &[Offer]) -> String {
    let place = offers.iter().position(|offer| offer.name == name);
    let called = place.and_then(|place| button_names(offers).into_iter().nth(place));
    called.unwrap_or_else(|| short_name(name))
}

/// What `boot.js` calls files that came without a name.
const NAMELESS: &str = "checkpoint";

/// What a kind of model does, in a word or two.
pub fn what_it_does(architecture: Architecture, language: Language) -> &'static str {
    match architecture {
        Architecture::Decoder => language.pick("continues", "이어 쓰기"),
        Architecture::Encoder => language.pick("fills blanks", "빈칸 채우기"),
        Architecture::EncoderDecoder => language.pick("translates", "번역"),
        Architecture::Recurrent => language.pick("remembers", "기억으로 이어 쓰기"),
    }
}

/// The model in one line.
pub fn model_line(model: &ModelInfo, language: Language) -> String {
    let ModelInfo {
        name,
        n_layers: layers,
        n_encoder_layers: encoder_layers,
        n_heads: heads,
        d_hidden: width,
        ..
    } = model;
    match model.architecture {
        Architecture::Decoder | Architecture::Encoder => language.pick(
            format!("{name}, {layers} blocks, {heads} heads each"),
            format!("{name}, 블록 {layers}개, 헤드 {heads}개씩"),
        ),
        Architecture::EncoderDecoder => language.pick(
            format!(
                "{name}, {encoder_layers} encoder and {layers} decoder blocks, {heads} heads each"
            ),
            format!(
                "{name}, 인코더 블록 {encoder_layers}개와 디코더 블록 {layers}개, 헤드 {heads}개씩"
            ),
        ),
        Architecture::Recurrent => language.pick(
            format!("{name}, {layers} layers, a state of {width} numbers each"),
            format!("{name}, {layers}층, 층마다 숫자 {width}개의 상태"),
        ),
    }
}

/// How far the files of a model are: `37%, 0.9 of 2.4 MB`.
pub fn progress_line((received, total): (u64, u64), language: Language) -> (u32, String) {
    let percent = (100 * received).checked_div(total).unwrap_or(0).min(100) as u32;
    let mb = |bytes: u64| format!("{:.1}", bytes as f64 / 1e6);
    let (received, total) = (mb(received), mb(total));
    let line = language.pick(
        format!("{percent}%, {received} of {total} MB"),
        format!("{percent}%, {total} MB 중 {received} MB"),
    );
    (percent, line)
}

/// What a person has to know about a model, and what to do; nothing for other notices.
pub fn about_models(notice: &Notice, language: Language) -> (String, String) {
    match notice {
        Notice::ModelUnusable {
            name,
            instead,
            error,
        } => unusable(name, instead, error, language),
        Notice::NotOpened { name, error } => stays(name, error, language),
        Notice::FilesWanted { name } => files_wanted(name, language),
        Notice::ExtraTensors { names } => extra_tensors(names, language),
        Notice::NoSuchModel { name, instead } => not_here(name, instead, language),
        Notice::NoText { bytes } => no_text(bytes, language),
        _ => Default::default(),
    }
}

/// That a model cannot be used, which one is used instead, and what to do.
fn unusable(
    name: &str,
    instead: &str,
    error: &EngineError,
    language: Language,
) -> (String, String) {
    let (name, instead) = (short_name(name), short_name(instead));
    match error {
        EngineError::Fetch { .. } => language.pick(
            (
                format!("{name} could not be fetched."),
                format!(
                    "The page goes on with {instead}; check the connection and choose {name} again."
                ),
            ),
            (
                format!("{name} 모델을 받지 못했습니다."),
                format!(
                    "{instead} 모델로 계속합니다. 연결을 확인하고 {name} 모델을 다시 골라 보세요."
                ),
            ),
        ),
        _ => language.pick(
            (
                format!("{name} cannot be used."),
                format!("The page goes on with {instead}; choose {name} again to fetch it anew."),
            ),
            (
                format!("{name} 모델을 쓸 수 없습니다."),
                format!(
                    "{instead} 모델로 계속합니다. {name} 모델을 다시 고르면 파일을 새로 받습니다."
                ),
            ),
        ),
    }
}

/// That the site does not have a model, and which one it opens with instead.
fn not_here(name: &str, instead: &str, language: Language) -> (String, String) {
    let instead = short_name(instead);
    language.pick(
        (
            format!("This site has no model “{name}”."),
            format!("The page opens with {instead}; the others stand above."),
        ),
        (
            format!("이 사이트에는 “{name}” 모델이 없습니다."),
            format!("{instead} 모델로 열었습니다. 다른 모델은 위에서 고를 수 있습니다."),
        ),
    )
}

/// That a link's model was opened from files, which nobody else has.
fn files_wanted(name: &str, language: Language) -> (String, String) {
    language.pick(
        (
            format!("This link shows the model {name}, which was opened from files."),
            "Open the same files here; until then the page uses its own model.".to_owned(),
        ),
        (
            format!("이 링크는 파일에서 연 {name} 모델을 보여 줍니다."),
            "같은 파일을 여기에서 여세요. 그때까지는 이 페이지의 모델을 씁니다.".to_owned(),
        ),
    )
}

/// That a checkpoint has more than its model.
fn extra_tensors(names: &[String], language: Language) -> (String, String) {
    let count = names.len();
    let first = names[..count.min(3)].join(", ");
    language.pick(
        (
            format!("{count} of its tensors are not used."),
            format!("The configuration has no place for {first}."),
        ),
        (
            format!("쓰이지 않는 텐서가 {count}개 있습니다."),
            format!("설정에 자리가 없는 텐서: {first}."),
        ),
    )
}

/// That a model predicts nothing.
pub fn headless_hint(language: Language) -> &'static str {
    language.pick(
        "This checkpoint has no head: it computes vectors and predicts no token.",
        "헤드가 없는 체크포인트라서 벡터만 계산하고 토큰은 예측하지 않습니다.",
    )
}

/// What to type for a model without a tokenizer.
pub fn ids_hint(vocab_size: usize, language: Language) -> String {
    let last = vocab_size.saturating_sub(1);
    language.pick(
        format!("This model has no tokenizer: type ids, numbers from 0 to {last} with spaces between. What is no id is not read."),
        format!("토크나이저가 없는 모델입니다. 0부터 {last}까지의 id를 띄어 쓰세요. id가 아닌 것은 읽지 않습니다."),
    )
}

/// That a token is no text alone.
fn no_text(bytes: &[u8], language: Language) -> (String, String) {
    let label = token_label(bytes).text;
    language.pick(
        (
            format!("The token {label} is only a part of a character."),
            "It cannot stand in the text alone; choose another one.".to_owned(),
        ),
        (
            format!("토큰 {label}은 글자의 일부입니다."),
            "혼자서는 글에 넣을 수 없으니 다른 토큰을 고르세요.".to_owned(),
        ),
    )
}

/// What to do with an encoder's text.
pub fn blank_hint(has_blank: bool, language: Language) -> &'static str {
    match has_blank {
        true => language.pick(
            "The bars show what fits the chosen blank.",
            "막대는 고른 빈칸에 들어갈 후보입니다.",
        ),
        false => language.pick(
            "No blank yet: put one in, or choose a word and hide it.",
            "아직 빈칸이 없습니다. 빈칸을 넣거나 낱말을 골라 가려 보세요.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::state::Origin;

    #[test]
    fn every_kind_has_words_of_its_own() {
        for language in [Language::En, Language::Ko] {
            let mut words: Vec<&str> = Architecture::ALL
                .iter()
                .map(|kind| what_it_does(*kind, language))
                .collect();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), Architecture::ALL.len());
        }
    }

    #[test]
    fn files_without_a_name_are_called_after_their_family() {
        let offer = |name: &str, family: &str, origin| Offer {
            name: name.to_owned(),
            family: family.to_owned(),
            architecture: Architecture::Decoder,
            has_film: false,
            size_bytes: 1,
            origin,
        };
        let offers = [
            offer("village-gpt", "gpt2", Origin::Site),
            offer("checkpoint", "llama", Origin::Files),
            offer("checkpoint-2", "llama", Origin::Files),
            offer("my-gpt", "gpt2", Origin::Files),
        ];
        let names = button_names(&offers);
        assert_eq!(names, ["GPT", "llama", "llama (2)", "my-gpt"]);
        assert_eq!(called("checkpoint-2", &offers), "llama (2)");
        assert_eq!(called("gone", &offers), "gone");
    }

    #[test]
    fn progress_is_in_percent_and_bytes() {
        let (percent, line) = progress_line((925_000, 2_500_000), Language::En);
        assert_eq!((percent, line.as_str()), (37, "37%, 0.9 of 2.5 MB"));
        assert_eq!(progress_line((0, 0), Language::Ko).0, 0);
    }

    #[test]
    fn a_part_of_a_character_is_named_by_its_bytes() {
        let (what, _) = no_text(&[0xEB, 0xB7], Language::En);
        assert!(
            what.contains("EB B7") && !what.contains('\u{FFFD}'),
            "{what}"
        );
    }
}
